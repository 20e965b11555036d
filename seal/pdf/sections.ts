/**
 * Reads one cross-reference section of a PDF, table or stream (ISO 32000-2 7.5.4, 7.5.8), with the end-of-file marker
 * that closes it. Which sections form a document is read.ts' business.
 */
import { decodeStream } from './filters.ts'
import {
  isArray,
  isName,
  isReference,
  isStream,
  MalformedPdf,
  PdfScanner,
  readIndirectObject,
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
} from './syntax.ts'

export type Entry =
  | { readonly kind: 'free' }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }

export type Section = {
  readonly kind: 'table' | 'stream'
  readonly offset: number
  readonly entries: ReadonlyMap<number, Entry>
  readonly trailer: PdfDictionary
  readonly previous?: number
  /** What the startxref that follows says. */
  readonly startxref: number
  /** Offsets right after `%%EOF`, and after one end of line behind it. */
  readonly marker: number
  readonly end: number
}

/** Highest object number; entries in all sections of one file together; bytes that streams of entries decode to. */
export const sectionLimits = { objects: 8_388_608, entries: 1_000_000, decoded: 67_108_864 } as const

/** What the sections of one file may still use up. */
export type SectionBudget = { entries: number; decoded: number }
export const newSectionBudget = (): SectionBudget => ({
  entries: sectionLimits.entries,
  decoded: sectionLimits.decoded,
})

function spend(budget: SectionBudget, what: keyof SectionBudget, amount: number): void {
  budget[what] -= amount
  if (budget[what] < 0) throw new MalformedPdf(`more ${what} in cross references than allowed`)
}

export function readSection(bytes: Uint8Array, offset: number, budget: SectionBudget): Section {
  const scanner = new PdfScanner(bytes, offset)
  if (scanner.tryKeyword('xref')) return readTable(bytes, offset, scanner, budget)
  const { value, end } = readIndirectObject(bytes, offset, bytes.length, () => {
    throw new MalformedPdf('indirect length of a cross-reference stream')
  })
  if (!isStream(value)) throw new MalformedPdf('no cross-reference section')
  const trailer: PdfDictionary = { type: 'dictionary', entries: value.entries }
  return closed(bytes, end, { kind: 'stream', offset, entries: readStreamEntries(value, budget), trailer })
}

type Open = Pick<Section, 'kind' | 'offset' | 'entries' | 'trailer'>

function closed(bytes: Uint8Array, place: number, open: Open): Section {
  const scanner = new PdfScanner(bytes, place)
  scanner.keyword('startxref')
  const startxref = scanner.integer()
  scanner.skipSpace()
  if (!scanner.sees('%%EOF')) throw new MalformedPdf('no end-of-file marker')
  const marker = scanner.position + 5
  const [first, second] = [bytes[marker], bytes[marker + 1]]
  const end = marker + (first === 0x0d && second === 0x0a ? 2 : first === 0x0d || first === 0x0a ? 1 : 0)
  const previous = open.trailer.entries.get('Prev')
  if (previous !== undefined && (typeof previous !== 'number' || !Number.isInteger(previous) || previous < 0))
    throw new MalformedPdf('Prev')
  return { ...open, startxref, marker, end, ...(previous === undefined ? {} : { previous }) }
}

function readTable(bytes: Uint8Array, offset: number, scanner: PdfScanner, budget: SectionBudget): Section {
  const entries = new Map<number, Entry>()
  for (;;) {
    scanner.skipSpace()
    if (scanner.tryKeyword('trailer')) break
    const first = scanner.integer()
    const count = scanner.integer()
    while (scanner.at(scanner.position) === 0x20) scanner.position++
    if (scanner.at(scanner.position) === 0x0d) scanner.position++
    if (scanner.at(scanner.position) === 0x0a) scanner.position++
    const bodyEnd = scanner.position + count * 20
    if (first + count > sectionLimits.objects || bodyEnd > bytes.length) throw new MalformedPdf('subsection')
    spend(budget, 'entries', count)
    for (let i = 0; i < count; i++) {
      const line = Buffer.from(bytes.buffer, bytes.byteOffset + scanner.position + i * 20, 20).toString(
        'latin1',
      )
      const parts = /^(\d{10}) (\d{5}) ([nf])( \r| \n|\r\n)$/.exec(line)
      if (!parts || entries.has(first + i)) throw new MalformedPdf('cross-reference entry')
      const used = parts[3] === 'n'
      entries.set(
        first + i,
        used ? { kind: 'offset', offset: Number(parts[1]), generation: Number(parts[2]) } : { kind: 'free' },
      )
    }
    scanner.position = bodyEnd
  }
  const trailer = scanner.dictionary()
  const section = closed(bytes, scanner.position, { kind: 'table', offset, entries, trailer })
  return withHybrid(bytes, section, budget)
}

