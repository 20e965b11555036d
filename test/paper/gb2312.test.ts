import { describe, expect, it } from 'vitest'
import { fonts, letter, pressed } from './letter.ts'
import { render, textOf } from './reader.ts'

/** The 6,763 characters of GB 2312, rows 16 to 87. */
const characters = Array.from({ length: 72 }, (_, row) =>
  Array.from({ length: 94 }, (_, column) =>
    new TextDecoder('gbk').decode(new Uint8Array([0xb0 + row, 0xa1 + column])),
  ),
)
  .flat()
  .filter((character) => /^\p{Script=Han}$/u.test(character))

const dpi = 200
const pixel = 25.4 / dpi

type Point = readonly [number, number]

/** The outline's area in em², by flattening its curves: what the ink of the character must come to. */
function areaOf(commands: readonly { command: string; args: readonly number[] }[]): number {
  let sum = 0
  let at: Point = [0, 0]
  let start: Point = at
  const to = (next: Point) => {
    sum += (at[0] * next[1] - next[0] * at[1]) / 2
    at = next
  }
  for (const { command, args } of commands) {
    const points = Array.from({ length: args.length / 2 }, (_, index): Point => [
      args[index * 2]!,
      args[index * 2 + 1]!,
    ])
    if (command === 'moveTo') start = at = points[0]!
    else if (command === 'closePath') to(start)
    else {
      const curve = [at, ...points]
      const steps = command === 'lineTo' ? 1 : 8
      for (let step = 1; step <= steps; step++) {
        let row = curve
        while (row.length > 1) {
          row = row.slice(1).map((point, index): Point => {
            const before = row[index]!
            const share = step / steps
            return [before[0] + (point[0] - before[0]) * share, before[1] + (point[1] - before[1]) * share]
          })
        }
        to(row[0]!)
      }
    }
  }
  return Math.abs(sum)
}

describe('the 6,763 characters of GB 2312', async () => {
  const text = characters.join('')
  const { pdf, layout } = await pressed(letter({ body: [{ kind: 'paragraph', text }], copies: [] }))

  it('are 6,763', () => expect(new Set(characters).size).toBe(6_763))

  it('extract exactly, in order', () => {
    const extracted = textOf(pdf).replace(/—\d+—/gu, '')
    expect(extracted).toContain(text)
  })

  it('render as themselves: place, extent and amount of ink agree with the font’s own outline', () => {
    const pages = render(pdf, dpi)
    const wrong: string[] = []
    const seen = new Map<string, string>()
    let compared = 0
    layout.pages.forEach((page, index) => {
      const picture = pages[index]!
      for (const run of page.lines.filter((line) => line.element === 'body').flatMap((line) => line.runs)) {
        const font = fonts.parsed(run.font)
        const em = (run.size * 25.4) / 72
        const unit = em / font.unitsPerEm
        ;[...run.text].forEach((character, at) => {
          const glyph = font.glyphForCodePoint(character.codePointAt(0)!)!
          const x0 = Math.round((run.xs[at]! - 0.02 * em) / pixel)
          const x1 = Math.round((run.xs[at]! + 1.0 * em) / pixel)
          const y0 = Math.round((run.y - 0.9 * em) / pixel)
          const y1 = Math.round((run.y + 0.2 * em) / pixel)
          let ink = 0
          let [left, right, top, bottom] = [x1, x0, y1, y0]
          const dark: number[] = []
          for (let y = y0; y < y1; y++) {
            for (let x = x0; x < x1; x++) {
              const darkness = 1 - picture.grey[y * picture.width + x]! / 255
              ink += darkness
              dark.push(Math.round(darkness * 7))
              if (darkness > 0.3) {
                left = Math.min(left, x)
                right = Math.max(right, x + 1)
                top = Math.min(top, y)
                bottom = Math.max(bottom, y + 1)
              }
            }
          }
          const { minX, maxX, minY, maxY } = glyph.bbox
          const off = [
            left * pixel - (run.xs[at]! + minX * unit),
            right * pixel - (run.xs[at]! + maxX * unit),
            top * pixel - (run.y - maxY * unit),
            bottom * pixel - (run.y - minY * unit),
          ].map(Math.abs)
          const wanted = areaOf(glyph.path.commands) * unit * unit
          const got = ink * pixel * pixel
          const same = dark.join('')
          if (
            // Hairlines at an edge may be too light to be seen as ink.
            off.filter((each) => each > 2.5 * pixel).length > 1 ||
            Math.max(...off) > 7 * pixel ||
            Math.abs(got - wanted) > 0.03 * wanted ||
            seen.has(same)
          ) {
            wrong.push(
              `${character} ${off.map((each) => (each / pixel).toFixed(1)).join()} ${got.toFixed(2)}/${wanted.toFixed(2)} ${seen.get(same) ?? ''}`,
            )
          }
          seen.set(same, character)
          compared++
        })
      }
    })
    expect(compared).toBe(6_763)
    expect(wrong).toEqual([])
  })
})
