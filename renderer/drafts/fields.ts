/** From a draft's fields to content: what the preview sets, and what is still missing before submission. Pure. */
import { content as contentSchema, documentTypes } from '../../core/outgoing/content.ts'
import type { Content } from '../../core/outgoing/content.ts'
import type { DraftFields } from '../../preload/contract/views.ts'

export const emptyFields = (unitName: string): DraftFields => ({
  documentType: '通知',
  issuer: unitName,
  title: '',
  mainRecipients: [],
  body: [],
  signature: unitName,
  annotation: '',
  copies: [],
  urgency: 'normal',
  publicity: 'public',
  publicityReason: '',
  contact: '',
})

const oneOf = <Word extends string>(words: readonly Word[], word: string, otherwise: Word): Word =>
  words.find((each) => each === word) ?? otherwise

/** The fields as content, whatever is missing: for the preview. */
export function previewOf(fields: DraftFields): Content {
  return {
    documentType: oneOf(documentTypes, fields.documentType, '通知'),
    issuer: fields.issuer,
    title: fields.title,
    mainRecipients: [...fields.mainRecipients],
    body: fields.body.map((block) => ({ ...block })),
    signature: fields.signature,
    ...(fields.annotation === '' ? {} : { annotation: fields.annotation }),
    copies: [...fields.copies],
    urgency: oneOf(['normal', 'urgent', 'extra-urgent'], fields.urgency, 'normal'),
    publicity: {
      kind: oneOf(['public', 'on-request', 'closed'], fields.publicity, 'public'),
      ...(fields.publicityReason === '' ? {} : { reason: fields.publicityReason }),
    },
    ...(fields.contact === '' ? {} : { contact: fields.contact }),
  }
}

export type FieldName = keyof DraftFields

/** Names of the fields that are missing or cannot stand as they are, in their order on the screen. */
export function missingFields(fields: DraftFields): readonly FieldName[] {
  const missing = new Set<FieldName>()
  if (!(documentTypes as readonly string[]).includes(fields.documentType)) missing.add('documentType')
  const parsed = contentSchema.safeParse(previewOf(fields))
  if (!parsed.success) for (const issue of parsed.error.issues) missing.add(issue.path[0] as FieldName)
  if (fields.mainRecipients.length === 0 && !withoutRecipients.has(fields.documentType))
    missing.add('mainRecipients')
  if (fields.publicity === 'closed' && fields.publicityReason.trim() === '') missing.add('publicityReason')
  return fieldOrder.filter((name) => missing.has(name))
}

/** Kinds that address everybody and name nobody. */
const withoutRecipients: ReadonlySet<string> = new Set(['决议', '公报', '公告', '通告', '命令', '纪要'])

const fieldOrder: readonly FieldName[] = [
  'documentType',
  'issuer',
  'title',
  'mainRecipients',
  'body',
  'signature',
  'annotation',
  'copies',
  'urgency',
  'publicity',
  'publicityReason',
  'contact',
]
