/**
 * The whole surface between the window and main, on one page. Each call has a strict input; main parses it before
 * anything else and answers with a Result. Bytes travel as base64. The bridge (preload/bridge.ts) exposes exactly
 * `window.office.call(name, input)` and `window.office.on(event, listener)`; nothing else crosses.
 */
import { z } from 'zod'
import { matterId, personId, unitId } from '../../core/act/identifiers.ts'
import { checkedItems, refusalCauses } from '../../core/incoming/acts.ts'
import { recipientKinds } from '../../core/outgoing/acts.ts'
import { block, content } from '../../core/outgoing/content.ts'
import type { Result } from '../../core/result.ts'
import type { OfficeRefusal } from './refusals.ts'
import { desks } from './views.ts'
import type * as view from './views.ts'

const nothing = z.strictObject({})
const matter = z.strictObject({ matter: matterId })
const words = z.string().max(2_000)
const reason = words.min(1)
const pin = z.string().min(1).max(200)
const draft = z.strictObject({ draft: z.string().regex(/^[0-9a-f]{32}$/) })
export const draftFields = z.strictObject({
  documentType: content.shape.documentType,
  issuer: z.string().max(100),
  title: z.string().max(200),
  mainRecipients: z.array(z.string().max(100)).max(500),
  body: z.array(block).max(5_000),
  signature: z.string().max(100),
  annotation: z.string().max(200),
  copies: z.array(z.string().max(100)).max(500),
  urgency: content.shape.urgency,
  publicity: content.shape.publicity.shape.kind,
  publicityReason: z.string().max(200),
  contact: z.string().max(100),
})

type Call<Input extends z.ZodType, Output> = {
  readonly input: Input
  readonly output: (value: Output) => Output
}
/** `call(input)<Output>()`: the input's schema, and the type of what comes back when it is not refused. */
const call =
  <Input extends z.ZodType>(input: Input) =>
  <Output>(): Call<Input, Output> => ({ input, output: (value) => value })

export const office = {
  // who is at the desk
  'session.accounts': call(nothing)<readonly view.Account[]>(),
  'session.current': call(nothing)<view.Me | null>(),
  'session.signIn': call(z.strictObject({ person: personId, pin }))<view.Me>(),
  'session.signOut': call(nothing)<null>(),

  // drafts 起草: private, offline
  'drafts.list': call(nothing)<readonly view.DraftRow[]>(),
  'drafts.open': call(draft)<view.DraftView>(),
  'drafts.save': call(
    z.strictObject({ draft: draft.shape.draft.optional(), fields: draftFields }),
  )<view.DraftRow>(),
  'drafts.discard': call(draft)<null>(),
  /** A text file (UTF-8 or GB18030), base64: becomes a new draft, or is refused and nothing of it is kept. */
  'drafts.import': call(
    z.strictObject({ name: z.string().max(255), bytes: z.base64().max(8_000_000) }),
  )<view.DraftView>(),
  /** Font metrics for the layout in the window (paper's FontMetrics), as JSON. */
  'paper.metrics': call(nothing)<unknown>(),

  // lists and matters
  'desk.counts': call(nothing)<view.Counts>(),
  'matters.list': call(
    z.strictObject({
      desk: z.enum(desks),
      status: z.string().max(30).optional(),
      text: z.string().max(100).optional(),
      after: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(200),
    }),
  )<view.MatterPage>(),
  'matters.open': call(matter)<view.MatterView>(),
  'matters.file': call(matter.extend({ which: z.enum(['pressed', 'sealed', 'received']) }))<{
    readonly name: string
    readonly bytes: string
  }>(),
  'matters.verify': call(matter)<view.VerdictView>(),
  'matters.export': call(matter.extend({ which: z.enum(['pressed', 'sealed', 'received']) }))<{
    readonly path: string
  } | null>(),

  // outgoing 发文
  'outgoing.submit': call(draft.extend({ to: personId, words: words.optional() }))<view.MatterView>(),
  'outgoing.return': call(matter.extend({ reason, unsuited: z.boolean() }))<view.MatterView>(),
  /** A returned document becomes a draft again, in the same matter. */
  'outgoing.edit': call(matter)<view.DraftView>(),
  'outgoing.approve': call(
    matter.extend({ mode: z.enum(['opinion', 'circle']), words: words.optional(), pin }),
  )<view.MatterView>(),
  'outgoing.recheck': call(matter.extend({ words: words.optional() }))<view.MatterView>(),
  'outgoing.register': call(
    matter.extend({ copies: z.number().int().min(0).max(100_000) }),
  )<view.MatterView>(),
  'outgoing.press': call(matter)<view.MatterView>(),
  'outgoing.seal': call(matter.extend({ pin }))<view.MatterView>(),
  'outgoing.release': call(matter.extend({ words: words.optional() }))<view.MatterView>(),
  'outgoing.dispatch': call(
    matter.extend({
      to: z
        .array(z.strictObject({ unit: unitId, kind: z.enum(recipientKinds) }))
        .min(1)
        .max(1_000),
      pin,
    }),
  )<view.MatterView>(),
  'outgoing.recall': call(
    matter.extend({ units: z.array(unitId).min(1).max(1_000), reason, pin }),
  )<view.MatterView>(),

  // incoming 收文
  'incoming.signFor': call(matter.extend({ checked: z.array(z.enum(checkedItems)) }))<view.MatterView>(),
  'incoming.refuse': call(matter.extend({ cause: z.enum(refusalCauses), reason }))<view.MatterView>(),
  'incoming.register': call(matter.extend({ words: words.optional() }))<view.MatterView>(),
  'incoming.check': call(matter.extend({ words: words.optional() }))<view.MatterView>(),
  'incoming.return': call(matter.extend({ reason }))<view.MatterView>(),
  'incoming.close': call(matter.extend({ words: words.optional() }))<view.MatterView>(),

  // the exchange and what it could not take
  'exchange.status': call(nothing)<view.ExchangeView>(),
  'exchange.parked': call(nothing)<readonly view.ParkedRow[]>(),
  'directory.units': call(nothing)<readonly view.UnitView[]>(),
  'directory.people': call(z.strictObject({ role: z.string().max(30).optional() }))<
    readonly view.PersonView[]
  >(),
} as const

export type OfficeCalls = typeof office
export type CallName = keyof OfficeCalls
export type CallInput<Name extends CallName> = z.infer<OfficeCalls[Name]['input']>
export type CallOutput<Name extends CallName> = Parameters<OfficeCalls[Name]['output']>[0]
export type CallAnswer<Name extends CallName> = Result<CallOutput<Name>, OfficeRefusal>
export const callNames = Object.keys(office) as CallName[]

/** What main tells the window unasked. */
export type OfficeEvents = {
  readonly exchange: view.ExchangeView
  /** Lists and open matters may have changed. `matters` is empty when many did. */
  readonly changed: { readonly matters: readonly string[] }
  readonly signedOut: { readonly code: OfficeRefusal | null }
}
export type EventName = keyof OfficeEvents
export const eventNames = ['exchange', 'changed', 'signedOut'] as const satisfies readonly EventName[]

/** What the preload puts on `window.office`. */
export type OfficeBridge = {
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallAnswer<Name>>
  on<Name extends EventName>(event: Name, listener: (payload: OfficeEvents[Name]) => void): () => void
}
