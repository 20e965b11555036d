/** A letter of the fictional province and the machine's fonts, for the tests of typesetting. */
import { readFontFiles } from '../../main/fonts.ts'
import type { Block, Content, Registration } from '../../core/outgoing/content.ts'
import { loadFonts, metricsOf } from '../../paper/fonts.ts'
import { press } from '../../paper/press.ts'

export const fonts = loadFonts(readFontFiles())
export const metrics = () => metricsOf(fonts)

export const registration: Registration = {
  number: '示政办发〔2026〕1号',
  date: '2026-11-05',
  printedOn: '2026-11-06',
}

const sentence =
  '各地各部门要高度重视政务信息系统整合共享工作，加强组织领导，落实工作责任，确保各项任务按期完成。'

export const paragraphs = (count: number, text = sentence): Block[] =>
  Array.from({ length: count }, () => ({ kind: 'paragraph' as const, text }))

export function letter(changes: Partial<Content> = {}): Content {
  return {
    documentType: '通知',
    issuer: '示范省人民政府办公厅',
    title: '示范省人民政府办公厅关于加快推进政务信息系统整合共享工作的通知',
    mainRecipients: ['各市、县人民政府', '省政府各部门、各直属机构'],
    body: [
      { kind: 'paragraph', text: sentence },
      { kind: 'level1', text: '一、总体要求' },
      { kind: 'level2', text: '（一）指导思想。坚持统筹规划、共建共享、安全可控、务求实效。' },
      { kind: 'level3', text: '1.统一标准。各单位按照统一的标准规范开展工作。' },
      { kind: 'level4', text: '（1）数据标准由示范省大数据管理局会同有关部门制定。' },
      ...paragraphs(2),
    ],
    signature: '示范省人民政府办公厅',
    annotation: '联系人：王镕，电话：000-12345678',
    copies: ['示范省委办公厅', '示范省政协办公厅'],
    urgency: 'normal',
    publicity: { kind: 'public' },
    ...changes,
  }
}

/** Pressed, or an error that names the refusal. */
export async function pressed(content: Content = letter(), registered: Registration = registration) {
  const result = await press(content, registered, fonts)
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`)
  return result.value
}
