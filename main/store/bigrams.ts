/**
 * Text as overlapping pairs of characters, for an index that finds Chinese words of any length without a dictionary.
 * Pure. Compatibility forms are folded (full-width digits find half-width ones); punctuation separates.
 */
const runsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []

/** What is indexed: of each run its pairs and its last character alone. */
export const wordsOf = (text: string): string => runsOf(text).flatMap(pairsOf).join(' ')

function pairsOf(run: string): string[] {
  const letters = [...run]
  return letters.map((letter, at) => letter + (letters[at + 1] ?? ''))
}

/** The FTS5 expression that finds the text, or null when nothing in it can be searched for. */
export function matchOf(text: string): string | null {
  const phrases = runsOf(text.slice(0, 200)).map((run) => {
    const pairs = pairsOf(run)
    if (pairs.length === 1) return `"${pairs[0]}" *`
    return `"${pairs.slice(0, -1).join(' ')}"`
  })
  return phrases.length === 0 ? null : phrases.join(' AND ')
}
