/**
 * What arrives is judged here, packet by packet: opened, verified, and taken into the record in one transaction; or
 * parked with its reason. A letter from another unit becomes an incoming matter by the workstation's own act (送达
 * is by machine), which carries the sender's act untouched, and the sender is told in the same transaction.
 *
 * Idempotent: the same packet again, or the same letter by another packet, changes nothing.
 */
import { incomingBodies } from '../../core/incoming/acts.ts'
import { incomingMatterId } from '../../core/incoming/fold.ts'
import { outgoingBodies } from '../../core/outgoing/acts.ts'
import type { Block } from '../../core/outgoing/content.ts'
import type { Receipt } from '../../core/exchange/receipt.ts'
import { calendarDateOf } from '../../core/ports.ts'
import type { Refusal } from '../../core/result.ts'
import { openAct, openPacket } from '../../seal/packet.ts'
import type { OpenedPacket } from '../../seal/packet.ts'
import { standingOf } from '../store/acts.ts'
import { appendAudit } from '../store/audit.ts'
import { noteBlob } from '../store/blobs.ts'
import type { Writing } from '../store/handle.ts'
import { markDone } from '../store/inbox.ts'
import { matterDetail } from '../store/matters.ts'
import { documentNumbers, noteNumber, registerNumbers } from '../store/numbers.ts'
import { recordAct } from '../store/record.ts'
import { sha256 } from '../../seal/hash.ts'
import type { Desk } from './desk.ts'
import { bearsMark } from './drafts.ts'
import { judgeSealOf } from './files.ts'
import { replyTo } from './incoming.ts'
import { record } from './record.ts'

/** A packet of the inbox: its row, its mailbox, and the hub's verified receipt. */
export type Arrival = { readonly seq: number; readonly raw: string; readonly receipt: Receipt }
/** Taken in, or why it is kept aside; `waitingFor` names the act whose arrival makes it worth another try. */
export type Taking = 'done' | { readonly reason: Refusal; readonly waitingFor?: string }
/** What only writes is handed back, to be written together with others; a letter from outside needs more than that. */
export type Taken =
  Taking | { readonly apply: (writing: Writing) => Taking } | { readonly run: () => Promise<Taking> }

type Accepted = { readonly position: number; readonly time: string }

export function takeIn(desk: Desk, row: Arrival): Taken {
  const { receipt } = row
  const accepted = { position: receipt.position, time: receipt.time }
  const opened = openPacket(row.raw, {
    directory: desk.directory(),
    keys: desk.decryption,
    at: new Date(receipt.time),
  })
  if (!opened.ok) return laidAside(opened.refusal)
  if (marked(opened.value))
    return laidAside({ code: 'classified-mark', facts: { from: opened.value.act.owner } })
  const { act } = opened.value
  if (act.owner === desk.me.unit) return takeOwn(desk, row, opened.value, accepted)
  if (act.actor.unit !== act.owner)
    return laidAside({ code: 'sender-is-another-unit', facts: { owner: act.owner } })
  if (act.kind === 'outgoing.dispatch') return { run: () => takeLetter(desk, row, opened.value, accepted) }
  if (act.kind === 'outgoing.recall') return { run: () => takeRecall(desk, row, opened.value, accepted) }
  return laidAside({ code: 'kind-unknown', facts: { kind: act.kind } })
}

/** A mark where the standard places it, in a letter's title or in submitted content: judged as at the desk. */
function marked({ act }: OpenedPacket): boolean {
  const { document, content } = act.body as {
    document?: { title?: unknown }
    content?: { title?: unknown; body?: unknown }
  }
  const written = (title: unknown, body: unknown): boolean =>
    bearsMark({
      title: String(title ?? ''),
      body: Array.isArray(body) ? (body as Block[]).filter((each) => typeof each?.text === 'string') : [],
    })
  return written(document?.title, []) || written(content?.title, content?.body)
}

const laidAside = (reason: Refusal, waitingFor?: string): Taking =>
  waitingFor === undefined ? { reason } : { reason, waitingFor }

/**
 * Numbers other workstations of the unit gave are taken here too. Blocks make a clash impossible; one that is seen
 * all the same (a directory that granted a block twice) goes into the audit log.
 */
