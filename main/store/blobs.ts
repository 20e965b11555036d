/** What is known of each blob: whether its file is here, and what is still to be moved. Keys are in acts only. */
import { instantOf } from '../../core/ports.ts'
import type { Reading, Writing } from './handle.ts'

/**
 * here: the file is here, nothing to do. wanted: to be downloaded. needs-upload: ours, the hub has not got it.
 * uploaded: ours, the hub has it.
 */
export type BlobState = 'here' | 'wanted' | 'needs-upload' | 'uploaded'
export type BlobRow = {
  readonly id: string
  readonly size: number
  readonly state: BlobState
  readonly attempts: number
  readonly nextAt: number
}
type StoredRow = Omit<BlobRow, 'nextAt'> & { readonly next_at: number }

const columns = 'id, size, state, attempts, next_at'
const fromRow = ({ next_at, ...row }: StoredRow): BlobRow => ({ ...row, nextAt: next_at })

export function blob(reading: Reading, id: string): BlobRow | null {
  const row = reading.one<StoredRow>(`SELECT ${columns} FROM blobs WHERE id = @id`, { id })
  return row ? fromRow(row) : null
}

/**
 * Notes a blob. One that is here, or known as ours, does not become `wanted` again; and one that is still to be
 * downloaded is at the hub already: an act of ours that names it brings nothing to upload.
 */
export const noteBlob = (
  writing: Writing,
  noted: { readonly id: string; readonly size: number; readonly state: BlobState },
): void =>
  void writing.run(
    `INSERT INTO blobs (id, size, state, since) VALUES (@id, @size, @state, @now)
     ON CONFLICT (id) DO UPDATE SET state = @state, since = @now, attempts = 0, next_at = 0
     WHERE blobs.state = 'wanted' AND @state = 'here'`,
    { ...noted, now: instantOf(writing.clock) },
  )

export const setBlobState = (writing: Writing, id: string, state: BlobState): void =>
  void writing.run(
    `UPDATE blobs SET state = @state, since = @now, attempts = 0, next_at = 0 WHERE id = @id`,
    { id, state, now: instantOf(writing.clock) },
  )

/** Its file is gone or damaged here; wanted again unless the hub has not got it. True where it is wanted now. */
export const wantBlobAgain = (writing: Writing, id: string): boolean =>
  writing.run(
    `UPDATE blobs SET state = 'wanted', since = @now, attempts = 0, next_at = 0
     WHERE id = @id AND state IN ('here', 'uploaded')`,
    { id, now: instantOf(writing.clock) },
  ).changes > 0

export const postponeBlob = (writing: Writing, id: string, nextAt: number): void =>
  void writing.run('UPDATE blobs SET attempts = attempts + 1, next_at = @nextAt WHERE id = @id', {
    id,
    nextAt,
  })

export const blobsToMoveSql = `SELECT ${columns} FROM blobs WHERE state = @state ORDER BY next_at LIMIT @limit`
/** What is to be moved, the longest due first. */
export const blobsToMove = (reading: Reading, state: 'wanted' | 'needs-upload', limit = 20): BlobRow[] =>
  reading.all<StoredRow>(blobsToMoveSql, { state, limit }).map(fromRow)

/** Which of these are not here yet: an act's pages cannot be shown before. */
export const missingBlobs = (reading: Reading, ids: readonly string[]): string[] =>
  ids.filter((id) => {
    const row = blob(reading, id)
    return row === null || row.state === 'wanted'
  })
