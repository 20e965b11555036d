/** 送审: the draft becomes the first act of a matter (or the next submission of a returned one). */
import { canonicalBytes } from '../../core/canonical.ts'
import { content as contentSchema } from '../../core/outgoing/content.ts'
import type { Content } from '../../core/outgoing/content.ts'
import { freshId } from '../../core/ports.ts'
import { holdsRole } from '../../core/directory/directory.ts'
import { personAddress } from '../../core/act/identifiers.ts'
import { ok, refuse } from '../../core/result.ts'
import { metricsOf } from '../../paper/fonts.ts'
import { layOut } from '../../paper/layout.ts'
import type { DraftFields } from '../../preload/contract/views.ts'
import { removeDraft } from '../store/drafts.ts'
import { sha256 } from '../../seal/hash.ts'
import type { Answer, Desk } from './desk.ts'
import { bearsMark, openDraft } from './drafts.ts'
import { matterState, record } from './record.ts'

/** The draft's fields as content, or which field is missing. */
export function contentOf(fields: DraftFields): Answer<Content> {
  const parsed = contentSchema.safeParse({
    documentType: fields.documentType,
    issuer: fields.issuer.trim(),
    title: fields.title.trim(),
    mainRecipients: fields.mainRecipients.map((name) => name.trim()).filter((name) => name !== ''),
    body: fields.body.filter((block) => block.text.trim() !== '' || block.kind === 'newPage'),
    signature: fields.signature.trim(),
    ...(fields.annotation.trim() === '' ? {} : { annotation: fields.annotation.trim() }),
    copies: fields.copies.map((name) => name.trim()).filter((name) => name !== ''),
    urgency: fields.urgency,
    publicity: {
      kind: fields.publicity,
      ...(fields.publicityReason.trim() === '' ? {} : { reason: fields.publicityReason.trim() }),
    },
    ...(fields.contact.trim() === '' ? {} : { contact: fields.contact.trim() }),
  })
  if (parsed.success) return ok(parsed.data)
  return refuse('draft-incomplete', { field: String(parsed.error.issues[0]?.path[0] ?? '') })
}

/** What no page can hold is told before anything is signed. */
export function checkContent(desk: Desk, content: Content): Answer<true> {
  if (bearsMark(content)) return refuse('classified-mark')
  const layout = layOut(content, null, metricsOf(desk.fonts()))
  const missing = layout.missing[0]
  return missing ? refuse('glyph-missing', { ...missing, count: layout.missing.length }) : ok(true)
}

export async function submit(
  desk: Desk,
  input: { readonly draft: string; readonly to: string; readonly words?: string | undefined },
): Promise<Answer<string>> {
  const draft = openDraft(desk, input.draft)
  if (!draft) return refuse('draft-unknown')
  const content = contentOf(draft.fields)
  if (!content.ok) return content
  const checked = checkContent(desk, content.value)
  if (!checked.ok) return checked
  const leader = desk.directory().people.get(input.to)
  if (!leader || leader.unit !== desk.me.unit || !holdsRole(desk.directory(), input.to, 'leader'))
    return refuse('leader-unknown')
  const state = draft.matter ? matterState(desk, draft.matter) : null
  const matter = draft.matter ?? freshId(desk.random)
  const recorded = await record(
    desk,
    [
      {
        matter,
        owner: desk.me.unit,
        kind: 'outgoing.submit',
        role: 'secretary',
        after: state?.head ? [state.head] : [],
        body: {
          content: content.value,
          contentHash: sha256(canonicalBytes(content.value)),
          to: input.to,
          ...(input.words ? { words: input.words } : {}),
        },
        to: [personAddress(input.to)],
        urgency: content.value.urgency,
      },
    ],
    (writing) => removeDraft(writing, input.draft),
  )
  return recorded.ok ? ok(matter) : recorded
}
