/**
 * Search over titles and numbers: overlapping pairs of characters in a contentless index (the trigram index cannot
 * find words of two characters), keyed by the matter's row. Fills itself from what is there.
 */
import { wordsOf } from '../bigrams.ts'
import type { Migration } from '../migrate.ts'

export const titleSearch: Migration = {
  version: 4,
  name: 'title search',
  up: (database) => {
    database.exec(`CREATE VIRTUAL TABLE matter_words USING fts5(words, content='', contentless_delete=1)`)
    const insert = database.prepare('INSERT INTO matter_words (rowid, words) VALUES (?, ?)')
    const rows = database.prepare('SELECT number_of_row, title, number FROM matters').all() as {
      number_of_row: number
      title: string
      number: string | null
    }[]
    for (const row of rows) insert.run(row.number_of_row, wordsOf(`${row.title} ${row.number ?? ''}`))
  },
}
