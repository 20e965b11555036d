/**
 * Reads PKCS #12 files (RFC 7292) as certificate authorities really issue them: BER, AES, but also 3DES and RC2.
 * node-forge brings the old algorithms; Electron's cryptography has none of them. Keys and certificates come out as
 * the bytes that are in the file: forge's own certificate objects would spoil Chinese names.
 *
 * Bounded: one megabyte, a fixed number of elements, and no more rounds of key derivation than a person can wait for.
 */
import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import type { Decipheriv } from 'node:crypto'
import forge from 'node-forge'
import type { asn1 as asn1Types } from 'node-forge'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'

export const pkcs12Limits = { bytes: 1024 * 1024, iterations: 600_000, bags: 64 } as const

/** DER of the private keys (PKCS #8) and of the certificates, in the file's order. Wipe the keys after use. */
export type Pkcs12Contents = {
  readonly privateKeys: readonly Buffer[]
  readonly certificates: readonly Buffer[]
}
/** `mac-wrong`: another PIN, or a file that was changed; nobody can tell these two apart from the file alone. */
export type Pkcs12Refusal = 'mac-wrong' | 'unreadable'

const { asn1 } = forge
type Node = asn1Types.Asn1

const data = '1.2.840.113549.1.7.1'
const encryptedData = '1.2.840.113549.1.7.6'
const bagTypes = '1.2.840.113549.1.12.10.1.'
const x509Certificate = '1.2.840.113549.1.9.22.1'
const macHashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

const pbes2 = '1.2.840.113549.1.5.13'
const pbkdf2 = '1.2.840.113549.1.5.12'
const hmacHashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}
const aesBits: Readonly<Record<string, 128 | 192 | 256>> = {
  '2.16.840.1.101.3.4.1.2': 128,
  '2.16.840.1.101.3.4.1.22': 192,
  '2.16.840.1.101.3.4.1.42': 256,
}

/** What forge has but its type declarations do not. */
const { pbe } = forge.pki as unknown as {
  readonly pbe: { getCipher(oid: string, parameters: Node, pin: string): forge.cipher.BlockCipher }
}

class Unreadable extends Error {}
class MacWrong extends Error {}

export function readPkcs12(bytes: Uint8Array, pin: string): Result<Pkcs12Contents, Pkcs12Refusal> {
  if (bytes.length > pkcs12Limits.bytes) return refuse('unreadable', undefined, 'larger than 1 MB')
  try {
    return ok(read(bytes, pin))
  } catch (error) {
    if (error instanceof MacWrong) return refuse('mac-wrong')
    // forge reports every malformed structure by throwing.
    return refuse('unreadable', undefined, error instanceof Error ? error.message : String(error))
  }
}

function read(bytes: Uint8Array, pin: string): Pkcs12Contents {
  const [, authSafe, macData] = children(parse(Buffer.from(bytes).toString('latin1')))
  const content = contentOf(authSafe, data)
  if (!macData) throw new Unreadable('no MAC')
  checkMac(content, macData, pin)

  const privateKeys: Buffer[] = []
  const certificates: Buffer[] = []
  const safes = children(parse(content)).map((info) => {
    const type = oidOf(children(info)[0])
    return type === encryptedData ? decryptSafe(info, pin) : contentOf(info, data)
  })
  const readSafe = (safe: string, depth: number): void => {
    for (const bag of children(parse(safe))) {
      const [typeNode, wrapped] = children(bag)
      const value = inside(wrapped)
      const type = oidOf(typeNode)
      if (privateKeys.length + certificates.length >= pkcs12Limits.bags) throw new Unreadable('too many bags')
      if (type === `${bagTypes}1`) privateKeys.push(derOf(value))
      else if (type === `${bagTypes}2`) privateKeys.push(decryptKey(value, pin))
      else if (type === `${bagTypes}3`) {
        const [kind, certificate] = children(value)
        if (oidOf(kind) === x509Certificate) {
          certificates.push(Buffer.from(octets(inside(certificate)), 'latin1'))
        }
      } else if (type === `${bagTypes}6` && depth < 4) readSafe(derOf(value).toString('latin1'), depth + 1)
    }
  }
  for (const safe of safes) readSafe(safe, 0)
  return { privateKeys, certificates }
}

function checkMac(content: string, macData: Node, pin: string): void {
  const [digestInfo, saltNode, iterationsNode] = children(macData)
  const [algorithm, digestNode] = children(digestInfo)
  const hash = macHashes[oidOf(children(algorithm)[0])]
  if (!hash) throw new Unreadable('MAC algorithm')
  const iterations = iterationsNode ? integer(iterationsNode) : 1
  if (iterations < 1 || iterations > pkcs12Limits.iterations) throw new Unreadable('MAC iterations')
  const digest = Buffer.from(octets(digestNode), 'latin1')
  const md = forge.md[hash as 'sha1'].create()
  const salt = forge.util.createBuffer(octets(saltNode))
  const key = forge.pkcs12.generateKey(pin, salt, 3, iterations, md.digestLength, md).getBytes()
  const own = createHmac(hash, Buffer.from(key, 'latin1')).update(Buffer.from(content, 'latin1')).digest()
  if (digest.length !== own.length || !timingSafeEqual(digest, own)) throw new MacWrong()
}

