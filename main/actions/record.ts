/**
 * Where a statement becomes an act: folded first (what does not apply is never signed), signed, sealed into packets,
 * and then stored with its projection and its outbox rows in one transaction. Several statements may go together: an
 * act of ours and what the sender is told of it.
 *
 * Invariant: after the transaction the document is in exactly one place; before it, nowhere but where it was.
 */
import type { BlobRef, KnownAct } from '../../core/act/act.ts'
import { personAddress, unitAddress } from '../../core/act/identifiers.ts'
import type { Address, Role } from '../../core/act/identifiers.ts'
import type { MatterBase } from '../../core/act/fold.ts'
import type { IncomingKind } from '../../core/incoming/acts.ts'
import type { IncomingState } from '../../core/incoming/fold.ts'
import { foldOne, matterKindOf } from '../../core/matter.ts'
import type { OutgoingKind } from '../../core/outgoing/acts.ts'
import type { Urgency } from '../../core/outgoing/content.ts'
import type { OutgoingState } from '../../core/outgoing/state.ts'
import { freshId, instantOf } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import { sealAct, sealPacket } from '../../seal/packet.ts'
import { noteBlob } from '../store/blobs.ts'
import { matterDetail } from '../store/matters.ts'
import { queuePacket } from '../store/outbox.ts'
import { recordAct } from '../store/record.ts'
import type { Writing } from '../store/handle.ts'
import type { Answer, Desk } from './desk.ts'
import { archiveOf, recipientOf } from './recipients.ts'

export type Statement = {
  readonly matter: string
  readonly owner: string
  readonly kind: OutgoingKind | IncomingKind
  readonly role: Role
  readonly after: readonly string[]
  readonly body: Readonly<Record<string, unknown>>
  /** People of the own unit beyond those who took part so far. */
  readonly to: readonly Address[]
  readonly blobs?: readonly BlobRef[]
  /** Packets beyond the own unit's: the mailboxes of each. */
  readonly letters?: readonly (readonly Address[])[]
  readonly urgency?: Urgency
  /** Beside another unit's chain: nothing goes to the own unit, and there is no state here to fold. */
  readonly foreign?: boolean
  /** The outbox lane; the matter unless it must wait for another matter's act. */
  readonly lane?: string
}

export const matterState = (desk: Desk, matter: string) =>
  matterDetail(desk.store.reading, matter)?.state ?? null

export function outgoingState(desk: Desk, matter: string): OutgoingState | null {
  const state = matterState(desk, matter)
  return state?.kind === 'outgoing' ? state : null
}

export function incomingState(desk: Desk, matter: string): IncomingState | null {
  const state = matterState(desk, matter)
  return state?.kind === 'incoming' ? state : null
}

/** Everybody of the own unit who has had the matter in hand, and the unit itself. */
function ownAddresses(desk: Desk, state: MatterBase | null, to: readonly Address[]): Address[] {
  const people = new Set<Address>([unitAddress(desk.me.unit), personAddress(desk.me.person), ...to])
  for (const line of state?.history ?? [])
    if (line.actor.unit === desk.me.unit && 'person' in line.actor)
      people.add(personAddress(line.actor.person))
  return [...people]
}

/** All values, or the first refusal. */
function all<Value>(answers: readonly Answer<Value>[]): Answer<Value[]> {
  const values: Value[] = []
  for (const answer of answers) {
    if (!answer.ok) return answer
    values.push(answer.value)
  }
  return ok(values)
}

type Prepared = {
  readonly act: KnownAct
  readonly jws: string
  readonly packets: readonly { id: string; raw: string }[]
}

