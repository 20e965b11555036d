/**
 * What a secretary writes and a leader approves: the content of an official document before number, date and seal.
 * Its canonical form (RFC 8785) is what the approval signs. Elements after GB/T 33480; those of classified papers
 * (份号, 密级) do not exist here: the shipped profile cannot enter them.
 */
import { z } from 'zod'

/** The 15 kinds of official document (条例 第八条). */
export const documentTypes = [
  '决议',
  '决定',
  '命令',
  '公报',
  '公告',
  '通告',
  '意见',
  '通知',
  '通报',
  '报告',
  '请示',
  '批复',
  '议案',
  '函',
  '纪要',
] as const
export type DocumentType = (typeof documentTypes)[number]

/** 紧急程度: none, 加急, 特急. */
export const urgencies = ['normal', 'urgent', 'extra-urgent'] as const
export type Urgency = (typeof urgencies)[number]

/** 公开属性: 主动公开, 依申请公开, 不予公开. */
export const publicities = ['public', 'on-request', 'closed'] as const

export const limits = {
  title: 200,
  name: 100,
  names: 500,
  blocks: 5_000,
  blockText: 200_000,
  bodyText: 2_000_000,
} as const

const line = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text), 'control character')
    .refine((text) => text.isWellFormed(), 'lone surrogate')
export const block = z.strictObject({
  /** `paragraph`, or the level of a numbered heading: 一、 （一） 1. （1）; `newPage` starts the printed text (印发). */
  kind: z.enum(['paragraph', 'level1', 'level2', 'level3', 'level4', 'title', 'newPage']),
  text: line(limits.blockText),
})
export type Block = z.infer<typeof block>

export const content = z.strictObject({
  documentType: z.enum(documentTypes),
  /** 发文机关标志, without 文件: the name of the issuing organ. */
  issuer: line(limits.name).min(1),
  title: line(limits.title).min(1),
  /** 主送机关, as they are printed. */
  mainRecipients: z.array(line(limits.name).min(1)).max(limits.names),
  body: z
    .array(block)
    .min(1)
    .max(limits.blocks)
    .refine(
      (blocks) => blocks.reduce((sum, each) => sum + each.text.length, 0) <= limits.bodyText,
      'body too long',
    ),
  /** 署名. */
  signature: line(limits.name).min(1),
  /** 附注, without its brackets. */
  annotation: line(limits.title).optional(),
  /** 抄送机关. */
  copies: z.array(line(limits.name).min(1)).max(limits.names),
  urgency: z.enum(urgencies),
  publicity: z.strictObject({ kind: z.enum(publicities), reason: line(limits.title).optional() }),
  /** 联系人 and telephone, for the desk, not printed unless the annotation says so. */
  contact: line(limits.name).optional(),
})
export type Content = z.infer<typeof content>

/** What registration adds before the page can be pressed. */
export type Registration = {
  /** 发文字号, for example 示政办发〔2026〕1号. */
  readonly number: string
  /** 成文日期, YYYY-MM-DD: the date of approval. */
  readonly date: string
  /** 印发日期, YYYY-MM-DD: the date of going to print. */
  readonly printedOn: string
}
