/** The states of an incoming document, the one table of its transitions, and its pure fold. */
import type { KnownAct } from '../act/act.ts'
import { withLine } from '../act/fold.ts'
import type { FoldRefusal, MatterBase } from '../act/fold.ts'
import type { ActId, MatterId, UnitId } from '../act/identifiers.ts'
import type { Hash } from '../ports.ts'
import { ok, refuse } from '../result.ts'
import type { Result } from '../result.ts'
import { incomingBodies, incomingRoles } from './acts.ts'
import type { IncomingBody, IncomingKind } from './acts.ts'

export const incomingStatuses = [
  'received',
  'recalled',
  'refused',
  'signed-for',
  'registered',
  'checked',
  'returned',
  'closed',
] as const
export type IncomingStatus = (typeof incomingStatuses)[number]

export type IncomingState = MatterBase & {
  readonly kind: 'incoming'
  readonly status: IncomingStatus
  readonly dispatch: ActId
  readonly from: UnitId
  /** The sender's dispatch act, JWS. */
  readonly letter: string
  readonly verdict: IncomingBody<'incoming.receive'>['verdict']
  readonly receivedAt: string
  readonly signedForAt?: string
  readonly registration?: IncomingBody<'incoming.register'>
  readonly words?: string
}

export const incomingTransitions: Readonly<
  Record<IncomingStatus | 'none', Partial<Readonly<Record<IncomingKind, IncomingStatus>>>>
> = {
  none: { 'incoming.receive': 'received' },
  received: {
    'incoming.withdraw': 'recalled',
    'incoming.refuse': 'refused',
    'incoming.sign-for': 'signed-for',
  },
  recalled: {},
  refused: {},
  'signed-for': { 'incoming.register': 'registered', 'incoming.return': 'returned' },
  registered: { 'incoming.check': 'checked', 'incoming.return': 'returned' },
  checked: { 'incoming.return': 'returned', 'incoming.close': 'closed' },
  returned: {},
  closed: {},
}

/**
 * The matter an incoming letter becomes at a unit: the same on every workstation of the unit, so a letter received
 * twice is one entry.
 */
export const incomingMatterId = (dispatch: ActId, unit: UnitId, hash: Hash): MatterId =>
  hash(new TextEncoder().encode(`incoming\n${dispatch}\n${unit}`)).slice(0, 32)

const isKind = (kind: string): kind is IncomingKind => Object.hasOwn(incomingBodies, kind)

/** The next state, or why the act does not apply. */
export function foldIncoming(state: IncomingState | null, act: KnownAct): Result<IncomingState, FoldRefusal> {
  if (!isKind(act.kind)) return refuse('kind-unknown', { kind: act.kind })
  const kind = act.kind
  const parsed = incomingBodies[kind].safeParse(act.body)
  if (!parsed.success) return refuse('body-invalid', { kind }, parsed.error.message)
  if (!act.pen) return refuse('pen-flag-wrong', { kind })
  if (state && act.owner !== state.owner) return refuse('owner-differs')
  if (act.actor.unit !== act.owner) return refuse('actor-of-another-unit')
  if (!incomingRoles[kind].includes(act.actor.role))
    return refuse('role-missing', { kind, role: act.actor.role })
  const next = incomingTransitions[state?.status ?? 'none'][kind]
  if (next === undefined) return refuse('not-in-this-state', { kind, status: state?.status ?? 'none' })
  const base = { matter: act.matter, owner: act.owner, head: act.id }
  if (state === null) {
    if (act.after.length > 0) return refuse('not-after-its-cause')
    const body = parsed.data as IncomingBody<'incoming.receive'>
    return ok({
      ...base,
      history: withLine(state, act),
      kind: 'incoming',
      status: next,
      dispatch: body.dispatch,
      from: body.from,
      letter: body.letter,
      verdict: body.verdict,
      receivedAt: act.time,
    })
  }
  if (act.after[0] !== state.head) return refuse('not-after-its-cause')
  const body = parsed.data as { words?: string; reason?: string; number?: string }
  const words = body.reason ?? body.words
  return ok({
    ...state,
    ...base,
    history: withLine(state, act, words ?? body.number),
    status: next,
    ...(words === undefined ? {} : { words }),
    ...(kind === 'incoming.sign-for' ? { signedForAt: act.time } : {}),
    ...(kind === 'incoming.register'
      ? { registration: parsed.data as IncomingBody<'incoming.register'> }
      : {}),
  })
}
