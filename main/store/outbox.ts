/**
 * What leaves: packets, raw as they were sealed, in lanes (one a matter). A lane is sent strictly in its order;
 * lanes do not wait for one another, urgent ones go first. A row never leaves the table.
 */
import type { Urgency } from '../../core/outgoing/content.ts'
import { instantOf } from '../../core/ports.ts'
import type { Refusal } from '../../core/result.ts'
import type { Reading, Writing } from './handle.ts'

export type OutboxState = 'waiting' | 'sent' | 'refused' | 'dropped'
export type OutboxRow = {
  readonly seq: number
  /** The matter the act was made in. */
  readonly lane: string
  readonly packet: string
  readonly act: string
  readonly urgency: Urgency
  readonly state: OutboxState
  readonly attempts: number
  /** Not before this time, ms since 1970. */
  readonly nextAt: number
  readonly lastRefusal: Refusal | null
  readonly queuedAt: string
  readonly endedAt: string | null
  /** Blobs that must be at the hub before it. */
  readonly blobs: readonly string[]
  /** The packet's two lines, byte for byte. */
  readonly raw: string
}
type StoredRow = Omit<OutboxRow, 'nextAt' | 'lastRefusal' | 'queuedAt' | 'endedAt' | 'blobs'> & {
  readonly next_at: number
  readonly last_refusal: string | null
  readonly queued_at: string
  readonly ended_at: string | null
  readonly blobs: string
}

const fromRow = ({ next_at, last_refusal, queued_at, ended_at, blobs, ...row }: StoredRow): OutboxRow => ({
  ...row,
  nextAt: next_at,
  lastRefusal: last_refusal === null ? null : (JSON.parse(last_refusal) as Refusal),
  queuedAt: queued_at,
  endedAt: ended_at,
  blobs: JSON.parse(blobs) as string[],
})

export type QueuedPacket = Pick<OutboxRow, 'lane' | 'packet' | 'act' | 'urgency' | 'blobs' | 'raw'>

/** Queues a packet in the same transaction as its act. */
export const queuePacket = (writing: Writing, queued: QueuedPacket): number =>
  writing.run(
    `INSERT INTO outbox (lane, packet, act, urgency, state, queued_at, blobs, raw)
     VALUES (@lane, @packet, @act, @urgency, 'waiting', @now, @blobs, @raw)`,
    { ...queued, blobs: JSON.stringify(queued.blobs), now: instantOf(writing.clock) },
  ).row

export const lanesSql = `SELECT lane, min(seq) AS seq FROM outbox WHERE state = 'waiting' GROUP BY lane`

/** The first row of every lane, urgent ones first: what may be sent now or, by its `nextAt`, later. */
export const headsOfLanes = (reading: Reading): OutboxRow[] =>
  reading
    .all<StoredRow>(
      `SELECT o.* FROM (${lanesSql}) AS head JOIN outbox AS o ON o.seq = head.seq
       ORDER BY CASE o.urgency WHEN 'extra-urgent' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END, o.seq`,
    )
    .map(fromRow)

/** The waiting rows of the lane after this one, in order. */
export const waitingBehind = (reading: Reading, row: Pick<OutboxRow, 'lane' | 'seq'>): OutboxRow[] =>
  reading
    .all<StoredRow>(
      `SELECT * FROM outbox WHERE state = 'waiting' AND lane = @lane AND seq > @seq ORDER BY seq`,
      { lane: row.lane, seq: row.seq },
    )
    .map(fromRow)

export function outboxRow(reading: Reading, seq: number): OutboxRow | null {
  const row = reading.one<StoredRow>('SELECT * FROM outbox WHERE seq = @seq', { seq })
  return row ? fromRow(row) : null
}

/** The packets of an act: per recipient unit, who has it and who has not. */
export const packetsOfAct = (reading: Reading, act: string): OutboxRow[] =>
  reading.all<StoredRow>('SELECT * FROM outbox WHERE act = @act ORDER BY seq', { act }).map(fromRow)

/** What was refused for good or dropped behind it, newest first. */
export const troubledRows = (reading: Reading, limit = 100): OutboxRow[] =>
  reading
    .all<StoredRow>(
      `SELECT * FROM outbox WHERE state IN ('refused', 'dropped') ORDER BY seq DESC LIMIT @limit`,
      { limit },
    )
    .map(fromRow)

export const waitingCount = (reading: Reading): number =>
  reading.one<{ count: number }>(`SELECT count(*) AS count FROM outbox WHERE state = 'waiting'`)?.count ?? 0

/** The row is tried again at `nextAt`. */
export const postponeRow = (writing: Writing, seq: number, nextAt: number, refusal: Refusal | null): void =>
  void writing.run(
    `UPDATE outbox SET attempts = attempts + 1, next_at = @nextAt, last_refusal = @refusal
     WHERE seq = @seq AND state = 'waiting'`,
    { seq, nextAt, refusal: refusal && JSON.stringify(refusal) },
  )

/** Ends a waiting row. */
export const endRow = (
  writing: Writing,
  seq: number,
  state: Exclude<OutboxState, 'waiting'>,
  refusal: Refusal | null,
): void =>
  void writing.run(
    `UPDATE outbox SET state = @state, last_refusal = @refusal, ended_at = @now
     WHERE seq = @seq AND state = 'waiting'`,
    { seq, state, refusal: refusal && JSON.stringify(refusal), now: instantOf(writing.clock) },
  )