function noteNumbers(writing: Writing, { act }: OpenedPacket): void {
  const given = numberIn(act)
  const noted = given && noteNumber(writing, given.series, { ...given, matter: act.matter })
  if (noted && !noted.ok)
    appendAudit(writing, {
      kind: 'number-taken',
      who: `unit:${act.owner}`,
      facts: { ...noted.refusal.facts, act: act.id },
    })
}

function numberIn(act: OpenedPacket['act']) {
  if (act.kind === 'outgoing.register') {
    const body = outgoingBodies['outgoing.register'].safeParse(act.body)
    return body.success
      ? { series: documentNumbers, name: act.owner, year: body.data.year, serial: body.data.serial }
      : null
  }
  if (act.kind !== 'incoming.register') return null
  const body = incomingBodies['incoming.register'].safeParse(act.body)
  const year = Number(calendarDateOf(act.time).slice(0, 4))
  return body.success
    ? { series: registerNumbers, name: body.data.register, year, serial: body.data.serial }
    : null
}

/**
 * What another workstation of ours carries in its act is not believed for that: the sender's own act, signed by the
 * sender, for this very matter.
 */
function carriedFault(desk: Desk, { act }: OpenedPacket): Refusal | null {
  if (act.kind !== 'incoming.receive' && act.kind !== 'incoming.withdraw') return null
  const body = incomingBodies[act.kind].safeParse(act.body)
  if (!body.success) return { code: 'act-malformed', detail: body.error.message }
  const letter = openAct(body.data.letter, { directory: desk.directory(), at: 'claimed' })
  if (!letter.ok) return letter.refusal.code === 'act-malformed' ? { code: 'letter-invalid' } : letter.refusal
  const sent = letter.value.act
  const of = outgoingBodies['outgoing.dispatch'].safeParse(sent.body)
  const recall = outgoingBodies['outgoing.recall'].safeParse(sent.body)
  const fits =
    sent.owner === sent.actor.unit &&
    ('dispatch' in body.data
      ? sent.kind === 'outgoing.dispatch' &&
        sent.id === body.data.dispatch &&
        sent.owner === body.data.from &&
        act.matter === incomingMatterId(sent.id, act.owner, sha256) &&
        of.success &&
        of.data.to.some((to) => to.unit === act.owner)
      : sent.kind === 'outgoing.recall' &&
        sent.id === body.data.recall &&
        recall.success &&
        act.matter === incomingMatterId(recall.data.dispatch, act.owner, sha256))
  return fits ? null : { code: 'letter-invalid', facts: { from: sent.owner } }
}

/** An act of a matter of ours. What it comes after must be here, or it waits for it. */
function takeOwn(desk: Desk, row: Arrival, opened: OpenedPacket, accepted: Accepted): Taken {
  const { act, jws } = opened
  // The hub lets nobody else take our pen; we need not believe that of it.
  if (act.pen && act.actor.unit !== act.owner)
    return laidAside({ code: 'sender-is-another-unit', facts: { owner: act.owner } })
  const fault = carriedFault(desk, opened)
  if (fault) return laidAside(fault)
  return {
    apply: (writing) => {
      const begins = act.kind === 'outgoing.submit' && matterDetail(writing, act.matter) === null
      const missing = begins ? undefined : act.after.find((id) => standingOf(writing, id) === null)
      if (missing !== undefined && standingOf(writing, act.id) === null)
        return laidAside({ code: 'waiting-for', facts: { act: missing } }, missing)
      for (const { id, size } of act.blobs) noteBlob(writing, { id, size, state: 'wanted' })
      recordAct(writing, { act, jws, verification: evidence(opened), accepted })
      noteNumbers(writing, opened)
      markDone(writing, row.seq)
      return 'done'
    },
  }
}

const evidence = ({ signer }: OpenedPacket) => ({
  signer: signer.claimed,
  certificate: signer.certificate.thumbprint,
  subject: signer.certificate.subject,
})

