/** 起草: saving, discarding, and beginning a draft from a text file. Private, offline, not an act. */
import { bearsClassificationMark } from '../../core/classification.ts'
import type { Block } from '../../core/outgoing/content.ts'
import { freshId } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import { decodeText, importText } from '../../paper/import.ts'
import type { DraftFields, DraftRow } from '../../preload/contract/views.ts'
import { draft as readDraft, removeDraft, saveDraft } from '../store/drafts.ts'
import type { Answer, Desk } from './desk.ts'

/** What the store keeps of a draft. */
export type DraftContent = { readonly matter?: string; readonly fields: DraftFields }

export type StoredDraft = DraftContent & { readonly id: string; readonly updated: string }

/** The draft, or null where it is unknown or another's. */
export function openDraft(desk: Desk, id: string): StoredDraft | null {
  const found = readDraft(desk.store.reading, id)
  if (!found || found.person !== desk.me.person) return null
  return { ...(found.content as DraftContent), id: found.id, updated: found.updated }
}

export function putDraft(desk: Desk, id: string, content: DraftContent): Answer<DraftRow> {
  const saved = desk.store.transact((writing) =>
    saveDraft(writing, {
      id,
      person: desk.me.person,
      title: content.fields.title,
      content,
      from: readDraft(writing, id)?.version ?? 0,
    }),
  )
  if (!saved.ok) return refuse('draft-unknown', {}, saved.refusal.code)
  return ok({
    id,
    title: saved.value.title,
    documentType: content.fields.documentType,
    updated: saved.value.updated,
    ...(content.matter ? { matter: content.matter } : {}),
  })
}

/** Whether what is written, line by line as it will stand on paper, bears a classification mark. */
export const bearsMark = (written: { readonly title: string; readonly body: readonly Block[] }): boolean =>
  bearsClassificationMark([written.title, ...written.body.map((block) => block.text)].join('\n'))

/** What bears a classification mark is refused; the draft stays as it was saved before. */
export function saveFields(
  desk: Desk,
  input: { readonly draft?: string | undefined; readonly fields: DraftFields },
): Answer<DraftRow> {
  if (bearsMark(input.fields)) return refuse('classified-mark')
  if (input.draft === undefined) return putDraft(desk, freshId(desk.random), { fields: input.fields })
  const before = openDraft(desk, input.draft)
  if (!before) return refuse('draft-unknown')
  return putDraft(desk, input.draft, {
    ...(before.matter ? { matter: before.matter } : {}),
    fields: input.fields,
  })
}

export function discardDraft(desk: Desk, id: string): Answer<null> {
  if (!openDraft(desk, id)) return refuse('draft-unknown')
  desk.store.transact((writing) => removeDraft(writing, id))
  return ok(null)
}

/** A new draft from a text file. A file that bears a classification mark is refused and nothing of it is kept. */
export function importDraft(
  desk: Desk,
  input: { readonly name: string; readonly bytes: string },
): Answer<string> {
  const text = decodeText(Buffer.from(input.bytes, 'base64'))
  if (!text.ok) return text
  const imported = importText(text.value)
  if (!imported.ok) return imported
  const unit = desk.directory().units.get(desk.me.unit)?.name ?? ''
  const parts = imported.value
  const id = freshId(desk.random)
  const saved = putDraft(desk, id, {
    fields: {
      documentType: parts.documentType ?? '通知',
      issuer: unit,
      title: parts.title,
      mainRecipients: parts.mainRecipients,
      body: parts.body,
      signature: unit,
      annotation: parts.annotation ?? '',
      copies: [],
      urgency: parts.urgency ?? 'normal',
      publicity: 'public',
      publicityReason: '',
      contact: '',
    },
  })
  return saved.ok ? ok(id) : saved
}
