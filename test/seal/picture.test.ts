import { describe, expect, it } from 'vitest'
import { drawSeal, sealSvg } from '../../seal/picture.ts'
import { sealPicture, songFont } from '../harness/sealed.ts'

describe('the picture of a round seal', () => {
  it('is 42 mm wide, red, and holds a ring, one shape a character and a star', () => {
    const picture = sealPicture()
    expect(picture).toMatchObject({ widthMm: 42, heightMm: 42, colour: '#D7000F' })
    expect(picture.shapes).toHaveLength(1 + [...'示范省人民政府办公厅'].length + 1)
    expect(picture.shapes.at(-1)?.path).toHaveLength(11)
  })

  it('keeps every point inside the ring', () => {
    for (const text of [
      '甲乙',
      '示范省人民政府办公厅',
      '示范省示范市示范县人民政府办公室机要文件交换专用章',
    ]) {
      const drawn = drawSeal({ text, font: songFont })
      if (!drawn.ok) {
        expect(drawn.refusal.code).toBe('seal-text-unfit')
        continue
      }
      for (const { path } of drawn.value.shapes.slice(1))
        for (const [, ...numbers] of path)
          for (let i = 0; i < numbers.length; i += 2)
            expect(Math.hypot((numbers[i] ?? 0) - 21, (numbers[i + 1] ?? 0) - 21)).toBeLessThan(21 - 1.2)
    }
  })

  it('names the characters that the font lacks and replaces none', () => {
    const drawn = drawSeal({ text: '示\u{E000}省', font: songFont })
    expect(drawn).toMatchObject({
      ok: false,
      refusal: { code: 'glyph-missing', facts: { characters: '\u{E000}' } },
    })
  })

  it('refuses what is no font, and a name too short or too long', () => {
    expect(drawSeal({ text: '示范', font: Buffer.from('no font') })).toMatchObject({
      refusal: { code: 'font-unreadable' },
    })
    expect(drawSeal({ text: '示', font: songFont })).toMatchObject({ refusal: { code: 'seal-text-unfit' } })
    expect(drawSeal({ text: '示'.repeat(25), font: songFont })).toMatchObject({
      refusal: { code: 'seal-text-unfit' },
    })
  })

  it('gives the same SVG for the same name, sized in millimetres', () => {
    const again = drawSeal({ text: '示范省人民政府办公厅', font: songFont })
    const svg = sealSvg(sealPicture())
    expect(again.ok && sealSvg(again.value)).toBe(svg)
    expect(svg).toMatch(/^<svg xmlns="[^"]+" width="42mm" height="42mm" viewBox="0 0 42 42">/)
    expect(svg.match(/<path/g)).toHaveLength(12)
  })
})
