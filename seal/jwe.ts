/**
 * Encryption to several recipients: JSON Web Encryption, general JSON serialisation (RFC 7516), with one suite:
 * ECDH-ES+A256KW on P-256 (an ephemeral key of its own for each recipient, no apu or apv; RFC 7518, 4.6) and A256GCM.
 * A recipient is found by `kid`, the thumbprint of the encryption certificate, so opening costs the same at every
 * position. Says nothing about who encrypted: the signed act inside does.
 *
 * Key wrap comes from a library because Electron's cryptography (BoringSSL) has none.
 */
import { createCipheriv, createDecipheriv, createECDH, createHash } from 'node:crypto'
import { createPublicKey, diffieHellman, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { aeskw } from '@noble/ciphers/aes.js'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { actLimits } from '../core/act/act.ts'
import type { Thumbprint } from '../core/act/identifiers.ts'
import type { Random } from '../core/ports.ts'
import { parseBoundedJson } from '../core/json.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'

export type JweRecipient = {
  /** Hex SHA-256 of the DER of the encryption certificate. */
  readonly kid: Thumbprint
  /** P-256. */
  readonly publicKey: KeyObject
}
export type DecryptionKey = { readonly kid: Thumbprint; readonly privateKey: KeyObject }

export type JweRefusal =
  | 'jwe-too-large'
  | 'jwe-malformed'
  | 'jwe-algorithm-not-allowed'
  | 'jwe-not-for-us'
  /** A key was there, but wrapped key, ciphertext, tag or header was changed since. */
  | 'jwe-damaged'

export type OpenedJwe = {
  readonly plaintext: Uint8Array
  /** The key that opened it, and all it is encrypted to. */
  readonly kid: Thumbprint
  readonly kids: readonly Thumbprint[]
}

/** The mailboxes of one act and the archive key. */
export const maxRecipients = actLimits.recipients + 1

const algorithm = 'ECDH-ES+A256KW'
/** Canonical; the only protected header there is. It is the additional authenticated data of A256GCM. */
const protectedHeader = Buffer.from(`{"alg":"${algorithm}","enc":"A256GCM"}`).toString('base64url')
const aad = Buffer.from(protectedHeader, 'latin1')
/** SubjectPublicKeyInfo of a P-256 key up to and including the 0x04 of the uncompressed point. */
const p256Prefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')

/** Everything the key derivation hashes after the shared secret: algorithm id, no apu, no apv, 256 bits. */
const otherInfo = Buffer.concat([
  lengthOf(algorithm.length),
  Buffer.from(algorithm),
  Buffer.alloc(8),
  lengthOf(256),
])
const round = lengthOf(1)

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

/** Concat KDF (NIST SP 800-56A, 5.8.1) as RFC 7518, 4.6.2 uses it; one round gives the 256 bits. */
const keyEncryptionKey = (sharedSecret: Uint8Array): Buffer =>
  createHash('sha256').update(round).update(sharedSecret).update(otherInfo).digest()

/** Encrypts to every recipient. Throws (a bug) for no, too many or doubled recipients or keys not on P-256. */
export function encryptJwe(
  plaintext: Uint8Array,
  recipients: readonly JweRecipient[],
  random: Random = randomBytes,
): string {
  if (recipients.length === 0 || recipients.length > maxRecipients) throw new Error('number of recipients')
  if (new Set(recipients.map((recipient) => recipient.kid)).size !== recipients.length) {
    throw new Error('a recipient twice')
  }
  const contentKey = random(32)
  const iv = random(12)
  const wrapped = recipients.map((recipient) => wrapFor(recipient, contentKey, random))
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv)
  cipher.setAAD(aad)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  contentKey.fill(0)
  return JSON.stringify({
    ciphertext: ciphertext.toString('base64url'),
    iv: encodeBase64url(iv),
    protected: protectedHeader,
    recipients: wrapped,
    tag: encodeBase64url(cipher.getAuthTag()),
  })
}

function wrapFor(recipient: JweRecipient, contentKey: Uint8Array, random: Random): object {
  const ephemeral = ephemeralKey(random)
  const point = ephemeral.getPublicKey()
  const spki = recipient.publicKey.export({ format: 'der', type: 'spki' })
  if (spki.length !== 91 || !spki.subarray(0, p256Prefix.length).equals(p256Prefix)) {
    throw new Error(`not a P-256 key: ${recipient.kid}`)
  }
  const kek = keyEncryptionKey(ephemeral.computeSecret(spki.subarray(26)))
  const encryptedKey = aeskw(kek).encrypt(contentKey)
  kek.fill(0)
  return {
    encrypted_key: encodeBase64url(encryptedKey),
    header: {
      epk: {
        crv: 'P-256',
        kty: 'EC',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      },
      kid: recipient.kid,
    },
  }
}

