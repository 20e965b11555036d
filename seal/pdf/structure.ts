/**
 * Finds the parts of a PDF that signing touches: pages, form fields, certification. Reads one view; bounded walks only.
 * Invariant: a page or field reached twice is an error, not a second page or field.
 */
import type { PdfView } from './read.ts'
import {
  isArray,
  isDictionary,
  isName,
  isReference,
  isString,
  MalformedPdf,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
} from './syntax.ts'

export const structureLimits = { pages: 100_000, fields: 20_000, depth: 64 } as const

export type Page = {
  readonly reference: PdfReference
  readonly dictionary: PdfDictionary
  readonly inherited: Inherited
}
type Inherited = ReadonlyMap<string, PdfValue>
const inheritable = ['Resources', 'MediaBox', 'CropBox', 'Rotate'] as const

/** Pages in order. Every page must be an indirect object. */
export function pagesOf(view: PdfView): readonly Page[] {
  const pages: Page[] = []
  const seen = new Set<number>()
  const walk = (value: PdfValue | undefined, from: Inherited, depth: number): void => {
    if (!isReference(value) || seen.has(value.number) || depth > structureLimits.depth)
      throw new MalformedPdf('page tree')
    seen.add(value.number)
    if (seen.size > structureLimits.pages) throw new MalformedPdf('too many pages')
    const dictionary = view.dictionary(value)
    if (!dictionary) throw new MalformedPdf('page tree')
    const inherited = new Map(from)
    for (const key of inheritable) {
      const own = dictionary.entries.get(key)
      if (own !== undefined) inherited.set(key, own)
    }
    const kids = view.resolve(dictionary.entries.get('Kids'))
    if (isArray(kids)) for (const kid of kids.items) walk(kid, inherited, depth + 1)
    else pages.push({ reference: value, dictionary, inherited })
  }
  walk(view.catalog().entries.get('Pages'), new Map(), 0)
  return pages
}

/** An array of numbers, or undefined. */
export function numbersIn(view: PdfView, value: PdfValue | undefined): readonly number[] | undefined {
  const array = view.resolve(value)
  if (!isArray(array)) return undefined
  const numbers = array.items.map((item) => view.resolve(item))
  return numbers.every((item) => typeof item === 'number') ? numbers : undefined
}

export type Field = {
  readonly reference: PdfReference
  readonly dictionary: PdfDictionary
  /** Partial names joined by dots. */
  readonly name: string
  /** /FT, the field's own or inherited: Sig, Tx, Btn, Ch. */
  readonly kind: string
  readonly value: PdfValue | undefined
}

/** The form's dictionary, undefined where there is none. */
export const formOf = (view: PdfView): PdfDictionary | undefined =>
  view.dictionary(view.catalog().entries.get('AcroForm'))

/** All nodes of the field tree, parents before children; widgets that are not fields of their own are included. */
export function fieldsOf(view: PdfView): readonly Field[] {
  const fields: Field[] = []
  const seen = new Set<number>()
  const walk = (value: PdfValue, parent: Field | undefined, depth: number): void => {
    if (!isReference(value) || seen.has(value.number) || depth > structureLimits.depth)
      throw new MalformedPdf('field tree')
    seen.add(value.number)
    if (seen.size > structureLimits.fields) throw new MalformedPdf('too many fields')
    const dictionary = view.dictionary(value)
    if (!dictionary) return
    const partial = view.resolve(dictionary.entries.get('T'))
    const kind = view.resolve(dictionary.entries.get('FT'))
    const own = isString(partial) ? decodeText(partial.bytes) : undefined
    const field: Field = {
      reference: value,
      dictionary,
      name: [parent?.name, own].filter((part) => part !== undefined && part !== '').join('.'),
      kind: isName(kind) ? kind.name : (parent?.kind ?? ''),
      value: dictionary.entries.get('V') ?? parent?.value,
    }
    fields.push(field)
    const kids = view.resolve(dictionary.entries.get('Kids'))
    if (isArray(kids)) for (const kid of kids.items) walk(kid, field, depth + 1)
  }
  const roots = view.resolve(formOf(view)?.entries.get('Fields'))
  if (isArray(roots)) for (const root of roots.items) walk(root, undefined, 0)
  return fields
}

/** A text string (7.9.2.2): UTF-16BE or UTF-8 with their marks, else taken as Latin-1. */
export function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes)
  if (buffer[0] === 0xfe && buffer[1] === 0xff)
    return buffer
      .subarray(2, buffer.length - (buffer.length % 2))
      .swap16()
      .toString('utf16le')
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf)
    return buffer.subarray(3).toString('utf8')
  return buffer.toString('latin1')
}

/** What one transform of a signature's /Reference array says (12.8.2). */
export type Transform = { readonly method: string; readonly parameters: PdfDictionary | undefined }

export function transformsOf(view: PdfView, signature: PdfDictionary): readonly Transform[] {
  const list = view.resolve(signature.entries.get('Reference'))
  if (!isArray(list)) return []
  return list.items.slice(0, 16).flatMap((item) => {
    const entry = view.resolve(item)
    if (!isDictionary(entry)) return []
    const method = view.resolve(entry.entries.get('TransformMethod'))
    const parameters = view.dictionary(entry.entries.get('TransformParams'))
    return isName(method) ? [{ method: method.name, parameters }] : []
  })
}

/** 1: nothing may change; 2: forms may be filled and signed; 3: and annotations made (12.8.2.2.2). */
export type Permission = 1 | 2 | 3

/** What this signature's DocMDP transform permits; undefined where it certifies nothing. */
export function certificationOf(view: PdfView, signature: PdfDictionary): Permission | undefined {
  const transform = transformsOf(view, signature).find(({ method }) => method === 'DocMDP')
  if (!transform) return undefined
  const level = view.resolve(transform.parameters?.entries.get('P'))
  return level === 1 || level === 3 ? level : 2
}