async function prepare(desk: Desk, statement: Statement): Promise<Answer<Prepared>> {
  const state = statement.foreign ? null : matterState(desk, statement.matter)
  const letters = statement.letters ?? []
  const own = statement.foreign ? [] : ownAddresses(desk, state, statement.to)
  const machine = statement.role === 'machine'
  const act = {
    v: 1 as const,
    matter: statement.matter,
    owner: statement.owner,
    kind: statement.kind,
    pen: !statement.foreign,
    after: [...statement.after],
    time: instantOf(desk.clock),
    actor: machine
      ? { unit: desk.me.unit, device: desk.device.id, role: 'machine' as const }
      : { unit: desk.me.unit, person: desk.me.person, role: statement.role as Exclude<Role, 'machine'> },
    recipients: [...new Set([...own, ...letters.flat()])],
    salt: Buffer.from(desk.random(16)).toString('base64url'),
    blobs: [...(statement.blobs ?? [])],
    body: statement.body,
  }
  const kind = matterKindOf(statement.kind)
  if (kind && !statement.foreign) {
    const applies = foldOne(kind, state, { ...act, id: '0'.repeat(64) })
    if (!applies.ok) return applies
  }
  const key = machine ? desk.device.signer : desk.signer
  const signed = await sealAct(act, key)
  const packets = []
  const at = new Date(desk.clock())
  for (const to of [...(own.length > 0 ? [own] : []), ...letters]) {
    const recipients = all(to.map((address) => recipientOf(desk.directory(), address, at)))
    if (!recipients.ok) return recipients
    const archive = to === own ? archiveOf(desk.directory(), desk.me.unit, at) : null
    if (archive && !archive.ok) return archive
    const { raw, header } = await sealPacket({
      sealed: signed,
      packet: freshId(desk.random),
      recipients: recipients.value,
      ...(archive ? { archive: archive.value } : {}),
      urgency: statement.urgency ?? 'normal',
      time: act.time,
      key,
      random: desk.random,
    })
    packets.push({ id: header.packet, raw })
  }
  return ok({ act: signed.act, jws: signed.jws, packets })
}

/**
 * Records statements together. `also` runs in the same transaction (a draft removed, an inbox row done). A matter
 * that moved while we signed is refused with `not-after-its-cause`: the person sees what came in and decides anew.
 */
export async function record(
  desk: Desk,
  statements: readonly Statement[],
  also?: (writing: Writing) => void,
): Promise<Answer<true>> {
  const prepared: { statement: Statement; made: Prepared }[] = []
  for (const statement of statements) {
    const made = await prepare(desk, statement)
    if (!made.ok) return made
    prepared.push({ statement, made: made.value })
  }
  const done = desk.store.transact((writing): Answer<true> => {
    for (const { statement, made } of prepared) {
      if (!statement.foreign) {
        const state = matterDetail(writing, statement.matter)?.state ?? null
        if ((state?.head ?? null) !== (statement.after[0] ?? null)) return refuse('not-after-its-cause')
      }
      recordAct(writing, { act: made.act, jws: made.jws, verification: { own: true }, accepted: null })
      for (const { id, size } of made.act.blobs) noteBlob(writing, { id, size, state: 'needs-upload' })
      for (const { id, raw } of made.packets)
        queuePacket(writing, {
          lane: statement.lane ?? statement.matter,
          packet: id,
          act: made.act.id,
          urgency: statement.urgency ?? 'normal',
          blobs: made.act.blobs.map((blob) => blob.id),
          raw,
        })
    }
    also?.(writing)
    return ok(true)
  })
  if (done.ok) desk.committed()
  return done
}

/** The next act of an outgoing document, after its head, in its own urgency. */
export async function recordNext(
  desk: Desk,
  state: OutgoingState,
  next: Pick<Statement, 'kind' | 'role' | 'body'> & {
    readonly blobs?: readonly BlobRef[]
    readonly letters?: readonly Address[]
  },
  also?: (writing: Writing) => void,
): Promise<Answer<true>> {
  const { letters, ...rest } = next
  return record(
    desk,
    [
      {
        ...rest,
        matter: state.matter,
        owner: state.owner,
        after: state.head ? [state.head] : [],
        to: [],
        urgency: state.submission.body.content.urgency,
        ...(letters ? { letters: letters.map((letter) => [letter]) } : {}),
      },
    ],
    also,
  )
}
