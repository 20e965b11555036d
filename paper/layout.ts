/**
 * Lays an official document out to GB/T 9704-2012, general downward format (文件): content, registration and font
 * metrics in, pages in millimetres out. Pure and deterministic; runs in a Worker. Non-goals so far: upward, joint,
 * letter, order and minutes formats, tables and pictures, the imprint's even page.
 *
 * Invariants: body lines stand on the grid of 22 by 28; signature and date stand on a page with text; a character
 * no font has keeps its place and is in `missing`.
 */
import type { Content, Registration } from '../core/outgoing/content.ts'
import { placeEnding } from './ending.ts'
import { glyphSource } from './glyphs.ts'
import type { GlyphSource } from './glyphs.ts'
import {
  baselineInCell,
  block,
  blockBottom,
  blockRight,
  bodyAscent,
  cellTop,
  linesPerPage,
  sizes,
  toMillimetres,
} from './grid.ts'
import { headCells, placeHead, titleTop } from './head.ts'
import { imprintRows, mostMovedLines, placeImprint } from './imprint.ts'
import type { FontMetrics } from './metrics.ts'
import { layoutVersion } from './page.ts'
import type { Layout, SealPlace } from './page.ts'
import { rowAt, blank, blockRows, bodySetting, flowingRows, titleRows, wholeBlock } from './rows.ts'
import { widthOf } from './glyphs.ts'
import { Sheets } from './sheets.ts'

/** An attachment's title stands on the third line. */
const titleCellOfPart = 2

export function layOut(content: Content, registration: Registration | null, metrics: FontMetrics): Layout {
  const source = glyphSource(metrics)
  const sheets = new Sheets()
  const sealPlaces: SealPlace[] = []

  const withHead = content.issuer !== ''
  placeHead(sheets, source, content, registration)
  placeTitle(sheets, source, content, withHead)
  const recipientsBelow = !placeRecipients(sheets, source, content)

  const firstPart = content.body.findIndex((each) => each.kind === 'newPage')
  const letterEnd = firstPart === -1 ? content.body.length : firstPart
  placeBlocks(sheets, source, content, 0, letterEnd)
  const seal = placeEnding(sheets, source, content, registration)
  if (seal) sealPlaces.push(seal)
  placeBlocks(sheets, source, content, letterEnd, content.body.length)

  placeImprint(sheets, imprintRows(source, content, registration, recipientsBelow))
  placePageNumbers(sheets, source)
  return { layoutVersion, pages: sheets.finish(), sealPlaces, missing: source.missing }
}

function placeTitle(sheets: Sheets, source: GlyphSource, content: Content, withHead: boolean): void {
  if (withHead) sheets.moveTo(headCells)
  if (content.title === '') return
  const rows = titleRows(source, content.title, { element: 'title' }, [content.issuer])
  // The title stands two lines below the rule, not on the grid; what follows is on the grid again.
  const offset = withHead
    ? titleTop + bodyAscent * toMillimetres(sizes.title) - cellTop(headCells) - baselineInCell(sizes.title)
    : 0
  for (const row of rows) sheets.put(row, offset)
  sheets.skip(1)
}

/** False if they would leave the first page without text: then they go into the imprint. */
function placeRecipients(sheets: Sheets, source: GlyphSource, content: Content): boolean {
  const text = recipientsLine(content.mainRecipients)
  if (text === '') return true
  const place = { element: 'recipients' } as const
  const rows = flowingRows(source.glyphs(text, 'fangsong', place), place, bodySetting, wholeBlock)
  const hasBody = content.body.some((each) => each.text !== '')
  const hidesText = hasBody && sheets.page === 0 && sheets.cell + rows.length >= linesPerPage
  if (hidesText && rows.length <= mostMovedLines) return false
  for (const row of rows) sheets.put(row)
  return true
}

/** As printed: full-width commas between, a colon behind; a line that brings its own colon keeps it. */
export function recipientsLine(names: readonly string[]): string {
  const line = names.join('，')
  return line === '' || /[:：]$/.test(line) ? line : `${line}：`
}

function placeBlocks(sheets: Sheets, source: GlyphSource, content: Content, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const each = content.body[index]!
    const rows = blockRows(source, each, index, [content.issuer])
    if (each.kind === 'newPage') {
      if (sheets.placedOnPage > 0) sheets.turn()
      for (const row of rows) sheets.put(row)
      if (content.body[index + 1]?.kind === 'title') sheets.moveTo(Math.max(titleCellOfPart, sheets.cell + 1))
      continue
    }
    if (each.kind === 'title') {
      // A title is never parted from what it heads.
      if (sheets.free < rows.length + 2 && sheets.placedOnPage > 0) sheets.turn()
      for (const row of rows) sheets.put(row)
      if (content.body[index + 1]?.kind !== 'title' && sheets.free > 0) sheets.put(blank)
      continue
    }
    for (const row of rows) sheets.put(row)
  }
}

/** The middle of the dashes above the baseline, in em. */
const dashHeight = 0.33

/** 7.5: four points size, a dash on each side, 7 mm below the text block; odd pages right, even pages left. */
function placePageNumbers(sheets: Sheets, source: GlyphSource): void {
  const setting = { size: sizes.imprint, spacing: 0 }
  const place = { element: 'pageNumber' } as const
  const one = toMillimetres(sizes.imprint)
  const baseline = blockBottom + 7 + dashHeight * one
  for (let page = 0; page < sheets.count; page++) {
    if (!sheets.hasText(page)) continue
    const glyphs = source.glyphs(`— ${page + 1} —`, 'songti', place)
    const width = toMillimetres(widthOf(glyphs, setting))
    const x = page % 2 === 0 ? blockRight - one - width : block.left + one
    sheets.addLine(page, rowAt(glyphs, x, setting, place).draw(baseline))
  }
}
