/**
 * Blobs (PDF, OFD, attachments up to 2 GB) as they are stored and sent: AES-256-GCM in chunks of 1 MiB under a key
 * of their own that only the act carries. The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the
 * nonce holds the chunk's number and whether it is the last, so chunks cannot be dropped, added or exchanged. Memory
 * stays at a few chunks whatever the size.
 *
 *   header   16 bytes: "SPBLOB", version 0x0001, chunk size (u32), reserved zero (u32); authenticated with every chunk
 *   prefix   7 bytes, random: nonce = prefix | chunk number (u32) | 0x01 for the last chunk, else 0x00
 *   chunks   each as long as the chunk size, the last shorter or equal (empty only in an empty blob), with 16 bytes tag
 *
 * A blob's name is the hex SHA-256 of this ciphertext. Where blobs are kept and how they travel is not known here.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { Random } from '../core/ports.ts'

export const blobChunkSize = 1 << 20
/** Of the plaintext, in bytes. */
export const maxBlobSize = 2 * 1024 ** 3

const tagLength = 16
const headerLength = 16
const prefixLength = 7
const header = Buffer.alloc(headerLength)
header.write('SPBLOB', 'latin1')
header.writeUInt16BE(1, 6)
header.writeUInt32BE(blobChunkSize, 8)

export type BlobFacts = {
  /** Hex SHA-256 of the ciphertext: the blob's name. */
  readonly name: string
  /** Bytes of ciphertext. */
  readonly size: number
  /** Hex SHA-256 and number of bytes of the plaintext. */
  readonly plainHash: string
  readonly plainSize: number
}
/** With the key: base64url of 32 bytes. It belongs into the act and nowhere else. */
export type SealedBlob = BlobFacts & { readonly key: string }

export type BlobRefusal =
  | 'blob-malformed'
  /** The tag of a chunk does not fit: wrong key, changed, cut, extended or reordered. */
  | 'blob-damaged'
  | 'blob-too-large'
  /** Decrypts, but is not the blob that was named. */
  | 'blob-name-wrong'
  | 'blob-content-wrong'

export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>
export type Sink = (bytes: Uint8Array) => void | Promise<void>

/** Encrypts a stream. The name is known when the sink has everything. Throws (a bug) over `maxBlobSize`. */
export async function encryptBlob(
  source: Source,
  sink: Sink,
  random: Random = randomBytes,
): Promise<SealedBlob> {
  const key = Buffer.from(random(32))
  const prefix = Buffer.from(random(prefixLength))
  const cipherHash = createHash('sha256')
  const plainHash = createHash('sha256')
  let size = 0
  let plainSize = 0
  const put = async (bytes: Uint8Array) => {
    cipherHash.update(bytes)
    size += bytes.length
    await sink(bytes)
  }
  await put(Buffer.concat([header, prefix]))
  let number = 0
  for await (const { bytes, last } of pieces(source, blobChunkSize)) {
    plainSize += bytes.length
    if (plainSize > maxBlobSize) throw new Error('blob too large')
    plainHash.update(bytes)
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(prefix, number++, last))
    cipher.setAAD(header)
    const body = cipher.update(bytes)
    cipher.final()
    await put(Buffer.concat([body, cipher.getAuthTag()]))
  }
  const sealed = {
    name: cipherHash.digest('hex'),
    size,
    plainHash: plainHash.digest('hex'),
    plainSize,
    key: encodeBase64url(key),
  }
  key.fill(0)
  return sealed
}

/**
 * Decrypts a stream. Every chunk handed to the sink is authentic in its place; that nothing is missing at the end,
 * and that it is the blob that was named, is known only with the result: keep what the sink got apart until then.
 */
