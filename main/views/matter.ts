/** One matter as the window opens it: state, what may be done, history with names and receipts, files, recipients. */
import type { FoldRefusal } from '../../core/act/fold.ts'
import { calendarDateOf } from '../../core/ports.ts'
import type { MatterState } from '../../core/matter.ts'
import { outgoingBodies } from '../../core/outgoing/acts.ts'
import { ok, refuse } from '../../core/result.ts'
import type { OfficeRefusal } from '../../preload/contract/refusals.ts'
import type { FileView, HistoryView, MatterView, RecipientView } from '../../preload/contract/views.ts'
import type { Answer, Desk } from '../actions/desk.ts'
import { fileOf } from '../actions/files.ts'
import { nextIncomingNumber } from '../actions/incoming.ts'
import { actOfJws } from '../actions/letterAct.ts'
import { nextDocumentNumber } from '../actions/numbering.ts'
import { actsOf, branchOf, knownActOf, pendingMatters, storedAct } from '../store/acts.ts'
import type { StoredAct } from '../store/acts.ts'
import { missingBlobs } from '../store/blobs.ts'
import { matterDetail } from '../store/matters.ts'
import { packetsOfAct } from '../store/outbox.ts'
import { receiptOfPacket } from '../store/receipts.ts'
import { readPacket } from '../../seal/packet.ts'
import { rowOf } from './lists.ts'
import { nameOfPerson, nameOfUnit } from './names.ts'
import { permittedActions } from './permitted.ts'

export function matterView(desk: Desk, matter: string): Answer<MatterView> {
  const detail = matterDetail(desk.store.reading, matter)
  if (!detail) return refuse('matter-unknown')
  const { state, line } = detail
  const nextNumber = nextNumberOf(desk, state)
  const letter = letterView(desk, state)
  return ok({
    row: rowOf(desk, line, pendingMatters(desk.store.reading)),
    state,
    actions: permittedActions(state, desk.me),
    history: historyOf(desk, state, detail.void),
    recipients: state.kind === 'outgoing' ? recipientsOf(desk, state) : [],
    files: filesOf(desk, state),
    ...(letter ? { letter } : {}),
    ...(nextNumber === null ? {} : { nextNumber }),
  })
}

function historyOf(
  desk: Desk,
  state: MatterState,
  voided: readonly { readonly act: string; readonly code: FoldRefusal }[],
): readonly HistoryView[] {
  const stored = [...actsOf(desk.store.reading, state.matter), ...branchOf(desk.store.reading, state.matter)]
  const lines = new Map(state.history.map((line) => [line.act, line]))
  return stored.map((each): HistoryView => {
    const known = knownActOf(each)
    const line = lines.get(each.id) ?? { act: each.id, kind: each.kind, actor: known.actor, time: each.time }
    const reason = reasonOf(each, voided)
    return {
      ...line,
      name: nameOfPerson(desk, line.actor),
      unitName: nameOfUnit(desk, line.actor.unit),
      standing: each.standing,
      ...(each.acceptedAt ? { acceptedAt: each.acceptedAt } : {}),
      ...(reason ? { voidFor: reason } : {}),
    }
  })
}

const reasonOf = (
  act: StoredAct,
  voided: readonly { readonly act: string; readonly code: FoldRefusal }[],
): OfficeRefusal | undefined =>
  (act.refusal?.code as OfficeRefusal | undefined) ?? voided.find((each) => each.act === act.id)?.code

/** Per recipient unit: what it said, or, before it said anything, whether the hub has the packet. */
function recipientsOf(
  desk: Desk,
  state: MatterState & { readonly kind: 'outgoing' },
): readonly RecipientView[] {
  const packets = new Map<string, { readonly sent: boolean; readonly packet: string }>()
  for (const dispatch of new Set(state.recipients.map((line) => line.dispatch)))
    for (const row of packetsOfAct(desk.store.reading, dispatch)) {
      const read = readPacket(row.raw)
      if (!read.ok) continue
      for (const { to } of read.value.header.recipients)
        packets.set(`${dispatch} ${to}`, { sent: row.state === 'sent', packet: row.packet })
    }
  return state.recipients.map((line): RecipientView => {
    const packet = packets.get(`${line.dispatch} unit:${line.unit}`)
    const receipt = packet && receiptOfPacket(desk.store.reading, packet.packet)
    // A colleague's dispatch has no packets here: the hub accepted it, or the act would not be here.
    const sent = packet ? packet.sent : storedAct(desk.store.reading, line.dispatch)?.standing === 'accepted'
    return {
      unit: line.unit,
      unitName: nameOfUnit(desk, line.unit),
      kind: line.kind,
      status: line.status === 'sent' ? (sent ? 'accepted' : 'waiting') : line.status,
      since: line.since,
      recallRequested: line.recall !== undefined,
      ...(line.words === undefined ? {} : { words: line.words }),
      ...(line.number === undefined ? {} : { number: line.number }),
      ...(receipt ? { receipt: { position: receipt.position, time: receipt.time } } : {}),
    }
  })
}

function filesOf(desk: Desk, state: MatterState): readonly FileView[] {
  const kinds = state.kind === 'outgoing' ? (['sealed', 'pressed'] as const) : (['received'] as const)
  return kinds.flatMap((which) => {
    const blob = fileOf(desk, state.matter, which)
    if (!blob) return []
    const here = missingBlobs(desk.store.reading, [blob.id]).length === 0
    return [{ which, name: blob.name, size: blob.plainSize, here }]
  })
}

function letterView(desk: Desk, state: MatterState): MatterView['letter'] {
  if (state.kind !== 'incoming') return undefined
  const { act } = actOfJws(state.letter)
  const body = outgoingBodies['outgoing.dispatch'].parse(act.body)
  return {
    title: body.document.title,
    number: body.document.number,
    documentType: body.document.documentType,
    issuer: body.document.issuer,
    date: body.document.date,
    fromName: nameOfUnit(desk, act.owner),
    dispatchedBy: nameOfPerson(desk, act.actor),
    dispatchedAt: act.time,
    addressedAs: body.to.find((to) => to.unit === desk.me.unit)?.kind ?? 'main',
  }
}

function nextNumberOf(desk: Desk, state: MatterState): string | null {
  if (state.kind === 'incoming') return state.status === 'signed-for' ? nextIncomingNumber(desk) : null
  if (state.status !== 'rechecked' || !state.approval) return null
  return nextDocumentNumber(desk, Number(calendarDateOf(state.approval.time).slice(0, 4)))
}
