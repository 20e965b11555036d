/** 退回修改: back to the writer with a reason; unsuited for issue ends it. And the writer takes it up again. */
import { freshId } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import type { DraftFields } from '../../preload/contract/views.ts'
import { draftsOf } from '../store/drafts.ts'
import type { Answer, Desk } from './desk.ts'
import { openDraft, putDraft } from './drafts.ts'
import { outgoingState, recordNext } from './record.ts'
import type { Content } from '../../core/outgoing/content.ts'

export async function returnToWriter(
  desk: Desk,
  input: { readonly matter: string; readonly reason: string; readonly unsuited: boolean },
): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  if (!state) return refuse('matter-unknown')
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.return',
    role: state.status === 'submitted' ? 'leader' : 'registry',
    body: { reason: input.reason, unsuited: input.unsuited },
  })
  return recorded.ok ? ok(input.matter) : recorded
}

export const fieldsOf = (content: Content): DraftFields => ({
  documentType: content.documentType,
  issuer: content.issuer,
  title: content.title,
  mainRecipients: content.mainRecipients,
  body: content.body,
  signature: content.signature,
  annotation: content.annotation ?? '',
  copies: content.copies,
  urgency: content.urgency,
  publicity: content.publicity.kind,
  publicityReason: content.publicity.reason ?? '',
  contact: content.contact ?? '',
})

/** The returned document as a draft of the same matter; asked twice it is the same draft. */
export function edit(desk: Desk, matter: string): Answer<string> {
  const state = outgoingState(desk, matter)
  if (!state) return refuse('matter-unknown')
  if (state.status !== 'returned') return refuse('not-in-this-state', { status: state.status })
  if (state.writer !== desk.me.person) return refuse('not-the-holder')
  const begun = draftsOf(desk.store.reading, desk.me.person).find(
    (line) => openDraft(desk, line.id)?.matter === matter,
  )
  if (begun) return ok(begun.id)
  const saved = putDraft(desk, freshId(desk.random), {
    matter,
    fields: fieldsOf(state.submission.body.content),
  })
  return saved.ok ? ok(saved.value.id) : saved
}
