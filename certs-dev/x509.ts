/**
 * Writes X.509 certificates (RFC 5280) for development: names in Chinese, the development policy in every one.
 * Not a certificate authority: no requests, no revocation, no register. seal/certificate.ts reads what this writes.
 */
import { createHash, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { encode, nullValue, octetString, oid, sequence, smallInteger, tags } from '../seal/der.ts'
import { developmentPolicy } from '../seal/development.ts'

export type Subject = { readonly commonName: string; readonly unit?: string; readonly organization: string }

/** What a certificate is for; decides key usage, extended key usage and basic constraints. */
export type Profile =
  'root' | 'intermediate' | 'server' | 'device' | 'signing' | 'encryption' | 'seal' | 'timestamp'

export type Issuer = {
  readonly subject: Subject
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export type CertificateRequest = {
  readonly profile: Profile
  readonly subject: Subject
  readonly publicKey: KeyObject
  readonly issuer: Issuer
  readonly notBefore: Date
  readonly notAfter: Date
  /** DNS names and IP addresses of a server. */
  readonly names?: readonly string[]
}

/** Bits of keyUsage from the left (RFC 5280, 4.2.1.3). */
const usage = { digitalSignature: 0, nonRepudiation: 1, keyAgreement: 4, keyCertSign: 5, cRLSign: 6 } as const
const serverAuthentication = '1.3.6.1.5.5.7.3.1'
const clientAuthentication = '1.3.6.1.5.5.7.3.2'
const timeStamping = '1.3.6.1.5.5.7.3.8'

type Rules = {
  readonly usage: readonly (keyof typeof usage)[]
  readonly extended?: string
  readonly extendedCritical?: boolean
  /** The path length of an authority. */
  readonly authority?: number
}
const rulesOf: Record<Profile, Rules> = {
  root: { usage: ['keyCertSign', 'cRLSign'], authority: 1 },
  intermediate: { usage: ['keyCertSign', 'cRLSign'], authority: 0 },
  server: { usage: ['digitalSignature'], extended: serverAuthentication },
  device: { usage: ['digitalSignature'], extended: clientAuthentication },
  signing: { usage: ['digitalSignature', 'nonRepudiation'] },
  encryption: { usage: ['keyAgreement'] },
  seal: { usage: ['digitalSignature', 'nonRepudiation'] },
  timestamp: {
    usage: ['digitalSignature', 'nonRepudiation'],
    extended: timeStamping,
    extendedCritical: true,
  },
}

/** The DER of a certificate signed by the issuer (ECDSA or RSA with SHA-256, after the issuer's key). */
export function issueCertificate(request: CertificateRequest): Buffer {
  const algorithm = signatureAlgorithm(request.issuer.privateKey)
  const toBeSigned = sequence(
    encode(0xa0, smallInteger(2)),
    encode(tags.integer, serialNumber()),
    algorithm,
    name(request.issuer.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    name(request.subject),
    spkiOf(request.publicKey),
    encode(0xa3, sequence(...extensions(request))),
  )
  const signature = sign('sha256', toBeSigned, request.issuer.privateKey)
  return Buffer.from(sequence(toBeSigned, algorithm, encode(tags.bitString, Uint8Array.of(0), signature)))
}

function extensions({ profile, publicKey, issuer, names }: CertificateRequest): Uint8Array[] {
  const rules = rulesOf[profile]
  const list: Uint8Array[] = []
  if (rules.authority !== undefined) {
    const constraints = sequence(encode(tags.boolean, Uint8Array.of(0xff)), smallInteger(rules.authority))
    list.push(extension('2.5.29.19', constraints, true))
  }
  list.push(extension('2.5.29.15', usageBits(rules.usage), true))
  if (rules.extended) {
    list.push(extension('2.5.29.37', sequence(oid(rules.extended)), rules.extendedCritical))
  }
  if (names) list.push(extension('2.5.29.17', sequence(...names.map(alternativeName))))
  list.push(extension('2.5.29.32', sequence(sequence(oid(developmentPolicy)))))
  list.push(extension('2.5.29.14', octetString(keyIdentifier(publicKey))))
  list.push(extension('2.5.29.35', sequence(encode(0x80, keyIdentifier(issuer.publicKey)))))
  return list
}

const extension = (type: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(type), ...(critical ? [encode(tags.boolean, Uint8Array.of(0xff))] : []), octetString(value))

function usageBits(names: readonly (keyof typeof usage)[]): Uint8Array {
  const bits = names.reduce((sum, each) => sum | (0x80 >> usage[each]), 0)
  const unused = Math.max(0, 7 - Math.max(...names.map((each) => usage[each])))
  return encode(tags.bitString, Uint8Array.of(unused, bits))
}

function alternativeName(text: string): Uint8Array {
  if (isIPv4(text)) return encode(0x87, Uint8Array.from(text.split('.').map(Number)))
  if (isIPv6(text)) {
    if (text !== '::1') throw new Error(`only ::1 is written: ${text}`)
    return encode(0x87, Buffer.concat([Buffer.alloc(15), Buffer.of(1)]))
  }
  return encode(0x82, Buffer.from(text, 'latin1'))
}

function name(subject: Subject): Uint8Array {
  const element = (type: string, value: Uint8Array) => encode(tags.set, sequence(oid(type), value))
  const text = (value: string) => encode(tags.utf8String, Buffer.from(value))
  return sequence(
    element('2.5.4.6', encode(tags.printableString, Buffer.from('CN'))),
    element('2.5.4.10', text(subject.organization)),
    ...(subject.unit === undefined ? [] : [element('2.5.4.11', text(subject.unit))]),
    element('2.5.4.3', text(subject.commonName)),
  )
}

/** RFC 5280, 4.1.2.5: UTCTime up to 2049. */
function time(date: Date): Uint8Array {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '')
  return date.getUTCFullYear() < 2050
    ? encode(tags.utcTime, Buffer.from(digits.slice(2)))
    : encode(tags.generalizedTime, Buffer.from(digits))
}

/** 16 random bytes, positive and without a leading zero. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes
}

function signatureAlgorithm(key: KeyObject): Uint8Array {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(oid('1.2.840.113549.1.1.11'), nullValue())
    : sequence(oid('1.2.840.10045.4.3.2'))
}

const spkiOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })
const keyIdentifier = (key: KeyObject): Buffer =>
  createHash('sha256').update(spkiOf(key)).digest().subarray(0, 20)

/** PEM with the label CERTIFICATE. */
export const certificatePem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`
