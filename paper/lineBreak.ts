/**
 * Breaks a row of glyphs into lines. 禁则: no line begins with a closing or ends with an opening mark; Latin words,
 * numbers, —— and …… stay whole; spaces hang at the end of a line. What would begin a line wrongly takes its
 * predecessor along (推出), and the shorter line is spread to the full width; nothing hangs over the 156 mm.
 *
 * Linear in the length of the text, whatever the text. Pure.
 */
import { widthOf } from './glyphs.ts'
import type { Glyph, Setting } from './glyphs.ts'

const notAtStart = new Set('，。、；：？！…—·ˉ）〕》」』】〉〗”’｝］％‰℃,.;:?!)]}%>°′″々～')
const notAtEnd = new Set('（〔《「『【〈〖“‘｛［([{<＄￥$#№')
const pairs = new Set(['——', '……'])
const isWord = (character: string) => /^[\p{Script=Latin}\p{Nd}]$/u.test(character)
const joinsWord = new Set(".,:/-_%@&+'’~")

/** Characters of no width must not make a line endless. */
const mostInLine = 300

export type BrokenLine = {
  readonly from: number
  /** First glyph of the next line. */
  readonly next: number
  /** End without the spaces that hang. */
  readonly to: number
  /** Ended because it was full. */
  readonly wrapped: boolean
}

/** Whether a line may end after each glyph. */
function breaksAfter(glyphs: readonly Glyph[]): Uint8Array {
  const breaks = new Uint8Array(glyphs.length)
  let straightOpen = false
  for (let index = 0; index < glyphs.length; index++) {
    const character = glyphs[index]!.character
    const next = glyphs[index + 1]?.character
    let opens = notAtEnd.has(character)
    if (character === '"') {
      straightOpen = !straightOpen
      opens = straightOpen
    }
    if (next === undefined) {
      breaks[index] = 1
      continue
    }
    const nextCloses = notAtStart.has(next) || (next === '"' && straightOpen)
    const inWord =
      (isWord(character) && isWord(next)) ||
      (isWord(character) && joinsWord.has(next) && isWord(glyphs[index + 2]?.character ?? '')) ||
      (joinsWord.has(character) && isWord(next) && isWord(glyphs[index - 1]?.character ?? ''))
    const glued = opens || nextCloses || inWord || pairs.has(character + next) || isSpace(next)
    breaks[index] = glued ? 0 : 1
  }
  return breaks
}

const isSpace = (character: string) => character === ' ' || character === '\u3000' || character === '\u00a0'

/** `firstWidth` and `width` in points. An empty row gives one empty line. */
export function breakLines(
  glyphs: readonly Glyph[],
  setting: Setting,
  firstWidth: number,
  width: number,
): BrokenLine[] {
  if (glyphs.length === 0) return [{ from: 0, next: 0, to: 0, wrapped: false }]
  const breaks = breaksAfter(glyphs)
  const lines: BrokenLine[] = []
  const slack = 0.01
  let from = 0
  while (from < glyphs.length) {
    const room = (lines.length === 0 ? firstWidth : width) + slack
    let used = 0
    let index = from
    let lastBreak = -1
    for (; index < glyphs.length; index++) {
      const glyph = glyphs[index]!
      used += glyph.width * setting.size + setting.spacing
      // Spaces after the last character that fits hang.
      if (((used > room && !isSpace(glyph.character)) || index - from >= mostInLine) && index > from) break
      if (breaks[index]) lastBreak = index
    }
    const ended = index >= glyphs.length
    const next = ended ? glyphs.length : lastBreak >= from ? lastBreak + 1 : index
    let to = next
    while (to > from + 1 && isSpace(glyphs[to - 1]!.character)) to--
    lines.push({ from, next, to, wrapped: !ended })
    from = next
  }
  return lines
}

/** Spacing that spreads a wrapped line to the full width; a line too empty for it stays ragged. Points. */
export function spreadSpacing(glyphs: readonly Glyph[], setting: Setting, width: number): number {
  if (glyphs.length < 2) return setting.spacing
  const extra = (width - widthOf(glyphs, setting)) / (glyphs.length - 1)
  return extra > setting.size / 4 || extra < -0.05 ? setting.spacing : setting.spacing + extra
}
