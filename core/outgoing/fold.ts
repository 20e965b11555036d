/** The pure fold of an outgoing document. Every way to refuse has its code; nothing throws. */
import type { KnownAct } from '../act/act.ts'
import { withLine } from '../act/fold.ts'
import type { FoldRefusal, MatterBase } from '../act/fold.ts'
import { canonical } from '../canonical.ts'
import { ok, refuse } from '../result.ts'
import type { Result } from '../result.ts'
import { isBeside, outgoingBodies, outgoingRoles } from './acts.ts'
import type { BesideKind, OutgoingBody, OutgoingKind } from './acts.ts'
import { outgoingTransitions, recipientTransitions, resendable } from './state.ts'
import type { Holder, OutgoingState, RecipientLine } from './state.ts'

type Folding = Result<OutgoingState, FoldRefusal>

const isKind = (kind: string): kind is OutgoingKind => Object.hasOwn(outgoingBodies, kind)

const personOf = (act: KnownAct): string | null => ('person' in act.actor ? act.actor.person : null)

const holds = (holder: Holder, act: KnownAct): boolean =>
  holder === null
    ? false
    : 'person' in holder
      ? holder.person === personOf(act)
      : holder.role === act.actor.role

/** The next state, or why the act does not apply. */
export function foldOutgoing(state: OutgoingState | null, act: KnownAct): Folding {
  if (!isKind(act.kind)) return refuse('kind-unknown', { kind: act.kind })
  const kind = act.kind
  const parsed = outgoingBodies[kind].safeParse(act.body)
  if (!parsed.success) return refuse('body-invalid', { kind }, parsed.error.message)
  if (act.pen === isBeside(kind)) return refuse('pen-flag-wrong', { kind })
  if (state && act.owner !== state.owner) return refuse('owner-differs')
  if (!outgoingRoles[kind].includes(act.actor.role))
    return refuse('role-missing', { kind, role: act.actor.role })
  const next = outgoingTransitions[state?.status ?? 'none'][kind]
  if (next === undefined) return refuse('not-in-this-state', { kind, status: state?.status ?? 'none' })
  if (isBeside(kind))
    return state ? beside(state, act, kind, parsed.data as BesideBody) : refuse('not-in-this-state')
  if (act.actor.unit !== act.owner) return refuse('actor-of-another-unit')
  if (state) {
    if (act.after[0] !== state.head) return refuse('not-after-its-cause')
    if (!holds(state.holder, act)) return refuse('not-the-holder', { kind })
  } else if (act.after.length > 0 && kind !== 'outgoing.submit') return refuse('not-after-its-cause')
  // A leader brought in at a later submission begins there: it lays aside all that came before.
  // The kind chose both the schema and the applier: the pair agrees, which the compiler cannot follow.
  return appliers[kind]({ state, act, next }, parsed.data as never)
}

type Applied = {
  readonly state: OutgoingState | null
  readonly act: KnownAct
  readonly next: OutgoingState['status']
}

const moved = (state: MatterBase | null, act: KnownAct, words?: string): MatterBase => ({
  matter: act.matter,
  owner: act.owner,
  head: act.id,
  history: withLine(state, act, words),
})

function submit({ state, act, next }: Applied, body: OutgoingBody<'outgoing.submit'>): Folding {
  const writer = personOf(act)
  if (writer === null) return refuse('role-missing')
  // A new submission lays aside what hung on the earlier one: the approval was for other words.
  return ok({
    ...moved(state, act, body.words),
    kind: 'outgoing',
    status: next,
    holder: { person: body.to },
    writer: state?.writer ?? writer,
    submission: { act: act.id, body },
    recipients: [],
  })
}

function returned({ state, act, next }: Applied, body: OutgoingBody<'outgoing.return'>): Folding {
  if (!state) return refuse('not-in-this-state')
  const { approval: _approval, registration: _registration, ...rest } = state
  return ok({
    ...rest,
    ...moved(state, act, body.reason),
    status: body.unsuited ? 'ended' : next,
    holder: body.unsuited ? null : { person: state.writer },
  })
}

function approve({ state, act, next }: Applied, body: OutgoingBody<'outgoing.approve'>): Folding {
  const person = personOf(act)
  if (!state || person === null) return refuse('not-in-this-state')
  if (body.submission !== state.submission.act) return refuse('approval-differs')
  if (body.contentHash !== state.submission.body.contentHash) return refuse('content-differs')
  return ok({
    ...state,
    ...moved(state, act, body.words),
    status: next,
    holder: { role: 'registry' },
    approval: { act: act.id, person, time: act.time, body },
  })
}

function recheck({ state, act, next }: Applied, body: OutgoingBody<'outgoing.recheck'>): Folding {
  if (!state?.approval) return refuse('not-in-this-state')
  if (body.contentHash !== state.approval.body.contentHash) return refuse('content-differs')
  return ok({ ...state, ...moved(state, act, body.words), status: next })
}

function register({ state, act, next }: Applied, body: OutgoingBody<'outgoing.register'>): Folding {
  if (!state) return refuse('not-in-this-state')
  return ok({ ...state, ...moved(state, act, body.number), status: next, registration: body })
}

const carries = (act: KnownAct, file: { readonly blob: string; readonly plainHash: string }): boolean =>
  act.blobs.some((blob) => blob.id === file.blob && blob.plainHash === file.plainHash)

