import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { blobChunkSize, decryptBlob, encryptBlob, openBlob, sealBlob } from '../../seal/blob.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const head = 23
const chunk = blobChunkSize + 16
/** 2.5 chunks: two full ones and a shorter last. */
const paper = randomBytes(2.5 * blobChunkSize)
const sealed = await sealBlob(paper)
const codeOf = async (cipher: Uint8Array, key = sealed.key, expected = {}) => {
  const opened = await openBlob(cipher, key, expected)
  return opened.ok ? 'ok' : opened.refusal.code
}

describe('blobs', () => {
  test('come back byte for byte at every size around a chunk', async () => {
    for (const size of [
      0,
      1,
      15,
      16,
      17,
      ...[-1, 0, 1].map((step) => blobChunkSize + step),
      2 * blobChunkSize,
    ]) {
      const bytes = randomBytes(size)
      const blob = await sealBlob(bytes)
      expect(blob).toMatchObject({
        plainSize: size,
        plainHash: sha256(bytes),
        size: blob.cipher.length,
        name: sha256(blob.cipher),
      })
      const opened = await openBlob(blob.cipher, blob.key, blob)
      expect(opened.ok && Buffer.compare(opened.value, bytes), `${size} bytes`).toBe(0)
    }
  })

  test('nothing of the text is left in the ciphertext, and the same text twice gives different blobs', async () => {
    const text = Buffer.from('关于印发工作方案的通知'.repeat(50))
    const [first, second] = [await sealBlob(text), await sealBlob(text)]
    expect(Buffer.from(first.cipher).includes(Buffer.from('方案'))).toBe(false)
    expect(first.name).not.toBe(second.name)
    expect(first.plainHash).toBe(second.plainHash)
  })

  test('a stream in odd pieces gives the same as the whole, whichever way it is cut', async () => {
    let count = 0
    const random = (length: number) =>
      createHash('shake256', { outputLength: length }).update(`${count++}`).digest()
    const whole = await sealBlob(paper, random)
    for (const size of [1000, 65_536, blobChunkSize, 1_999_999]) {
      count = 0
      const parts: Uint8Array[] = []
      async function* cut() {
        for (let at = 0; at < paper.length; at += size) yield paper.subarray(at, at + size)
      }
      const streamed = await encryptBlob(cut(), async (part) => void parts.push(Buffer.from(part)), random)
      expect(streamed.name).toBe(whole.name)
      const back = createHash('sha256')
      const opened = await decryptBlob(parts, streamed.key, streamed, (part) => void back.update(part))
      expect(opened).toMatchObject({ ok: true, value: { plainSize: paper.length, name: whole.name } })
      expect(back.digest('hex')).toBe(sha256(paper))
    }
  })

  test('300 MB pass through in constant memory', async () => {
    const block = randomBytes(1 << 20)
    async function* much() {
      for (let each = 0; each < 300; each++) yield block
    }
    global.gc?.()
    const before = process.memoryUsage().rss
    let peak = 0
    await encryptBlob(much(), () => {
      peak = Math.max(peak, process.memoryUsage().rss)
    })
    expect((peak - before) / 2 ** 20).toBeLessThan(150)
  })
})

describe('a blob that was tampered with', () => {
  const { cipher } = sealed
  const first = cipher.subarray(head, head + chunk)
  const second = cipher.subarray(head + chunk, head + 2 * chunk)
  const last = cipher.subarray(head + 2 * chunk)
  const start = cipher.subarray(0, head)

  test('is whole when put together from its parts (so the refusals below are about the change)', async () => {
    expect(await codeOf(Buffer.concat([start, first, second, last]))).toBe('ok')
  })

  test.each([
    ['cut at the end of a chunk', [start, first, second]],
    ['cut in a chunk', [start, first, second.subarray(0, 5000)]],
    ['cut in the last', [start, first, second, last.subarray(0, -1)]],
    ['without its last', [start, first]],
    ['extended by a byte', [start, first, second, last, Buffer.alloc(1)]],
    ['extended by a tag', [start, first, second, last, last.subarray(-16)]],
    ['with a chunk twice', [start, first, first, second, last]],
    ['with chunks exchanged', [start, second, first, last]],
    ['with a chunk missing', [start, first, last]],
    [
      'with another nonce prefix',
      [start.subarray(0, -1), Buffer.from([start.at(-1)! ^ 1]), first, second, last],
    ],
  ])('%s', async (_what, parts) => {
    expect(await codeOf(Buffer.concat(parts))).toBe('blob-damaged')
  })

  test('a flipped bit anywhere is noticed', async () => {
    for (const at of [
      0,
      6,
      8,
      12,
      15,
      16,
      head,
      head + 5000,
      head + chunk - 1,
      head + chunk,
      cipher.length - 1,
    ]) {
      const changed = Buffer.from(cipher)
      changed[at]! ^= 1
      expect(await codeOf(changed), `at ${at}`).toMatch(/blob-(damaged|malformed)/)
    }
  })

  test('empty, only a header, a foreign file, a chunk size of 3 GB: malformed', async () => {
    const huge = Buffer.from(cipher)
    huge.writeUInt32BE(3 * 1024 ** 3, 8)
    for (const bytes of [Buffer.alloc(0), start, start.subarray(0, 10), randomBytes(5000), huge]) {
      expect(await codeOf(bytes)).toMatch(/blob-malformed/)
    }
  })

  test('a wrong key, another blob than named, or more than expected is told by name', async () => {
    expect(await codeOf(cipher, randomBytes(32).toString('base64url'))).toBe('blob-damaged')
    expect(await codeOf(cipher, 'short')).toBe('blob-malformed')
    expect(await codeOf(cipher, sealed.key, { name: '0'.repeat(64) })).toBe('blob-name-wrong')
    expect(await codeOf(cipher, sealed.key, { plainHash: '0'.repeat(64) })).toBe('blob-content-wrong')
    expect(await codeOf(cipher, sealed.key, { maxSize: 1_000_000 })).toBe('blob-too-large')
  })
})
