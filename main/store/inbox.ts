/**
 * What arrives: packets, raw and first, in the same transaction as the mailbox's cursor; judged afterwards. What
 * cannot be parsed, opened or verified stays here, parked with its reason, and is shown.
 */
import { instantOf } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Refusal, Result } from '../../core/result.ts'
import type { Reading, Writing } from './handle.ts'

export type InboxRow = {
  readonly seq: number
  readonly box: string
  readonly position: number
  readonly state: 'new' | 'done' | 'parked'
  /** Why it was parked before, where it was and is tried again. */
  readonly reason: string | null
  readonly receivedAt: string
  readonly receipt: string
  readonly raw: string
}
type StoredRow = Omit<InboxRow, 'receivedAt'> & { readonly received_at: string }

const fromRow = ({ received_at, ...row }: StoredRow): InboxRow => ({ ...row, receivedAt: received_at })
const columns = 'seq, box, position, state, reason, received_at, receipt, raw'

export type ParkedRow = {
  readonly seq: number
  readonly box: string
  readonly position: number
  readonly receivedAt: string
  readonly reason: Refusal
  /** The act it waits for. */
  readonly waitingFor: string | null
  readonly shown: boolean
}

export type Arrived = { readonly position: number; readonly raw: string; readonly receipt: string }

/** The `after` with which the mailbox is asked next, as the hub named it; 0 before the first page. */
export const cursorOf = (reading: Reading, box: string): number =>
  reading.one<{ position: number }>('SELECT position FROM cursors WHERE box = @box', { box })?.position ?? 0

/** Stores a page of a mailbox and moves its cursor. A packet that is here already stays as it is. */
export function storeArrived(
  writing: Writing,
  box: string,
  packets: readonly Arrived[],
  next: number,
): number {
  let fresh = 0
  for (const { position, raw, receipt } of packets) {
    fresh += writing.run(
      `INSERT INTO inbox (box, position, state, received_at, receipt, raw)
       VALUES (@box, @position, 'new', @now, @receipt, @raw) ON CONFLICT (box, position) DO NOTHING`,
      { box, position, raw, receipt, now: instantOf(writing.clock) },
    ).changes
  }
  writing.run(
    `INSERT INTO cursors (box, position) VALUES (@box, @next)
     ON CONFLICT (box) DO UPDATE SET position = max(position, @next)`,
    { box, next },
  )
  return fresh
}

export const nextNewSql = `SELECT ${columns} FROM inbox WHERE state = 'new' AND seq > @after ORDER BY seq LIMIT @limit`
/** Packets not judged yet, oldest first. */
export const newPackets = (reading: Reading, limit: number, after = 0): InboxRow[] =>
  reading.all<StoredRow>(nextNewSql, { limit, after }).map(fromRow)

export function inboxRow(reading: Reading, seq: number): InboxRow | null {
  const row = reading.one<StoredRow>(`SELECT ${columns} FROM inbox WHERE seq = @seq`, { seq })
  return row ? fromRow(row) : null
}

/** Judged and taken into the record. Called in the transaction that stores what was in it. */
export const markDone = (writing: Writing, seq: number): void =>
  void writing.run(
    `UPDATE inbox SET state = 'done', reason = NULL, facts = NULL, waiting_for = NULL WHERE seq = @seq`,
    { seq },
  )

/** Kept with its reason. `waitingFor` names the act whose arrival makes it worth another try. */
export const park = (
  writing: Writing,
  seq: number,
  reason: Refusal,
  waitingFor: string | null = null,
): void =>
  void writing.run(
    `UPDATE inbox SET state = 'parked', reason = @code, facts = @facts, waiting_for = @waitingFor, shown = 0
     WHERE seq = @seq AND state <> 'done'`,
    { seq, code: reason.code, facts: JSON.stringify(reason), waitingFor },
  )

/** What was parked for this act is new again. */
export const releaseWaiting = (writing: Writing, act: string): number =>
  writing.run(
    `UPDATE inbox SET state = 'new', waiting_for = NULL WHERE waiting_for = @act AND state = 'parked'`,
    { act },
  ).changes

/** What was parked for one of these reasons is new again: a newer directory may know the sender. */
export const retryParked = (writing: Writing, codes: readonly string[]): number =>
  codes.reduce(
    (sum, code) =>
      sum +
      writing.run(
        `UPDATE inbox SET state = 'new', waiting_for = NULL WHERE state = 'parked' AND reason = @code`,
        { code },
      ).changes,
    0,
  )

export const parkedPackets = (reading: Reading, limit = 200): ParkedRow[] =>
  reading
    .all<{
      seq: number
      box: string
      position: number
      received_at: string
      facts: string
      waiting_for: string | null
      shown: number
    }>(
      `SELECT seq, box, position, received_at, facts, waiting_for, shown FROM inbox
       WHERE state = 'parked' ORDER BY seq DESC LIMIT @limit`,
      { limit },
    )
    .map(({ received_at, facts, waiting_for, shown, ...row }) => ({
      ...row,
      receivedAt: received_at,
      reason: JSON.parse(facts) as Refusal,
      waitingFor: waiting_for,
      shown: shown === 1,
    }))

export const parkedCount = (reading: Reading): number =>
  reading.one<{ count: number }>(`SELECT count(*) AS count FROM inbox WHERE state = 'parked'`)?.count ?? 0

export const newCount = (reading: Reading): number =>
  reading.one<{ count: number }>(`SELECT count(*) AS count FROM inbox WHERE state = 'new'`)?.count ?? 0

/** Somebody has seen why it is parked. */
export function markShown(writing: Writing, seq: number): Result<true, 'not-parked'> {
  const { changes } = writing.run(`UPDATE inbox SET shown = 1 WHERE seq = @seq AND state = 'parked'`, { seq })
  return changes === 1 ? ok(true) : refuse('not-parked')
}
