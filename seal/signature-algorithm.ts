/**
 * Checks one signature value under one algorithm: the place where the international suite (RSA, ECDSA, Ed25519 with
 * SHA-2) is known, for certificates and CMS alike. Not for choosing algorithms when signing.
 * Invariant: an algorithm that is not named here is `unsupported`, never valid.
 */
import { constants, verify, type KeyObject } from 'node:crypto'
import type { AlgorithmIdentifier } from './certificate.ts'
import { readAlgorithm } from './certificate.ts'
import { cursorOf, MalformedDer, nullValue, onlyNode, readDer, readSmallInteger } from './der.ts'

export type DigestName = 'sha256' | 'sha384' | 'sha512'
/** `weak`: known, and no longer proof of anything (MD5, SHA-1, RSA under 2048 bits). */
export type ValueJudgement = 'valid' | 'broken' | 'unsupported' | 'weak'

/** Digest algorithms by OID (RFC 5754); `weak` ones are named to be refused by name. */
export function digestOf(oid: string): DigestName | 'weak' | undefined {
  return digests[oid]
}
const digests: Readonly<Record<string, DigestName | 'weak'>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '1.3.14.3.2.26': 'weak',
  '1.2.840.113549.2.5': 'weak',
}

type Scheme = {
  readonly kind: 'rsa' | 'pss' | 'ecdsa' | 'ed25519'
  /** Absent where the caller states the digest (rsaEncryption in CMS) or the scheme has its own. */
  readonly digest?: DigestName | 'weak'
}

const schemes: Readonly<Record<string, Scheme>> = {
  '1.2.840.113549.1.1.1': { kind: 'rsa' },
  '1.2.840.113549.1.1.4': { kind: 'rsa', digest: 'weak' },
  '1.2.840.113549.1.1.5': { kind: 'rsa', digest: 'weak' },
  '1.2.840.113549.1.1.11': { kind: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { kind: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { kind: 'rsa', digest: 'sha512' },
  '1.2.840.113549.1.1.10': { kind: 'pss' },
  '1.2.840.10045.4.1': { kind: 'ecdsa', digest: 'weak' },
  '1.2.840.10045.4.3.2': { kind: 'ecdsa', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { kind: 'ecdsa', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { kind: 'ecdsa', digest: 'sha512' },
  '1.3.101.112': { kind: 'ed25519' },
}

const keyTypes = { rsa: ['rsa'], pss: ['rsa', 'rsa-pss'], ecdsa: ['ec'], ed25519: ['ed25519'] } as const

/**
 * @param stated the digest algorithm that stands beside the signature (CMS); it must agree with the signature's own.
 */
export function judgeValue(
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  signature: Uint8Array,
  key: KeyObject,
  stated?: DigestName,
): ValueJudgement {
  const scheme = schemes[algorithm.oid]
  if (!scheme) return 'unsupported'
  if (scheme.digest === 'weak') return 'weak'
  if (!hasProperParameters(algorithm, scheme)) return 'broken'
  const type = key.asymmetricKeyType ?? ''
  if (!(keyTypes[scheme.kind] as readonly string[]).includes(type)) return 'broken'
  if (type.startsWith('rsa') && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048) return 'weak'
  if (scheme.kind === 'ed25519') return check(null, data, { key }, signature)
  if (scheme.kind === 'pss') {
    const pss = readDer(() => readPss(algorithm.parameters))
    if (!pss.ok || pss.value === undefined) return 'unsupported'
    if (pss.value === 'weak') return 'weak'
    const { digest, saltLength } = pss.value
    if (stated && stated !== digest) return 'broken'
    return check(digest, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature)
  }
  const digest = scheme.digest ?? stated
  if (!digest) return 'unsupported'
  if (stated && stated !== digest) return 'broken'
  return check(digest, data, { key }, signature)
}

/** RSA has NULL or nothing (RFC 4055), ECDSA and Ed25519 nothing (RFC 5758, 8410); PSS is read by itself. */
function hasProperParameters({ parameters }: AlgorithmIdentifier, { kind }: Scheme): boolean {
  if (kind === 'pss' || parameters === undefined) return true
  return kind === 'rsa' && Buffer.compare(parameters, nullValue()) === 0
}

function check(
  digest: DigestName | null,
  data: Uint8Array,
  key: { key: KeyObject; padding?: number; saltLength?: number },
  signature: Uint8Array,
): ValueJudgement {
  try {
    return verify(digest, data, key, signature) ? 'valid' : 'broken'
  } catch {
    return 'broken' // a value that the cryptography refuses to look at
  }
}

const mgf1 = '1.2.840.113549.1.1.8'

/** RSASSA-PSS-params (RFC 4055 3.1): one digest for both uses, the usual trailer. The defaults are SHA-1: weak. */
function readPss(
  parameters: Uint8Array | undefined,
): { readonly digest: DigestName; readonly saltLength: number } | 'weak' | undefined {
  if (!parameters) return 'weak'
  const cursor = cursorOf(onlyNode(parameters))
  const hashNode = cursor.optional(0xa0)
  const maskNode = cursor.optional(0xa1)
  const saltNode = cursor.optional(0xa2)
  const trailerNode = cursor.optional(0xa3)
  cursor.end()
  if (!hashNode || !maskNode) return 'weak'
  const digest = digestOf(readAlgorithm(onlyNode(hashNode.content)).oid)
  const mask = readAlgorithm(onlyNode(maskNode.content))
  if (mask.oid !== mgf1 || !mask.parameters) return undefined
  const maskDigest = digestOf(readAlgorithm(onlyNode(mask.parameters)).oid)
  if (trailerNode && readSmallInteger(onlyNode(trailerNode.content), 1) !== 1)
    throw new MalformedDer('trailer')
  if (digest === 'weak' || maskDigest === 'weak') return 'weak'
  if (!digest || digest !== maskDigest) return undefined
  return { digest, saltLength: saltNode ? readSmallInteger(onlyNode(saltNode.content), 512) : 20 }
}
