/** What the desks list: pages of matters by kind, by status or by who has the pen, newest first, and their counts. */
import type { MatterKind, MatterState } from '../../core/matter.ts'
import type { IncomingStatus } from '../../core/incoming/fold.ts'
import type { Role } from '../../core/act/identifiers.ts'
import type { Reading } from './handle.ts'
import type { Value } from './handle.ts'
import { holderKey, lineColumns } from './matters.ts'
import type { MatterLine } from './matters.ts'

/** Which matters a desk shows. */
export type Desk =
  | { readonly kind: MatterKind; readonly statuses?: readonly MatterState['status'][] }
  /** What waits for me: the pen is mine, or a role's that I hold; and letters that came and stand so. */
  | {
      readonly person: string
      readonly roles: readonly Role[]
      readonly incoming?: readonly IncomingStatus[]
    }
  /** What waits for this person's own decision, in that status. */
  | { readonly decider: string; readonly status: MatterState['status'] }

/** The last line of the page before: the next page begins after it, whatever was added meanwhile. */
export type PageMark = { readonly updated: string; readonly matter: string }
export type MatterPage = { readonly lines: readonly MatterLine[]; readonly next: PageMark | null }

type Part = { readonly where: string; readonly values: Readonly<Record<string, Value>> }

export const pageSql = (where: string, marked: boolean): string =>
  `SELECT ${lineColumns} FROM matters WHERE ${where}${
    marked ? ' AND (updated, matter) < (@markUpdated, @markMatter)' : ''
  } ORDER BY updated DESC, matter DESC LIMIT @limit`

/** One page. Each part of the desk is one walk along an index; the parts are merged here. */
export function listMatters(
  reading: Reading,
  desk: Desk,
  limit: number,
  after?: PageMark | null,
): MatterPage {
  const mark = after ? { markUpdated: after.updated, markMatter: after.matter } : {}
  const parts = partsOf(desk)
  const found = parts.map(({ where, values }) =>
    reading.all<MatterLine>(pageSql(where, Boolean(after)), { ...values, ...mark, limit: limit + 1 }),
  )
  const lines = found.length === 1 ? found[0]! : found.flat().sort(newestFirst)
  const page = lines.slice(0, limit)
  const last = page.at(-1)
  return {
    lines: page,
    next: lines.length > limit && last ? { updated: last.updated, matter: last.matter } : null,
  }
}

const newestFirst = (a: MatterLine, b: MatterLine): number =>
  a.updated !== b.updated ? (a.updated < b.updated ? 1 : -1) : a.matter < b.matter ? 1 : -1

export const wheres = {
  kind: 'kind = @kind',
  status: 'kind = @kind AND status = @status',
  holder: 'holder = @holder',
  decision: 'holder = @holder AND status = @status',
} as const

const holdersOf = (person: string, roles: readonly Role[]): string[] =>
  [...new Set([holderKey({ person }), ...roles.map((role) => holderKey({ role }))])].filter(
    (key) => key !== null,
  )

const partsAt = (kind: MatterKind, statuses: readonly MatterState['status'][]): Part[] =>
  [...new Set(statuses)].map((status) => ({ where: wheres.status, values: { kind, status } }))

const decisionOf = (decider: string, status: MatterState['status']) => ({
  holder: holderKey({ person: decider }),
  status,
})

function partsOf(desk: Desk): Part[] {
  if ('decider' in desk) return [{ where: wheres.decision, values: decisionOf(desk.decider, desk.status) }]
  if ('person' in desk)
    return [
      ...holdersOf(desk.person, desk.roles).map((holder) => ({ where: wheres.holder, values: { holder } })),
      ...partsAt('incoming', desk.incoming ?? []),
    ]
  const { kind, statuses } = desk
  return statuses ? partsAt(kind, statuses) : [{ where: wheres.kind, values: { kind } }]
}

export const countSql = `SELECT kind, value AS status, count FROM matter_counts WHERE what = 'status' AND count > 0`
/** How many matters there are of each kind in each status. */
export const countByStatus = (
  reading: Reading,
): { kind: MatterKind; status: MatterState['status']; count: number }[] => reading.all(countSql)

const countHolderSql = `SELECT count FROM matter_counts WHERE what = 'holder' AND kind = '' AND value = @holder`
/** How many wait for me. */
export const countHeld = (reading: Reading, person: string, roles: readonly Role[]): number =>
  holdersOf(person, roles).reduce(
    (sum, holder) => sum + (reading.one<{ count: number }>(countHolderSql, { holder })?.count ?? 0),
    0,
  )

/** How many wait for this person's decision. They are few: the holder's index finds them. */
export const countDecisions = (reading: Reading, decider: string, status: MatterState['status']): number =>
  reading.one<{ count: number }>(
    `SELECT count(*) AS count FROM matters WHERE ${wheres.decision}`,
    decisionOf(decider, status),
  )?.count ?? 0
