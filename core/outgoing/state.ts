/** The states of an outgoing document and the one table of its transitions. */
import type { MatterBase } from '../act/fold.ts'
import type { ActId, PersonId, UnitId } from '../act/identifiers.ts'
import type { Role } from '../act/identifiers.ts'
import type { OutgoingBody, OutgoingKind } from './acts.ts'

export const outgoingStatuses = [
  'submitted',
  'returned',
  'ended',
  'approved',
  'rechecked',
  'registered',
  'pressed',
  'sealed',
  'released',
  'dispatched',
] as const
export type OutgoingStatus = (typeof outgoingStatuses)[number]

/** Where a recipient unit stands. `sent` is ours; the rest the recipient says. */
export const recipientStatuses = [
  'sent',
  'delivered',
  'signed-for',
  'registered',
  'refused',
  'returned',
  'recalled',
] as const
export type RecipientStatus = (typeof recipientStatuses)[number]

export type RecipientLine = {
  readonly unit: UnitId
  readonly kind: 'main' | 'copy'
  readonly dispatch: ActId
  readonly status: RecipientStatus
  readonly since: string
  readonly words?: string
  /** The recipient's register number. */
  readonly number?: string
  /** The recall that was sent and not answered yet. */
  readonly recall?: ActId
}

/** Who has the pen: a named person, or whoever holds the role. */
export type Holder = { readonly person: PersonId } | { readonly role: Role } | null

export type OutgoingState = MatterBase & {
  readonly kind: 'outgoing'
  readonly status: OutgoingStatus
  readonly holder: Holder
  readonly writer: PersonId
  readonly submission: { readonly act: ActId; readonly body: OutgoingBody<'outgoing.submit'> }
  readonly approval?: {
    readonly act: ActId
    readonly person: PersonId
    readonly time: string
    readonly body: OutgoingBody<'outgoing.approve'>
  }
  readonly registration?: OutgoingBody<'outgoing.register'>
  readonly pressed?: { readonly act: ActId; readonly body: OutgoingBody<'outgoing.press'> }
  readonly sealed?: { readonly act: ActId; readonly body: OutgoingBody<'outgoing.seal'> }
  readonly recipients: readonly RecipientLine[]
}

/** From which state which act leads where. What is not here is refused: `not-in-this-state`. */
export const outgoingTransitions: Readonly<
  Record<OutgoingStatus | 'none', Partial<Readonly<Record<OutgoingKind, OutgoingStatus>>>>
> = {
  none: { 'outgoing.submit': 'submitted' },
  submitted: { 'outgoing.approve': 'approved', 'outgoing.return': 'returned' },
  returned: { 'outgoing.submit': 'submitted' },
  ended: {},
  approved: { 'outgoing.recheck': 'rechecked', 'outgoing.return': 'returned' },
  rechecked: { 'outgoing.register': 'registered', 'outgoing.return': 'returned' },
  registered: { 'outgoing.press': 'pressed' },
  pressed: { 'outgoing.seal': 'sealed' },
  sealed: { 'outgoing.release': 'released' },
  released: { 'outgoing.dispatch': 'dispatched' },
  dispatched: {
    'outgoing.dispatch': 'dispatched',
    'outgoing.recall': 'dispatched',
    'outgoing.delivered': 'dispatched',
    'outgoing.refused': 'dispatched',
    'outgoing.signed-for': 'dispatched',
    'outgoing.registered': 'dispatched',
    'outgoing.returned': 'dispatched',
    'outgoing.recalled': 'dispatched',
  },
}

/** How a recipient's line moves. Acts that repeat or come late do not apply. */
export const recipientTransitions: Readonly<
  Record<RecipientStatus, Partial<Readonly<Record<OutgoingKind, RecipientStatus>>>>
> = {
  sent: {
    'outgoing.delivered': 'delivered',
    'outgoing.refused': 'refused',
    'outgoing.signed-for': 'signed-for',
    'outgoing.recalled': 'recalled',
  },
  delivered: {
    'outgoing.refused': 'refused',
    'outgoing.signed-for': 'signed-for',
    'outgoing.recalled': 'recalled',
  },
  'signed-for': { 'outgoing.registered': 'registered', 'outgoing.returned': 'returned' },
  registered: { 'outgoing.returned': 'returned' },
  refused: {},
  returned: {},
  recalled: {},
}
/** A unit may be sent the document again only from these. */
export const resendable: ReadonlySet<RecipientStatus> = new Set(['refused', 'returned', 'recalled'])
