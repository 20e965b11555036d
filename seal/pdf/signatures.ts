/**
 * Finds the signatures of a PDF: through the form of every revision, and, where the structure is damaged, by looking
 * for their bytes. Says where they are, not what they are worth. A signature found by its bytes only is `loose`.
 */
import { childrenOf, nodeAt, readDer } from '../der.ts'
import type { PdfDocument, PdfView } from './read.ts'
import { fieldsOf } from './structure.ts'
import {
  isArray,
  isDictionary,
  isName,
  isString,
  PdfScanner,
  MalformedPdf,
  type PdfDictionary,
  type PdfString,
} from './syntax.ts'
import { decodeText } from './structure.ts'

export const signatureLimits = { signatures: 200, scanned: 64 } as const

export type Located = {
  readonly field: string
  /** The view in which it was found first, undefined for a loose one. */
  readonly view?: PdfView
  readonly dictionary?: PdfDictionary
  /** Offsets of the /Contents string with its delimiters, undefined where it does not stand in the file plainly. */
  readonly contents?: { readonly start: number; readonly end: number; readonly bytes: Uint8Array }
  /** The four numbers as they stand, undefined where they are not four whole numbers. */
  readonly byteRange?: readonly [number, number, number, number]
  readonly subFilter: string
  /** /M, the claimed time. */
  readonly claimedAt?: Date
}

/** Every signature of every revision once, the oldest first. */
export function findSignatures({ revisions, view }: PdfDocument): readonly Located[] {
  const found = new Map<string, Located>()
  for (const { index } of revisions) {
    const current = view(index)
    for (const { kind, value, name } of fieldsOf(current)) {
      const dictionary = kind === 'Sig' ? current.dictionary(value) : undefined
      if (!dictionary) continue
      const located = locate(current, dictionary, name)
      const key = located.contents ? String(located.contents.start) : `${name}:${index}`
      if (!found.has(key)) found.set(key, located)
      if (found.size > signatureLimits.signatures) throw new MalformedPdf('too many signatures')
    }
  }
  return [...found.values()].toSorted((a, b) => (a.contents?.start ?? 0) - (b.contents?.start ?? 0))
}

function locate(view: PdfView, dictionary: PdfDictionary, field: string): Located {
  const { entries } = dictionary
  const contents = entries.get('Contents')
  const subFilter = view.resolve(entries.get('SubFilter'))
  const claimed = view.resolve(entries.get('M'))
  const claimedAt = isString(claimed) ? parsePdfDate(decodeText(claimed.bytes)) : undefined
  const byteRange = fourNumbers(entries.get('ByteRange'))
  return {
    field,
    view,
    dictionary,
    ...(isString(contents) && contents.hex && contents.start >= 0 ? { contents: plain(contents) } : {}),
    ...(byteRange ? { byteRange } : {}),
    subFilter: isName(subFilter) ? subFilter.name : '',
    ...(claimedAt ? { claimedAt } : {}),
  }
}

const plain = ({ start, end, bytes }: PdfString) => ({ start, end, bytes })

function fourNumbers(value: unknown): readonly [number, number, number, number] | undefined {
  const items = isArray(value as never) ? (value as { items: readonly unknown[] }).items : []
  const [a, b, c, d] = items
  const whole = (item: unknown): item is number =>
    typeof item === 'number' && Number.isSafeInteger(item) && item >= 0
  return items.length === 4 && whole(a) && whole(b) && whole(c) && whole(d) ? [a, b, c, d] : undefined
}

/**
 * Long hexadecimal strings after /Contents that hold something like CMS, for files whose structure no longer leads to
 * them. What is found here never makes a file good; it tells a changed document from no document.
 */
export function scanForSignatures(bytes: Uint8Array): readonly Located[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const ranges = occurrences(buffer, '/ByteRange').flatMap((place) => {
    const range = fourNumbers(
      quietly(() => new PdfScanner(bytes, place + 10, Math.min(bytes.length, place + 200)).value()),
    )
    return range ? [range] : []
  })
  return occurrences(buffer, '/Contents').flatMap((place): readonly Located[] => {
    const value = quietly(() =>
      new PdfScanner(bytes, place + 9, Math.min(bytes.length, place + longest)).value(),
    )
    if (!isString(value) || !value.hex || value.bytes.length < 256) return []
    const looksSigned = readDer(() => childrenOf(nodeAt(value.bytes, 0)).length === 2)
    if (!looksSigned.ok || !looksSigned.value) return []
    const byteRange = ranges.find(([, length]) => length === value.start)
    const subFilter = nearSubFilter(buffer, value)
    return [{ field: '', contents: plain(value), ...(byteRange ? { byteRange } : {}), subFilter }]
  })
}

/** Bytes that are looked at for one signature's contents. */
const longest = 16_777_216

function occurrences(buffer: Buffer, text: string): readonly number[] {
  const places: number[] = []
  for (
    let at = buffer.indexOf(text);
    at >= 0 && places.length < signatureLimits.scanned;
    at = buffer.indexOf(text, at + 1)
  )
    places.push(at)
  return places
}

/** The kind of signature as it stands around the contents; the usual one where the flipped byte hit its name. */
function nearSubFilter(buffer: Buffer, { start, end }: PdfString): string {
  const around =
    buffer.toString('latin1', Math.max(0, start - 500), start) + buffer.toString('latin1', end, end + 500)
  return /\/SubFilter\s*\/([A-Za-z0-9.]+)/.exec(around)?.[1] ?? 'adbe.pkcs7.detached'
}

function quietly<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof MalformedPdf) return undefined
    throw error
  }
}

/** `D:YYYYMMDDHHmmSSOHH'mm'` (7.9.4); later parts may be missing. */
export function parsePdfDate(text: string): Date | undefined {
  const parts =
    /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z(?:00'?(?:00)?'?)?|([+-])(\d\d)'?(?:(\d\d)'?)?)?$/.exec(
      text,
    )
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => (part ? Number(part) : undefined))
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0)
  const offset = (Number(parts[8] ?? 0) * 60 + Number(parts[9] ?? 0)) * 60_000
  const date = new Date(parts[7] === '-' ? utc + offset : utc - offset)
  return Number.isNaN(date.getTime()) ? undefined : date
}

export const isTimestampKind = (subFilter: string): boolean => subFilter === 'ETSI.RFC3161'

/** Whether a dictionary is a signature's value. */
export const isSignatureValue = (value: PdfDictionary | undefined): boolean =>
  isDictionary(value) && value.entries.has('ByteRange') && value.entries.has('Contents')
