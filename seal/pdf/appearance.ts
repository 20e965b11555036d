/** Turns a seal's picture into the content of a PDF form (ISO 32000-2 8.5). Pure; units: points, y upwards. */
import type { SealPicture } from '../picture.ts'

export const pointsPerMm = 72 / 25.4

const shown = (value: number): string => String(Math.round(value * 1_000) / 1_000)

/** Operators that draw the picture into a box of `width` points, its lower left corner at the origin. */
export function appearanceOperators(
  { shapes, widthMm, heightMm, colour }: SealPicture,
  width: number,
): string {
  const scale = width / widthMm
  const height = heightMm * scale
  const ink = [1, 3, 5].map((at) => shown(Number.parseInt(colour.slice(at, at + 2), 16) / 255)).join(' ')
  const drawn = shapes.map(({ path, stroke }) => {
    const steps = path.map(([command, ...numbers]) => {
      if (command === 'Z') return 'h'
      const places = numbers.map((value, i) => shown(i % 2 === 0 ? value * scale : height - value * scale))
      return `${places.join(' ')} ${command.toLowerCase()}`
    })
    return stroke === undefined
      ? `${steps.join('\n')}\nf`
      : `${shown(stroke * scale)} w\n${steps.join('\n')}\nS`
  })
  return `q\n/Blend gs\n${ink} rg\n${ink} RG\n${drawn.join('\n')}\nQ\n`
}
