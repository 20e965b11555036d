/**
 * Font files as handed-in bytes: parsed once, measured, and adapted for embedding. No disk here (main/fonts.ts
 * finds the files). Non-goal: shaping. Chinese official text needs none, and without substitution one character is
 * one glyph with one width, so that what is laid out is what is printed and what is extracted.
 */
import * as fontkit from '@cantoo/fontkit'
import type { Font as ParsedFont } from '@cantoo/fontkit'
import type { FaceMetrics, FontMetrics } from './metrics.ts'
import type { FontRole } from './page.ts'

export type FontFile = {
  readonly role: FontRole
  /** File name, for people. */
  readonly name: string
  /** Of `bytes`, hex; computed by whoever reads the file. */
  readonly sha256: string
  readonly bytes: Uint8Array
}

export type Fonts = {
  readonly files: readonly FontFile[]
  /** Parsed at first use, kept. */
  readonly parsed: (role: FontRole) => ParsedFont
}

/** One file a role. Throws on a file that is no single font, or two files of one role: that is a broken set-up. */
export function loadFonts(files: readonly FontFile[]): Fonts {
  const byRole = new Map(files.map((file) => [file.role, file]))
  if (byRole.size !== files.length) throw new Error('two font files for one role')
  const parsed = new Map<FontRole, ParsedFont>()
  return {
    files,
    parsed(role) {
      const known = parsed.get(role)
      if (known) return known
      const file = byRole.get(role)
      if (!file) throw new Error(`no font file for ${role}`)
      const font = fontkit.create(file.bytes)
      if (!('layout' in font)) throw new Error(`${file.name} is a font collection: give a single font`)
      parsed.set(role, font)
      return font
    },
  }
}

type HorizontalMetrics = {
  readonly metrics: { readonly length: number; readonly get: (index: number) => { readonly advance: number } }
}

/** From the font's own table: asking the glyph would draw it first, six times as slow for all characters. */
function advanceOf(font: ParsedFont, glyph: number): number {
  const { metrics } = (font as unknown as { readonly hmtx: HorizontalMetrics }).hmtx
  return metrics.get(Math.min(glyph, metrics.length - 1)).advance
}

const round = (value: number) => Math.round(value * 10_000) / 10_000

/** Characters whose ink fills the character's body, as in the name of an office. */
const tallSample = '文件人民政府办公厅'

function metricsOfFace(file: FontFile, font: ParsedFont): FaceMetrics {
  const coverage: number[] = []
  const widths: number[] = []
  const points = [...new Set(font.characterSet)].sort((a, b) => a - b)
  for (const point of points) {
    const glyph = font.glyphForCodePoint(point)
    if (!glyph || glyph.id === 0) continue
    if (coverage.length > 0 && coverage.at(-1) === point - 1) coverage[coverage.length - 1] = point
    else coverage.push(point, point)
    const width = round(advanceOf(font, glyph.id) / font.unitsPerEm)
    if (width !== 1) widths.push(point, width)
  }
  const tops = [...tallSample].map((character) => {
    const glyph = font.glyphForCodePoint(character.codePointAt(0)!)
    return glyph && glyph.id !== 0 ? glyph.bbox.maxY / font.unitsPerEm : 0
  })
  return {
    role: file.role,
    name: font.postscriptName ?? file.name,
    sha256: file.sha256,
    inkTop: round(Math.max(...tops)) || 0.85,
    coverage,
    widths,
  }
}

const faces = new Map<string, FaceMetrics>()

/** Coverage and widths of all faces. About 50 ms a file the first time, remembered by the file's hash. */
export function metricsOf(fonts: Fonts): FontMetrics {
  const known = metricsByFonts.get(fonts)
  if (known) return known
  const metrics = {
    faces: fonts.files.map((file) => {
      const key = `${file.role}:${file.sha256}`
      let face = faces.get(key)
      if (!face) faces.set(key, (face = metricsOfFace(file, fonts.parsed(file.role))))
      return face
    }),
  }
  metricsByFonts.set(fonts, metrics)
  return metrics
}
const metricsByFonts = new WeakMap<Fonts, FontMetrics>()

function glyphOf(font: ParsedFont, codePoint: number) {
  const glyph = font.glyphForCodePoint(codePoint)
  if (!glyph || glyph.id === 0) throw new Error('a character the face lacks must not reach the writer')
  return glyph
}

/**
 * The font as the PDF library is to see it: one glyph a code point, each code point with a glyph of its own in the
 * subset (two code points drawn alike stay two when the text is extracted), nothing remembered from an earlier
 * document.
 */
export function forEmbedding(font: ParsedFont): ParsedFont {
  const glyphs = new Map<number, { id: number; codePoints: number[]; advanceWidth: number }>()
  const adapted = Object.create(font) as ParsedFont
  const layout = (text: string) => ({
    glyphs: [...text].map((character) => {
      const point = character.codePointAt(0)!
      let glyph = glyphs.get(point)
      if (!glyph) {
        const advanceWidth = advanceOf(font, glyphOf(font, point).id)
        glyph = { id: point, codePoints: [point], advanceWidth }
        glyphs.set(point, glyph)
      }
      return glyph
    }),
  })
  const createSubset = () => {
    const subset = font.createSubset() as unknown as {
      glyphs: number[]
      includeGlyph: (glyph: number | { id: number }) => number
    }
    const include = subset.includeGlyph.bind(subset)
    const taken = new Map<number, number>()
    // Numbers come from the subsetter itself (parts of compound glyphs); objects from the writer, by code point.
    subset.includeGlyph = (glyph) => {
      if (typeof glyph === 'number') return include(glyph)
      const known = taken.get(glyph.id)
      if (known !== undefined) return known
      const index = subset.glyphs.push(glyphOf(font, glyph.id).id) - 1
      taken.set(glyph.id, index)
      return index
    }
    return subset
  }
  Object.defineProperty(adapted, 'layout', { value: layout })
  Object.defineProperty(adapted, 'createSubset', { value: createSubset })
  return adapted
}
