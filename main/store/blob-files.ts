/**
 * Blobs on disk: ciphertext only, named by its SHA-256, in `ab/cdef...`. A file is complete or not there: written
 * beside, flushed, renamed, the folder flushed. Downloads grow in `part/` and resume. What a blob is for, and whether
 * the hub has it, is the table's (blobs.ts).
 */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobId } from '../../core/act/identifiers.ts'
import type { Probe } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'

export type StoredBlob = { readonly id: BlobId; readonly size: number }

/** A blob in the making. Nothing of it is visible before `finish`. */
export type BlobWriter = {
  readonly write: (bytes: Uint8Array) => Promise<void>
  readonly finish: () => Promise<StoredBlob>
  /** Lays it aside; harmless after `finish`. */
  readonly abandon: () => Promise<void>
}
export type BlobFiles = {
  readonly begin: () => Promise<BlobWriter>
  /** For what fits in memory. */
  readonly put: (bytes: Uint8Array) => Promise<StoredBlob>
  readonly has: (id: BlobId) => Promise<boolean>
  /** The ciphertext from `offset`, at most `length` bytes. Throws where the file is not here. */
  readonly read: (id: BlobId, offset?: number, length?: number) => AsyncIterable<Uint8Array>
  /** Bytes that arrived of a download. */
  readonly partSize: (id: BlobId) => Promise<number>
  /** Adds to a download at `offset` (what stands behind is cut off), and flushes at the end of the source. */
  readonly appendPart: (id: BlobId, offset: number, source: AsyncIterable<Uint8Array>) => Promise<number>
  /** The download is complete: its name is checked; a wrong one is removed, to begin again. */
  readonly finishPart: (id: BlobId, size: number) => Promise<Result<StoredBlob, 'blob-damaged'>>
  /**
   * Where the file is gone, or its bytes are no longer those of its name: laid aside in `damaged/`, so that it can be
   * fetched again. False where it is whole.
   */
  readonly layAsideDamaged: (id: BlobId) => Promise<boolean>
  /** Removes unfinished files of an earlier run. Downloads stay, to resume. */
  readonly sweep: () => Promise<number>
}

const name = /^[0-9a-f]{64}$/

export function blobFiles(folder: string, probe: Probe): BlobFiles {
  const making = join(folder, 'new')
  const parts = join(folder, 'part')
  const shelfOf = (id: BlobId): string => join(folder, id.slice(0, 2))
  const pathOf = (id: BlobId): string => {
    if (!name.test(id)) throw new Error('not a blob name')
    return join(shelfOf(id), id.slice(2))
  }
  const partOf = (id: BlobId): string => {
    if (!name.test(id)) throw new Error('not a blob name')
    return join(parts, id)
  }
  const has = async (id: BlobId): Promise<boolean> => (await sizeOf(pathOf(id))) !== null

  const shelve = async (from: string, id: BlobId): Promise<void> => {
    if (await has(id)) return rm(from, { force: true })
    probe('blob shelf')
    const fresh = await mkdir(shelfOf(id), { recursive: true })
    if (fresh) await flushFolder(folder)
    probe('blob rename')
    await rename(from, pathOf(id))
    probe('blob flush folder')
    await flushFolder(shelfOf(id))
  }

  const begin = async (): Promise<BlobWriter> => {
    await mkdir(making, { recursive: true })
    const path = join(making, randomBytes(16).toString('hex'))
    probe('blob create')
    const handle = await open(path, 'wx', 0o600)
    const hash = createHash('sha256')
    let size = 0
    let over = false
    return {
      write: async (bytes) => {
        if (over) throw new Error('the blob is finished')
        probe('blob write')
        hash.update(bytes)
        size += bytes.length
        await writeFully(handle, bytes, size - bytes.length)
      },
      finish: async () => {
        if (over) throw new Error('the blob is finished')
        over = true
        probe('blob flush')
        await handle.sync()
        await handle.close()
        const id = hash.digest('hex')
        await shelve(path, id)
        return { id, size }
      },
      abandon: async () => {
        if (over) return
        over = true
        await handle.close()
        await rm(path, { force: true })
      },
    }
  }

  return {
    begin,
    put: async (bytes) => {
      const writer = await begin()
      try {
        await writer.write(bytes)
        return await writer.finish()
      } finally {
        await writer.abandon()
      }
    },
    has,
    read: (id, offset = 0, length) =>
      createReadStream(pathOf(id), {
        start: offset,
        ...(length === undefined ? {} : { end: offset + length - 1 }),
        highWaterMark: 1 << 18,
      }),
    partSize: async (id) => (await sizeOf(partOf(id))) ?? 0,
    appendPart: async (id, offset, source) => {
      await mkdir(parts, { recursive: true })
      const handle = await open(partOf(id), (await sizeOf(partOf(id))) === null ? 'wx+' : 'r+', 0o600)
      let at = offset
      try {
        probe('blob part')
        await handle.truncate(offset)
        for await (const bytes of source) {
          await writeFully(handle, bytes, at)
          at += bytes.length
        }
      } finally {
        await handle.sync()
        await handle.close()
      }
      return at
    },
    finishPart: async (id, size) => {
      if (await has(id)) {
        await rm(partOf(id), { force: true })
        return ok({ id, size })
      }
      const hash = createHash('sha256')
      let length = 0
      for await (const bytes of createReadStream(partOf(id), { highWaterMark: 1 << 20 })) {
        hash.update(bytes as Buffer)
        length += (bytes as Buffer).length
      }
      if (length !== size || hash.digest('hex') !== id) {
        await rm(partOf(id), { force: true })
        return refuse('blob-damaged', { size, length })
      }
      await shelve(partOf(id), id)
      return ok({ id, size })
    },
    layAsideDamaged: async (id) => {
      if (!(await has(id))) return true
      const hash = createHash('sha256')
      for await (const bytes of createReadStream(pathOf(id), { highWaterMark: 1 << 20 }))
        hash.update(bytes as Buffer)
      if (hash.digest('hex') === id) return false
      await mkdir(join(folder, 'damaged'), { recursive: true })
      probe('blob lay aside')
      await rename(pathOf(id), join(folder, 'damaged', id))
      return true
    },
    sweep: async () => {
      const left = await readdir(making).catch(() => [])
      for (const each of left) await rm(join(making, each), { force: true })
      return left.length
    },
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Makes a rename last through a power cut. Windows has no such call for folders and needs none. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