/** A P-256 key whose scalar is the next 32 random bytes that are one (all but one in 2^32 are). */
function ephemeralKey(random: Random) {
  const key = createECDH('prime256v1')
  for (let attempt = 0; attempt < 8; attempt++) {
    try {
      key.setPrivateKey(random(32))
      return key
    } catch {
      continue
    }
  }
  throw new Error('random source gives no private keys')
}

/**
 * Opens a JWE with the first of the keys it is encrypted to. `keys` are all that may read (the person's, the
 * unit's, superseded ones). `maxBytes` bounds the text; nothing of it is parsed before that.
 */
export function decryptJwe(
  text: string | Uint8Array,
  keys: readonly DecryptionKey[],
  bounds: { readonly maxBytes: number },
): Result<OpenedJwe, JweRefusal> {
  const parsed = parseBoundedJson(text, { maxBytes: bounds.maxBytes, maxDepth: 5 })
  if (!parsed.ok) {
    return refuse(parsed.refusal.code === 'json-too-large' ? 'jwe-too-large' : 'jwe-malformed')
  }
  const jwe = parsed.value
  if (!hasExactly(jwe, ['ciphertext', 'iv', 'protected', 'recipients', 'tag'])) return refuse('jwe-malformed')
  if (typeof jwe.protected !== 'string') return refuse('jwe-malformed')
  if (jwe.protected !== protectedHeader) return refuse('jwe-algorithm-not-allowed')
  const recipients = readRecipients(jwe.recipients)
  const iv = bytesOf(jwe.iv, 12)
  const tag = bytesOf(jwe.tag, 16)
  const ciphertext = typeof jwe.ciphertext === 'string' ? decodeBase64url(jwe.ciphertext) : undefined
  if (!recipients || !iv || !tag || !ciphertext) return refuse('jwe-malformed')

  const key = keys.find((candidate) => recipients.has(candidate.kid))
  if (!key) return refuse('jwe-not-for-us')
  const contentKey = unwrap(recipients.get(key.kid), key.privateKey)
  if (typeof contentKey === 'string') return refuse(contentKey)
  const decipher = createDecipheriv('aes-256-gcm', contentKey, iv, { authTagLength: 16 })
  contentKey.fill(0)
  decipher.setAAD(aad)
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(ciphertext)
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    return refuse('jwe-damaged')
  }
  return ok({ plaintext, kid: key.kid, kids: [...recipients.keys()] })
}

/** Each recipient by kid; only the one that is used is looked into further. */
function readRecipients(value: unknown): Map<string, Record<string, unknown>> | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxRecipients) return undefined
  const byKid = new Map<string, Record<string, unknown>>()
  for (const recipient of value as unknown[]) {
    if (!hasExactly(recipient, ['encrypted_key', 'header'])) return undefined
    if (!hasExactly(recipient.header, ['epk', 'kid'])) return undefined
    const { kid } = recipient.header
    if (typeof kid !== 'string' || kid.length === 0 || kid.length > 100 || byKid.has(kid)) return undefined
    byKid.set(kid, recipient)
  }
  return byKid
}

function unwrap(
  recipient: Record<string, unknown> | undefined,
  privateKey: KeyObject,
): Uint8Array | 'jwe-malformed' | 'jwe-damaged' {
  const epk = isObject(recipient?.header) ? recipient.header.epk : undefined
  if (!hasExactly(epk, ['crv', 'kty', 'x', 'y']) || epk.crv !== 'P-256' || epk.kty !== 'EC')
    return 'jwe-malformed'
  const x = bytesOf(epk.x, 32)
  const y = bytesOf(epk.y, 32)
  const encryptedKey = bytesOf(recipient?.encrypted_key, 40)
  if (!x || !y || !encryptedKey) return 'jwe-malformed'
  try {
    // Importing refuses points that are not on the curve.
    const publicKey = createPublicKey({ key: Buffer.concat([p256Prefix, x, y]), format: 'der', type: 'spki' })
    const kek = keyEncryptionKey(diffieHellman({ privateKey, publicKey }))
    const contentKey = aeskw(kek).decrypt(encryptedKey)
    kek.fill(0)
    return contentKey
  } catch {
    return 'jwe-damaged'
  }
}

const bytesOf = (value: unknown, length: number): Uint8Array | undefined => {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined
  return bytes?.length === length ? bytes : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function hasExactly<Name extends string>(
  value: unknown,
  names: readonly Name[],
): value is Record<Name, unknown> {
  return (
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name))
  )
}
