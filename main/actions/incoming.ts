/**
 * 签收, 拒收, 登记, 初审, 退文, 办结: what a person does with a letter. What the sender must know goes out beside the
 * sender's chain in the same transaction, in the lane of our own act: refused there, it is never sent.
 */
import type { Address } from '../../core/act/identifiers.ts'
import type { BesideKind } from '../../core/outgoing/acts.ts'
import { outgoingBodies } from '../../core/outgoing/acts.ts'
import type { IncomingKind } from '../../core/incoming/acts.ts'
import type { IncomingState } from '../../core/incoming/fold.ts'
import { calendarDateOf, instantOf } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import { nextNumber, registerNumbers, takeNumber } from '../store/numbers.ts'
import { actOfJws } from './letterAct.ts'
import { blocksOf } from './numbering.ts'
import type { Answer, Desk } from './desk.ts'
import { incomingState, record } from './record.ts'
import type { Statement } from './record.ts'

/** The register every unit keeps for what comes in. */
export const incomingRegister = '收文'

/** What the sender is told, beside their chain: to the unit and to its people who were on the dispatch act. */
export function replyTo(
  desk: Desk,
  state: Pick<IncomingState, 'letter' | 'matter'>,
  kind: BesideKind,
  role: 'registry' | 'machine',
  extra: Readonly<Record<string, unknown>>,
): Statement {
  const letter = actOfJws(state.letter)
  const senders = letter.act.recipients.filter(
    (address) => unitOf(desk, address as Address) === letter.act.owner,
  )
  return {
    matter: letter.act.matter,
    owner: letter.act.owner,
    lane: state.matter,
    kind,
    role,
    after: [letter.id],
    body: outgoingBodies[kind].parse({ dispatch: letter.id, ...extra }),
    to: [],
    letters: [
      [
        `unit:${letter.act.owner}` as Address,
        ...senders.filter((address) => address !== `unit:${letter.act.owner}`),
      ] as Address[],
    ],
    foreign: true,
  }
}

const unitOf = (desk: Desk, address: Address): string | undefined => {
  const [kind, id] = address.split(':') as [string, string]
  return kind === 'unit' ? id : desk.directory().people.get(id)?.unit
}

type Step = {
  readonly kind: IncomingKind
  readonly role: 'registry' | 'secretary'
  readonly body: Readonly<Record<string, unknown>>
  readonly reply?: { readonly kind: BesideKind; readonly extra: Readonly<Record<string, unknown>> }
}

async function take(
  desk: Desk,
  matter: string,
  step: (state: IncomingState) => Step,
): Promise<Answer<string>> {
  const state = incomingState(desk, matter)
  if (!state) return refuse('matter-unknown')
  const { kind, role, body, reply } = step(state)
  const own: Statement = {
    matter,
    owner: state.owner,
    kind,
    role,
    after: state.head ? [state.head] : [],
    body,
    to: [],
  }
  const statements = reply ? [own, replyTo(desk, state, reply.kind, 'registry', reply.extra)] : [own]
  const recorded = await record(desk, statements)
  return recorded.ok ? ok(matter) : recorded
}

/** A letter whose seal does not hold is refused 拒收, never signed for. */
export async function signFor(
  desk: Desk,
  input: { readonly matter: string; readonly checked: readonly string[] },
): Promise<Answer<string>> {
  if (incomingState(desk, input.matter)?.verdict.verdict === 'bad') return refuse('verdict-bad')
  return take(desk, input.matter, () => ({
    kind: 'incoming.sign-for',
    role: 'registry',
    body: { checked: input.checked },
    reply: { kind: 'outgoing.signed-for', extra: {} },
  }))
}

export const refuseLetter = (
  desk: Desk,
  input: { readonly matter: string; readonly cause: string; readonly reason: string },
) =>
  take(desk, input.matter, () => ({
    kind: 'incoming.refuse',
    role: 'registry',
    body: { cause: input.cause, reason: input.reason },
    reply: { kind: 'outgoing.refused', extra: { reason: input.reason } },
  }))

const registerYear = (desk: Desk): number => Number(calendarDateOf(instantOf(desk.clock)).slice(0, 4))

export const registerNumber = (year: number, serial: number): string =>
  `${incomingRegister}〔${year}〕${serial}号`

const askedOf = (desk: Desk) => {
  const year = registerYear(desk)
  return { name: incomingRegister, year, blocks: blocksOf(desk, year) }
}

/** What registering would give now, for the form; null where this workstation has no numbers left. */
export function nextIncomingNumber(desk: Desk): string | null {
  const serial = nextNumber(desk.store.reading, registerNumbers, askedOf(desk))
  return serial === null ? null : registerNumber(registerYear(desk), serial)
}

/** Takes the next number of the register (asked again, the matter gets the same one), then records. */
export async function registerIncoming(
  desk: Desk,
  input: { readonly matter: string; readonly words?: string | undefined },
): Promise<Answer<string>> {
  const state = incomingState(desk, input.matter)
  if (!state) return refuse('matter-unknown')
  if (state.status !== 'signed-for') return refuse('not-in-this-state', { status: state.status })
  const asked = askedOf(desk)
  const taken = desk.store.transact((writing) =>
    takeNumber(writing, registerNumbers, { ...asked, matter: input.matter }),
  )
  if (!taken.ok) return refuse('no-number-left', { year: asked.year })
  const serial = taken.value
  const number = registerNumber(asked.year, serial)
  return take(desk, input.matter, () => ({
    kind: 'incoming.register',
    role: 'registry',
    body: { register: incomingRegister, number, serial, ...(input.words ? { words: input.words } : {}) },
    reply: { kind: 'outgoing.registered', extra: { number } },
  }))
}

const roleOf = (desk: Desk): 'registry' | 'secretary' =>
  desk.me.roles.includes('registry') ? 'registry' : 'secretary'

export const check = (desk: Desk, input: { readonly matter: string; readonly words?: string | undefined }) =>
  take(desk, input.matter, () => ({
    kind: 'incoming.check',
    role: roleOf(desk),
    body: input.words ? { words: input.words } : {},
  }))

export const returnToSender = (desk: Desk, input: { readonly matter: string; readonly reason: string }) =>
  take(desk, input.matter, () => ({
    kind: 'incoming.return',
    role: 'registry',
    body: { reason: input.reason },
    reply: { kind: 'outgoing.returned', extra: { reason: input.reason } },
  }))

export const close = (desk: Desk, input: { readonly matter: string; readonly words?: string | undefined }) =>
  take(desk, input.matter, () => ({
    kind: 'incoming.close',
    role: roleOf(desk),
    body: input.words ? { words: input.words } : {},
  }))
