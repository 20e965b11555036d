/**
 * Reads X.509 certificates (RFC 5280) strictly: DER only, at most 16 KB, nothing after the certificate.
 * Says what the certificate states; whether to believe it is chain.ts' business.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { ok, refuse, type Result } from '../core/result.ts'
import { readName, type Name } from './certificate-name.ts'
import {
  childrenOf,
  cursorOf,
  MalformedDer,
  onlyNode,
  readBitString,
  readBoolean,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readTime,
  tags,
  type DerNode,
} from './der.ts'
import { sha256 } from './hash.ts'

export const certificateLimit = 16_384

/** RFC 5280 4.2.1.3, in the order of the bits. */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const
export type KeyUsage = (typeof keyUsages)[number]

export type KeyAlgorithm = 'rsa' | 'ec-p256' | 'ec-p384' | 'ec-p521' | 'ed25519' | 'other'

/** An AlgorithmIdentifier: `parameters` is the raw DER, absent where there are none. */
export type AlgorithmIdentifier = { readonly oid: string; readonly parameters?: Uint8Array }

export type Certificate = {
  readonly der: Uint8Array
  /** SHA-256 of `der`, 64 lower-case hex digits. */
  readonly thumbprint: string
  /** RFC 4514 for display: `CN=张三,O=示范省人民政府办公厅,C=CN`. */
  readonly subject: string
  readonly issuer: string
  readonly subjectName: Name
  readonly issuerName: Name
  /** The subject's common name, '' where there is none. */
  readonly commonName: string
  /** Lower-case hex without leading zeros (a minus sign before a negative one). */
  readonly serial: string
  /** The INTEGER as it is encoded. */
  readonly serialDer: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** basicConstraints says cA. */
  readonly isAuthority: boolean
  /** How many authorities may stand between this one and a leaf. */
  readonly pathLength?: number
  /** Empty where the extension is absent; then `restrictsUsage` is false. */
  readonly keyUsage: ReadonlySet<KeyUsage>
  readonly restrictsUsage: boolean
  /** OIDs; empty where the extension is absent. */
  readonly extendedKeyUsage: readonly string[]
  readonly subjectKeyId?: string
  readonly authorityKeyId?: string
  /** OIDs of critical extensions that this reader does not process: such a certificate must not be relied on. */
  readonly criticalUnknown: readonly string[]
  readonly publicKey: KeyObject
  readonly algorithm: KeyAlgorithm
  /** The signed part, with the algorithm and the value of the issuer's signature. */
  readonly signed: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/** Extensions that are processed here or bind nobody who relies on the certificate for a signature. */
const understood = new Set([
  '2.5.29.14', // subjectKeyIdentifier
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.18', // issuerAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies: no policy is asked for
  '2.5.29.33', // policyMappings
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.37', // extKeyUsage
  '1.3.6.1.5.5.7.1.1', // authorityInfoAccess
])

/**
 * @param der one certificate; PEM is `readPem`'s business.
 * @returns `certificate-unreadable` with a `detail` for the log. A key that this platform cannot hold is unreadable too
 *   (`facts.algorithm` names its OID).
 */
export function parseCertificate(der: Uint8Array): Result<Certificate, 'certificate-unreadable'> {
  if (der.length > certificateLimit) return refuse('certificate-unreadable', undefined, 'larger than 16 KB')
  const copy = Uint8Array.from(der)
  const read = readDer(() => readCertificate(copy))
  if (!read.ok) return refuse('certificate-unreadable', undefined, read.detail)
  if (typeof read.value === 'string')
    return refuse('certificate-unreadable', { algorithm: read.value }, 'key algorithm not supported')
  return ok(read.value)
}

function readCertificate(der: Uint8Array): Certificate | string {
  const outer = cursorOf(onlyNode(der))
  const signedNode = outer.next(tags.sequence)
  const signatureAlgorithm = readAlgorithm(outer.next(tags.sequence))
  const signature = wholeBytes(outer.next(tags.bitString))
  outer.end()

  const signed = cursorOf(signedNode)
  const versionNode = signed.optional(0xa0)
  const version = versionNode ? readSmallInteger(onlyNode(versionNode.content), 2) : 0
  const serialNode = signed.next(tags.integer)
  const serial = readInteger(serialNode)
  const inner = readAlgorithm(signed.next(tags.sequence))
  if (!sameAlgorithm(inner, signatureAlgorithm)) throw new MalformedDer('two signature algorithms')
  const issuerName = readName(signed.next())
  const validity = cursorOf(signed.next(tags.sequence))
  const notBefore = readTime(validity.next())
  const notAfter = readTime(validity.next())
  validity.end()
  const subjectName = readName(signed.next())
  const keyNode = signed.next(tags.sequence)
  signed.optional(0x81)
  signed.optional(0x82)
  const extensionsNode = signed.optional(0xa3)
  signed.end()
  if (extensionsNode && version !== 2) throw new MalformedDer('extensions before version 3')

  const extensions = readExtensions(extensionsNode)
  const keyAlgorithm = readOid(cursorOf(cursorOf(keyNode).next(tags.sequence)).next(tags.oid))
  const publicKey = readKey(keyNode.raw)
  if (!publicKey) return keyAlgorithm
  return {
    der,
    thumbprint: sha256(der),
    subject: subjectName.display,
    issuer: issuerName.display,
    subjectName,
    issuerName,
    commonName: subjectName.commonName,
    serial: serial.toString(16),
    serialDer: serialNode.raw,
    notBefore,
    notAfter,
    ...extensions,
    publicKey,
    algorithm: algorithmOf(publicKey),
    signed: signedNode.raw,
    signatureAlgorithm,
    signature,
  }
}

export function readAlgorithm(node: DerNode): AlgorithmIdentifier {
  const cursor = cursorOf(node)
  const name = readOid(cursor.next(tags.oid))
  const [, parameters] = childrenOf(node)
  if (!parameters) return { oid: name }
  cursor.next()
  cursor.end()
  return { oid: name, parameters: parameters.raw }
}

function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  const bytes = (one: AlgorithmIdentifier) => one.parameters ?? new Uint8Array()
  return a.oid === b.oid && Buffer.compare(bytes(a), bytes(b)) === 0
}

