/**
 * The acts of an incoming document 收文. The matter begins when the workstation receives the letter (送达, by
 * machine): the receive act carries the sender's dispatch act, signature untouched, so that everybody who is brought
 * in later can check it.
 */
import { z } from 'zod'
import { actId, unitId } from '../act/identifiers.ts'
import type { Role } from '../act/identifiers.ts'

const words = z.string().max(2_000)
/** The sender's act as its JWS, byte for byte. */
const letter = z
  .string()
  .min(1)
  .max(4 * 1024 * 1024)

export const verdictSummary = z.strictObject({
  verdict: z.enum(['good', 'bad', 'unknown']),
  reasons: z.array(z.string().max(60)).max(50),
})

/** What is checked item by item before signing for. */
export const checkedItems = ['addressee', 'title-and-number', 'pages', 'seal', 'attachments'] as const
export const refusalCauses = ['wrong-addressee', 'broken-seal', 'missing-attachment', 'other'] as const

export const incomingBodies = {
  'incoming.receive': z.strictObject({ dispatch: actId, from: unitId, letter, verdict: verdictSummary }),
  /** The sender's recall came before signing for. */
  'incoming.withdraw': z.strictObject({ recall: actId, letter, reason: words }),
  /** 拒收. */
  'incoming.refuse': z.strictObject({ cause: z.enum(refusalCauses), reason: words.min(1) }),
  /** 签收. */
  'incoming.sign-for': z.strictObject({ checked: z.array(z.enum(checkedItems)).max(checkedItems.length) }),
  /** 登记. */
  'incoming.register': z.strictObject({
    register: z.string().min(1).max(40),
    number: z.string().min(1).max(40),
    serial: z.number().int().min(1),
    words: words.optional(),
  }),
  /** 初审. */
  'incoming.check': z.strictObject({ words: words.optional() }),
  /** 退文, always to the sending unit. */
  'incoming.return': z.strictObject({ reason: words.min(1) }),
  /** 办结. */
  'incoming.close': z.strictObject({ words: words.optional() }),
} as const

export type IncomingKind = keyof typeof incomingBodies
export const incomingKinds = Object.keys(incomingBodies) as IncomingKind[]
export type IncomingBody<Kind extends IncomingKind> = z.infer<(typeof incomingBodies)[Kind]>

export const incomingRoles: Readonly<Record<IncomingKind, readonly Role[]>> = {
  'incoming.receive': ['machine'],
  'incoming.withdraw': ['machine'],
  'incoming.refuse': ['registry'],
  'incoming.sign-for': ['registry'],
  'incoming.register': ['registry'],
  'incoming.check': ['registry', 'secretary'],
  'incoming.return': ['registry'],
  'incoming.close': ['registry', 'secretary'],
}
