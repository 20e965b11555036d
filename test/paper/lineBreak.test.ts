import { describe, expect, it } from 'vitest'
import { layOut } from '../../paper/layout.ts'
import type { Page } from '../../paper/page.ts'
import { titleWords } from '../../paper/words.ts'
import { letter, metrics, registration } from './letter.ts'

const linesOf = (pages: readonly Page[], element: string) =>
  pages.flatMap((page) =>
    page.lines
      .filter((line) => line.element === element)
      .map((line) => line.runs.map((run) => run.text).join('')),
  )
const bodyLines = (text: string) =>
  linesOf(layOut(letter({ body: [{ kind: 'paragraph', text }] }), registration, metrics()).pages, 'body')
const titleLines = (title: string, issuer = '示范省人民政府办公厅') =>
  linesOf(layOut(letter({ title, issuer }), registration, metrics()).pages, 'title')

/** A fixed sequence of numbers that look random. */
function* numbers(seed: number) {
  for (let state = seed; ;) yield (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
}

describe('lines of the text', () => {
  it('never begin with a closing mark or end with an opening one, whatever the text', () => {
    const random = numbers(9704)
    const next = () => random.next().value as number
    for (let round = 0; round < 200; round++) {
      let text = ''
      while (text.length < 400) {
        const han = '示范省政务信息系统整合共享'.slice(0, 1 + Math.floor(next() * 13))
        const piece = [
          '《' + han + '》',
          '（' + han + '）',
          han + '，',
          han + '。',
          '“' + han + '”',
          han + '：',
          han + '、',
        ][Math.floor(next() * 7)]!
        text += piece
      }
      const lines = bodyLines(text)
      expect(lines.join('')).toBe(text)
      for (const line of lines.slice(1)) expect(line[0]).not.toMatch(/[，。、；：）》”]/u)
      for (const line of lines) expect(line.at(-1)).not.toMatch(/[（《“]/u)
    }
  })

  it('keep numbers, Latin words, dashes and dots whole', () => {
    for (let shift = 0; shift < 30; shift++) {
      const lines = bodyLines(`${'示'.repeat(shift)}到2026年12月GB/T9704-2012执行95.5%以上——并且……完成`)
      for (const whole of ['2026', '12月'.slice(0, 2), 'GB/T9704-2012', '95.5%', '——', '……']) {
        expect(
          lines.some((line) => line.includes(whole)),
          `${whole} after ${shift}`,
        ).toBe(true)
      }
    }
  })

  it('break a word longer than a line rather than lose it', () => {
    expect(bodyLines('a'.repeat(500)).join('')).toBe('a'.repeat(500))
  })
})

describe('titles', () => {
  const titles = [
    '示范省人民政府办公厅关于加快推进政务信息系统整合共享工作的通知',
    '示范省人民政府办公厅关于印发示范省“十五五”数字政府建设规划和政务数据资源共享管理暂行办法的通知',
    '关于转发国务院办公厅关于促进电子政务协调发展的指导意见的通知',
    '示范省人民政府关于加强防汛抗旱应急管理工作的意见',
  ]

  it.each(titles)('%s: no word is broken and no line is left to a mark', (title) => {
    const lines = titleLines(title)
    expect(lines.join('')).toBe(title)
    expect(lines.length).toBe(Math.ceil((title.length * 22) / 442.2))
    const ends = lines.slice(0, -1).map((_, index) => lines.slice(0, index + 1).join('').length)
    for (const end of ends) {
      for (const word of titleWords.filter((each) => each.length > 1)) {
        for (let inside = 1; inside < word.length; inside++) {
          // Words overlap (务信 in 政务信息): only a word with breaks allowed nowhere around it counts.
          const at = end - inside
          const found =
            title.startsWith(word, at) &&
            ['关于', '通知', '人民政府', '办公厅', '政务信息', '示范省'].includes(word)
          expect(found, `${word} broken in ${lines.join('/')}`).toBe(false)
        }
      }
      expect(title.slice(end)).not.toMatch(/^[省市县的”》）、]/u)
    }
    const lengths = lines.map((line) => line.length)
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(7)
  })

  it('of one endless word still stand within the block', () => {
    const lines = titleLines('示'.repeat(100), '')
    expect(lines.join('')).toBe('示'.repeat(100))
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20)
  })
})
