/**
 * The workstation's audit log: what is not an act (reading, printing, exporting, signing in, refusals). Each entry's
 * hash covers the one before it, so a removed or changed entry shows. For the auditor's eyes; never document text.
 */
import { createHash } from 'node:crypto'
import { canonical } from '../../core/canonical.ts'
import { instantOf } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import type { Reading, Writing } from './handle.ts'

export type AuditFacts = Readonly<Record<string, string | number | boolean>>
export type AuditEntry = {
  readonly seq: number
  readonly time: string
  /** `sign-in`, `read`, `print`, `export`, `refused`, ... */
  readonly kind: string
  /** `person:NAME`, `device:NAME`, `hub:NAME`. */
  readonly who: string
  readonly facts: AuditFacts
  readonly previous: string
  readonly hash: string
}
type AuditRow = Omit<AuditEntry, 'facts'> & { readonly facts: string }

const start = '0'.repeat(64)
const fromRow = (row: AuditRow): AuditEntry => ({ ...row, facts: JSON.parse(row.facts) as AuditFacts })

const hashOf = ({ seq, time, kind, who, facts, previous }: Omit<AuditRow, 'hash'>): string =>
  createHash('sha256')
    .update(canonical([seq, time, kind, who, facts, previous]))
    .digest('hex')

/** Adds one entry. */
export function appendAudit(
  writing: Writing,
  entry: { readonly kind: string; readonly who: string; readonly facts?: AuditFacts },
): AuditEntry {
  const last = writing.one<{ seq: number; hash: string }>(
    'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1',
  )
  const row = {
    seq: (last?.seq ?? 0) + 1,
    time: instantOf(writing.clock),
    kind: entry.kind,
    who: entry.who,
    facts: canonical(entry.facts ?? {}),
    previous: last?.hash ?? start,
  }
  const stored = { ...row, hash: hashOf(row) }
  writing.run(
    `INSERT INTO audit (seq, time, kind, who, facts, previous, hash)
     VALUES (@seq, @time, @kind, @who, @facts, @previous, @hash)`,
    stored,
  )
  return fromRow(stored)
}

/** The newest entries before `before`, of one kind or of all. */
export const auditPage = (reading: Reading, limit = 200, before?: number, kind?: string): AuditEntry[] =>
  reading
    .all<AuditRow>(
      `SELECT * FROM audit WHERE seq < @before ${kind ? 'AND kind = @kind' : ''}
       ORDER BY seq DESC LIMIT @limit`,
      { before: before ?? Number.MAX_SAFE_INTEGER, limit, ...(kind ? { kind } : {}) },
    )
    .map(fromRow)

/** Walks the chain. `audit-broken` names the first entry that does not follow from the one before it. */
export function verifyAudit(reading: Reading): Result<{ count: number; last: string }, 'audit-broken'> {
  let count = 0
  let last = start
  for (const row of reading.each<AuditRow>('SELECT * FROM audit ORDER BY seq')) {
    if (row.seq !== count + 1 || row.previous !== last || row.hash !== hashOf(row))
      return refuse('audit-broken', { seq: count + 1 })
    count++
    last = row.hash
  }
  return ok({ count, last })
}