/** A hybrid file: objects that the table hides behind free entries stand in the stream that /XRefStm names. */
function withHybrid(bytes: Uint8Array, section: Section, budget: SectionBudget): Section {
  const place = section.trailer.entries.get('XRefStm')
  if (place === undefined) return section
  if (typeof place !== 'number' || place < 0 || place >= section.offset) throw new MalformedPdf('XRefStm')
  const { value } = readIndirectObject(bytes, place, section.offset, () => {
    throw new MalformedPdf('indirect length of a cross-reference stream')
  })
  if (!isStream(value)) throw new MalformedPdf('XRefStm')
  const entries = new Map(section.entries)
  for (const [number, entry] of readStreamEntries(value, budget)) {
    const known = entries.get(number)
    if (known && known.kind !== 'free') throw new MalformedPdf('a hybrid file that says two things')
    entries.set(number, entry)
  }
  return { ...section, entries }
}

function readStreamEntries(stream: PdfStream, budget: SectionBudget): ReadonlyMap<number, Entry> {
  const direct = (value: PdfValue | undefined): PdfValue => {
    if (isReference(value)) throw new MalformedPdf('reference in a cross-reference stream')
    return value ?? null
  }
  const type = stream.entries.get('Type')
  if (!isName(type) || type.name !== 'XRef') throw new MalformedPdf('no cross-reference stream')
  const data = decodeStream(stream, direct)
  spend(budget, 'decoded', data.length)
  const [kindWidth, fieldWidth, lastWidth, ...more] = wholeNumbers(stream.entries.get('W'))
  if (kindWidth === undefined || fieldWidth === undefined || lastWidth === undefined || more.length > 0)
    throw new MalformedPdf('W')
  const width = kindWidth + fieldWidth + lastWidth
  if (kindWidth > 1 || fieldWidth > 6 || lastWidth > 6 || width === 0) throw new MalformedPdf('W')
  const size = wholeNumber(stream.entries.get('Size'))
  const stated = stream.entries.get('Index')
  const index = stated === undefined ? [0, size] : wholeNumbers(stated)
  const entries = new Map<number, Entry>()
  let place = 0
  const field = (bytes: number): number => {
    let value = 0
    for (let i = 0; i < bytes; i++) value = value * 256 + (data[place++] ?? 0)
    return value
  }
  for (let i = 0; i < index.length; i += 2) {
    const [first = 0, count = 0] = index.slice(i, i + 2)
    if (first + count > sectionLimits.objects || place + count * width > data.length)
      throw new MalformedPdf('subsection')
    spend(budget, 'entries', count)
    for (let number = first; number < first + count; number++) {
      const kind = kindWidth === 0 ? 1 : field(kindWidth)
      const second = field(fieldWidth)
      const third = field(lastWidth)
      if (entries.has(number)) throw new MalformedPdf('cross-reference entry stated twice')
      if (kind === 0) entries.set(number, { kind: 'free' })
      else if (kind === 1) entries.set(number, { kind: 'offset', offset: second, generation: third })
      else if (kind === 2) entries.set(number, { kind: 'compressed', stream: second, index: third })
    }
  }
  return entries
}

function wholeNumber(value: PdfValue | undefined): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new MalformedPdf('whole number')
  return value
}

const wholeNumbers = (value: PdfValue | undefined): readonly number[] =>
  isArray(value) ? value.items.map(wholeNumber) : []
