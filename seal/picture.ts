/**
 * Draws the picture of a round seal (公章) from a unit's name: ring, name along the arc as glyph outlines, star.
 * Pure geometry in millimetres, origin at the top left, y downwards; PDF operators are made in pdf/appearance.ts.
 * Non-goals: oval seals, scanned impressions. Sizes after 国发〔1999〕25号: diameter 42 mm, a five-pointed star inside.
 */
import { create } from '@cantoo/fontkit'
import { ok, refuse, type Result } from '../core/result.ts'

export type PathSegment =
  | readonly ['M', number, number]
  | readonly ['L', number, number]
  | readonly ['C', number, number, number, number, number, number]
  | readonly ['Z']

export type Shape = {
  readonly path: readonly PathSegment[]
  /** Filled by the non-zero rule, or stroked with this width in mm. */
  readonly stroke?: number
}

export type SealPicture = {
  readonly widthMm: number
  readonly heightMm: number
  /** `#RRGGBB` for all shapes. */
  readonly colour: string
  readonly shapes: readonly Shape[]
}

export type RoundSeal = {
  /** The unit's name, 2 to 24 characters. */
  readonly text: string
  /** A TrueType or OpenType font (小标宋 or 宋体). */
  readonly font: Uint8Array
  readonly diameterMm?: number
  readonly colour?: string
}

const ring = 1.2
const gap = 1.1

/** @returns `glyph-missing` names the characters that the font lacks; nothing is replaced silently. */
export function drawSeal({
  text,
  font,
  diameterMm = 42,
  colour = '#D7000F',
}: RoundSeal): Result<SealPicture, 'font-unreadable' | 'glyph-missing' | 'seal-text-unfit'> {
  const characters = [...text]
  if (characters.length < 2 || characters.length > 24) return refuse('seal-text-unfit', { limit: 24 })
  const face = openFont(font)
  if (!face) return refuse('font-unreadable')
  const missing = characters.filter((one) => !face.hasGlyphForCodePoint(one.codePointAt(0) ?? 0))
  if (missing.length > 0) return refuse('glyph-missing', { characters: missing.join('') })

  const middle = diameterMm / 2
  const em = diameterMm * (characters.length <= 12 ? 0.15 : 0.13)
  const textRadius = middle - ring - gap - em / 2
  const wanted = (characters.length * em * 1.12) / textRadius
  const spread = Math.min(wanted, (280 / 180) * Math.PI)
  const step = spread / characters.length
  const narrowing = Math.min(1, (step * textRadius) / (em * 1.04))
  const letters = characters.map((one, place): Shape => {
    const angle = -spread / 2 + (place + 0.5) * step
    const glyph = face.glyphForCodePoint(one.codePointAt(0) ?? 0)
    return { path: placeGlyph(glyph, face.unitsPerEm, { em, narrowing, angle, textRadius, middle }) }
  })
  return ok({
    widthMm: diameterMm,
    heightMm: diameterMm,
    colour,
    shapes: [
      { path: circle(middle, middle - ring / 2), stroke: ring },
      ...letters,
      { path: star(middle, diameterMm / 6) },
    ],
  })
}

type Glyph = {
  readonly advanceWidth: number
  readonly path: {
    readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[]
  }
}
type Face = {
  readonly unitsPerEm: number
  readonly hasGlyphForCodePoint: (codePoint: number) => boolean
  readonly glyphForCodePoint: (codePoint: number) => Glyph
}

function openFont(bytes: Uint8Array): Face | undefined {
  try {
    return create(bytes) as unknown as Face
  } catch {
    return undefined
  }
}

type Place = {
  readonly em: number
  readonly narrowing: number
  readonly angle: number
  readonly textRadius: number
  readonly middle: number
}

/** Centres the glyph's em box on the arc, its foot towards the middle of the seal. */
function placeGlyph(glyph: Glyph, unitsPerEm: number, { em, narrowing, angle, textRadius, middle }: Place) {
  const scale = em / unitsPerEm
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const point = (x: number, y: number): readonly [number, number] => {
    const across = (x - glyph.advanceWidth / 2) * scale * narrowing
    const outwards = textRadius + (y - unitsPerEm * 0.38) * scale
    return [middle + across * cosine + outwards * sine, middle + across * sine - outwards * cosine]
  }
  const path: PathSegment[] = []
  let [lastX, lastY] = [0, 0]
  for (const { command, args } of glyph.path.commands) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args
    switch (command) {
      case 'moveTo':
        path.push(['M', ...point(a, b)])
        break
      case 'lineTo':
        path.push(['L', ...point(a, b)])
        break
      case 'quadraticCurveTo': {
        const first = point(lastX + (2 / 3) * (a - lastX), lastY + (2 / 3) * (b - lastY))
        const second = point(c + (2 / 3) * (a - c), d + (2 / 3) * (b - d))
        path.push(['C', ...first, ...second, ...point(c, d)])
        break
      }
      case 'bezierCurveTo':
        path.push(['C', ...point(a, b), ...point(c, d), ...point(e, f)])
        break
      case 'closePath':
        path.push(['Z'])
    }
    if (args.length >= 2) [lastX, lastY] = [args[args.length - 2] ?? 0, args[args.length - 1] ?? 0]
  }
  return path
}

/** Four cubic arcs; the constant is the usual one for a quarter of a circle. */
function circle(middle: number, radius: number): readonly PathSegment[] {
  const k = radius * 0.5522847498
  const [left, right, top, bottom] = [middle - radius, middle + radius, middle - radius, middle + radius]
  return [
    ['M', middle, top],
    ['C', middle + k, top, right, middle - k, right, middle],
    ['C', right, middle + k, middle + k, bottom, middle, bottom],
    ['C', middle - k, bottom, left, middle + k, left, middle],
    ['C', left, middle - k, middle - k, top, middle, top],
    ['Z'],
  ]
}

function star(middle: number, radius: number): readonly PathSegment[] {
  const inner = radius * (Math.sin(Math.PI / 10) / Math.sin((7 * Math.PI) / 10))
  const points = Array.from({ length: 10 }, (_, i): readonly [number, number] => {
    const reach = i % 2 === 0 ? radius : inner
    const angle = (i * Math.PI) / 5
    return [middle + reach * Math.sin(angle), middle - reach * Math.cos(angle)]
  })
  return [...points.map(([x, y], i): PathSegment => [i === 0 ? 'M' : 'L', x, y]), ['Z']]
}

/** Four decimals of a millimetre are finer than any printer. */
const shown = (value: number): string => String(Math.round(value * 10_000) / 10_000)

/** A complete SVG document, sized in mm. */
export function sealSvg({ widthMm, heightMm, colour, shapes }: SealPicture): string {
  const paths = shapes.map(({ path, stroke }) => {
    const data = path.map(([command, ...numbers]) => command + numbers.map(shown).join(' ')).join('')
    const paint =
      stroke === undefined
        ? `fill="${colour}"`
        : `fill="none" stroke="${colour}" stroke-width="${shown(stroke)}"`
    return `<path d="${data}" ${paint}/>`
  })
  const [width, height] = [shown(widthMm), shown(heightMm)]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" ` +
    `viewBox="0 0 ${width} ${height}">${paths.join('')}</svg>`
  )
}
