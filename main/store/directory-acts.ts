/** The directory's acts as they were served, by version. Judging them is the directory sync's work. */
import { instantOf } from '../../core/ports.ts'
import type { Reading, Writing } from './handle.ts'

export type StoredDirectoryAct = { readonly version: number; readonly id: string; readonly jws: string }

/** All that were stored, oldest first. */
export const directoryActs = (reading: Reading): StoredDirectoryAct[] =>
  reading.all('SELECT version, id, jws FROM directory_acts ORDER BY version')

export const directoryVersion = (reading: Reading): number =>
  reading.one<{ version: number | null }>('SELECT max(version) AS version FROM directory_acts')?.version ?? 0

export const storeDirectoryAct = (writing: Writing, act: StoredDirectoryAct): void =>
  void writing.run(
    'INSERT INTO directory_acts (version, id, received_at, jws) VALUES (@version, @id, @now, @jws)',
    { ...act, now: instantOf(writing.clock) },
  )
