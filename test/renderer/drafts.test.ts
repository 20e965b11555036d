import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { content } from '../../core/outgoing/content.ts'
import type { UnitView } from '../../preload/contract/views.ts'
import { blocksOf, charactersOf, kindOf, textOf } from '../../renderer/drafts/blocks.ts'
import { withMark } from '../../renderer/drafts/BodyField.tsx'
import { emptyFields, missingFields, previewOf } from '../../renderer/drafts/fields.ts'
import { choosableUnits, proposeAddressees } from '../../renderer/outgoing/addressees.ts'

describe('the body as typed', () => {
  test('numbered headings are recognised by how the line begins', () => {
    expect(
      [
        '一、总体要求',
        '十二、附则',
        '（一）指导思想',
        '(三)工作机制',
        '1.统一标准',
        '12．其他',
        '（1）数据',
        '(12)其他',
      ].map(kindOf),
    ).toEqual(['level1', 'level1', 'level2', 'level2', 'level3', 'level3', 'level4', 'level4'])
  })

  test('a number in a sentence is no heading', () => {
    expect(['1.5亿元用于建设', '一是加强领导', '2026年11月底前', '一个、两个', '（略）'].map(kindOf)).toEqual(
      Array.from({ length: 5 }, () => 'paragraph'),
    )
  })

  test('empty lines, indents and line ends of other systems fall away', () => {
    expect(blocksOf('\u3000\u3000第一段\r\n\r\n  一、标题\n')).toEqual([
      { kind: 'paragraph', text: '第一段' },
      { kind: 'level1', text: '一、标题' },
    ])
  })

  test('the printed text starts on its own page with its title', () => {
    const text = '请认真执行。\n［另页］附件1\n［标题］实施方案\n为做好工作，制定本方案。'
    expect(blocksOf(text).map((block) => block.kind)).toEqual(['paragraph', 'newPage', 'title', 'paragraph'])
    expect(textOf(blocksOf(text))).toBe(text)
  })

  test('whatever is typed becomes blocks main accepts, and shows again as the same blocks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const blocks = blocksOf(text)
        for (const block of blocks) expect(content.shape.body.element.safeParse(block).success).toBe(true)
        expect(blocksOf(textOf(blocks))).toEqual(blocks)
      }),
    )
  })

  test('characters are counted without spaces', () => {
    expect(charactersOf(blocksOf('一 二\n三'))).toBe(3)
  })

  test('a mark is put at the beginning of the line the caret is in', () => {
    expect(withMark('第一段\n第二段', 6, '一、')).toEqual({ text: '第一段\n一、第二段', caret: 8 })
    expect(withMark('', 0, '一、')).toEqual({ text: '一、', caret: 2 })
  })
})

describe('what is still missing before submission', () => {
  const full = {
    ...emptyFields('示范省人民政府办公厅'),
    title: '关于某事的通知',
    mainRecipients: ['各市、县人民政府'],
    body: blocksOf('请遵照执行。'),
  }

  test('an empty draft lacks title, recipients and body', () => {
    expect(missingFields(emptyFields('示范省人民政府办公厅'))).toEqual(['title', 'mainRecipients', 'body'])
  })

  test('nothing is missing from a full one, which is content as main takes it', () => {
    expect(missingFields(full)).toEqual([])
    expect(content.safeParse(previewOf(full)).success).toBe(true)
  })

  test('an announcement addresses everybody and needs no recipient', () => {
    expect(missingFields({ ...full, documentType: '公告', mainRecipients: [] })).toEqual([])
  })

  test('what is not made public needs its reason', () => {
    expect(missingFields({ ...full, publicity: 'closed' })).toEqual(['publicityReason'])
  })
})

describe('the units a dispatch proposes', () => {
  const unit = (id: string, name: string, mine = false): UnitView => ({ unit: id, name, order: 1, mine })
  const units = [unit('own', '省办', true), unit('city', '市办'), unit('county', '县办')]

  test('are those of the directory that stand on the paper; the rest is named', () => {
    const proposal = proposeAddressees(choosableUnits(units, []), ['市办', '省直各部门'], ['县办'])
    expect(proposal).toEqual({ to: { city: 'main', county: 'copy' }, unmatched: ['省直各部门'] })
  })

  test('never one that has the document already, unless it came back', () => {
    const line = { unitName: '', kind: 'main' as const, since: '', recallRequested: false }
    expect(
      choosableUnits(units, [{ ...line, unit: 'city', status: 'delivered' }]).map((each) => each.unit),
    ).toEqual(['county'])
    expect(choosableUnits(units, [{ ...line, unit: 'city', status: 'returned' }])).toHaveLength(2)
  })
})
