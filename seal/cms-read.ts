/**
 * Reads CMS SignedData with one signer (RFC 5652) and judges it against the digest of what it should sign. Strict: DER
 * only, no trailing bytes, every signed attribute once and with one value. Serves PAdES signatures and RFC 3161 tokens.
 * Invariant: `signature: 'valid'` means that the signer's key signed exactly the attributes (or the digest) read here.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { ok, refuse, type Result } from '../core/result.ts'
import { parseCertificate, readAlgorithm, type AlgorithmIdentifier, type Certificate } from './certificate.ts'
import { cmsOids } from './cms.ts'
import {
  childrenOf,
  cursorOf,
  encode,
  MalformedDer,
  nullValue,
  onlyNode,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  tags,
  type DerNode,
} from './der.ts'
import { digestOf, judgeValue, type DigestName, type ValueJudgement } from './signature-algorithm.ts'

/** Bytes of one SignedData; certificates in it. */
export const cmsLimits = { bytes: 4_194_304, certificates: 64 } as const

export type SignedData = {
  /** The type of the content, and the content where it is inside (timestamp tokens). */
  readonly contentType: string
  readonly content?: Uint8Array
  readonly certificates: readonly Certificate[]
  /** How many certificates hold a key of a family that is not known here, and how many are no certificates. */
  readonly foreignCertificates: number
  readonly damagedCertificates: number
  readonly signer: SignerInfo
}

type SignerInfo = {
  readonly identifier: { readonly issuerAndSerial: Uint8Array } | { readonly subjectKeyId: string }
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  /** Raw values by OID; absent where the signature is over the content itself. */
  readonly attributes?: ReadonlyMap<string, Uint8Array>
  /** The bytes that were signed when there are attributes: their DER as a SET. */
  readonly signedBytes?: Uint8Array
  readonly unsigned: ReadonlyMap<string, Uint8Array>
}

export function parseSignedData(der: Uint8Array): Result<SignedData, 'cms-unreadable'> {
  if (der.length > cmsLimits.bytes) return refuse('cms-unreadable', undefined, 'larger than 4 MB')
  const read = readDer(() => readContentInfo(der))
  return read.ok ? ok(read.value) : refuse('cms-unreadable', undefined, read.detail)
}

function readContentInfo(der: Uint8Array): SignedData {
  const outer = cursorOf(onlyNode(der))
  if (readOid(outer.next()) !== cmsOids.signedData) throw new MalformedDer('not signed data')
  const wrapper = outer.next(0xa0)
  outer.end()
  const cursor = cursorOf(onlyNode(wrapper.content))
  const version = readSmallInteger(cursor.next(), 5)
  const digests = childrenOf(cursor.next(tags.set)).map(readAlgorithm)
  const inner = cursorOf(cursor.next())
  const contentType = readOid(inner.next())
  const contentNode = inner.optional(0xa0)
  inner.end()
  const certificateSet = cursor.optional(0xa0)
  cursor.optional(0xa1)
  const signers = childrenOf(cursor.next(tags.set))
  cursor.end()
  const [signerNode] = signers
  if (!signerNode || signers.length !== 1) throw new MalformedDer(`${signers.length} signers`)
  const ders = certificateSet ? childrenOf(certificateSet) : []
  if (ders.length > cmsLimits.certificates) throw new MalformedDer('too many certificates')
  const parsed = ders.map((node) => parseCertificate(node.raw))
  const certificates = parsed.flatMap((one) => (one.ok ? [one.value] : []))
  const foreign = parsed.filter((one) => !one.ok && one.refusal.facts?.['algorithm'] !== undefined).length
  const signer = readSigner(signerNode)
  // RFC 5652 5.1; versions 4 and 5 belong to attribute certificates and foreign revocation data, not read here.
  const plain = contentType === cmsOids.data && 'issuerAndSerial' in signer.identifier
  if (version !== (plain ? 1 : 3)) throw new MalformedDer('version')
  if (digests.length !== 1 || !isPlainDigest(digests[0]) || digests[0]?.oid !== signer.digestAlgorithm.oid)
    throw new MalformedDer('digest algorithms')
  return {
    contentType,
    ...(contentNode ? { content: onlyNode(contentNode.content, tags.octetString).content } : {}),
    certificates,
    foreignCertificates: foreign,
    damagedCertificates: parsed.length - certificates.length - foreign,
    signer,
  }
}

