import { describe, expect, it } from 'vitest'
import { blockBottom, blockRight, cell, pitch } from '../../paper/grid.ts'
import { letter, paragraphs, pressed } from './letter.ts'
import { linesOf } from './reader.ts'
import type { BoxedLine } from './reader.ts'

/** Height of the body of a character of size 3, and its place in a line cell. */
const body = (16 * 25.4) / 72
const isBody = (line: BoxedLine) => Math.abs(line.bottom - line.top - body) < 0.05
const fullText = '示范省政务信息系统整合共享工作方案'.repeat(40)

describe('the grid, measured from the PDF by an independent reader', async () => {
  const { pdf, layout } = await pressed(
    letter({ body: [{ kind: 'paragraph', text: fullText }, ...paragraphs(60, fullText.slice(0, 300))] }),
  )
  const lines = linesOf(pdf)
  const inner = [...new Set(lines.map((line) => line.page))].slice(1, -2)

  it('has enough inner pages to measure', () => expect(inner.length).toBeGreaterThan(5))

  it('fills the block of 156 by 225 mm at 28 and 37 mm on every inner page', () => {
    for (const page of inner) {
      const text = lines.filter((line) => line.page === page && isBody(line))
      expect(text).toHaveLength(22)
      const left = Math.min(...text.map((line) => line.left))
      const right = Math.max(...text.map((line) => line.right))
      // A line fills a cell of 225/22 mm, its character in the middle.
      const margin = (pitch - body) / 2
      expect(Math.abs(left - 28)).toBeLessThan(0.1)
      expect(Math.abs(right - 184)).toBeLessThan(0.1)
      expect(Math.abs(text[0]!.top - margin - 37)).toBeLessThan(0.1)
      expect(Math.abs(text.at(-1)!.bottom + margin - 262)).toBeLessThan(0.1)
    }
  })

  it('keeps the line pitch of 225/22 mm within 0.02 mm', () => {
    for (const page of inner) {
      const text = lines.filter((line) => line.page === page && isBody(line))
      for (let index = 1; index < text.length; index++) {
        expect(Math.abs(text[index]!.bottom - text[index - 1]!.bottom - 225 / 22)).toBeLessThan(0.02)
      }
    }
  })

  it('sets 28 characters in a full line', () => {
    const full = lines.filter(
      (line) => isBody(line) && line.left < 28.1 && line.right > 183.5 && inner.includes(line.page),
    )
    expect(full.length).toBeGreaterThan(100)
    for (const line of full) expect([...line.text]).toHaveLength(28)
  })

  it('writes a full line with one text operator', () => {
    const text = layout.pages[1]!.lines.filter((line) => line.element === 'body')
    for (const line of text) expect(line.runs).toHaveLength(1)
  })
})

