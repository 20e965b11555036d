/** Appends a revision to a PDF as an honest or dishonest editor would, without touching what is there. */
import { readPdf, type PdfDocument } from '../../seal/pdf/read.ts'
import { isDictionary, isReference, type PdfDictionary, type PdfValue } from '../../seal/pdf/syntax.ts'
import {
  firstFreeNumber,
  serialiseDictionary,
  writeRevision,
  type WrittenObject,
} from '../../seal/pdf/write.ts'

export type Editor = {
  readonly document: PdfDocument
  readonly free: number
  /** Writes an object: an existing number is overridden. */
  readonly put: (number: number, body: string) => void
  /** Overrides a dictionary, entries added or replaced; values are PDF syntax, null takes the entry out. */
  readonly change: (reference: PdfValue | undefined, entries: Readonly<Record<string, string | null>>) => void
}

export function open(pdf: Uint8Array): PdfDocument {
  const read = readPdf(pdf)
  if (!read.ok) throw new Error(`${read.refusal.code} ${read.refusal.detail ?? ''}`)
  return read.value
}

export function revise(pdf: Uint8Array, edit: (editor: Editor) => void): Uint8Array {
  const document = open(pdf)
  const objects = new Map<number, WrittenObject>()
  const put = (number: number, body: string): void => {
    objects.set(number, { number, generation: 0, body })
  }
  const change: Editor['change'] = (reference, entries) => {
    const old = document.latest.resolve(reference)
    if (!isReference(reference) || !isDictionary(old)) throw new Error('no dictionary to change')
    const kept = new Map([...old.entries].filter(([key]) => !(key in entries)))
    const added = Object.entries(entries).flatMap(([key, value]) =>
      value === null ? [] : [` /${key} ${value}`],
    )
    put(reference.number, `${serialiseDictionary(kept).slice(0, -2)}${added.join('')} >>`)
  }
  edit({ document, free: firstFreeNumber(document), put, change })
  return Buffer.concat([pdf, writeRevision(document, [...objects.values()], Buffer.alloc(16, 7)).bytes])
}

export const rootOf = ({ latest }: PdfDocument): PdfValue | undefined =>
  latest.revision.trailer.entries.get('Root')

export function dictionaryAt({ latest }: PdfDocument, value: PdfValue | undefined): PdfDictionary {
  const dictionary = latest.dictionary(value)
  if (!dictionary) throw new Error('no dictionary there')
  return dictionary
}
