/**
 * CMS SignedData (RFC 5652) with the attributes of CAdES baseline B-B as PAdES uses them (ETSI EN 319 122-1, 319 142-1):
 * written here, read in cms-read.ts. The private key stays with the caller: a callback signs.
 * Non-goals: enveloped data, several signers, embedded revocation data. The signing time is not an attribute: in PAdES
 * the signature dictionary's /M carries it (EN 319 142-1 5.3).
 */
import { createHash } from 'node:crypto'
import type { Certificate } from './certificate.ts'
import { encode, nullValue, octetString, oid, sequence, setOf, smallInteger } from './der.ts'

export const cmsOids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
} as const

const sha256Oid = '2.16.840.1.101.3.4.2.1'

/**
 * Signs `input` with SHA-256: RSA PKCS #1 v1.5, or ECDSA with the value as DER SEQUENCE{r,s}, as the certificate's key
 * demands. Hashing is the callback's part (`crypto.sign('sha256', input, key)`).
 */
export type SignBytes = (input: Uint8Array) => Promise<Uint8Array>

export type DetachedSignature = {
  readonly certificate: Certificate
  /** Intermediates to carry along, without the anchor. */
  readonly chain: readonly Certificate[]
  /** SHA-256 of the signed bytes. */
  readonly digest: Uint8Array
  readonly sign: SignBytes
}

/** Key algorithms that `signDetached` knows. */
export const canSignWith = ({ algorithm }: Certificate): boolean =>
  algorithm === 'rsa' || algorithm === 'ec-p256'

/** The DER of a ContentInfo with a detached SignedData. The caller has asked `canSignWith`. */
export async function signDetached({
  certificate,
  chain,
  digest,
  sign,
}: DetachedSignature): Promise<Uint8Array> {
  const digestAlgorithm = sequence(oid(sha256Oid))
  const attributes = [
    attribute(cmsOids.contentType, oid(cmsOids.data)),
    attribute(cmsOids.messageDigest, octetString(digest)),
    attribute(cmsOids.signingCertificateV2, signingCertificateV2(certificate)),
  ]
  const signed = setOf(...attributes)
  const value = await sign(signed)
  const issuerAndSerial = issuerAndSerialOf(certificate)
  const signatureAlgorithm =
    certificate.algorithm === 'rsa'
      ? sequence(oid('1.2.840.113549.1.1.11'), nullValue())
      : sequence(oid('1.2.840.10045.4.3.2'))
  const signerInfo = sequence(
    smallInteger(1),
    issuerAndSerial,
    digestAlgorithm,
    retag(0xa0, signed),
    signatureAlgorithm,
    octetString(value),
  )
  const certificates = [certificate, ...chain].map(({ der }) => der)
  const signedData = sequence(
    smallInteger(1),
    setOf(digestAlgorithm),
    sequence(oid(cmsOids.data)),
    retag(0xa0, setOf(...certificates)),
    setOf(signerInfo),
  )
  return sequence(oid(cmsOids.signedData), encode(0xa0, signedData))
}

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value))

/** IMPLICIT tagging: the first octet is replaced. */
function retag(tag: number, der: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(der)
  copy[0] = tag
  return copy
}

/** RFC 5035: ESSCertIDv2 with the default SHA-256, without issuerSerial (EN 319 122-1 5.2.2.3 leaves it out). */
function signingCertificateV2({ der }: Certificate): Uint8Array {
  const hash = createHash('sha256').update(der).digest()
  return sequence(sequence(sequence(octetString(hash))))
}

/** The name and number exactly as the certificate encodes them. */
function issuerAndSerialOf(certificate: Certificate): Uint8Array {
  return sequence(certificate.issuerName.der, certificate.serialDer)
}
