/** Drafts as the window lists and opens them. */
import { ok, refuse } from '../../core/result.ts'
import type { DraftRow, DraftView } from '../../preload/contract/views.ts'
import type { Answer, Desk } from '../actions/desk.ts'
import { openDraft } from '../actions/drafts.ts'
import { matterState } from '../actions/record.ts'
import { draftsOf } from '../store/drafts.ts'
import { nameOfPerson } from './names.ts'

export const draftRows = (desk: Desk): readonly DraftRow[] =>
  draftsOf(desk.store.reading, desk.me.person).flatMap((line) => {
    const draft = openDraft(desk, line.id)
    if (!draft) return []
    return [
      {
        id: line.id,
        title: line.title,
        documentType: draft.fields.documentType,
        updated: line.updated,
        ...(draft.matter ? { matter: draft.matter } : {}),
      },
    ]
  })

export function draftView(desk: Desk, id: string): Answer<DraftView> {
  const draft = openDraft(desk, id)
  if (!draft) return refuse('draft-unknown')
  const state = draft.matter ? matterState(desk, draft.matter) : null
  const returned = state?.history.findLast((line) => line.kind === 'outgoing.return')
  return ok({
    id,
    title: draft.fields.title,
    documentType: draft.fields.documentType,
    updated: draft.updated,
    ...(draft.matter ? { matter: draft.matter } : {}),
    fields: draft.fields,
    ...(returned
      ? { returned: { by: nameOfPerson(desk, returned.actor), reason: returned.words ?? '' } }
      : {}),
  })
}
