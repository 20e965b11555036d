/**
 * Elements of the text as rows: one row fills one line cell of the grid. A row knows where its characters stand in
 * the line but not yet on which page. Pure.
 */
import type { Block } from '../core/outgoing/content.ts'
import { block, blockRight, cell, gridSpacing, sizes, toMillimetres, toPoints } from './grid.ts'
import { runsOf, widthOf } from './glyphs.ts'
import type { Glyph, GlyphSource, Place, Setting } from './glyphs.ts'
import { breakLines, spreadSpacing } from './lineBreak.ts'
import type { FontRole, Line } from './page.ts'
import { breakTitle } from './title.ts'

export type Row = {
  readonly place: Place
  readonly size: number
  /** Drawn on the baseline `y`, mm. */
  readonly draw: (y: number) => Line
}

/** A line of the grid left empty. */
export const blank: Row = {
  place: { element: 'body' },
  size: sizes.body,
  draw: () => ({ element: 'body', runs: [] }),
}

export const bodySetting: Setting = { size: sizes.body, spacing: gridSpacing }

export const rowAt = (glyphs: readonly Glyph[], x: number, setting: Setting, place: Place): Row => ({
  place,
  size: setting.size,
  draw: (y) => ({ ...place, runs: runsOf(glyphs, x, y, setting) }),
})

export function centredRow(glyphs: readonly Glyph[], setting: Setting, place: Place): Row {
  const width = toMillimetres(widthOf(glyphs, setting) - setting.spacing * (setting.scaleX ?? 1))
  return rowAt(glyphs, block.left + (block.width - width) / 2, setting, place)
}

/** Rows of a text that flows from edge to edge; `indent` in characters for its first line. */
export function flowingRows(
  glyphs: readonly Glyph[],
  place: Place,
  setting: Setting,
  box: { readonly left: number; readonly width: number; readonly indent: number },
): Row[] {
  const width = toPoints(box.width)
  const first = width - toPoints(box.indent)
  return breakLines(glyphs, setting, first, width).map((line, index) => {
    const set = glyphs.slice(line.from, line.to)
    const room = index === 0 ? first : width
    const spacing = line.wrapped ? spreadSpacing(set, setting, room) : setting.spacing
    return rowAt(set, box.left + (index === 0 ? box.indent : 0), { ...setting, spacing }, place)
  })
}

export const wholeBlock = { left: block.left, width: block.width, indent: 0 } as const
const indented = { ...wholeBlock, indent: 2 * cell } as const

export const titleSetting: Setting = { size: sizes.title, spacing: 0 }

export function titleRows(source: GlyphSource, text: string, place: Place, names: readonly string[]): Row[] {
  const glyphs = source.glyphs(text, 'xiaobiaosong', place)
  return breakTitle(glyphs, titleSetting, toPoints(block.width), names).map(([from, to]) =>
    centredRow(trimmed(glyphs.slice(from, to)), titleSetting, place),
  )
}

function trimmed(glyphs: readonly Glyph[]): readonly Glyph[] {
  let from = 0
  let to = glyphs.length
  while (from < to && glyphs[from]!.character.trim() === '') from++
  while (to > from && glyphs[to - 1]!.character.trim() === '') to--
  return glyphs.slice(from, to)
}

const faceOfLevel: Readonly<Record<Exclude<Block['kind'], 'title' | 'newPage'>, FontRole>> = {
  paragraph: 'fangsong',
  level1: 'heiti',
  level2: 'kaiti',
  level3: 'fangsong',
  level4: 'fangsong',
}

/** Where the heading of a level ends and its text runs on: after the first full stop. */
function headingLength(text: string): number {
  const stop = text.indexOf('。')
  return stop === -1 ? text.length : stop + 1
}

/** Rows of one block of the body; `newPage` gives its mark, if it has one; `names` stay whole in titles. */
export function blockRows(source: GlyphSource, each: Block, index: number, names: readonly string[]): Row[] {
  const place: Place = { element: 'body', block: index }
  switch (each.kind) {
    case 'title':
      return titleRows(source, each.text, { element: 'title', block: index }, names)
    case 'newPage':
      return each.text === ''
        ? []
        : flowingRows(source.glyphs(each.text, 'heiti', place), place, bodySetting, wholeBlock)
    default: {
      const face = faceOfLevel[each.kind]
      const split = face === 'fangsong' ? 0 : headingLength(each.text)
      const head = source.glyphs(each.text.slice(0, split), face, place)
      const before = source.missing.length
      const tail = source.glyphs(each.text.slice(split), 'fangsong', place)
      for (let at = before; at < source.missing.length; at++) {
        const told = source.missing[at]!
        source.missing[at] = { ...told, position: told.position + head.length }
      }
      return flowingRows([...head, ...tail], place, bodySetting, indented)
    }
  }
}

/** A row whose right edge stands `x` mm from the left of the page. */
export function rowEndingAt(glyphs: readonly Glyph[], x: number, setting: Setting, place: Place): Row {
  const width = toMillimetres(widthOf(glyphs, setting) - setting.spacing)
  return rowAt(glyphs, Math.max(block.left, Math.min(x, blockRight) - width), setting, place)
}
