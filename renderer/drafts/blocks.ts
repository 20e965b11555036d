/**
 * The body as one text, a paragraph a line, and as blocks. The level of a numbered heading is read from how the line
 * begins. Pure; `textOf` and `blocksOf` are inverse on what the editor writes.
 *
 * Two lines have a sign of their own: `［另页］` starts the printed text on a new page (its mark, such as 附件1, may
 * follow), `［标题］` is that text's title.
 */
import type { Block } from '../../core/outgoing/content.ts'

export const newPageSign = '［另页］'
export const titleSign = '［标题］'

const chineseNumber = '[一二三四五六七八九十百]{1,5}'
const levels: readonly (readonly [Block['kind'], RegExp])[] = [
  ['level1', new RegExp(`^${chineseNumber}、`, 'u')],
  ['level2', new RegExp(`^[（(]${chineseNumber}[）)]`, 'u')],
  // 1.5亿 is a number, not a heading.
  ['level3', /^\d{1,3}[.．](?!\d)/u],
  ['level4', /^[（(]\d{1,3}[）)]/u],
]

/** The kind of one line. */
export function kindOf(line: string): Block['kind'] {
  if (line.startsWith(newPageSign)) return 'newPage'
  if (line.startsWith(titleSign)) return 'title'
  return levels.find(([, pattern]) => pattern.test(line))?.[0] ?? 'paragraph'
}

/** Empty lines and the spaces of hand-made indents fall away. */
export function blocksOf(text: string): Block[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) => line.replace(/[\u0000-\u001f\u007f]/gu, ' ').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const kind = kindOf(line)
      const sign = kind === 'newPage' ? newPageSign : kind === 'title' ? titleSign : ''
      return { kind, text: line.slice(sign.length).trim().toWellFormed() }
    })
}

export function textOf(blocks: readonly Block[]): string {
  return blocks
    .map(({ kind, text }) => {
      if (kind === 'newPage') return newPageSign + text
      return kind === 'title' ? titleSign + text : text
    })
    .join('\n')
}

/** Characters of the body without spaces, as 字数 counts them. */
export const charactersOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + block.text.replace(/\s/gu, '').length, 0)
