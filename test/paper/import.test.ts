import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeText, importText } from '../../paper/import.ts'
import type { Imported } from '../../paper/import.ts'
import { press } from '../../paper/press.ts'
import { findMaterial } from '../harness/material.ts'
import { fonts, letter } from './letter.ts'
import { textOf } from './reader.ts'

function imported(text: string): Imported {
  const result = importText(text)
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value
}
const code = (text: string) => {
  const result = importText(text)
  return result.ok ? 'ok' : result.refusal.code
}

const notice = `
索引号:\t000014349/2026-00001\t分类:\t综合政务;通知
发文机关:\t示范省人民政府办公厅\t成文日期:\t2026年11月05日
标题:\t示范省人民政府办公厅关于印发示范省工作方案的通知\t
发文字号:\t示政办发〔2026〕76号\t发布日期:\t2026年11月06日

示范省人民政府办公厅
关于印发示范省工作方案
的通知
示政办发〔2026〕76号

各市、县人民政府，省政府各部门：

　　《示范省工作方案》已经省政府同意,现印发给你们,请认真贯彻执行。

示范省人民政府办公厅
2026年11月5日

（此件公开发布）

示范省
工作方案

为贯彻落实有关要求,制定本方案。

一、工作目标
（一）总体目标。到2026年底前,完成工作。
1.第一项
（1）第一小项
`

describe('a notice that prints and forwards a plan, copied from a web page', () => {
  const parts = imported(notice)

  it('is taken apart', () => {
    expect(parts).toMatchObject({
      title: '示范省人民政府办公厅关于印发示范省工作方案的通知',
      documentType: '通知',
      issuer: '示范省人民政府办公厅',
      documentNumber: '示政办发〔2026〕76号',
      mainRecipients: ['各市、县人民政府', '省政府各部门'],
      signature: '示范省人民政府办公厅',
      date: '2026-11-05',
      dateText: '2026年11月5日',
      annotation: '此件公开发布',
    })
    expect(parts.body).toEqual([
      { kind: 'paragraph', text: '《示范省工作方案》已经省政府同意,现印发给你们,请认真贯彻执行。' },
      { kind: 'newPage', text: '' },
      { kind: 'title', text: '示范省工作方案' },
      { kind: 'paragraph', text: '为贯彻落实有关要求,制定本方案。' },
      { kind: 'level1', text: '一、工作目标' },
      { kind: 'level2', text: '（一）总体目标。到2026年底前,完成工作。' },
      { kind: 'level3', text: '1.第一项' },
      { kind: 'level4', text: '（1）第一小项' },
    ])
  })

  it('so is its imprint, and page numbers are not taken for text', () => {
    const whole = `${notice}\n— 2 —\n抄送：示范省委办公厅，示范省政协办公厅。\n示范省人民政府办公厅　2026年11月6日印发\n`
    const { body, copies } = imported(whole)
    expect(body).toEqual(parts.body)
    expect(copies).toEqual(['示范省委办公厅', '示范省政协办公厅'])
  })

  it('and what was left out is told', () => expect(parts.leftOut).toHaveLength(4))
})

describe('single rules', () => {
  it('a sentence cut by a page end is put together again', () => {
    const parts = imported(
      '关于工作的通知\n\n省政府各部门要整合政务信息系统，接入省级数据共享交换平台，并与国家平台（外\n\n网）对接。各地参照执行。',
    )
    expect(parts.body).toHaveLength(1)
  })

  it('half-width punctuation and old forms of number and date are kept', () => {
    const parts = imported(
      '关于工作的通知\n示政办发[2007]10号\n各市人民政府,各部门:\n请执行,并"反馈"。\n二〇〇七年三月二十三日',
    )
    expect(parts.documentNumber).toBe('示政办发[2007]10号')
    expect(parts.mainRecipients).toEqual(['各市人民政府,各部门:'])
    expect(parts.body[0]!.text).toBe('请执行,并"反馈"。')
    expect(parts).toMatchObject({ date: '2007-03-23', dateText: '二〇〇七年三月二十三日' })
  })

  it('a text without a head is all body', () => {
    expect(imported('这是一段没有标题的文字，只有正文。')).toMatchObject({ title: '', mainRecipients: [] })
  })

  it('a heading alone becomes the body too, so that nothing is lost', () => {
    expect(imported('通知').body).toEqual([{ kind: 'paragraph', text: '通知' }])
  })

  it('a date that the calendar does not have is text', () => {
    expect(imported('关于工作的通知\n请执行。\n2026年13月45日').date).toBeUndefined()
  })

  it('GBK, UTF-8 and UTF-16 are read, bytes that are no text are not', () => {
    const gbk = new Uint8Array([0xb9, 0xab, 0xce, 0xc4])
    expect(decodeText(gbk)).toMatchObject({ value: '公文' })
    expect(decodeText(new TextEncoder().encode('\ufeff公文'))).toMatchObject({ value: '公文' })
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x6c, 0x51]))).toMatchObject({ value: '公' })
    expect(decodeText(new Uint8Array([0x80, 0xff, 0xff, 0x00]))).toMatchObject({ ok: false })
  })
})

