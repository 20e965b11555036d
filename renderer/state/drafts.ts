/**
 * Drafts: the list, the one that is open, and saving it by itself a moment after the last stroke. Invariant: what is
 * shown as saved is saved; leaving a draft saves it first.
 */
import { create } from 'zustand'
import type { DraftFields, DraftRow, DraftView } from '../../preload/contract/views.ts'
import type { CallInput } from '../../preload/contract/office.ts'
import { call } from '../bridge.ts'
import type { DeskRefusal } from '../bridge.ts'
import { refreshCounts } from './desk.ts'

export type Saving = 'saved' | 'changed' | 'saving' | 'failed'

type Drafts = {
  readonly rows: readonly DraftRow[]
  readonly loaded: boolean
  readonly open: DraftView | null
  readonly fields: DraftFields | null
  readonly saving: Saving
  readonly refusal: DeskRefusal | null
}

const begin: Drafts = { rows: [], loaded: false, open: null, fields: null, saving: 'saved', refusal: null }

export const useDrafts = create<Drafts>(() => begin)

const quiet = 700
let due: ReturnType<typeof setTimeout> | undefined
let underWay: Promise<DeskRefusal | null> | undefined

export async function loadDrafts(): Promise<void> {
  const answer = await call('drafts.list', {})
  useDrafts.setState(
    answer.ok ? { rows: answer.value, loaded: true } : { refusal: answer.refusal, loaded: true },
  )
}

function lay(view: DraftView | null): void {
  useDrafts.setState({ open: view, fields: view?.fields ?? null, saving: 'saved', refusal: null })
}

export async function openDraft(id: string): Promise<void> {
  if (useDrafts.getState().open?.id === id) return
  await saveNow()
  const answer = await call('drafts.open', { draft: id })
  if (answer.ok) lay(answer.value)
  else useDrafts.setState({ open: null, fields: null, refusal: answer.refusal })
}

export async function closeDraft(): Promise<void> {
  await saveNow()
  lay(null)
}

/** A new draft with what is known already; returns its id. */
export async function newDraft(fields: DraftFields): Promise<string | DeskRefusal> {
  await saveNow()
  const answer = await call('drafts.save', { fields: asInput(fields) })
  if (!answer.ok) return answer.refusal
  lay({ ...answer.value, fields })
  await Promise.all([loadDrafts(), refreshCounts()])
  return answer.value.id
}

export async function importDraft(name: string, bytes: string): Promise<string | DeskRefusal> {
  await saveNow()
  const answer = await call('drafts.import', { name, bytes })
  if (!answer.ok) return answer.refusal
  lay(answer.value)
  await Promise.all([loadDrafts(), refreshCounts()])
  return answer.value.id
}

export async function discardDraft(id: string): Promise<DeskRefusal | null> {
  clearTimeout(due)
  await underWay
  const answer = await call('drafts.discard', { draft: id })
  if (!answer.ok) return answer.refusal
  lay(null)
  await Promise.all([loadDrafts(), refreshCounts()])
  return null
}

/** Nothing of the open draft stays in the window: it was submitted, or must not be kept. */
export function forgetDraft(): void {
  clearTimeout(due)
  lay(null)
}

export function changeDraft(change: Partial<DraftFields>): void {
  const { fields } = useDrafts.getState()
  if (!fields) return
  useDrafts.setState({ fields: { ...fields, ...change }, saving: 'changed' })
  clearTimeout(due)
  due = setTimeout(() => void saveNow(), quiet)
}

/** Saves what is not saved yet. Null when all is saved. */
export async function saveNow(): Promise<DeskRefusal | null> {
  clearTimeout(due)
  await underWay
  const { open, fields, saving } = useDrafts.getState()
  if (!open || !fields || saving === 'saved') return null
  underWay = save(open.id, fields)
  const refusal = await underWay
  underWay = undefined
  return refusal
}

async function save(id: string, fields: DraftFields): Promise<DeskRefusal | null> {
  useDrafts.setState({ saving: 'saving' })
  const answer = await call('drafts.save', { draft: id, fields: asInput(fields) })
  const now = useDrafts.getState()
  if (now.open?.id !== id) return answer.ok ? null : answer.refusal
  if (!answer.ok) {
    useDrafts.setState({ saving: 'failed', refusal: answer.refusal })
    return answer.refusal
  }
  useDrafts.setState({
    open: { ...now.open, ...answer.value },
    saving: now.fields === fields ? 'saved' : 'changed',
    refusal: null,
    rows: now.rows.map((row) => (row.id === id ? answer.value : row)),
  })
  return null
}

/** The contract's input is mutable arrays of the closed words; the view's words are open. Main parses it again. */
const asInput = (fields: DraftFields) => fields as unknown as CallInput<'drafts.save'>['fields']

/** When the person leaves: saved, and nothing of it stays in the window. */
export async function leaveDrafts(): Promise<void> {
  await saveNow()
  useDrafts.setState(begin)
}
