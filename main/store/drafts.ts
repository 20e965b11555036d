/**
 * Drafts before their first submission: one person's, on this workstation only, with every saved version. Not acts:
 * nobody else's business yet. The content is whatever the editor holds (it need not be complete), as JSON.
 */
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import { instantOf } from '../../core/ports.ts'
import type { Reading, Writing } from './handle.ts'

export type Draft = {
  readonly id: string
  readonly person: string
  readonly title: string
  readonly version: number
  readonly content: unknown
  readonly created: string
  readonly updated: string
}
export type DraftLine = Omit<Draft, 'content'>
type DraftRow = Omit<Draft, 'content'> & { readonly content: string }

const fromRow = (row: DraftRow): Draft => ({ ...row, content: JSON.parse(row.content) as unknown })

export type DraftSave = Pick<Draft, 'id' | 'person' | 'title' | 'content'> & {
  /** The version the editor started from; 0 for a new draft. */
  readonly from: number
}

/** Saves one more version. `draft-moved-on`: another window saved in between; nothing is changed. */
export function saveDraft(
  writing: Writing,
  save: DraftSave,
): Result<DraftLine, 'draft-moved-on' | 'draft-of-another'> {
  const now = instantOf(writing.clock)
  const before = draft(writing, save.id)
  if (before && before.person !== save.person) return refuse('draft-of-another')
  if ((before?.version ?? 0) !== save.from)
    return refuse('draft-moved-on', { version: before?.version ?? 0, from: save.from })
  const content = JSON.stringify(save.content)
  const line = {
    id: save.id,
    person: save.person,
    title: save.title,
    version: save.from + 1,
    created: before?.created ?? now,
    updated: now,
  }
  writing.run(
    `INSERT INTO drafts (id, person, title, version, content, created, updated)
     VALUES (@id, @person, @title, @version, @content, @created, @updated)
     ON CONFLICT (id) DO UPDATE SET title = @title, version = @version, content = @content, updated = @updated`,
    { ...line, content },
  )
  writing.run(
    `INSERT INTO draft_versions (draft, version, content, saved) VALUES (@id, @version, @content, @updated)`,
    { id: line.id, version: line.version, content, updated: line.updated },
  )
  return ok(line)
}

export function draft(reading: Reading, id: string): Draft | null {
  const row = reading.one<DraftRow>('SELECT * FROM drafts WHERE id = @id', { id })
  return row ? fromRow(row) : null
}

export const draftsOf = (reading: Reading, person: string, limit = 500): DraftLine[] =>
  reading.all<DraftLine>(
    `SELECT id, person, title, version, created, updated FROM drafts
     WHERE person = @person ORDER BY updated DESC, id DESC LIMIT @limit`,
    { person, limit },
  )

/** Saved versions, newest first. */
export const draftVersions = (reading: Reading, id: string): { version: number; saved: string }[] =>
  reading.all('SELECT version, saved FROM draft_versions WHERE draft = @id ORDER BY version DESC', { id })

export function draftVersion(reading: Reading, id: string, version: number): unknown {
  const row = reading.one<{ content: string }>(
    'SELECT content FROM draft_versions WHERE draft = @id AND version = @version',
    { id, version },
  )
  return row ? (JSON.parse(row.content) as unknown) : null
}

/** The draft became a submission (or its writer laid it aside): it and its versions go. */
export const removeDraft = (writing: Writing, id: string): void =>
  void writing.run('DELETE FROM drafts WHERE id = @id', { id })
