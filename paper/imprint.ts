/**
 * The imprint (版记) at the bottom of the last page: recipients moved here, copies, printing organ and date, between
 * rules of 0.35 mm with 0.25 mm between the parts. GB/T 9704-2012, 7.4. Pure.
 */
import type { Content, Registration } from '../core/outgoing/content.ts'
import { printedDate } from './dates.ts'
import { widthOf } from './glyphs.ts'
import type { GlyphSource, Setting } from './glyphs.ts'
import { block, blockBottom, blockRight, bodyAscent, sizes, toMillimetres } from './grid.ts'
import { flowingRows, rowAt } from './rows.ts'
import type { Row } from './rows.ts'
import type { Sheets } from './sheets.ts'

const setting: Setting = { size: sizes.imprint, spacing: 0 }
const one = toMillimetres(sizes.imprint)
const place = { element: 'imprint' } as const
const outerRule = 0.35
const innerRule = 0.25
/** Height of a line of the imprint, mm. */
const rowHeight = 7.6
const baselineInRow = (rowHeight - one) / 2 + bodyAscent * one

/** Parts from top to bottom; a part has lines, a line has rows side by side. */
export type ImprintPart = readonly (readonly Row[])[]

/** `抄送：` and its like: the name hangs, the list is set beside it, one character free on both sides. */
function listPart(source: GlyphSource, label: string, names: readonly string[]): ImprintPart {
  const head = source.glyphs(label, 'fangsong', place)
  const indent = toMillimetres(widthOf(head, setting))
  const left = block.left + one
  const list = names.join('，').replace(/[。.，,:：]+$/, '')
  const rows = flowingRows(source.glyphs(`${list}。`, 'fangsong', place), place, setting, {
    left: left + indent,
    width: block.width - 2 * one - indent,
    indent: 0,
  })
  return rows.map((row, index) => (index === 0 ? [rowAt(head, left, setting, place), row] : [row]))
}

export function imprintRows(
  source: GlyphSource,
  content: Content,
  registration: Registration | null,
  recipientsHere: boolean,
): ImprintPart[] {
  const parts: ImprintPart[] = []
  if (recipientsHere) parts.push(listPart(source, '主送：', content.mainRecipients))
  if (content.copies.length > 0) parts.push(listPart(source, '抄送：', content.copies))
  const organ = content.signature === '' ? content.issuer : content.signature
  if (organ === '') return parts
  const printed =
    registration && registration.printedOn !== '' ? `${printedDate(registration.printedOn)}印发` : ''
  const date = source.glyphs(printed, 'fangsong', place)
  const dateWidth = toMillimetres(widthOf(date, setting))
  const name = flowingRows(source.glyphs(organ, 'fangsong', place), place, setting, {
    left: block.left + one,
    width: block.width - 3 * one - dateWidth,
    indent: 0,
  })
  const dateRow = rowAt(date, blockRight - one - dateWidth, setting, place)
  parts.push(name.map((row, index) => (index === name.length - 1 && printed !== '' ? [row, dateRow] : [row])))
  return parts
}

/** Lines of the imprint a page holds. */
const linesOnPage = Math.floor(block.height / rowHeight)

/** More lines than this and a list of recipients is no better off in the imprint. */
export const mostMovedLines = linesOnPage / 2

type ImprintLine = { readonly rows: readonly Row[]; readonly opensPart: boolean }

/** The last rule lies on the lower edge of the last page's text block; a longer imprint fills pages before it. */
export function placeImprint(sheets: Sheets, parts: readonly ImprintPart[]): void {
  const lines = parts.flatMap((part) =>
    part.map((rows, index): ImprintLine => ({ rows, opensPart: index === 0 })),
  )
  if (lines.length === 0) return
  const onFirst = lines.length % linesOnPage || linesOnPage
  if (sheets.usedTo > blockBottom - onFirst * rowHeight) sheets.turn()
  for (let from = 0; from < lines.length;) {
    const to = from === 0 ? onFirst : from + linesOnPage
    if (from > 0) sheets.turn()
    placeLines(sheets, lines.slice(from, to))
    from = to
  }
}

function placeLines(sheets: Sheets, lines: readonly ImprintLine[]): void {
  const page = sheets.page
  const rule = (y: number, thickness: number) =>
    sheets.addRule(page, { x: block.left, y, width: block.width, thickness, ink: 'black' })
  let y = blockBottom - lines.length * rowHeight
  lines.forEach((line, index) => {
    if (index === 0) rule(y, outerRule)
    else if (line.opensPart) rule(y, innerRule)
    for (const row of line.rows) sheets.addLine(page, row.draw(y + baselineInRow))
    y += rowHeight
  })
  rule(blockBottom, outerRule)
}
