/**
 * Writes PKCS #12 files (RFC 7292) as current certificate authorities do: keys and certificates under PBES2 with
 * AES-256-CBC and PBKDF2-HMAC-SHA-256, the whole under a MAC with SHA-256. Reading is main/keys' work.
 */
import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { encode, nullValue, octetString, oid, sequence, setOf, smallInteger, tags } from '../seal/der.ts'

export type Pkcs12Entry = {
  /** Shown by programs that list the file. */
  readonly friendlyName: string
  readonly certificate: Uint8Array
  readonly privateKey: KeyObject
}

const iterations = 10_000
/** The MAC's derivation is slow in JavaScript readers; 2048 is what openssl writes. */
const macIterations = 2048

const oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const

/** The bytes of a file that holds the entries and the issuing certificates, under one PIN. */
export function writePkcs12(
  entries: readonly Pkcs12Entry[],
  issuers: readonly Uint8Array[],
  pin: string,
): Buffer {
  const keyBags = entries.map((entry) => {
    const pkcs8 = entry.privateKey.export({ format: 'der', type: 'pkcs8' })
    const { algorithm, ciphertext } = encrypt(pkcs8, pin)
    pkcs8.fill(0)
    return bag(oids.shroudedKeyBag, sequence(algorithm, octetString(ciphertext)), attributesOf(entry))
  })
  const certificateBags = [
    ...entries.map((entry) => bag(oids.certBag, certificateValue(entry.certificate), attributesOf(entry))),
    ...issuers.map((der) => bag(oids.certBag, certificateValue(der))),
  ]
  const authenticatedSafe = sequence(
    sequence(oid(oids.data), encode(0xa0, octetString(sequence(...keyBags)))),
    sequence(oid(oids.encryptedData), encode(0xa0, encryptedData(sequence(...certificateBags), pin))),
  )
  return Buffer.from(
    sequence(
      smallInteger(3),
      sequence(oid(oids.data), encode(0xa0, octetString(authenticatedSafe))),
      mac(authenticatedSafe, pin),
    ),
  )
}

const bag = (type: string, value: Uint8Array, attributes?: Uint8Array): Uint8Array =>
  sequence(oid(type), encode(0xa0, value), ...(attributes ? [attributes] : []))

const certificateValue = (der: Uint8Array): Uint8Array =>
  sequence(oid(oids.x509Certificate), encode(0xa0, octetString(der)))

/** Key and certificate are matched by localKeyId. */
function attributesOf({ friendlyName, certificate }: Pkcs12Entry): Uint8Array {
  const keyId = createHash('sha1').update(certificate).digest()
  const attribute = (type: string, value: Uint8Array) => sequence(oid(type), encode(tags.set, value))
  return setOf(
    attribute(oids.friendlyName, encode(0x1e, wide(friendlyName))),
    attribute(oids.localKeyId, octetString(keyId)),
  )
}

function encryptedData(content: Uint8Array, pin: string): Uint8Array {
  const { algorithm, ciphertext } = encrypt(content, pin)
  return sequence(smallInteger(0), sequence(oid(oids.data), algorithm, encode(0x80, ciphertext)))
}

/** PBES2 (RFC 8018, 6.2). */
function encrypt(content: Uint8Array, pin: string): { algorithm: Uint8Array; ciphertext: Uint8Array } {
  const salt = randomBytes(16)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(pin, salt, iterations, 32, 'sha256'), iv)
  const derivation = sequence(
    oid(oids.pbkdf2),
    sequence(octetString(salt), positiveInteger(iterations), sequence(oid(oids.hmacWithSha256), nullValue())),
  )
  return {
    algorithm: sequence(
      oid(oids.pbes2),
      sequence(derivation, sequence(oid(oids.aes256Cbc), octetString(iv))),
    ),
    ciphertext: Buffer.concat([cipher.update(content), cipher.final()]),
  }
}

function mac(content: Uint8Array, pin: string): Uint8Array {
  const salt = randomBytes(16)
  const digest = createHmac('sha256', macKey(pin, salt)).update(content).digest()
  return sequence(
    sequence(sequence(oid(oids.sha256), nullValue()), octetString(digest)),
    octetString(salt),
    positiveInteger(macIterations),
  )
}

/** RFC 7292, appendix B with ID 3: one round of SHA-256 gives the 32 bytes. */
function macKey(pin: string, salt: Uint8Array): Buffer {
  const block = 64
  const fill = (bytes: Uint8Array) =>
    Buffer.from(
      Array.from({ length: block * Math.ceil(bytes.length / block) }, (_, at) => bytes[at % bytes.length]!),
    )
  const password = Buffer.concat([wide(pin), Buffer.alloc(2)])
  let key = Buffer.concat([Buffer.alloc(block, 3), fill(salt), fill(password)])
  for (let round = 0; round < macIterations; round++) key = createHash('sha256').update(key).digest()
  return key
}

/** BMPString: UTF-16, big endian. */
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

function positiveInteger(value: number): Uint8Array {
  const digits = value.toString(16)
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex')
  return encode(tags.integer, bytes[0]! >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)
}