/** Without parameters, or with NULL (RFC 5754 2). */
function isPlainDigest(algorithm: AlgorithmIdentifier | undefined): boolean {
  const parameters = algorithm?.parameters
  return parameters === undefined || Buffer.compare(parameters, nullValue()) === 0
}

function readSigner(node: DerNode): SignerInfo {
  const cursor = cursorOf(node)
  const version = readSmallInteger(cursor.next(), 3)
  const identifierNode = cursor.next()
  const byKey = identifierNode.tag === 0x80
  if (version !== (byKey ? 3 : 1) || (!byKey && identifierNode.tag !== tags.sequence))
    throw new MalformedDer('signer')
  const digestAlgorithm = readAlgorithm(cursor.next())
  if (!isPlainDigest(digestAlgorithm)) throw new MalformedDer('digest algorithm')
  const signedNode = cursor.optional(0xa0)
  const signatureAlgorithm = readAlgorithm(cursor.next())
  const signature = cursor.next(tags.octetString).content
  const unsignedNode = cursor.optional(0xa1)
  cursor.end()
  return {
    identifier: byKey
      ? { subjectKeyId: Buffer.from(identifierNode.content).toString('hex') }
      : { issuerAndSerial: identifierNode.raw },
    digestAlgorithm,
    signatureAlgorithm,
    signature,
    ...(signedNode
      ? { attributes: readAttributes(signedNode), signedBytes: encode(tags.set, signedNode.content) }
      : {}),
    unsigned: unsignedNode ? readAttributes(unsignedNode) : new Map(),
  }
}

/** Attributes with exactly one value each; a type stated twice is refused. */
function readAttributes(node: DerNode): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  for (const one of childrenOf(node)) {
    const cursor = cursorOf(one)
    const type = readOid(cursor.next())
    const values = childrenOf(cursor.next(tags.set))
    cursor.end()
    const [value] = values
    if (!value || values.length !== 1 || found.has(type)) throw new MalformedDer(`attribute ${type}`)
    found.set(type, value.raw)
  }
  return found
}

export type CmsReason =
  | 'signer-certificate-missing'
  | 'signer-certificate-mismatch'
  | 'signature-broken'
  | 'signed-attributes-wrong'
  | 'algorithm-unsupported'
  | 'algorithm-weak'

export type CmsJudgement = {
  readonly signer?: Certificate
  /** Whether the signed digest is the one of the content; absent where the digest algorithm is unknown or weak. */
  readonly digestMatches?: boolean
  readonly signature: 'valid' | 'broken' | 'unsupported'
  /** The signer's claim, from a signed attribute. */
  readonly signingTime?: Date
  readonly reasons: readonly CmsReason[]
}

/**
 * @param digest of what is signed, under the algorithm asked for.
 * @param needsCertificateAttribute CAdES: the signer's certificate must be named by a signed attribute.
 */
