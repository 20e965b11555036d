/** The directory and the exchange as the window shows them. */
import type { Role } from '../../core/act/identifiers.ts'
import type { OfficeRefusal } from '../../preload/contract/refusals.ts'
import type { ParkedRow, PersonView, UnitView } from '../../preload/contract/views.ts'
import { readPacket } from '../../seal/packet.ts'
import type { Desk } from '../actions/desk.ts'
import { inboxRow, parkedPackets } from '../store/inbox.ts'
import { nameOfUnit } from './names.ts'

/** Whom the packet says it is from, as far as it can be read: not proven. */
function claimedSender(desk: Desk, seq: number): string {
  const raw = inboxRow(desk.store.reading, seq)?.raw
  const read = raw === undefined ? null : readPacket(raw)
  return read?.ok ? nameOfUnit(desk, read.value.header.sender.unit) : ''
}

export const parkedRows = (desk: Desk): readonly ParkedRow[] =>
  parkedPackets(desk.store.reading).map((row) => ({
    id: row.seq,
    position: row.position,
    box: row.box,
    code: row.reason.code as OfficeRefusal | 'waiting-for',
    facts: row.reason.facts ?? {},
    from: claimedSender(desk, row.seq),
    at: row.receivedAt,
  }))

export const unitViews = (desk: Desk): readonly UnitView[] =>
  [...desk.directory().units.values()]
    .map((unit) => ({ unit: unit.id, name: unit.name, order: unit.order, mine: unit.id === desk.me.unit }))
    .toSorted((one, other) => one.order - other.order)

export const peopleViews = (desk: Desk, role: string | undefined): readonly PersonView[] =>
  [...desk.directory().people.values()]
    .filter(
      (person) =>
        person.active &&
        person.unit === desk.me.unit &&
        (role === undefined || (person.roles as readonly Role[]).includes(role as Role)),
    )
    .map(({ id, name, title, unit, roles }) => ({ person: id, name, title: title ?? '', unit, roles }))