describe('what is refused', () => {
  it.each([
    ['a classification mark', '机密★1年\n关于工作的通知\n请执行。', 'classified-mark'],
    ['a NUL', '关于\u0000工作', 'not-text'],
    ['an escape', '关于\u001b[31m工作', 'not-text'],
    ['a lone surrogate', '关于\ud800工作', 'not-text'],
    ['nothing', ' \n\u3000\n\t', 'empty'],
    ['two million characters and one', '工'.repeat(2_000_001), 'too-long'],
    ['a paragraph too long for a block', '工'.repeat(200_001), 'too-long'],
    ['more paragraphs than a document holds', '请执行。\n'.repeat(5_001), 'too-long'],
  ])('%s', (_, text, expected) => expect(code(text)).toBe(expected))

  it('and nothing of a classified text is in the refusal', () => {
    expect(JSON.stringify(importText('机密★1年\n关于某某行动的通知\n内容'))).not.toContain('行动')
  })

  it('hostile shapes end within two seconds', () => {
    const start = performance.now()
    for (const unit of [
      '工',
      ' ',
      '\u3000',
      '\n',
      '。',
      '：\n',
      '(',
      '一、\n',
      '2026年1月1日\n',
      '分类:\t',
      '(\n)',
    ]) {
      code(unit.repeat(Math.floor(199_000 / unit.length)))
    }
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

const samples = findMaterial('samples')
describe.skipIf(samples === undefined)('the sample documents', () => {
  const files = samples === undefined ? [] : readdirSync(samples).filter((name) => name.endsWith('.txt'))

  it.each(files)('%s: every character of the body is on the pages, in order', async (name) => {
    const source = readFileSync(join(samples!, name), 'utf8')
    const parts = imported(source)
    const content = letter({
      issuer: parts.issuer ?? '',
      title: parts.title,
      mainRecipients: [...parts.mainRecipients],
      body: [...parts.body],
      signature: parts.signature ?? '',
      copies: [],
    })
    delete (content as { annotation?: string }).annotation
    if (parts.annotation) content.annotation = parts.annotation
    const date = parts.dateText ?? ''
    const result = await press(content, { number: parts.documentNumber ?? '', date, printedOn: '' }, fonts)
    if (!result.ok) throw new Error(JSON.stringify(result.refusal))
    expect(result.value.layout.pages.length).toBeLessThan(30)

    const squeezed = (text: string) => text.replace(/[\s\u3000]+/gu, '')
    const pages = textOf(result.value.pdf).replace(/—\d+—/gu, '')
    // From the line where the body begins to the end, less the lines of the web page around it.
    const surroundings = new Set(parts.leftOut.map(squeezed))
    const begin = squeezed(parts.body[0]!.text).slice(0, 12)
    const lines = source.split('\n').filter((line) => !surroundings.has(squeezed(line)))
    const body = squeezed(lines.join('\n'))
    const wanted = body.slice(body.indexOf(begin))
    let at = pages.indexOf(begin)
    const lost: string[] = []
    for (const character of wanted) {
      const found = pages.indexOf(character, at)
      if (found !== at) lost.push(character)
      else at = found + 1
    }
    expect(lost).toEqual([])
  })

  it('the notice of 2017 keeps its parts', () => {
    const parts = imported(readFileSync(join(samples!, 'jilin-2017-76-integration.txt'), 'utf8'))
    expect(parts).toMatchObject({
      title: '吉林省人民政府办公厅关于印发吉林省加快推进政务信息系统整合共享工作方案的通知',
      documentNumber: '吉政办发〔2017〕76号',
      signature: '吉林省人民政府办公厅',
      date: '2017-11-22',
    })
    expect(parts.body.filter((each) => each.kind === 'newPage')).toHaveLength(1)
    expect(parts.body[2]).toEqual({ kind: 'title', text: '吉林省加快推进政务信息系统整合共享工作方案' })
  })
})
