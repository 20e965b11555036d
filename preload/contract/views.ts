/** What the window is shown: plain JSON, made in main from the projections. No keys, no ciphertext, no paths. */
import type { Block } from '../../core/outgoing/content.ts'
import type { HistoryLine } from '../../core/act/fold.ts'
import type { MatterState } from '../../core/matter.ts'
import type { OfficeRefusal } from './refusals.ts'

export type Account = {
  readonly person: string
  readonly name: string
  readonly title: string
  readonly unitName: string
  readonly roles: readonly string[]
  /** The signing certificate's end, ISO instant, and whole days left (negative: ended). */
  readonly until: string
  readonly daysLeft: number
}

export type Me = Account & {
  readonly unit: string
  readonly device: string
  readonly hub: string
  readonly development: boolean
  readonly certificate: { readonly subject: string; readonly thumbprint: string }
}

/** A draft's fields: like Content, but anything may still be empty. */
export type DraftFields = {
  readonly documentType: string
  readonly issuer: string
  readonly title: string
  readonly mainRecipients: readonly string[]
  readonly body: readonly Block[]
  readonly signature: string
  readonly annotation: string
  readonly copies: readonly string[]
  readonly urgency: string
  readonly publicity: string
  readonly publicityReason: string
  readonly contact: string
}
export type DraftRow = {
  readonly id: string
  readonly title: string
  readonly documentType: string
  readonly updated: string
  readonly matter?: string
}
export type DraftView = DraftRow & {
  readonly fields: DraftFields
  readonly returned?: { readonly by: string; readonly reason: string }
}

export const desks = ['outgoing', 'incoming', 'approvals', 'todo'] as const
export type DeskName = (typeof desks)[number]

export type MatterRow = {
  readonly matter: string
  readonly kind: 'outgoing' | 'incoming'
  readonly status: string
  readonly title: string
  readonly number: string
  readonly urgency: string
  /** The sending unit (incoming) or the writer (outgoing), by name. */
  readonly from: string
  /** Who has the pen, by name, or empty. */
  readonly holder: string
  readonly mine: boolean
  readonly updated: string
  /** When it must be done, ISO instant. */
  readonly deadline?: string
  /** For outgoing after dispatch: signed for / all. */
  readonly progress?: { readonly signedFor: number; readonly all: number }
  /** Not yet accepted by the hub. */
  readonly pending: boolean
}
export type MatterPage = {
  readonly rows: readonly MatterRow[]
  readonly next: string | null
  readonly total: number
}

/** What the person may do now, the first being the primary one. */
export const actionNames = [
  'approve',
  'return',
  'recheck',
  'register',
  'press',
  'seal',
  'release',
  'dispatch',
  'recall',
  'edit',
  'sign-for',
  'refuse',
  'register-incoming',
  'check',
  'return-to-sender',
  'close',
] as const
export type ActionName = (typeof actionNames)[number]

export type HistoryView = HistoryLine & {
  readonly name: string
  readonly unitName: string
  /** The hub's receipt time, where there is one. */
  readonly acceptedAt?: string
  readonly standing: 'pending' | 'accepted' | 'refused'
  /** The act stays in the chain as void, for this reason. */
  readonly voidFor?: OfficeRefusal
}

export type RecipientView = {
  readonly unit: string
  readonly unitName: string
  readonly kind: 'main' | 'copy'
  /** `waiting` and `accepted` are before the recipient's own statuses. */
  readonly status:
    'waiting' | 'accepted' | 'delivered' | 'signed-for' | 'registered' | 'refused' | 'returned' | 'recalled'
  readonly since: string
  readonly words?: string
  readonly number?: string
  readonly recallRequested: boolean
  /** Position in the hub's log and its time. */
  readonly receipt?: { readonly position: number; readonly time: string }
}

export type FileView = {
  readonly which: 'pressed' | 'sealed' | 'received'
  readonly name: string
  readonly size: number
  readonly here: boolean
}

export type MatterView = {
  readonly row: MatterRow
  readonly state: MatterState
  readonly actions: readonly ActionName[]
  readonly history: readonly HistoryView[]
  readonly recipients: readonly RecipientView[]
  readonly files: readonly FileView[]
  /** For incoming: what the dispatch act says. */
  readonly letter?: {
    readonly title: string
    readonly number: string
    readonly documentType: string
    readonly issuer: string
    readonly date: string
    readonly fromName: string
    readonly dispatchedBy: string
    readonly dispatchedAt: string
    readonly addressedAs: 'main' | 'copy'
  }
  /** What 登记 would take next: a document number for outgoing, a register number for incoming. */
  readonly nextNumber?: string
}

/** seal/verdict.ts's verdict, as JSON. */
export type VerdictView = {
  readonly verdict: 'good' | 'bad' | 'unknown'
  readonly signatures: readonly {
    readonly index: number
    readonly signer: string
    readonly signedAt: string | null
    readonly covers: string
    readonly integrity: 'intact' | 'changed' | 'uncovered'
    readonly signature: 'valid' | 'broken' | 'unsupported'
    readonly chain: 'trusted' | 'untrusted' | 'unknown'
    readonly verdict: 'good' | 'bad' | 'unknown'
    readonly reasons: readonly string[]
  }[]
  readonly uncovered: readonly string[]
  /** What concerns the file rather than one signature. */
  readonly reasons?: readonly string[]
  /** The seal is not one the directory lists for the unit that sent it. */
  readonly foreignSeal?: boolean
}

export type ExchangeView = {
  readonly state: 'connecting' | 'in-step' | 'sending' | 'offline' | 'refused'
  /** Since when the state has held; for in-step: the last exchange. ISO. */
  readonly since: string
  readonly sending: number
  /** What sending waits for, in a closed word, with the refusal where there was one. */
  readonly waiting: {
    readonly for: 'line' | 'retry' | 'session'
    readonly code?: OfficeRefusal
    readonly until?: string
  } | null
  readonly parked: number
  /** Why the hub is not accepted, or does not accept us. */
  readonly code?: OfficeRefusal
}

export type ParkedRow = {
  readonly id: number
  readonly position: number
  readonly box: string
  readonly code: OfficeRefusal | 'waiting-for'
  readonly facts: Readonly<Record<string, string | number | boolean>>
  readonly from: string
  readonly at: string
}

export type Counts = {
  readonly drafts: number
  readonly outgoing: number
  readonly incoming: number
  readonly approvals: number
  readonly todo: number
  readonly parked: number
}

export type UnitView = {
  readonly unit: string
  readonly name: string
  readonly order: number
  readonly mine: boolean
}
export type PersonView = {
  readonly person: string
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly roles: readonly string[]
}