/** No signature has odd bits: such a value is kept as an empty, thus broken, one. */
function wholeBytes(node: DerNode): Uint8Array {
  const { bytes, unused } = readBitString(node)
  return unused === 0 ? bytes : new Uint8Array()
}

function readKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

function algorithmOf(key: KeyObject): KeyAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return 'rsa'
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  if (key.asymmetricKeyType !== 'ec') return 'other'
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (curve === 'prime256v1') return 'ec-p256'
  if (curve === 'secp384r1') return 'ec-p384'
  return curve === 'secp521r1' ? 'ec-p521' : 'other'
}

type Extensions = Pick<
  Certificate,
  | 'isAuthority'
  | 'pathLength'
  | 'keyUsage'
  | 'restrictsUsage'
  | 'extendedKeyUsage'
  | 'subjectKeyId'
  | 'authorityKeyId'
  | 'criticalUnknown'
>

function readExtensions(wrapper: DerNode | undefined): Extensions {
  let found: Extensions = {
    isAuthority: false,
    keyUsage: new Set(),
    restrictsUsage: false,
    extendedKeyUsage: [],
    criticalUnknown: [],
  }
  if (!wrapper) return found
  const seen = new Set<string>()
  for (const node of childrenOf(onlyNode(wrapper.content, tags.sequence))) {
    const cursor = cursorOf(node)
    const name = readOid(cursor.next(tags.oid))
    const criticalNode = cursor.optional(tags.boolean)
    const critical = criticalNode ? readBoolean(criticalNode) : false
    const value = cursor.next(tags.octetString).content
    cursor.end()
    if (seen.has(name)) throw new MalformedDer('extension stated twice')
    seen.add(name)
    if (critical && !understood.has(name))
      found = { ...found, criticalUnknown: [...found.criticalUnknown, name] }
    else if (name === '2.5.29.19') found = { ...found, ...readBasicConstraints(value) }
    else if (name === '2.5.29.15')
      found = { ...found, keyUsage: readKeyUsage(onlyNode(value)), restrictsUsage: true }
    else if (name === '2.5.29.37')
      found = { ...found, extendedKeyUsage: childrenOf(onlyNode(value, tags.sequence)).map(readOid) }
    else if (name === '2.5.29.14')
      found = { ...found, subjectKeyId: hex(onlyNode(value, tags.octetString).content) }
    else if (name === '2.5.29.35') {
      const id = cursorOf(onlyNode(value)).optional(0x80)
      if (id) found = { ...found, authorityKeyId: hex(id.content) }
    }
    // Name and policy constraints bind even where somebody forgot to mark them critical.
    else if (['2.5.29.30', '2.5.29.36', '2.5.29.54'].includes(name))
      found = { ...found, criticalUnknown: [...found.criticalUnknown, name] }
  }
  return found
}

function readBasicConstraints(value: Uint8Array): Pick<Certificate, 'isAuthority' | 'pathLength'> {
  const cursor = cursorOf(onlyNode(value))
  const authority = cursor.optional(tags.boolean)
  const length = cursor.optional(tags.integer)
  cursor.end()
  const isAuthority = authority ? readBoolean(authority) : false
  return { isAuthority, ...(length ? { pathLength: readSmallInteger(length, 1_000) } : {}) }
}

function readKeyUsage(node: DerNode): ReadonlySet<KeyUsage> {
  const { bytes } = readBitString(node)
  return new Set(keyUsages.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0))
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The certificates in a PEM text, as DER; text around the blocks is ignored. At most 1,000 blocks. */
export function readPem(text: string): readonly Uint8Array[] {
  const blocks = text.matchAll(
    /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,40000})-----END CERTIFICATE-----/g,
  )
  return [...blocks.take(1_000)].map((block) => Uint8Array.from(Buffer.from(block[1] ?? '', 'base64')))
}
