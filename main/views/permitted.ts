/** What a person may do with a matter now, the primary action first: read off the same tables the folds use. */
import type { Role } from '../../core/act/identifiers.ts'
import { incomingRoles } from '../../core/incoming/acts.ts'
import type { IncomingKind } from '../../core/incoming/acts.ts'
import { incomingTransitions } from '../../core/incoming/fold.ts'
import type { IncomingState, IncomingStatus } from '../../core/incoming/fold.ts'
import type { MatterState } from '../../core/matter.ts'
import { outgoingRoles } from '../../core/outgoing/acts.ts'
import type { OutgoingKind } from '../../core/outgoing/acts.ts'
import { outgoingTransitions, resendable } from '../../core/outgoing/state.ts'
import type { Holder, OutgoingState } from '../../core/outgoing/state.ts'
import { holderKey } from '../store/matters.ts'
import type { MatterLine } from '../store/matters.ts'
import type { ActionName } from '../../preload/contract/views.ts'

export type Person = { readonly person: string; readonly unit: string; readonly roles: readonly Role[] }

const outgoingActions: readonly (readonly [OutgoingKind, ActionName])[] = [
  ['outgoing.approve', 'approve'],
  ['outgoing.recheck', 'recheck'],
  ['outgoing.register', 'register'],
  ['outgoing.press', 'press'],
  ['outgoing.seal', 'seal'],
  ['outgoing.release', 'release'],
  ['outgoing.dispatch', 'dispatch'],
  ['outgoing.recall', 'recall'],
  ['outgoing.return', 'return'],
  ['outgoing.submit', 'edit'],
]

const incomingActions: readonly (readonly [IncomingKind, ActionName])[] = [
  ['incoming.sign-for', 'sign-for'],
  ['incoming.register', 'register-incoming'],
  ['incoming.check', 'check'],
  ['incoming.close', 'close'],
  ['incoming.return', 'return-to-sender'],
  ['incoming.refuse', 'refuse'],
]

export const hasPen = (holder: Holder, me: Person): boolean =>
  holder !== null && ('person' in holder ? holder.person === me.person : me.roles.includes(holder.role))

const holdsOne = (needed: readonly Role[], me: Person): boolean =>
  needed.some((role) => me.roles.includes(role))

function permittedOutgoing(state: OutgoingState, me: Person): ActionName[] {
  if (!hasPen(state.holder, me)) return []
  const after = outgoingTransitions[state.status]
  const permitted = outgoingActions
    .filter(([kind]) => after[kind] !== undefined && holdsOne(outgoingRoles[kind], me))
    .map(([, action]) => action)
  if (state.status !== 'dispatched') return permitted
  const recallable = state.recipients.some(
    (line) => (line.status === 'sent' || line.status === 'delivered') && line.recall === undefined,
  )
  const first: ActionName[] = recallable ? ['recall'] : []
  return state.recipients.some((line) => resendable.has(line.status))
    ? ['dispatch', ...first]
    : [...first, 'dispatch']
}

function permittedIncoming(state: IncomingState, me: Person): ActionName[] {
  const after = incomingTransitions[state.status]
  return incomingActions
    .filter(([kind]) => after[kind] !== undefined && holdsOne(incomingRoles[kind], me))
    .map(([, action]) => action)
}

export function permittedActions(state: MatterState, me: Person): readonly ActionName[] {
  if (state.owner !== me.unit) return []
  return state.kind === 'outgoing' ? permittedOutgoing(state, me) : permittedIncoming(state, me)
}

/** Whether something waits for this person, read off a line: recalls and sending again wait for nobody. */
export function waitsFor(
  line: Pick<MatterLine, 'kind' | 'owner' | 'status' | 'holder'>,
  me: Person,
): boolean {
  if (line.owner !== me.unit) return false
  if (line.kind === 'incoming') {
    const after = incomingTransitions[line.status as IncomingStatus]
    return incomingActions.some(([kind]) => after[kind] !== undefined && holdsOne(incomingRoles[kind], me))
  }
  if (line.status === 'dispatched' || line.holder === null) return false
  return [holderKey({ person: me.person }), ...me.roles.map((role) => holderKey({ role }))].includes(
    line.holder,
  )
}
