import { describe, expect, it } from 'vitest'
import { loadFonts, metricsOf } from '../../paper/fonts.ts'
import { layOut } from '../../paper/layout.ts'
import { press } from '../../paper/press.ts'
import { writePdf } from '../../paper/pdf.ts'
import { fonts, letter, metrics, paragraphs, pressed, registration } from './letter.ts'
import { fontsOf, infoOf, textOf } from './reader.ts'

const withText = (text: string) => letter({ body: [{ kind: 'paragraph', text }] })
const refusal = async (text: string) => {
  const result = await press(withText(text), registration, fonts)
  return result.ok ? null : result.refusal
}

describe('what is pressed twice is the same', () => {
  it('byte by byte, with fonts parsed anew and after another document was pressed with them', async () => {
    const first = await pressed()
    await pressed(withText('〇⺁⼀一ー—–-­'.replace(/[⺁⼀­]/gu, '')))
    const second = await pressed()
    const cold = await press(letter(), registration, loadFonts(fonts.files))
    expect(Buffer.compare(first.pdf, second.pdf)).toBe(0)
    expect(cold.ok && Buffer.compare(first.pdf, cold.value.pdf)).toBe(0)
    expect(second.layout).toEqual(first.layout)
  })

  it('and another number, date or character gives other bytes', async () => {
    const first = await pressed()
    const other = await pressed(letter(), { ...registration, number: '示政办发〔2026〕2号' })
    expect(Buffer.compare(first.pdf, other.pdf)).not.toBe(0)
  })

  it('names the hash of every font file', async () => {
    const { fontHashes } = await pressed()
    expect(fontHashes.map((each) => each.role).sort()).toEqual([
      'fangsong',
      'heiti',
      'kaiti',
      'songti',
      'xiaobiaosong',
    ])
    for (const each of fontHashes) expect(each.sha256).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the PDF', () => {
  it('has title, language, pinned dates and embedded subsets only', async () => {
    const { pdf } = await pressed()
    const info = infoOf(pdf)
    expect(info).toContain(letter().title)
    expect(info).toMatch(/CreationDate:.*Nov\s+6.*2026/)
    expect(Buffer.from(pdf).toString('latin1')).toContain('/Lang (zh-CN)')
    const rows = fontsOf(pdf).trim().split('\n').slice(2)
    expect(rows.length).toBeGreaterThan(3)
    for (const row of rows) expect(row).toMatch(/\byes yes yes\b/)
  })

  it('is not written with a missing glyph', async () => {
    const layout = layOut(withText('😀'), registration, metrics())
    await expect(writePdf(layout, fonts, { title: '', date: new Date(0) })).rejects.toThrow('missing')
  })

  it('tells apart characters that are drawn alike', async () => {
    const text = '一―—–－-·・‧'
    expect(textOf((await pressed(withText(`起${text}止`))).pdf)).toContain(`起${text}止`)
  })
})

describe('characters', () => {
  it('of names that the 仿宋 lacks come from another face, one by one', async () => {
    const names = '镕喆堃珺昇玥𬎆'
    const { pdf, layout } = await pressed(withText(`请王${names}同志办理。`))
    expect(textOf(pdf)).toContain(`请王${names}同志办理。`)
    const runs = layout.pages.flatMap((page) => page.lines).filter((line) => line.element === 'body')[0]!.runs
    const faces = new Map(
      runs.flatMap((run) => [...run.text].map((character) => [character, run.font] as const)),
    )
    expect(faces.get('请')).toBe('fangsong')
    for (const character of names) expect(faces.get(character)).not.toBe('fangsong')
  })

  it.each([
    ['an emoji', '同意😀。', 'U+1F600', 3],
    ['a lone surrogate', '同意\ud800。', 'U+D800', 3],
    ['right-to-left text', '同意שלום', 'U+05E9', 3],
    ['a directional override', '同意\u202e。', 'U+202E', 3],
    ['a control character', '同意\u0007。', 'U+0007', 3],
    ['a character not assigned', '\u{e0fff}', 'U+E0FFF', 1],
    ['a private character', '\ue000', 'U+E000', 1],
  ])('%s is refused with code and place', async (_, text, code, position) => {
    expect(await refusal(text)).toMatchObject({
      code: 'glyph-missing',
      facts: { code, element: 'body', block: 0, position },
    })
  })

  it('missing after a level’s heading are told with their place in the whole block', async () => {
    const body = [{ kind: 'level2' as const, text: '（一）标题。正文😀' }]
    const result = await press(letter({ body }), registration, fonts)
    expect(!result.ok && result.refusal.facts).toMatchObject({ code: 'U+1F600', position: 9 })
  })

  it('missing in the title are told as in the title, before anything else', () => {
    const layout = layOut(letter({ title: '关于😀的通知' }), registration, metrics())
    expect(layout.missing[0]).toMatchObject({ character: '😀', element: 'title', position: 3 })
  })

  it('cannot be pressed without any font file', async () => {
    const result = await press(letter(), registration, loadFonts([]))
    expect(!result.ok && result.refusal.code).toBe('font-missing')
  })
})

describe('sizes', () => {
  it('14,000 characters stay under 30 pages and are laid out within half a second', () => {
    const known = metricsOf(fonts)
    const body = paragraphs(280)
    expect(body.reduce((sum, each) => sum + each.text.length, 0)).toBeGreaterThan(13_000)
    const start = performance.now()
    const layout = layOut(letter({ body }), registration, known)
    expect(performance.now() - start).toBeLessThan(500)
    expect(layout.pages.length).toBeLessThan(35)
    const solid = layOut(withText('示'.repeat(14_000)), registration, known)
    expect(solid.pages.length).toBeLessThan(30)
  })

  it('a paragraph of 200,000 characters is set, every character of it, in bounded time', () => {
    const start = performance.now()
    for (const unit of ['示', '，', '（', 'a', ' ', '1.', '"', '—']) {
      const text = unit.repeat(200_000 / unit.length)
      const layout = layOut(withText(text), registration, metrics())
      const set = layout.pages.flatMap((page) =>
        page.lines
          .filter((line) => line.element === 'body')
          .flatMap((line) => line.runs.map((run) => run.text)),
      )
      expect(set.join('').replace(/ /g, '').length, unit).toBe(text.replace(/ /g, '').length)
    }
    expect(performance.now() - start).toBeLessThan(10_000)
  })

  it('more than a thousand pages are refused', async () => {
    expect(await refusal('示'.repeat(700_000))).toMatchObject({ code: 'page-limit' })
  })

  it('names and titles at their limits stay on the page', async () => {
    const long = letter({
      issuer: '示'.repeat(100),
      title: '关于示范的通知'.repeat(28),
      signature: '示'.repeat(100),
      mainRecipients: Array.from({ length: 500 }, (_, index) => `示范县第${index}单位`),
      copies: Array.from({ length: 60 }, (_, index) => `示范市第${index}单位`),
    })
    const { layout } = await pressed(long)
    for (const page of layout.pages) {
      for (const run of page.lines.flatMap((line) => line.runs)) {
        expect(run.xs[0]).toBeGreaterThanOrEqual(27.9)
        expect(run.xs.at(-1)).toBeLessThan(184.1)
        expect(run.y).toBeGreaterThan(37)
        expect(run.y).toBeLessThan(275)
      }
    }
  })
})

describe('recipients', () => {
  it('move to the imprint where the first page would show no text', async () => {
    const many = Array.from({ length: 24 }, (_, index) => `示范市第${index + 1}人民政府及其有关部门`)
    const { layout, pdf } = await pressed(letter({ mainRecipients: many }))
    expect(layout.pages[0]!.lines.some((line) => line.element === 'recipients')).toBe(false)
    expect(layout.pages[0]!.lines.some((line) => line.element === 'body')).toBe(true)
    expect(textOf(pdf)).toContain(`主送：${many[0]}`)
  })
})

describe('a document that prints and forwards a text (印发)', () => {
  it('shows the text on a new page after signature and date, with its title on the third line', async () => {
    const { layout } = await pressed(
      letter({
        body: [
          ...paragraphs(1),
          { kind: 'newPage', text: '' },
          { kind: 'title', text: '示范省工作方案' },
          ...paragraphs(2),
        ],
      }),
    )
    const page = layout.pages.findIndex((each) => each.lines[0]?.element === 'title')
    expect(page).toBe(1)
    expect(layout.pages[0]!.lines.map((line) => line.element)).toContain('date')
    expect(layout.pages[1]!.lines[0]!.runs[0]!.y).toBeCloseTo(37 + 2 * (225 / 22) + 8.063, 1)
    expect(layout.pages.at(-1)!.lines.map((line) => line.element)).toContain('imprint')
  })
})