export async function decryptBlob(
  source: Source,
  key: string,
  expect: { readonly name?: string; readonly plainHash?: string; readonly maxSize?: number },
  sink: Sink,
): Promise<Result<BlobFacts, BlobRefusal>> {
  const keyBytes = decodeBase64url(key)
  if (keyBytes?.length !== 32) return refuse('blob-malformed', undefined, 'key')
  const limit = expect.maxSize ?? maxBlobSize
  const cipherHash = createHash('sha256')
  const plainHash = createHash('sha256')
  let size = 0
  let plainSize = 0
  let number = 0
  let prefix: Buffer | undefined
  for await (const { bytes, last } of pieces(
    source,
    blobChunkSize + tagLength,
    headerLength + prefixLength,
  )) {
    cipherHash.update(bytes)
    size += bytes.length
    if (!prefix) {
      if (
        last ||
        bytes.length !== headerLength + prefixLength ||
        !header.equals(bytes.subarray(0, headerLength))
      ) {
        return refuse('blob-malformed', undefined, 'header')
      }
      prefix = Buffer.from(bytes.subarray(headerLength))
      continue
    }
    if (bytes.length < tagLength || (bytes.length === tagLength && number > 0)) return refuse('blob-damaged')
    const end = bytes.length - tagLength
    plainSize += end
    if (plainSize > limit) return refuse('blob-too-large', { limit })
    const nonce = nonceOf(prefix, number++, last)
    const decipher = createDecipheriv('aes-256-gcm', keyBytes, nonce, { authTagLength: tagLength })
    decipher.setAAD(header)
    decipher.setAuthTag(bytes.subarray(end))
    const plain = decipher.update(bytes.subarray(0, end))
    try {
      decipher.final()
    } catch {
      return refuse('blob-damaged', { chunk: number - 1 })
    }
    plainHash.update(plain)
    await sink(plain)
  }
  const facts = { name: cipherHash.digest('hex'), size, plainHash: plainHash.digest('hex'), plainSize }
  if (expect.name !== undefined && facts.name !== expect.name) return refuse('blob-name-wrong')
  if (expect.plainHash !== undefined && facts.plainHash !== expect.plainHash)
    return refuse('blob-content-wrong')
  return ok(facts)
}

/** For what fits in memory (a page, a seal picture). */
export async function sealBlob(
  bytes: Uint8Array,
  random: Random = randomBytes,
): Promise<SealedBlob & { readonly cipher: Uint8Array }> {
  const parts: Uint8Array[] = []
  const sealed = await encryptBlob([bytes], (part) => void parts.push(part), random)
  return { ...sealed, cipher: Buffer.concat(parts) }
}

/** Nothing is returned unless all of it is authentic and is the blob expected. */
export async function openBlob(
  bytes: Uint8Array,
  key: string,
  expect: { readonly name?: string; readonly plainHash?: string; readonly maxSize?: number } = {},
): Promise<Result<Uint8Array, BlobRefusal>> {
  const parts: Uint8Array[] = []
  const opened = await decryptBlob([bytes], key, expect, (part) => void parts.push(part))
  return opened.ok ? ok(Buffer.concat(parts)) : opened
}

function nonceOf(prefix: Uint8Array, number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.set(prefix)
  nonce.writeUInt32BE(number, prefixLength)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** Regroups a stream into pieces of `length` bytes (the first of `firstLength`); the last may be shorter or empty. */
async function* pieces(
  source: Source,
  length: number,
  firstLength = length,
): AsyncGenerator<{ bytes: Uint8Array; last: boolean }> {
  let wanted = firstLength
  let waiting: Uint8Array[] = []
  let waitingLength = 0
  for await (const part of source) {
    let rest = part
    // A full piece is kept back until more comes: only then is it known not to be the last.
    while (waitingLength + rest.length > wanted) {
      const take = wanted - waitingLength
      yield { bytes: join([...waiting, rest.subarray(0, take)]), last: false }
      rest = rest.subarray(take)
      waiting = []
      waitingLength = 0
      wanted = length
    }
    if (rest.length > 0) {
      waiting.push(rest)
      waitingLength += rest.length
    }
  }
  yield { bytes: join(waiting), last: true }
}

const join = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 ? parts[0]! : Buffer.concat(parts)