function press({ state, act, next }: Applied, body: OutgoingBody<'outgoing.press'>): Folding {
  if (!state?.approval) return refuse('not-in-this-state')
  if (body.approval !== state.approval.act) return refuse('approval-differs')
  const approved = state.approval.body
  if (body.contentHash !== approved.contentHash) return refuse('content-differs')
  if (body.layout !== approved.layout || canonical(body.fonts) !== canonical(approved.fonts))
    return refuse('document-differs')
  if (!carries(act, body.file)) return refuse('body-invalid')
  return ok({
    ...state,
    ...moved(state, act),
    status: next,
    holder: { role: 'seal-keeper' },
    pressed: { act: act.id, body },
  })
}

function seal({ state, act, next }: Applied, body: OutgoingBody<'outgoing.seal'>): Folding {
  if (!state?.approval || !state.pressed) return refuse('not-in-this-state')
  if (body.approval !== state.approval.act) return refuse('approval-differs')
  if (body.pressed !== state.pressed.act) return refuse('document-differs')
  if (!carries(act, body.file)) return refuse('body-invalid')
  return ok({
    ...state,
    ...moved(state, act),
    status: next,
    holder: { role: 'registry' },
    sealed: { act: act.id, body },
  })
}

function release({ state, act, next }: Applied, body: OutgoingBody<'outgoing.release'>): Folding {
  if (!state?.sealed) return refuse('not-in-this-state')
  if (body.sealed !== state.sealed.act || body.plainHash !== state.sealed.body.file.plainHash)
    return refuse('document-differs')
  return ok({ ...state, ...moved(state, act, body.words), status: next })
}

function dispatch({ state, act, next }: Applied, body: OutgoingBody<'outgoing.dispatch'>): Folding {
  if (!state?.sealed || !state.registration) return refuse('not-in-this-state')
  const written = state.submission.body.content
  if (
    body.file.plainHash !== state.sealed.body.file.plainHash ||
    body.document.number !== state.registration.number ||
    body.document.title !== written.title ||
    body.document.date !== state.registration.date
  )
    return refuse('document-differs')
  const units = new Set(body.to.map((to) => to.unit))
  if (units.size !== body.to.length) return refuse('already-addressed')
  const standing = state.recipients.find((line) => units.has(line.unit) && !resendable.has(line.status))
  if (standing) return refuse('already-addressed', { unit: standing.unit })
  const lines = body.to.map((to): RecipientLine => ({
    unit: to.unit,
    kind: to.kind,
    dispatch: act.id,
    status: 'sent',
    since: act.time,
  }))
  return ok({
    ...state,
    ...moved(state, act),
    status: next,
    recipients: [...state.recipients.filter((line) => !units.has(line.unit)), ...lines],
  })
}

function recall({ state, act, next }: Applied, body: OutgoingBody<'outgoing.recall'>): Folding {
  if (!state) return refuse('not-in-this-state')
  const open = (line: RecipientLine): boolean => line.status === 'sent' || line.status === 'delivered'
  for (const unit of body.units) {
    const line = state.recipients.find((each) => each.unit === unit && each.dispatch === body.dispatch)
    if (!line) return refuse('not-a-recipient', { unit })
    if (!open(line)) return refuse('not-in-this-state', { unit, status: line.status })
  }
  return ok({
    ...state,
    ...moved(state, act, body.reason),
    status: next,
    recipients: state.recipients.map((line) =>
      body.units.includes(line.unit) ? { ...line, recall: act.id, words: body.reason } : line,
    ),
  })
}

/** What each act that takes the pen does, once the table allows it. */
const appliers: {
  readonly [Kind in Exclude<OutgoingKind, BesideKind>]: (
    applied: Applied,
    body: OutgoingBody<Kind>,
  ) => Folding
} = {
  'outgoing.submit': submit,
  'outgoing.return': returned,
  'outgoing.approve': approve,
  'outgoing.recheck': recheck,
  'outgoing.register': register,
  'outgoing.press': press,
  'outgoing.seal': seal,
  'outgoing.release': release,
  'outgoing.dispatch': dispatch,
  'outgoing.recall': recall,
}

type BesideBody = { dispatch: string; reason?: string; number?: string; recall?: string }

/** What a recipient unit says of its copy. Takes no pen; the sender's head stays. */
function beside(state: OutgoingState, act: KnownAct, kind: OutgoingKind, body: BesideBody): Folding {
  const line = state.recipients.find(
    (each) => each.unit === act.actor.unit && each.dispatch === body.dispatch,
  )
  if (!line) return refuse('not-a-recipient', { unit: act.actor.unit })
  const status = recipientTransitions[line.status][kind]
  if (status === undefined) return refuse('not-in-this-state', { unit: line.unit, status: line.status })
  if (kind === 'outgoing.recalled' && line.recall !== body.recall) return refuse('not-after-its-cause')
  const { recall: pending, words: _words, ...kept } = line
  const still = status === 'delivered' && pending !== undefined ? { recall: pending } : {}
  const changed: RecipientLine = {
    ...kept,
    ...still,
    status,
    since: act.time,
    ...(body.reason === undefined ? {} : { words: body.reason }),
    ...(body.number === undefined ? {} : { number: body.number }),
  }
  return ok({
    ...state,
    history: withLine(state, act, body.reason ?? body.number),
    recipients: state.recipients.map((each) => (each === line ? changed : each)),
  })
}
