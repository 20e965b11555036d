/**
 * Blobs on the disk: a read-only, content-addressed folder (`blobs/ab/<hash>`) and, beside it, the parts that are
 * still arriving (`uploads/<random>`). Names are only ever hashes and random ids of ours, never anything a peer
 * chose. Invariant: a file in `blobs` is complete, has the hash it is named by, and is durable.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Probe } from '../core/ports.ts'

export type BlobShelf = {
  /** Bytes of a stored blob, undefined where there is none. */
  sizeOf(blob: string): Promise<number | undefined>
  /** Bytes from `start` up to and with `end`. */
  read(blob: string, start: number, end: number): Readable
  /** Bytes that have arrived of an upload; 0 where nothing has. */
  arrived(upload: string): Promise<number>
  /** Opens the part for appending at an offset. */
  append(upload: string): Promise<FileHandle>
  /** Checks the hash and moves the part to its place; false (and the part is gone) where the hash differs. */
  complete(upload: string, blob: string): Promise<boolean>
  discard(upload: string): Promise<void>
}

const hashForm = /^[0-9a-f]{64}$/
const uploadForm = /^[0-9a-f]{32}$/

export async function openBlobShelf(folder: string, probe: Probe): Promise<BlobShelf> {
  const blobs = join(folder, 'blobs')
  const uploads = join(folder, 'uploads')
  await mkdir(blobs, { recursive: true, mode: 0o700 })
  await mkdir(uploads, { recursive: true, mode: 0o700 })

  const placeOf = (blob: string): string => {
    if (!hashForm.test(blob)) throw new Error('not a blob id')
    return join(blobs, blob.slice(0, 2), blob)
  }
  const partOf = (upload: string): string => {
    if (!uploadForm.test(upload)) throw new Error('not an upload id')
    return join(uploads, upload)
  }
  return {
    sizeOf: (blob) => sizeOfFile(placeOf(blob)),
    read: (blob, start, end) => createReadStream(placeOf(blob), { start, end }),
    arrived: async (upload) => (await sizeOfFile(partOf(upload))) ?? 0,
    append: (upload) => open(partOf(upload), 'a', 0o600),
    async complete(upload, blob) {
      const part = partOf(upload)
      const place = placeOf(blob)
      if ((await hashOfFile(part)) !== blob) {
        probe('blob-discard')
        await rm(part, { force: true })
        return false
      }
      probe('blob-sync')
      await synced(part)
      await chmod(part, 0o444)
      if ((await mkdir(dirname(place), { recursive: true, mode: 0o700 })) !== undefined) await synced(blobs)
      probe('blob-rename')
      await rename(part, place)
      await synced(dirname(place))
      return true
    },
    discard: (upload) => rm(partOf(upload), { force: true }),
  }
}

async function sizeOfFile(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  const handle = await open(path, 'a+')
  for await (const piece of handle.createReadStream({ start: 0 })) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** Brings a file or a folder to the disk. */
async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
