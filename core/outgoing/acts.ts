/** The acts of an outgoing document 发文 and what the body of each holds. */
import { z } from 'zod'
import { actId, blobId, calendarDate, sha256Hex, thumbprint, unitId, personId } from '../act/identifiers.ts'
import type { Role } from '../act/identifiers.ts'
import { content, documentTypes, urgencies } from './content.ts'

const words = z.string().max(2_000)
const fileRef = z.strictObject({ blob: blobId, plainHash: sha256Hex })
/** The faces a page was set in: approval and pressing name the same ones, or sealing refuses. */
const fonts = z
  .array(z.strictObject({ role: z.string().max(40), name: z.string().max(100), sha256: sha256Hex }))
  .max(20)

export const recipientKinds = ['main', 'copy'] as const

export const outgoingBodies = {
  /** 送审. */
  'outgoing.submit': z.strictObject({
    content,
    contentHash: sha256Hex,
    to: personId,
    words: words.optional(),
  }),
  /** 退回: back to the writer with a reason; `unsuited` ends it. */
  'outgoing.return': z.strictObject({ reason: words.min(1), unsuited: z.boolean() }),
  /** 签发: over the canonical content, the layout's version and the hashes of the font files. */
  'outgoing.approve': z.strictObject({
    submission: actId,
    contentHash: sha256Hex,
    layout: z.string().max(60),
    fonts,
    /** 意见 written out, or 圈阅. */
    mode: z.enum(['opinion', 'circle']),
    words: words.optional(),
  }),
  /** 复核. */
  'outgoing.recheck': z.strictObject({ contentHash: sha256Hex, words: words.optional() }),
  /** 登记 编号. */
  'outgoing.register': z.strictObject({
    number: z.string().min(1).max(100),
    year: z.number().int().min(2000).max(2099),
    serial: z.number().int().min(1).max(999_999),
    date: calendarDate,
    printedOn: calendarDate,
    copies: z.number().int().min(0).max(100_000),
  }),
  /** 排版: the page as it will be sealed. */
  'outgoing.press': z.strictObject({
    approval: actId,
    contentHash: sha256Hex,
    layout: z.string().max(60),
    fonts,
    file: fileRef,
    pages: z.number().int().min(1),
  }),
  /** 用印. */
  'outgoing.seal': z.strictObject({
    approval: actId,
    pressed: actId,
    file: fileRef,
    seal: z.string().max(48),
    certificate: thumbprint,
  }),
  /** 核发: the check of the sealed pages. */
  'outgoing.release': z.strictObject({ sealed: actId, plainHash: sha256Hex, words: words.optional() }),
  /** 分发; again for units added later 补发 or after a return 重发. */
  'outgoing.dispatch': z.strictObject({
    document: z.strictObject({
      title: content.shape.title,
      number: z.string().min(1).max(100),
      documentType: z.enum(documentTypes),
      issuer: content.shape.issuer,
      date: calendarDate,
      urgency: z.enum(urgencies),
    }),
    file: fileRef,
    to: z
      .array(z.strictObject({ unit: unitId, kind: z.enum(recipientKinds) }))
      .min(1)
      .max(1_000),
  }),
  /** 撤回: before signing for; each recipient's own matter decides whether it came in time. */
  'outgoing.recall': z.strictObject({
    dispatch: actId,
    units: z.array(unitId).min(1).max(1_000),
    reason: words.min(1),
  }),
  /** Beside, from a recipient: 送达 (by machine). */
  'outgoing.delivered': z.strictObject({ dispatch: actId }),
  /** Beside: 拒收 with the cause. */
  'outgoing.refused': z.strictObject({ dispatch: actId, reason: words.min(1) }),
  /** Beside: 签收. */
  'outgoing.signed-for': z.strictObject({ dispatch: actId }),
  /** Beside: 登记. */
  'outgoing.registered': z.strictObject({ dispatch: actId, number: z.string().max(100) }),
  /** Beside: 退文. */
  'outgoing.returned': z.strictObject({ dispatch: actId, reason: words.min(1) }),
  /** Beside: the recall came in time. */
  'outgoing.recalled': z.strictObject({ dispatch: actId, recall: actId }),
} as const

export type OutgoingKind = keyof typeof outgoingBodies
export const outgoingKinds = Object.keys(outgoingBodies) as OutgoingKind[]
export type OutgoingBody<Kind extends OutgoingKind> = z.infer<(typeof outgoingBodies)[Kind]>

/** The acts recipients set beside the sender's chain. */
export const besideKinds = [
  'outgoing.delivered',
  'outgoing.refused',
  'outgoing.signed-for',
  'outgoing.registered',
  'outgoing.returned',
  'outgoing.recalled',
] as const satisfies readonly OutgoingKind[]
export type BesideKind = (typeof besideKinds)[number]
export const isBeside = (kind: OutgoingKind): kind is BesideKind =>
  (besideKinds as readonly string[]).includes(kind)

/** Who may do what. Numbering, sealing and dispatch are three permissions. */
export const outgoingRoles: Readonly<Record<OutgoingKind, readonly Role[]>> = {
  'outgoing.submit': ['secretary'],
  'outgoing.return': ['leader', 'registry'],
  'outgoing.approve': ['leader'],
  'outgoing.recheck': ['registry'],
  'outgoing.register': ['registry'],
  'outgoing.press': ['registry'],
  'outgoing.seal': ['seal-keeper'],
  'outgoing.release': ['registry'],
  'outgoing.dispatch': ['registry'],
  'outgoing.recall': ['registry'],
  'outgoing.delivered': ['machine'],
  'outgoing.refused': ['registry'],
  'outgoing.signed-for': ['registry'],
  'outgoing.registered': ['registry'],
  'outgoing.returned': ['registry'],
  'outgoing.recalled': ['machine'],
}
