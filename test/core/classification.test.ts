import { describe, expect, it } from 'vitest'
import { bearsClassificationMark } from '../../core/classification.ts'

const after =
  '\n示范省人民政府办公厅文件\n示政办发〔2026〕1号\n关于加强工作的通知\n各市人民政府：\n请认真贯彻执行。\n'

describe('a classification mark at the head is seen', () => {
  it.each([
    '秘密',
    '机密',
    '绝密',
    '秘　密',
    '秘 密',
    '机  密',
    '　　绝　密　　',
    '机密★1年',
    '秘密★10年',
    '绝密★长期',
    '机密 ★ 1 年',
    '机密★１年',
    '秘密★6个月',
    '秘密★',
    '绝密★启用前',
    '机密☆5年',
    '机密10年',
    '秘密(5年)',
    '【机密】',
    '（秘密）',
    '密级：机密',
    '密级: 秘密★3年',
    '密级和保密期限：绝密★30年',
    '机密★1年 特急',
    '特急 机密★1年',
    '000123 机密★1年',
    '份号：000123\n机密★1年',
    '000001\n机密★1年\n特急',
    '機密★1年',
    '机\u200b密★1年',
    '\ufeff机密★1年',
    '特急\t机密',
    '索引号:\t123\t密级:\t秘密\t分类:\t通知',
    '示范省人民政府办公厅文件\n机密★1年',
    '索引号：000014349/2026-00001 分类：综合政务；通知 发文机关：示范省人民政府办公厅 成文日期：2026年11月05日\n机密',
  ])('%j', (head) => {
    expect(bearsClassificationMark(head + after)).toBe(true)
    expect(bearsClassificationMark(`\r\n\r\n${head}${after}`.replace(/\n/g, '\r\n'))).toBe(true)
  })

  it('also as a starred line of its own further down: a second document in the same text', () => {
    expect(bearsClassificationMark(`${after.repeat(20)}\n附件\n机密★1年\n名单\n`)).toBe(true)
  })
})

describe('the word alone in a sentence or title is no mark', () => {
  it.each([
    '关于做好国家秘密管理工作的通知',
    '示范省机密文件管理办法',
    '密级：普通',
    '密级：\t无',
    '各单位应当保守国家秘密。',
    '一、秘密',
    '秘密级计算机使用规定',
    '除涉及国家秘密、商业秘密、个人隐私外，应当公开。',
    '机密文件按“机密★1年”的式样标注，具体办法由示范省保密局另行规定，各单位不得自行其是，特此通知全省各单位。',
    '保密',
    '公开',
    '工作秘密',
    '平急',
    '特急',
    '000123',
  ])('%s', (line) => {
    expect(bearsClassificationMark(line + after)).toBe(false)
  })

  it('nor is the bare word on a line of its own deep in the text', () => {
    expect(bearsClassificationMark(`${after}本办法所称密级分为：\n绝密\n机密\n秘密\n三级。`)).toBe(false)
  })
})

describe('hostile texts', () => {
  it.each([
    ['a line of two million characters', '机'.repeat(2_000_000)],
    ['spaces between every character', '机 '.repeat(100_000)],
    ['a million line ends', '\n'.repeat(1_000_000)],
    ['stars', '机密' + '★'.repeat(100_000)],
    ['digits', '1'.repeat(3_000) + '机密'],
    ['a million digits in short lines', ('1'.repeat(3_999) + '\n').repeat(200)],
  ])('%s is judged within a second', (_, text) => {
    const start = performance.now()
    bearsClassificationMark(text)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
