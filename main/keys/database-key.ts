/**
 * The key of the person's database: random, and wrapped under their PIN (scrypt, then AES-256-GCM). Lies as one small
 * JSON file beside the database. A checksum tells damage from a wrong PIN; it covers only what anybody with the file
 * can read anyway.
 */
import { createCipheriv, createDecipheriv, createHash, scrypt } from 'node:crypto'
import { z } from 'zod'
import { canonical } from '../../core/canonical.ts'
import { parseBoundedJson } from '../../core/json.ts'
import type { Random } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import { decodeBase64url, encodeBase64url } from '../../seal/base64url.ts'
import { wipe } from './key-file.ts'

export const databaseKeyLength = 32

/** scrypt (RFC 7914): 128 · r · N = 128 MB and about 0.3 s a try. */
const cost = 2 ** 17
const lowestCost = 2 ** 16
const highestCost = 2 ** 20
const blockSize = 8

const bytes = (length: number) => z.string().refine((text) => decodeBase64url(text)?.length === length)
const wrappedKey = z.strictObject({
  v: z.literal(1),
  kdf: z.literal('scrypt'),
  N: z
    .int()
    .min(lowestCost)
    .max(highestCost)
    .refine((n) => Number.isInteger(Math.log2(n))),
  r: z.literal(blockSize),
  p: z.literal(1),
  salt: bytes(16),
  cipher: z.literal('A256GCM'),
  iv: bytes(12),
  wrapped: bytes(databaseKeyLength),
  tag: bytes(16),
  /** Hex SHA-256 of the canonical form of the other members. */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
})
type WrappedKey = z.infer<typeof wrappedKey>

export type DatabaseKeyRefusal = 'pin-wrong' | 'wrapped-key-damaged'

export const freshDatabaseKey = (random: Random): Uint8Array => random(databaseKeyLength)

/** The text of the file that keeps the key for whoever knows the PIN. */
export async function wrapDatabaseKey(key: Uint8Array, pin: string, random: Random): Promise<string> {
  if (key.length !== databaseKeyLength) throw new Error('length of the database key')
  const salt = random(16)
  const iv = random(12)
  const parameters = {
    v: 1,
    kdf: 'scrypt',
    N: cost,
    r: blockSize,
    p: 1,
    salt: encodeBase64url(salt),
  } as const
  const derived = await derive(pin, salt, cost)
  const cipher = createCipheriv('aes-256-gcm', derived, iv)
  wipe(derived)
  cipher.setAAD(Buffer.from(canonical(parameters)))
  const wrapped = Buffer.concat([cipher.update(key), cipher.final()])
  const members = {
    ...parameters,
    cipher: 'A256GCM',
    iv: encodeBase64url(iv),
    wrapped: encodeBase64url(wrapped),
    tag: encodeBase64url(cipher.getAuthTag()),
  } as const
  return `${canonical({ ...members, checksum: checksumOf(members) } satisfies WrappedKey)}\n`
}

/** The key, from the text of its file. */
export async function unwrapDatabaseKey(
  text: string | Uint8Array,
  pin: string,
): Promise<Result<Uint8Array, DatabaseKeyRefusal>> {
  const json = parseBoundedJson(text, { maxBytes: 4096, maxDepth: 1 })
  const parsed = json.ok ? wrappedKey.safeParse(json.value) : undefined
  if (!parsed?.success) return refuse('wrapped-key-damaged')
  const { checksum, ...members } = parsed.data
  if (checksumOf(members) !== checksum) return refuse('wrapped-key-damaged', undefined, 'checksum')
  const { v, kdf, N, r, p, salt } = members
  const derived = await derive(pin, decodeBase64url(salt)!, N)
  const decipher = createDecipheriv('aes-256-gcm', derived, decodeBase64url(members.iv)!, {
    authTagLength: 16,
  })
  wipe(derived)
  decipher.setAAD(Buffer.from(canonical({ v, kdf, N, r, p, salt })))
  decipher.setAuthTag(decodeBase64url(members.tag)!)
  const key = decipher.update(decodeBase64url(members.wrapped)!)
  try {
    decipher.final()
    return ok(key)
  } catch {
    wipe(key)
    return refuse('pin-wrong')
  }
}

const checksumOf = (members: Omit<WrappedKey, 'checksum'>): string =>
  createHash('sha256').update(canonical(members)).digest('hex')

/** Off the main thread: the window stays alive while the PIN is tried. NFKC, so that input methods do not matter. */
const derive = (pin: string, salt: Uint8Array, N: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N, r: blockSize, p: 1, maxmem: 128 * blockSize * N + 32 * 1024 * 1024 }
    scrypt(pin.normalize('NFKC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
