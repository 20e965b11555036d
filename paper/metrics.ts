/**
 * What the layout knows of fonts: which characters each face has and how wide they are. Plain JSON-able data made
 * once from the font files (paper/fonts.ts), so that a window lays out the same page without carrying the fonts.
 * Pure. Falls back glyph by glyph: a character that the wanted face lacks is taken from the next in its chain.
 */
import type { FontRole } from './page.ts'

export type FaceMetrics = {
  readonly role: FontRole
  /** PostScript name. */
  readonly name: string
  /** Of the font file, hex. */
  readonly sha256: string
  /** Top of the ink of full characters above the baseline, in em. */
  readonly inkTop: number
  /** Code points the face has: first and last of each range, ascending. */
  readonly coverage: readonly number[]
  /** Widths that are not one em: code point and em, in pairs, ascending. */
  readonly widths: readonly number[]
}

export type FontMetrics = { readonly faces: readonly FaceMetrics[] }

/** Where to look for a glyph the wanted face lacks. */
const fallbacks: Readonly<Record<FontRole, readonly FontRole[]>> = {
  fangsong: ['songti', 'kaiti', 'heiti'],
  xiaobiaosong: ['songti', 'kaiti', 'heiti'],
  heiti: ['songti', 'kaiti'],
  kaiti: ['fangsong', 'songti', 'heiti'],
  songti: ['fangsong', 'kaiti', 'heiti'],
}

export type Measure = {
  /** The face that has the character, or null if none has. */
  readonly faceOf: (role: FontRole, codePoint: number) => FontRole | null
  /** Width in em. */
  readonly widthOf: (face: FontRole, codePoint: number) => number
  readonly inkTopOf: (role: FontRole) => number
}

/** Invisible and directional characters have no place on paper, whatever a font says. */
const unprintable = /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\uFE00-\uFE0F\u{E0100}-\u{E01EF}]$/u

function within(coverage: readonly number[], codePoint: number): boolean {
  let low = 0
  let high = coverage.length / 2 - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (codePoint < coverage[middle * 2]!) high = middle - 1
    else if (codePoint > coverage[middle * 2 + 1]!) low = middle + 1
    else return true
  }
  return false
}

const measures = new WeakMap<FontMetrics, Measure>()

export function measureWith(metrics: FontMetrics): Measure {
  const known = measures.get(metrics)
  if (known) return known
  const faces = new Map(metrics.faces.map((face) => [face.role, face]))
  const widths = new Map<FontRole, Map<number, number>>()
  for (const face of metrics.faces) {
    const map = new Map<number, number>()
    for (let at = 0; at < face.widths.length; at += 2) map.set(face.widths[at]!, face.widths[at + 1]!)
    widths.set(face.role, map)
  }
  const chosen = new Map<FontRole, Map<number, FontRole | null>>()
  const choose = (role: FontRole, codePoint: number): FontRole | null => {
    if (unprintable.test(String.fromCodePoint(codePoint))) return null
    for (const candidate of [role, ...fallbacks[role]]) {
      const face = faces.get(candidate)
      if (face && within(face.coverage, codePoint)) return candidate
    }
    return null
  }
  const measure: Measure = {
    faceOf(role, codePoint) {
      let cache = chosen.get(role)
      if (!cache) chosen.set(role, (cache = new Map()))
      let face = cache.get(codePoint)
      if (face === undefined) cache.set(codePoint, (face = choose(role, codePoint)))
      return face
    },
    widthOf: (face, codePoint) => widths.get(face)?.get(codePoint) ?? 1,
    inkTopOf: (role) => faces.get(role)?.inkTop ?? 0.85,
  }
  measures.set(metrics, measure)
  return measure
}