describe('the elements of a letter stand where the standard puts them', async () => {
  const { pdf, layout } = await pressed(letter({ urgency: 'urgent' }))
  const lines = linesOf(pdf)
  const find = (text: string) => {
    const line = lines.find((each) => each.text.includes(text))
    if (!line) throw new Error(`no line with ${text}`)
    return line
  }
  const rules = layout.pages.at(-1)!.rules
  const red = layout.pages[0]!.rules.find((rule) => rule.ink === 'red')!
  const runs = (element: string) =>
    layout.pages
      .flatMap((page) => page.lines.filter((line) => line.element === element))
      .flatMap((line) => line.runs)

  it('urgency top left in 黑体', () => {
    expect(Math.abs(find('加急').left - 28)).toBeLessThan(0.1)
    expect(runs('urgency').map((run) => run.font)).toEqual(['heiti'])
  })

  it('number centred, the red rule 4 mm below it and as wide as the block', () => {
    const number = find('〔2026〕')
    expect(Math.abs((number.left + number.right) / 2 - 106)).toBeLessThan(0.3)
    expect(Math.abs(red.y - number.bottom - 4)).toBeLessThan(0.3)
    expect(red).toMatchObject({ x: 28, width: 156 })
  })

  it('the name of the organ in red 小标宋, two lines above the number', () => {
    const [name] = runs('issuer')
    expect(name).toMatchObject({ ink: 'red', font: 'xiaobiaosong', text: '示范省人民政府办公厅文件' })
    const bottom = name!.y + (0.12 * name!.size * 25.4) / 72
    const numberTop = find('〔2026〕').top - (pitch - body) / 2
    expect(Math.abs(numberTop - bottom - 2 * pitch)).toBeLessThan(0.5)
  })

  it('title two lines below the rule, in 小标宋 of size 2, centred', () => {
    const [first] = runs('title')
    expect(first).toMatchObject({ size: 22, font: 'xiaobiaosong' })
    const top = first!.y - (0.88 * 22 * 25.4) / 72
    expect(Math.abs(top - red.y - 2 * pitch)).toBeLessThan(0.3)
  })

  it('recipients flush left with a full-width colon', () => {
    const line = find('各市、县人民政府')
    expect(Math.abs(line.left - 28)).toBeLessThan(0.1)
    expect(line.text.endsWith('：')).toBe(true)
  })

  it('levels: 黑体, 楷体 up to the full stop, then 仿宋', () => {
    const faceOf = (start: string) =>
      runs('body')
        .filter((run) => run.text.startsWith(start))
        .map((run) => run.font)
    expect(faceOf('一、')).toEqual(['heiti'])
    expect(faceOf('（一）指导思想。')).toEqual(['kaiti'])
    expect(faceOf('坚持统筹')).toEqual(['fangsong'])
    expect(faceOf('1.')).toEqual(['fangsong'])
    expect(faceOf('（1）')).toEqual(['fangsong'])
  })

  it('paragraphs indented by two characters', () => {
    expect(Math.abs(find('各地各部门').left - 28 - 2 * cell)).toBeLessThan(0.1)
  })

  it('date four characters from the right, the signature centred over it', () => {
    const date = find('2026年11月5日')
    const signature = lines.filter((line) => line.text === '示范省人民政府办公厅')[0]!
    expect(Math.abs(blockRight - 4 * cell - date.right)).toBeLessThan(0.3)
    expect(Math.abs((signature.left + signature.right) / 2 - (date.left + date.right) / 2)).toBeLessThan(0.3)
    expect(Math.abs(date.bottom - signature.bottom - pitch)).toBeLessThan(0.02)
  })

  it('the seal over both, at its lower middle, its top within one line of the text', () => {
    const [seal] = layout.sealPlaces
    const date = find('2026年11月5日')
    const signature = lines.filter((line) => line.text === '示范省人民政府办公厅')[0]!
    const text = lines.filter((line) => line.page === seal!.page && line.bottom < signature.top).at(-1)!
    expect(Math.abs(seal!.x - (date.left + date.right) / 2)).toBeLessThan(0.3)
    expect(seal!.y).toBeLessThan((signature.top + date.bottom) / 2)
    expect(seal!.y + seal!.width / 2).toBeGreaterThan(date.bottom)
    const gap = seal!.y - seal!.width / 2 - text.bottom
    expect(gap).toBeGreaterThan(0)
    expect(gap).toBeLessThan(pitch)
  })

  it('the annotation in brackets, two characters in, on the line below the date', () => {
    const note = find('联系人')
    expect(note.text.startsWith('（')).toBe(true)
    expect(Math.abs(note.left - 28 - 2 * cell)).toBeLessThan(0.1)
    expect(note.top).toBeGreaterThan(find('2026年11月5日').bottom)
  })

  it('the imprint ends on the lower edge of the last page with rules of 0.35, 0.25 and 0.35 mm', () => {
    expect(rules.filter((rule) => rule.ink === 'black').map((rule) => rule.thickness)).toEqual([
      0.35, 0.25, 0.35,
    ])
    expect(rules.at(-1)!.y).toBe(blockBottom)
    expect(find('抄送').text.endsWith('。')).toBe(true)
    const printed = find('印发')
    const one = (14 * 25.4) / 72
    expect(printed.text).toBe('示范省人民政府办公厅2026年11月6日印发')
    expect(Math.abs(printed.left - 28 - one)).toBeLessThan(0.1)
    expect(Math.abs(printed.right - (184 - one))).toBeLessThan(0.1)
  })

  it('page numbers 7 mm below the block, odd right and even left by one character', async () => {
    const long = linesOf((await pressed(letter({ body: paragraphs(30) }))).pdf)
    const one = (14 * 25.4) / 72
    const numberOf = (page: number) =>
      long.find((line) => line.page === page && line.text === `—${page + 1}—`)!
    expect(Math.abs(numberOf(0).right - (184 - one))).toBeLessThan(0.1)
    expect(Math.abs(numberOf(1).left - (28 + one))).toBeLessThan(0.1)
    expect(numberOf(0).top).toBeGreaterThan(262)
  })
})

describe('signature, date and seal are never alone on a page', async () => {
  it.each(Array.from({ length: 46 }, (_, index) => index + 1))('with %i lines of text', async (count) => {
    const { layout } = await pressed(letter({ body: paragraphs(count, '各地要抓好落实。'), copies: [] }))
    const page = layout.pages.findIndex((each) => each.lines.some((line) => line.element === 'date'))
    const elements = layout.pages[page]!.lines.map((line) => line.element)
    expect(elements).toContain('signature')
    expect(elements).toContain('body')
    expect(layout.sealPlaces[0]!.page).toBe(page)
    const text = layout.pages.flatMap((each) => each.lines).filter((line) => line.element === 'body')
    expect(text).toHaveLength(count)
    for (const each of layout.pages) {
      for (const line of each.lines)
        if (line.element !== 'pageNumber') expect(line.runs[0]!.y).toBeLessThan(262)
    }
  })
})