/** 送达: the sealed file is fetched and judged first; the verdict stands in the act that begins the matter. */
async function takeLetter(
  desk: Desk,
  row: Arrival,
  opened: OpenedPacket,
  accepted: Accepted,
): Promise<Taking> {
  const { act, jws } = opened
  const body = outgoingBodies['outgoing.dispatch'].safeParse(act.body)
  if (!body.success) return laidAside({ code: 'act-malformed', detail: body.error.message })
  if (!body.data.to.some((to) => to.unit === desk.me.unit)) return laidAside({ code: 'not-addressed-to-us' })
  const matter = incomingMatterId(act.id, desk.me.unit, sha256)
  if (matterDetail(desk.store.reading, matter) !== null) return known(desk, row, opened, accepted)
  const blob = act.blobs.find((each) => each.id === body.data.file.blob)
  if (!blob || blob.plainHash !== body.data.file.plainHash) return laidAside({ code: 'blob-missing' })
  // Noted as wanted first: where the line breaks now, the file is fetched later and the letter tried again.
  desk.store.transact((writing) => noteBlob(writing, { id: blob.id, size: blob.size, state: 'wanted' }))
  const file = await desk.readBlob(blob)
  if (!file.ok) return laidAside(file.refusal)
  const verdict = judgeSealOf(desk, act.owner, file.value)
  const recorded = await record(
    desk,
    [
      {
        matter,
        owner: desk.me.unit,
        kind: 'incoming.receive',
        role: 'machine',
        after: [],
        body: { dispatch: act.id, from: act.owner, letter: jws, verdict },
        to: [],
        urgency: body.data.document.urgency,
      },
      replyTo(desk, { letter: jws, matter }, 'outgoing.delivered', 'machine', {}),
    ],
    (writing) => settle(writing, row, opened, accepted),
  )
  return recorded.ok
    ? 'done'
    : overtaken(desk, { row, opened, accepted, matter, from: null }, recorded.refusal)
}

/**
 * Another hand was quicker, or it cannot be recorded now: where the matter is still as it was (`from`), the packet
 * stays, with the reason.
 */
function overtaken(
  desk: Desk,
  packet: { row: Arrival; opened: OpenedPacket; accepted: Accepted; matter: string; from: string | null },
  refusal: Refusal,
): Taking {
  const now = matterDetail(desk.store.reading, packet.matter)?.state.status ?? null
  return now === packet.from ? laidAside(refusal) : known(desk, packet.row, packet.opened, packet.accepted)
}

/** The letter's own act is evidence of what came: kept beside the matter it began. */
function settle(writing: Writing, row: Arrival, opened: OpenedPacket, accepted: Accepted): void {
  recordAct(writing, { act: opened.act, jws: opened.jws, verification: evidence(opened), accepted })
  markDone(writing, row.seq)
}

function known(desk: Desk, row: Arrival, opened: OpenedPacket, accepted: Accepted): Taking {
  desk.store.transact((writing) => settle(writing, row, opened, accepted))
  return 'done'
}

/**
 * 撤回: where it comes before signing for, the workstation withdraws the letter; the hub lets only one of the two take
 * the matter's head. After signing for, the recall changes nothing and the sender sees that the letter was kept.
 */
async function takeRecall(
  desk: Desk,
  row: Arrival,
  opened: OpenedPacket,
  accepted: Accepted,
): Promise<Taking> {
  const { act, jws } = opened
  const body = outgoingBodies['outgoing.recall'].safeParse(act.body)
  if (!body.success) return laidAside({ code: 'act-malformed', detail: body.error.message })
  const matter = incomingMatterId(body.data.dispatch, desk.me.unit, sha256)
  const state = matterDetail(desk.store.reading, matter)?.state
  if (state?.kind !== 'incoming')
    return laidAside({ code: 'waiting-for', facts: { act: body.data.dispatch } }, body.data.dispatch)
  if (state.from !== act.owner) return laidAside({ code: 'sender-is-another-unit' })
  if (state.status !== 'received') return known(desk, row, opened, accepted)
  const recorded = await record(
    desk,
    [
      {
        matter,
        owner: desk.me.unit,
        kind: 'incoming.withdraw',
        role: 'machine',
        after: state.head ? [state.head] : [],
        body: { recall: act.id, letter: jws, reason: body.data.reason },
        to: [],
      },
      replyTo(desk, state, 'outgoing.recalled', 'machine', { recall: act.id }),
    ],
    (writing) => settle(writing, row, opened, accepted),
  )
  return recorded.ok
    ? 'done'
    : overtaken(desk, { row, opened, accepted, matter, from: 'received' }, recorded.refusal)
}
