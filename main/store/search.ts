/** Finding matters by words of their title or number; see bigrams.ts for how the text is cut. */
import { matchOf, wordsOf } from './bigrams.ts'
import type { Reading, Writing } from './handle.ts'
import type { MatterLine } from './matters.ts'

export function indexTitle(writing: Writing, row: number, text: string): void {
  unindexTitle(writing, row)
  writing.run('INSERT INTO matter_words (rowid, words) VALUES (@row, @words)', { row, words: wordsOf(text) })
}

export const unindexTitle = (writing: Writing, row: number): void =>
  void writing.run('DELETE FROM matter_words WHERE rowid = @row', { row })

/** Matters whose title or number holds all the runs of the text, newest first. */
export function searchMatters(reading: Reading, text: string, limit = 50): MatterLine[] {
  const match = matchOf(text)
  if (match === null) return []
  return reading.all<MatterLine>(
    `SELECT m.matter, m.kind, m.owner, m.status, m.title, m.number, m.urgency, m.counterpart, m.holder,
       m.deadline, m.created, m.updated, m.head
     FROM matter_words AS w JOIN matters AS m ON m.number_of_row = w.rowid
     WHERE w.words MATCH @match ORDER BY m.updated DESC, m.matter DESC LIMIT @limit`,
    { match, limit },
  )
}
