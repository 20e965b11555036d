/**
 * What every kind of matter's fold shares: its refusals, the record of what was done, and the order of acts. A fold
 * is pure and total: an act that does not apply is refused with a code, stays in the chain as void, and still counts
 * as the matter's head where it took the pen, so that nobody can block a matter.
 */
import type { Actor, KnownAct } from './act.ts'
import type { ActId, MatterId, UnitId } from './identifiers.ts'
import type { Result } from '../result.ts'

export const foldRefusals = [
  'kind-unknown',
  'body-invalid',
  'pen-flag-wrong',
  'owner-differs',
  'actor-of-another-unit',
  'role-missing',
  'not-the-holder',
  'not-in-this-state',
  'content-differs',
  'approval-differs',
  'document-differs',
  'number-taken',
  'not-a-recipient',
  'already-addressed',
  'letter-invalid',
  'not-after-its-cause',
] as const
export type FoldRefusal = (typeof foldRefusals)[number]

/** One line of the sign-off history 签核历程. */
export type HistoryLine = {
  readonly act: ActId
  readonly kind: string
  readonly actor: Actor
  readonly time: string
  /** What the actor wrote: an opinion or a reason. */
  readonly words?: string
}

export type MatterBase = {
  readonly matter: MatterId
  readonly owner: UnitId
  /** The last act that took the pen, void or not. */
  readonly head: ActId | null
  readonly history: readonly HistoryLine[]
}

export type Fold<State> = (state: State | null, act: KnownAct) => Result<State, FoldRefusal>

export type Folded<State> = {
  readonly state: State | null
  /** Acts that stay in the chain as void, with the reason. */
  readonly void: readonly { readonly act: ActId; readonly code: FoldRefusal }[]
}

/** Folds acts given in their order (accepted by position, then the pending ones). */
export function foldAll<State extends MatterBase>(
  fold: Fold<State>,
  acts: Iterable<KnownAct>,
): Folded<State> {
  let state = null as State | null
  const refused: { act: ActId; code: FoldRefusal }[] = []
  for (const act of acts) {
    const next = fold(state, act)
    if (next.ok) state = next.value
    else {
      refused.push({ act: act.id, code: next.refusal.code })
      if (state && act.pen) state = { ...state, head: act.id }
    }
  }
  return { state, void: refused }
}

/** The history with one more line. */
export const withLine = (state: MatterBase | null, act: KnownAct, words?: string): readonly HistoryLine[] => [
  ...(state?.history ?? []),
  { act: act.id, kind: act.kind, actor: act.actor, time: act.time, ...(words ? { words } : {}) },
]
