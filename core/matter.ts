/** The kinds of matter there are, and the fold of each. A new office system adds its line here and its folder beside. */
import type { KnownAct } from './act/act.ts'
import { foldAll } from './act/fold.ts'
import type { Folded } from './act/fold.ts'
import { foldIncoming } from './incoming/fold.ts'
import type { IncomingState } from './incoming/fold.ts'
import { foldOutgoing } from './outgoing/fold.ts'
import type { OutgoingState } from './outgoing/state.ts'

export type MatterState = OutgoingState | IncomingState
export type MatterKind = MatterState['kind']

/** The kind of matter an act belongs to, from the word before the dot. */
export function matterKindOf(actKind: string): MatterKind | null {
  const word = actKind.slice(0, actKind.indexOf('.'))
  return word === 'outgoing' || word === 'incoming' ? word : null
}

/** Folds a matter from its acts, given in their order. */
export function foldMatter(kind: MatterKind, acts: Iterable<KnownAct>): Folded<MatterState> {
  switch (kind) {
    case 'outgoing':
      return foldAll(foldOutgoing, acts)
    case 'incoming':
      return foldAll(foldIncoming, acts)
  }
}

/** One more act on a state: what the hot path of receiving does instead of folding anew. */
export function foldOne(kind: MatterKind, state: MatterState | null, act: KnownAct) {
  switch (kind) {
    case 'outgoing':
      return foldOutgoing(state?.kind === 'outgoing' ? state : null, act)
    case 'incoming':
      return foldIncoming(state?.kind === 'incoming' ? state : null, act)
  }
}
