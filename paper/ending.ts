/**
 * The ending of a sealed document: signature, date, the seal's place, annotation. GB/T 9704-2012, 7.3.5 and 7.3.6.
 * The date ends four characters from the right, the signature is centred over it, the seal is centred over both so
 * that they stand at its lower middle, and its top is within one line of the text. Pure.
 *
 * Invariant: signature, date and seal share a page with text.
 */
import type { Content, Registration } from '../core/outgoing/content.ts'
import { printedDate } from './dates.ts'
import { widthOf } from './glyphs.ts'
import type { GlyphSource } from './glyphs.ts'
import { block, blockRight, cell, cellTop, pitch, toMillimetres } from './grid.ts'
import { blank, bodySetting, flowingRows, rowAt, rowEndingAt, wholeBlock } from './rows.ts'
import type { Row } from './rows.ts'
import type { SealPlace } from './page.ts'
import type { Sheets } from './sheets.ts'

/** Of an office at county level and above, mm. */
const sealWidth = 42
/** How far the middle of signature and date stands below the seal's centre, mm. */
const belowCentre = 4
/** So many empty lines keep the seal's top off the text and within one line of it. */
const linesForSeal = 2
const linesBelowDate = 1
const mostAnnotationRows = 6
/** Lines of the text that go along when the ending needs a new page. */
const linesToCarry = 2

/** A date not yet given takes the room of this one. */
const sampleDate = '2026年11月11日'

export function placeEnding(
  sheets: Sheets,
  source: GlyphSource,
  content: Content,
  registration: Registration | null,
): SealPlace | null {
  const dateText = registration ? printedDate(registration.date) : ''
  const annotation = annotationRows(source, content)
  if (content.signature === '' && dateText === '') {
    for (const row of annotation) sheets.put(row)
    return null
  }
  const place = { element: 'date' } as const
  const date = source.glyphs(dateText === '' ? sampleDate : dateText, 'fangsong', place)
  const dateRight = blockRight - 4 * cell
  const dateWidth = toMillimetres(widthOf(date, bodySetting) - bodySetting.spacing)
  const centre = dateRight - dateWidth / 2
  const signature = signatureRows(source, content.signature, centre)
  const dateRow = dateText === '' ? blank : rowEndingAt(date, dateRight, bodySetting, place)

  const kept = annotation.length <= mostAnnotationRows ? annotation : []
  const needed = linesForSeal + signature.length + 1 + Math.max(kept.length, linesBelowDate)
  if (sheets.free < needed || sheets.placedOnPage === 0) carryTextOver(sheets)
  sheets.skip(linesForSeal)
  for (const row of [...signature, dateRow]) sheets.put(row)
  const seal: SealPlace = {
    page: sheets.page,
    x: centre,
    y: cellTop(sheets.cell - 1) - (signature.length > 0 ? 0 : -pitch / 2) - belowCentre,
    width: sealWidth,
  }
  for (const row of annotation) sheets.put(row)
  if (annotation.length === 0) sheets.skip(linesBelowDate)
  return seal
}

/** Takes the last lines of the text to the page the ending goes to, instead of 此页无正文. */
function carryTextOver(sheets: Sheets): void {
  const lastBlock = sheets.countLast((row) => row.place.element === 'body')
  const carried = Math.min(linesToCarry, lastBlock)
  sheets.carryOver(carried)
}

function signatureRows(source: GlyphSource, name: string, centre: number): Row[] {
  if (name === '') return []
  const place = { element: 'signature' } as const
  const glyphs = source.glyphs(name, 'fangsong', place)
  const width = toMillimetres(widthOf(glyphs, bodySetting) - bodySetting.spacing)
  if (width > block.width) return flowingRows(glyphs, place, bodySetting, wholeBlock)
  const left = Math.max(block.left, Math.min(centre - width / 2, blockRight - width))
  return [rowAt(glyphs, left, bodySetting, place)]
}

/** In brackets, two characters from the left, on the line below the date. */
function annotationRows(source: GlyphSource, content: Content): Row[] {
  if (content.annotation === undefined || content.annotation === '') return []
  const place = { element: 'annotation' } as const
  // An imported annotation may bring its own brackets; they are not rewritten.
  const text = /^[（(].*[)）]$/u.test(content.annotation) ? content.annotation : `（${content.annotation}）`
  const glyphs = source.glyphs(text, 'fangsong', place)
  return flowingRows(glyphs, place, bodySetting, { ...wholeBlock, indent: 2 * cell })
}