export function judgeSignedData(
  data: SignedData,
  digest: (name: DigestName) => Uint8Array,
  needsCertificateAttribute: boolean,
): CmsJudgement {
  const { signer: info } = data
  const signer = findSigner(data)
  const name = digestOf(info.digestAlgorithm.oid)
  const signerPart = signer ? { signer } : {}
  const unsupported = (reason: CmsReason): CmsJudgement => ({
    ...signerPart,
    signature: 'unsupported',
    reasons: [reason],
  })
  if (name === undefined) return unsupported('algorithm-unsupported')
  if (name === 'weak') return unsupported('algorithm-weak')
  const actual = digest(name)
  const attributes = readDer(() => readKnownAttributes(info))
  if (!attributes.ok) return { ...signerPart, signature: 'broken', reasons: ['signed-attributes-wrong'] }
  const { contentType, messageDigest, signingTime, named } = attributes.value
  const timePart = signingTime ? { signingTime } : {}
  if (!signer) {
    const reason = data.foreignCertificates > 0 ? 'algorithm-unsupported' : 'signer-certificate-missing'
    const signature = data.foreignCertificates > 0 ? 'unsupported' : 'broken'
    const matches = messageDigest ? { digestMatches: sameBytes(messageDigest, actual) } : {}
    return { ...matches, ...timePart, signature, reasons: [reason] }
  }
  const reasons = new Set<CmsReason>()
  let value: ValueJudgement
  let digestMatches: boolean
  if (info.signedBytes && messageDigest) {
    digestMatches = sameBytes(messageDigest, actual)
    value = judgeValue(info.signatureAlgorithm, info.signedBytes, info.signature, signer.publicKey, name)
    if (contentType !== data.contentType) reasons.add('signed-attributes-wrong')
  } else {
    // Without attributes the value is over the content, and only a digest of it is at hand: not a CAdES signature.
    return unsupported('algorithm-unsupported')
  }
  if (named ? !names(named, signer) : needsCertificateAttribute) reasons.add('signer-certificate-mismatch')
  if (value === 'broken') reasons.add('signature-broken')
  if (value === 'unsupported') reasons.add('algorithm-unsupported')
  if (value === 'weak') reasons.add('algorithm-weak')
  const broken =
    value === 'broken' || reasons.has('signed-attributes-wrong') || reasons.has('signer-certificate-mismatch')
  const signature = broken ? 'broken' : value === 'valid' ? 'valid' : 'unsupported'
  return { signer, digestMatches, ...timePart, signature, reasons: [...reasons] }
}

function findSigner({ certificates, signer: { identifier } }: SignedData): Certificate | undefined {
  if ('subjectKeyId' in identifier)
    return certificates.find(({ subjectKeyId }) => subjectKeyId === identifier.subjectKeyId)
  return certificates.find(({ issuerName, serialDer }) =>
    sameBytes(identifier.issuerAndSerial, encode(tags.sequence, issuerName.der, serialDer)),
  )
}

type KnownAttributes = {
  readonly contentType?: string
  readonly messageDigest?: Uint8Array
  readonly signingTime?: Date
  readonly named?: NamedCertificate
}

function readKnownAttributes({ attributes }: SignerInfo): KnownAttributes {
  if (!attributes) return {}
  const contentType = attributes.get(cmsOids.contentType)
  const messageDigest = attributes.get(cmsOids.messageDigest)
  const signingTime = attributes.get(cmsOids.signingTime)
  const named = attributes.get(cmsOids.signingCertificateV2) ?? attributes.get(cmsOids.signingCertificate)
  if (!contentType || !messageDigest) throw new MalformedDer('an attribute is missing')
  return {
    contentType: readOid(onlyNode(contentType)),
    messageDigest: onlyNode(messageDigest, tags.octetString).content,
    ...(signingTime ? { signingTime: readTime(onlyNode(signingTime)) } : {}),
    ...(named ? { named: readNamed(named, attributes.has(cmsOids.signingCertificateV2)) } : {}),
  }
}

type NamedCertificate = { readonly hash: DigestName | 'sha1'; readonly value: Uint8Array }

/** The first ESSCertID or ESSCertIDv2 (RFC 5035 3 and 4): the one of the signer. */
function readNamed(der: Uint8Array, second: boolean): NamedCertificate {
  const [list] = childrenOf(onlyNode(der, tags.sequence))
  const [first] = list ? childrenOf(list) : []
  if (!first) throw new MalformedDer('signing certificate')
  const cursor = cursorOf(first)
  const algorithm = second ? cursor.optional(tags.sequence) : undefined
  const value = cursor.next(tags.octetString).content
  if (!second) return { hash: 'sha1', value }
  const hash = algorithm ? digestOf(readAlgorithm(algorithm).oid) : 'sha256'
  if (!hash || hash === 'weak') throw new MalformedDer('digest of the signing certificate')
  return { hash, value }
}

/** SHA-1 only picks out a certificate whose signature is checked by stronger means (old timestamp tokens). */
const names = ({ hash, value }: NamedCertificate, certificate: Certificate): boolean =>
  sameBytes(value, createHash(hash).update(certificate.der).digest())

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)
