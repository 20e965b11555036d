/** Lists as the desks show them: one page of matters with the words a row needs. */
import type { Counts, DeskName, MatterPage, MatterRow } from '../../preload/contract/views.ts'
import type { Desk } from '../actions/desk.ts'
import { pendingMatters } from '../store/acts.ts'
import { countByStatus, countDecisions, countHeld, listMatters as pageOf } from '../store/desks.ts'
import type { Desk as DeskFilter, PageMark } from '../store/desks.ts'
import { draftsOf } from '../store/drafts.ts'
import { parkedCount } from '../store/inbox.ts'
import type { MatterLine } from '../store/matters.ts'
import { searchMatters } from '../store/search.ts'
import type { MatterState } from '../../core/matter.ts'
import { outgoingStatuses } from '../../core/outgoing/state.ts'
import type { OutgoingStatus } from '../../core/outgoing/state.ts'
import { incomingStatuses } from '../../core/incoming/fold.ts'
import type { IncomingStatus } from '../../core/incoming/fold.ts'
import { nameOfPerson, nameOfUnit } from './names.ts'
import { waitsFor } from './permitted.ts'

/** What lists are made from. */
type ListDesk = Pick<Desk, 'me' | 'store' | 'directory'>

/** Incoming documents that wait for somebody here. */
const openIncoming: readonly IncomingStatus[] = ['received', 'signed-for', 'registered', 'checked']

function holderName(desk: ListDesk, line: MatterLine): string {
  if (line.holder === null) return ''
  const [kind, id] = line.holder.split(':') as [string, string]
  if (kind === 'person') return nameOfPerson(desk, { unit: line.owner, person: id, role: 'secretary' })
  // A role is whoever has it in the unit, by name.
  return [...desk.directory().people.values()]
    .filter((each) => each.unit === line.owner && (each.roles as readonly string[]).includes(id))
    .map((each) => each.name)
    .join('、')
}

/** The row of a line; nothing here reads the matter's whole state. */
export function rowOf(desk: ListDesk, line: MatterLine, pending: ReadonlySet<string>): MatterRow {
  return {
    matter: line.matter,
    kind: line.kind,
    status: line.status,
    title: line.title,
    number: line.number ?? '',
    urgency: line.urgency,
    from:
      line.counterpart !== null
        ? nameOfUnit(desk, line.counterpart)
        : line.writer === null
          ? ''
          : nameOfPerson(desk, { unit: line.owner, person: line.writer, role: 'secretary' }),
    holder: holderName(desk, line),
    mine: waitsFor(line, desk.me),
    updated: line.updated,
    ...(line.addressed > 0 ? { progress: { signedFor: line.signedFor, all: line.addressed } } : {}),
    pending: pending.has(line.matter),
  }
}

/** What the leader's desk is for: a document returned to its writer waits there for nobody. */
const toDecide = 'submitted' satisfies OutgoingStatus

const handlesLetters = (desk: Pick<Desk, 'me'>): boolean => desk.me.roles.includes('registry')

/** How many letters that came wait for this person. */
function openLetters(desk: Pick<Desk, 'me' | 'store'>): number {
  if (!handlesLetters(desk)) return 0
  const open = openIncoming as readonly string[]
  return countByStatus(desk.store.reading)
    .filter((each) => each.kind === 'incoming' && open.includes(each.status))
    .reduce((sum, each) => sum + each.count, 0)
}

function filterOf(desk: ListDesk, name: DeskName, status: string | undefined): DeskFilter {
  const statuses = status === undefined ? undefined : [status as MatterState['status']]
  switch (name) {
    case 'outgoing':
      return { kind: 'outgoing', ...(statuses ? { statuses } : {}) }
    case 'incoming':
      return { kind: 'incoming', ...(statuses ? { statuses } : {}) }
    case 'approvals':
      return { decider: desk.me.person, status: toDecide }
    case 'todo':
      return {
        person: desk.me.person,
        roles: desk.me.roles,
        ...(handlesLetters(desk) ? { incoming: openIncoming } : {}),
      }
  }
}

const markText = (mark: PageMark | null): string | null => (mark ? `${mark.updated} ${mark.matter}` : null)
function markOf(text: string | undefined): PageMark | null {
  const [updated, matter] = text?.split(' ') ?? []
  return updated && matter ? { updated, matter } : null
}

export function listMatters(
  desk: ListDesk,
  input: {
    readonly desk: DeskName
    readonly status?: string | undefined
    readonly text?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): MatterPage {
  const pending = pendingMatters(desk.store.reading)
  const row = (line: MatterLine): MatterRow => rowOf(desk, line, pending)
  if (input.text !== undefined && input.text.trim() !== '') {
    const found = searchMatters(desk.store.reading, input.text.trim(), input.limit)
    const lines = found.filter(
      (line) => input.desk === 'todo' || input.desk === 'approvals' || line.kind === input.desk,
    )
    return { rows: lines.map(row), next: null, total: lines.length }
  }
  const known = [...outgoingStatuses, ...incomingStatuses] as readonly string[]
  const status = input.status !== undefined && known.includes(input.status) ? input.status : undefined
  const page = pageOf(
    desk.store.reading,
    filterOf(desk, input.desk, status),
    input.limit,
    markOf(input.after),
  )
  return { rows: page.lines.map(row), next: markText(page.next), total: totalOf(desk, input.desk, status) }
}

function totalOf(desk: ListDesk, name: DeskName, status: string | undefined): number {
  if (name === 'approvals') return countDecisions(desk.store.reading, desk.me.person, toDecide)
  if (name === 'todo') return countHeld(desk.store.reading, desk.me.person, desk.me.roles) + openLetters(desk)
  return countByStatus(desk.store.reading)
    .filter((each) => each.kind === name && (status === undefined || each.status === status))
    .reduce((sum, each) => sum + each.count, 0)
}

/**
 * Counts beside the rail: what waits for this person, not what the unit has. What waits for a leader's decision is
 * counted at 审批 and not again at 发文.
 */
export function deskCounts(desk: Pick<Desk, 'me' | 'store'>): Counts {
  const { person, roles } = desk.me
  const held = countHeld(desk.store.reading, person, roles)
  const approvals = countDecisions(desk.store.reading, person, toDecide)
  const incoming = openLetters(desk)
  return {
    drafts: draftsOf(desk.store.reading, person).length,
    outgoing: held - approvals,
    incoming,
    approvals,
    todo: held + incoming,
    parked: parkedCount(desk.store.reading),
  }
}
