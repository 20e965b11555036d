/**
 * Text as a row of measured characters, and a row of characters as runs of one face each. Pure. The one place where
 * a character gets its face and its width; a character no font has keeps its place and is reported.
 */
import { measureWith } from './metrics.ts'
import type { FontMetrics } from './metrics.ts'
import { toMillimetres } from './grid.ts'
import type { ElementName, FontRole, Ink, MissingGlyph, Run } from './page.ts'

export type Glyph = {
  readonly character: string
  readonly face: FontRole
  /** em */
  readonly width: number
}

export type Place = { readonly element: ElementName; readonly block?: number }

const missingLimit = 100

export type GlyphSource = {
  readonly glyphs: (text: string, role: FontRole, place: Place) => Glyph[]
  readonly missing: MissingGlyph[]
  readonly inkTopOf: (role: FontRole) => number
}

export function glyphSource(metrics: FontMetrics): GlyphSource {
  const measure = measureWith(metrics)
  const missing: MissingGlyph[] = []
  const glyphs = (text: string, role: FontRole, place: Place): Glyph[] => {
    const row: Glyph[] = []
    for (const character of text) {
      const point = character.codePointAt(0)!
      const face = measure.faceOf(role, point)
      if (face === null && missing.length < missingLimit) {
        const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
        missing.push({ character, code, ...place, position: row.length + 1 })
      }
      row.push({ character, face: face ?? role, width: face === null ? 1 : measure.widthOf(face, point) })
    }
    return row
  }
  return { glyphs, missing, inkTopOf: measure.inkTopOf }
}

export type Setting = {
  /** Points. */
  readonly size: number
  /** Points after every character. */
  readonly spacing: number
  readonly scaleX?: number
  readonly ink?: Ink
}

/** Width in points, the space after the last character included. */
export function widthOf(glyphs: readonly Glyph[], setting: Setting): number {
  let width = 0
  for (const glyph of glyphs) width += (glyph.width * setting.size + setting.spacing) * (setting.scaleX ?? 1)
  return width
}

const fine = (value: number) => Math.round(value * 10_000) / 10_000

/** Sets glyphs from `x` (mm) on the baseline `y` (mm): a run for every stretch of one face. */
export function runsOf(glyphs: readonly Glyph[], x: number, y: number, setting: Setting): Run[] {
  const runs: Run[] = []
  const scaleX = setting.scaleX ?? 1
  let at = x
  let from = 0
  let xs: number[] = []
  const close = (to: number) => {
    if (to === from) return
    const text = glyphs
      .slice(from, to)
      .map((glyph) => glyph.character)
      .join('')
    runs.push({
      text,
      x: xs[0]!,
      y: fine(y),
      size: fine(setting.size),
      font: glyphs[from]!.face,
      charSpacing: fine(setting.spacing),
      scaleX: fine(scaleX),
      ink: setting.ink ?? 'black',
      xs,
    })
    from = to
    xs = []
  }
  glyphs.forEach((glyph, index) => {
    if (index > from && glyph.face !== glyphs[from]!.face) close(index)
    xs.push(fine(at))
    at += toMillimetres((glyph.width * setting.size + setting.spacing) * scaleX)
  })
  close(glyphs.length)
  return runs
}
