/**
 * Resumable uploads: a random id belongs to the person it was granted to; what has arrived stays although the line is
 * cut, and the bytes on the disk are the only truth about the offset. One writer an upload: a newcomer takes over
 * from a request whose line is dead but has not noticed.
 */
import type { IncomingMessage } from 'node:http'
import { protocolLimits } from '../core/exchange/protocol.ts'
import type { HubRefusal } from '../core/exchange/protocol.ts'
import { freshId } from '../core/ports.ts'
import type { Clock, Probe, Random } from '../core/ports.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import type { BlobShelf } from './blobs.ts'
import { declaredLength, eachPiece, PeerGone } from './bodies.ts'
import type { Pace } from './bodies.ts'
import type { HubDatabase } from './database.ts'
import type { Session } from './sessions.ts'

/** Unfinished uploads a person may have; how long an unfinished one is kept, ms. */
const uploadsPerPerson = 256
const keptMs = 14 * 24 * 3_600_000
const uploadForm = /^[0-9a-f]{32}$/

export type UploadDesk = {
  /** A new upload, the unfinished one of the same person and blob, or word that the hub has the blob. */
  grant(
    asked: { readonly blob: string; readonly size: number },
    session: Session,
  ): Promise<Result<{ upload: string; offset: number } | { stored: true }, HubRefusal>>
  offset(upload: string, session: Session): Promise<Result<number, HubRefusal>>
  /** Takes a piece in at its offset. `stored` names the blob when that was the last. */
  receive(
    upload: string,
    offset: number,
    request: IncomingMessage,
    session: Session,
  ): Promise<
    Result<{ readonly offset: number; readonly stored?: { blob: string; size: number } }, HubRefusal>
  >
  /** Forgets unfinished uploads nobody came back to. */
  sweep(): Promise<void>
}

type Upload = {
  readonly upload: string
  readonly blob: string
  readonly size: number
  readonly person: string
}

export function openUploads(world: {
  readonly database: HubDatabase
  readonly shelf: BlobShelf
  readonly clock: Clock
  readonly random: Random
  readonly probe: Probe
  readonly pace: Pace
}): UploadDesk {
  const { database, shelf, clock, random, probe, pace } = world
  const writers = new Map<string, { stop(): void; readonly done: Promise<unknown> }>()

  async function find(upload: string, session: Session): Promise<Result<Upload, HubRefusal>> {
    if (!uploadForm.test(upload)) return refuse('upload-unknown')
    const row = await database
      .selectFrom('uploads')
      .select(['upload', 'blob', 'size', 'person'])
      .where('upload', '=', upload)
      .executeTakeFirst()
    if (!row) return refuse('upload-unknown')
    return row.person === session.person ? ok(row) : refuse('upload-not-yours')
  }

  /** Ends a request that still writes to the upload, and waits until its bytes are counted. */
  async function takeOver(upload: string): Promise<void> {
    for (let writer = writers.get(upload); writer; writer = writers.get(upload)) {
      writer.stop()
      await writer.done.catch(() => undefined)
    }
  }

  async function arrived({ upload, blob, size }: Upload): Promise<number> {
    const bytes = await shelf.arrived(upload)
    return bytes === 0 && size > 0 && (await shelf.sizeOf(blob)) !== undefined ? size : bytes
  }

  async function write(
    row: Upload,
    from: number,
    request: IncomingMessage,
  ): Promise<Result<number, HubRefusal>> {
    const most = Math.min(row.size - from, protocolLimits.patchBytes)
    let offset = from
    const file = await shelf.append(row.upload)
    try {
      const whole = await eachPiece(request, pace, async (piece) => {
        const wanted = piece.subarray(0, from + most - offset)
        probe('blob-write')
        for (let done = 0; done < wanted.length;) {
          const { bytesWritten } = await file.write(wanted, done)
          done += bytesWritten
          offset += bytesWritten
        }
        return wanted.length === piece.length
      })
      return whole ? ok(offset) : refuse('request-too-large', { size: row.size })
    } finally {
      await file.close()
    }
  }

  async function forget(upload: string): Promise<void> {
    probe('upload-delete')
    await database.deleteFrom('uploads').where('upload', '=', upload).execute()
  }

  return {
    async grant({ blob, size }, session) {
      if ((await shelf.sizeOf(blob)) !== undefined) return ok({ stored: true })
      const mine = await database
        .selectFrom('uploads')
        .select(['upload', 'blob', 'size', 'person'])
        .where('person', '=', session.person)
        .where('blob', '=', blob)
        .where('size', '=', size)
        .executeTakeFirst()
      if (mine) {
        await takeOver(mine.upload)
        if ((await shelf.sizeOf(blob)) !== undefined) return ok({ stored: true })
        return ok({ upload: mine.upload, offset: await arrived(mine) })
      }
      const { count } = await database
        .selectFrom('uploads')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('person', '=', session.person)
        .executeTakeFirstOrThrow()
      if (Number(count) >= uploadsPerPerson) return refuse('busy', { uploads: Number(count) })
      const upload = freshId(random)
      probe('upload-insert')
      await database
        .insertInto('uploads')
        .values({ upload, blob, size, person: session.person, begun: clock() })
        .execute()
      return ok({ upload, offset: 0 })
    },

    async offset(upload, session) {
      const row = await find(upload, session)
      if (!row.ok) return row
      await takeOver(upload)
      return ok(await arrived(row.value))
    },

    async receive(upload, offset, request, session) {
      const found = await find(upload, session)
      if (!found.ok) return found
      const row = found.value
      const declared = declaredLength(request) ?? 0
      if (declared > protocolLimits.patchBytes || offset + declared > row.size)
        return refuse('request-too-large', { limit: Math.min(protocolLimits.patchBytes, row.size - offset) })
      await takeOver(upload)
      const work = (async (): Promise<
        Result<{ offset: number; stored?: { blob: string; size: number } }, HubRefusal>
      > => {
        const present = await arrived(row)
        if (present !== offset) return refuse('upload-offset-differs', { offset: present })
        const written = await write(row, offset, request)
        if (!written.ok) return written
        if (written.value < row.size) return ok({ offset: written.value })
        const good = (await shelf.sizeOf(row.blob)) !== undefined || (await shelf.complete(upload, row.blob))
        await shelf.discard(upload)
        await forget(upload)
        if (!good) return refuse('blob-hash-differs', { blob: row.blob })
        return ok({ offset: row.size, stored: { blob: row.blob, size: row.size } })
      })()
      writers.set(upload, { stop: () => void request.destroy(new PeerGone('taken over')), done: work })
      try {
        return await work
      } finally {
        writers.delete(upload)
      }
    },

    async sweep() {
      const old = await database
        .selectFrom('uploads')
        .select('upload')
        .where('begun', '<', clock() - keptMs)
        .execute()
      for (const { upload } of old) {
        if (writers.has(upload)) continue
        await shelf.discard(upload)
        await forget(upload)
      }
    },
  }
}
