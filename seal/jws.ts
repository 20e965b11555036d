/**
 * Signed statements: JSON Web Signature, compact form (RFC 7515), as narrow as the product needs it. One header
 * shape, two algorithms, no extensions: what the format would allow beyond that is refused, not interpreted.
 * Whether the signer may be believed is not decided here (directory and chain do that).
 *
 * Invariant: the bytes that were received are the bytes that are hashed and verified; nothing is serialised again.
 */
import { createHash, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import type { Thumbprint } from '../core/act/identifiers.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'

export const jwsAlgorithms = ['ES256', 'RS256'] as const
export type JwsAlgorithm = (typeof jwsAlgorithms)[number]

/** Somebody's signing key: a file's, or a token's that never leaves it. */
export type Signer = {
  readonly algorithm: JwsAlgorithm
  /** Of the signing certificate: hex SHA-256 of its DER. In the header it stands in base64url (RFC 7515, 4.1.8). */
  readonly thumbprint: Thumbprint
  /** ES256: 64 bytes r || s (RFC 7518, 3.4). RS256: PKCS #1 v1.5. Both hash `data` with SHA-256. */
  sign(data: Uint8Array): Promise<Uint8Array>
}

export type JwsHeader = { readonly alg: JwsAlgorithm; readonly typ: string }

export type ParsedJws = {
  readonly header: JwsHeader
  /** Of the signer's certificate, hex. */
  readonly thumbprint: Thumbprint
  readonly payload: Uint8Array
  /** ASCII of header and payload as received: what is hashed and signed. */
  readonly signingInput: Uint8Array
  readonly signature: Uint8Array
}

export type JwsRefusal =
  'jws-too-large' | 'jws-malformed' | 'jws-algorithm-not-allowed' | 'jws-type-unexpected'
export type JwsSignatureRefusal = 'jws-key-unsuitable' | 'jws-signature-wrong'

/** Canonical JSON (RFC 8785) of exactly these members: `crit`, `b64`, doubled or unknown members do not match. */
const headerForm =
  /^\{"alg":"([^"\\]{1,32})","typ":"([a-z0-9.+/-]{1,64})","x5t#S256":"([A-Za-z0-9_-]{43})"\}$/
const maxHeaderLength = 300

/** Signs `payload` as it is. `typ` names the kind of statement, so that one kind can never pass for another. */
export async function signJws(statement: {
  readonly payload: Uint8Array | string
  readonly typ: string
  readonly key: Signer
}): Promise<string> {
  const { key, typ } = statement
  const x5t = Buffer.from(key.thumbprint, 'hex').toString('base64url')
  const header = `{"alg":"${key.algorithm}","typ":"${typ}","x5t#S256":"${x5t}"}`
  if (!headerForm.test(header)) throw new Error(`not a header of ours: ${header}`)
  const payload =
    typeof statement.payload === 'string'
      ? Buffer.from(statement.payload).toString('base64url')
      : encodeBase64url(statement.payload)
  const signingInput = `${Buffer.from(header).toString('base64url')}.${payload}`
  const signature = await key.sign(Buffer.from(signingInput, 'latin1'))
  return `${signingInput}.${encodeBase64url(signature)}`
}

/** Takes a compact JWS apart without believing it: nothing is verified yet. `maxBytes` bounds the whole text. */
export function parseJws(
  text: string,
  expected: { readonly typ: string; readonly maxBytes: number },
): Result<ParsedJws, JwsRefusal> {
  if (text.length > expected.maxBytes) return refuse('jws-too-large', { limit: expected.maxBytes })
  const firstDot = text.indexOf('.')
  const secondDot = text.indexOf('.', firstDot + 1)
  if (firstDot < 1 || secondDot < 0 || firstDot > maxHeaderLength) return refuse('jws-malformed')
  const headerBytes = decodeBase64url(text.slice(0, firstDot))
  const payload = decodeBase64url(text.slice(firstDot + 1, secondDot))
  const signature = decodeBase64url(text.slice(secondDot + 1))
  if (!headerBytes || !payload || !signature) return refuse('jws-malformed', undefined, 'base64url')
  const header = headerForm.exec(Buffer.from(headerBytes).toString('latin1'))
  if (!header) return refuse('jws-malformed', undefined, 'protected header')
  const [, alg, typ, x5t] = header as unknown as [string, string, string, string]
  if (!isAllowed(alg)) return refuse('jws-algorithm-not-allowed', { algorithm: alg })
  if (typ !== expected.typ) return refuse('jws-type-unexpected', { type: typ, expected: expected.typ })
  const digest = decodeBase64url(x5t)
  if (!digest) return refuse('jws-malformed', undefined, 'thumbprint')
  const thumbprint = Buffer.from(digest).toString('hex')
  const signingInput = Buffer.from(text.slice(0, secondDot), 'latin1')
  return ok({ header: { alg, typ }, thumbprint, payload, signingInput, signature })
}

const isAllowed = (alg: string): alg is JwsAlgorithm => (jwsAlgorithms as readonly string[]).includes(alg)

/** Verifies with the key of the certificate that the header names; the caller has looked it up and judged it. */
export function verifyJws(jws: ParsedJws, publicKey: KeyObject): Result<true, JwsSignatureRefusal> {
  if (algorithmOf(publicKey) !== jws.header.alg) {
    return refuse('jws-key-unsuitable', { algorithm: jws.header.alg })
  }
  const good =
    jws.header.alg === 'ES256'
      ? jws.signature.length === 64 &&
        verifyBytes('sha256', jws.signingInput, { key: publicKey, dsaEncoding: 'ieee-p1363' }, jws.signature)
      : verifyBytes('sha256', jws.signingInput, publicKey, jws.signature)
  return good ? ok(true) : refuse('jws-signature-wrong')
}

/** The identity of a signed statement: hex SHA-256 of its signing input (design: "An act's id"). */
export const jwsId = (jws: Pick<ParsedJws, 'signingInput'>): string =>
  createHash('sha256').update(jws.signingInput).digest('hex')

/** A signer over a private key held in memory. Throws for a key that no allowed algorithm fits. */
export function keySigner(privateKey: KeyObject, thumbprint: Thumbprint): Signer {
  const algorithm = algorithmOf(privateKey)
  if (!algorithm || privateKey.type !== 'private') throw new Error('no signing key of an allowed kind')
  const key = algorithm === 'ES256' ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const } : privateKey
  return { algorithm, thumbprint, sign: async (data) => signBytes('sha256', data, key) }
}

/** The one algorithm a key is used with: P-256 with ES256, RSA of at least 2048 bits with RS256. */
export function algorithmOf(key: KeyObject): JwsAlgorithm | undefined {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return 'ES256'
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return 'RS256'
  return undefined
}
