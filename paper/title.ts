/**
 * Breaks a title into centred lines: as few as fit, in a trapezium or rhombus, never inside a word, never before a
 * mark or particle that belongs to what is before it (GB/T 9704-2012, 7.3.1). Pure and deterministic: an own short
 * list of words instead of the platform's segmenter, whose answers change with its version.
 */
import { widthOf } from './glyphs.ts'
import type { Glyph, Setting } from './glyphs.ts'
import { titleWords } from './words.ts'

const words = new Set(titleWords)
/** An organ's name as long as this may have to be broken. */
const longestName = 16
const notAtStart = /^[，。、；：？！…—·）〕》」』】〉”’,.;:?!)\]}%％的了和与及等年月日号]$/u
const notAtEnd = /^[（〔《「『【〈“‘([{第]$/u
const together = /^[\p{Script=Latin}\p{Nd}]{2}$/u

/** Ends of place names (示范省); 市场 is no such end. */
const placeEnd = /^[省市县州](?!场)/u

/** Cost of ending a line after each character; Infinity = never. */
function costs(characters: readonly string[], names: readonly string[]): number[] {
  const cost: number[] = characters.map(() => 4)
  const known = new Set([...words, ...names.filter((name) => name.length <= longestName)])
  const longest = Math.max(...[...known].map((word) => word.length))
  let at = 0
  while (at < characters.length) {
    let length = Math.min(longest, characters.length - at)
    while (length > 1 && !known.has(characters.slice(at, at + length).join(''))) length--
    for (let inside = at; inside < at + length - 1; inside++) cost[inside] = Infinity
    if (length > 1) {
      cost[at + length - 1] = Math.min(cost[at + length - 1]!, 1)
      if (at > 0 && cost[at - 1] === 4) cost[at - 1] = 2
    }
    at += length
  }
  characters.forEach((character, index) => {
    const next = characters[index + 1]
    if (next === undefined) return
    const text = characters.slice(index + 1, index + 3).join('')
    if (text === '关于' && cost[index] !== Infinity) cost[index] = 0
    if (character === '的' || character === '、' || character === '，') cost[index] = 0.5
    const placeGoesOn = placeEnd.test(text) && !/[的和、，与及]$/u.test(character)
    if (placeGoesOn || notAtStart.test(next) || notAtEnd.test(character) || together.test(character + next))
      cost[index] = Infinity
  })
  return cost
}

/** Shapes of the standard: widths of the lines in relation to each other. */
function shapes(lines: number): number[][] {
  const step = 0.12
  const falling = Array.from({ length: lines }, (_, index) => 1 - step * index * (2 / Math.max(2, lines)))
  const rising = [...falling].reverse()
  if (lines < 3) return [falling, rising]
  const middle = (lines - 1) / 2
  const rhombus = Array.from(
    { length: lines },
    (_, index) => 1 - step * Math.abs(index - middle) * (2 / lines) * 1.5,
  )
  return [rhombus, falling, rising]
}

type Choice = { readonly cost: number; readonly ends: readonly number[] }

function best(
  cuts: readonly number[],
  cost: readonly number[],
  shape: readonly number[],
  at: Positions,
): Choice | null {
  const total = shape.reduce((sum, share) => sum + share, 0)
  let layer = new Map<number, Choice>([[0, { cost: 0, ends: [] }]])
  shape.forEach((share, line) => {
    const next = new Map<number, Choice>()
    const last = line === shape.length - 1
    const wanted = (at.widths.at(-1)! * share) / total
    for (const [start, choice] of layer) {
      for (const end of last ? [at.widths.length - 1] : cuts) {
        if (end <= start) continue
        const width = at.widths[end]! - at.widths[start]!
        if (width > at.room) continue
        const off = (width - wanted) / at.unit
        const sum = choice.cost + off * off + (last ? 0 : cost[end - 1]! * 2)
        const known = next.get(end)
        if (!known || sum < known.cost) next.set(end, { cost: sum, ends: [...choice.ends, end] })
      }
    }
    layer = next
  })
  return layer.get(at.widths.length - 1) ?? null
}

type Positions = { readonly widths: readonly number[]; readonly room: number; readonly unit: number }

/** Lines as ranges [from, to) of the glyphs; `room` in points; `names` are kept whole like words. */
export function breakTitle(
  glyphs: readonly Glyph[],
  setting: Setting,
  room: number,
  names: readonly string[] = [],
): [number, number][] {
  const widths = [0]
  for (const glyph of glyphs) widths.push(widths.at(-1)! + glyph.width * setting.size + setting.spacing)
  const total = widthOf(glyphs, setting)
  if (total <= room) return [[0, glyphs.length]]
  const cost = costs(
    glyphs.map((glyph) => glyph.character),
    names,
  )
  const cuts = cost.flatMap((value, index) =>
    value === Infinity || index === cost.length - 1 ? [] : [index + 1],
  )
  const fewest = Math.ceil(total / room)
  for (const lines of [fewest, fewest + 1, fewest + 2]) {
    let chosen: Choice | null = null
    for (const shape of shapes(lines)) {
      const choice = best(cuts, cost, shape, { widths, room, unit: setting.size })
      if (choice && (!chosen || choice.cost < chosen.cost)) chosen = choice
    }
    if (chosen) {
      let from = 0
      return chosen.ends.map((end) => {
        const range: [number, number] = [from, end]
        from = end
        return range
      })
    }
  }
  return filled(widths, room)
}

/** For titles no shape fits (one endless word): fill line by line. */
function filled(widths: readonly number[], room: number): [number, number][] {
  const ranges: [number, number][] = []
  let from = 0
  for (let end = 1; end < widths.length; end++) {
    if (widths[end]! - widths[from]! > room && end - 1 > from) {
      ranges.push([from, end - 1])
      from = end - 1
    }
  }
  ranges.push([from, widths.length - 1])
  return ranges
}