/** EncryptedContentInfo of an EncryptedData. */
function decryptSafe(info: Node, pin: string): string {
  const [, encryptedInfo] = children(inside(children(info)[1]))
  const [, algorithm, encrypted] = children(encryptedInfo)
  return decrypt(algorithm, octets(encrypted), pin)
}

function decryptKey(encryptedKey: Node | undefined, pin: string): Buffer {
  const [algorithm, encrypted] = children(encryptedKey)
  return Buffer.from(decrypt(algorithm, octets(encrypted), pin), 'latin1')
}

function decrypt(algorithm: Node | undefined, encrypted: string, pin: string): string {
  const [typeNode, parameters] = children(algorithm)
  if (!parameters || largestInteger(parameters) > pkcs12Limits.iterations) throw new Unreadable('iterations')
  const type = oidOf(typeNode)
  const current = type === pbes2 ? currentCipher(parameters, pin) : undefined
  if (current) {
    return Buffer.concat([current.update(Buffer.from(encrypted, 'latin1')), current.final()]).toString(
      'latin1',
    )
  }
  const cipher = pbe.getCipher(type, parameters, pin)
  cipher.update(forge.util.createBuffer(encrypted))
  if (!cipher.finish()) throw new Unreadable('padding')
  return cipher.output.getBytes()
}

/** PBES2 with PBKDF2 and AES (RFC 8018), which needs no forge and is then a hundred times faster. */
function currentCipher(parameters: Node, pin: string): Decipheriv | undefined {
  const [derivation, encryption] = children(parameters)
  const [derivationType, derivationParameters] = children(derivation)
  const [encryptionType, iv] = children(encryption)
  const [salt, iterations, ...optional] = children(derivationParameters)
  const bits = aesBits[oidOf(encryptionType)]
  const functionNode = optional.find((node) => node.type === asn1.Type.SEQUENCE)
  const hash = functionNode ? hmacHashes[oidOf(children(functionNode)[0])] : 'sha1'
  if (oidOf(derivationType) !== pbkdf2 || !bits || !hash || !iterations) return undefined
  const saltBytes = Buffer.from(octets(salt), 'latin1')
  const key = pbkdf2Sync(pin, saltBytes, integer(iterations), bits / 8, hash)
  return createDecipheriv(`aes-${bits}-cbc`, key, Buffer.from(octets(iv), 'latin1'))
}

/** Rounds are the largest number among the parameters of a password-based algorithm. */
function largestInteger(node: Node): number {
  if (Array.isArray(node.value)) return Math.max(0, ...node.value.map(largestInteger))
  return node.tagClass === asn1.Class.UNIVERSAL && node.type === asn1.Type.INTEGER ? integer(node) : 0
}

const parse = (text: string): Node => asn1.fromDer(text, { strict: true, decodeBitStrings: false } as never)

/** The elements of a SEQUENCE. */
const children = (node: Node | undefined): Node[] =>
  elements(node, (each) => each.tagClass === asn1.Class.UNIVERSAL && each.type === asn1.Type.SEQUENCE)

/** The one element inside of [0] EXPLICIT. */
function inside(node: Node | undefined): Node {
  const [only, ...more] = elements(node, isContext0)
  if (!only || more.length > 0) throw new Unreadable('structure')
  return only
}

function elements(node: Node | undefined, right: (node: Node) => boolean): Node[] {
  if (!node || !right(node) || !Array.isArray(node.value)) throw new Unreadable('structure')
  return node.value
}

const isContext0 = (node: Node): boolean =>
  node.tagClass === asn1.Class.CONTEXT_SPECIFIC && Number(node.type) === 0

function oidOf(node: Node | undefined): string {
  const right = node?.tagClass === asn1.Class.UNIVERSAL && node.type === asn1.Type.OID
  if (!right || typeof node.value !== 'string') throw new Unreadable('object identifier')
  return asn1.derToOid(node.value)
}

function integer(node: Node): number {
  if (typeof node.value !== 'string' || node.value.length > 5) return Number.POSITIVE_INFINITY
  return [...node.value].reduce((sum, byte) => sum * 256 + byte.charCodeAt(0), 0)
}

/** The bytes of an OCTET STRING, also of one in pieces (BER). */
function octets(node: Node | undefined): string {
  const universal = node?.tagClass === asn1.Class.UNIVERSAL && node.type === asn1.Type.OCTETSTRING
  if (!node || !(universal || isContext0(node))) throw new Unreadable('octets')
  return typeof node.value === 'string' ? node.value : node.value.map(octets).join('')
}

/** The octets inside a ContentInfo of the type. */
function contentOf(info: Node | undefined, type: string): string {
  const [typeNode, wrapped] = children(info)
  if (oidOf(typeNode) !== type) throw new Unreadable('content type')
  return octets(inside(wrapped))
}

function derOf(node: Node | undefined): Buffer {
  if (!node) throw new Unreadable('structure')
  return Buffer.from(asn1.toDer(node).getBytes(), 'latin1')
}
