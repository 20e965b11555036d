/**
 * The head (版头): urgency, name of the issuing organ with 文件, number, red rule. GB/T 9704-2012, 7.2. Pure.
 */
import type { Content, Registration, Urgency } from '../core/outgoing/content.ts'
import { widthOf } from './glyphs.ts'
import type { GlyphSource } from './glyphs.ts'
import { baselineInCell, block, bodyAscent, cellTop, pitch, sizes, toMillimetres, toPoints } from './grid.ts'
import { bodySetting, centredRow, rowAt } from './rows.ts'
import type { Sheets } from './sheets.ts'

/** Top of the ink of the organ's name below the top of the text block. */
const nameBelowTop = 35
/** The name ends at the fifth line's lower edge; two lines are left empty, the number stands on the eighth. */
const numberCell = 7
const ruleBelowNumber = 4
const ruleThickness = 0.5
/** The first cell below the head: the title's, two lines below the rule. */
export const headCells = 10

const numberBottom =
  cellTop(numberCell) + baselineInCell(sizes.body) + (1 - bodyAscent) * toMillimetres(sizes.body)
const ruleAt = numberBottom + ruleBelowNumber
/** Top of the characters of the title's first line. */
export const titleTop = ruleAt + 2 * pitch

const urgencyWords: Readonly<Record<Urgency, string>> = { normal: '', urgent: '加急', 'extra-urgent': '特急' }

/** Long names become narrower, down to this, then smaller. */
const narrowest = 0.5

export function placeHead(
  sheets: Sheets,
  source: GlyphSource,
  content: Content,
  registration: Registration | null,
): void {
  if (content.issuer === '') return
  const urgency = source.glyphs(urgencyWords[content.urgency], 'heiti', { element: 'urgency' })
  if (urgency.length > 0) {
    const row = rowAt(urgency, block.left, bodySetting, { element: 'urgency' })
    sheets.addLine(0, row.draw(cellTop(0) + baselineInCell(sizes.body)))
  }

  const place = { element: 'issuer' } as const
  const name = source.glyphs(`${content.issuer}文件`, 'xiaobiaosong', place)
  const room = toPoints(block.width)
  const natural = widthOf(name, { size: sizes.head, spacing: 0 })
  const scaleX = Math.max(narrowest, Math.min(1, room / natural))
  const size = Math.min(sizes.head, (sizes.head * room) / (natural * scaleX))
  const baseline = block.top + nameBelowTop + source.inkTopOf('xiaobiaosong') * toMillimetres(size)
  sheets.addLine(0, centredRow(name, { size, spacing: 0, scaleX, ink: 'red' }, place).draw(baseline))

  if (registration && registration.number !== '') {
    const number = source.glyphs(registration.number, 'fangsong', { element: 'number' })
    const row = centredRow(number, bodySetting, { element: 'number' })
    sheets.addLine(0, row.draw(cellTop(numberCell) + baselineInCell(sizes.body)))
  }
  sheets.addRule(0, { x: block.left, y: ruleAt, width: block.width, thickness: ruleThickness, ink: 'red' })
}
