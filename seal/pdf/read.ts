/**
 * Reads a PDF's revisions and objects through its cross references, as the standard says and never by guessing or
 * repair: what a lenient reader would reconstruct is refused, because it could be reconstructed differently elsewhere.
 * Invariants: a revision's objects lie wholly before the revision's end; every loop is bounded; nothing is written.
 */
import { ok, refuse, type Result } from '../../core/result.ts'
import { decodedLimit, decodeStream } from './filters.ts'
import { newSectionBudget, readSection, type Entry, type Section } from './sections.ts'
import {
  isDictionary,
  isReference,
  isStream,
  MalformedPdf,
  PdfScanner,
  readIndirectObject,
  type IndirectObject,
  type PdfDictionary,
  type PdfReference,
  type PdfStream,
  type PdfValue,
} from './syntax.ts'

export const pdfLimits = {
  bytes: 536_870_912,
  revisions: 500,
  references: 32,
  streamObjects: 1_000_000,
} as const

/** One state of the document: what was written up to one end-of-file marker. */
export type Revision = {
  /** 0 is the oldest. */
  readonly index: number
  /** Offsets right after `%%EOF`, and after one end of line behind it. */
  readonly marker: number
  readonly end: number
  readonly trailer: PdfDictionary
  /** Objects that this revision states or frees, newest section first. */
  readonly sections: readonly Section[]
}

export type PdfDocument = {
  readonly bytes: Uint8Array
  /** Oldest first, at least one. */
  readonly revisions: readonly Revision[]
  readonly latest: PdfView
  readonly view: (index: number) => PdfView
}

/** The document as it stood at one revision. Reading may throw `MalformedPdf`. */
export type PdfView = {
  readonly revision: Revision
  readonly entry: (number: number) => Entry
  /** Follows references; a missing object is null (7.3.10). */
  readonly resolve: (value: PdfValue | undefined) => PdfValue
  readonly dictionary: (value: PdfValue | undefined) => PdfDictionary | undefined
  readonly catalog: () => PdfDictionary
  /** Where the object's definition stands, equal for two views exactly where they read the same bytes. */
  readonly whereabouts: (number: number) => string
}

export type PdfRefusal = 'pdf-unreadable' | 'pdf-encrypted' | 'pdf-too-large'

export function readPdf(bytes: Uint8Array): Result<PdfDocument, PdfRefusal> {
  if (bytes.length > pdfLimits.bytes) return refuse('pdf-too-large', { limit: pdfLimits.bytes })
  try {
    const document = readDocument(bytes)
    if (document.revisions.some(({ trailer }) => trailer.entries.has('Encrypt')))
      return refuse('pdf-encrypted')
    document.latest.catalog()
    return ok(document)
  } catch (error) {
    if (error instanceof MalformedPdf) return refuse('pdf-unreadable', undefined, error.message)
    throw error
  }
}

function readDocument(bytes: Uint8Array): PdfDocument {
  if (!/^%PDF-[12]\.\d/.test(Buffer.from(bytes.subarray(0, 8)).toString('latin1')))
    throw new MalformedPdf('no PDF header at the start')
  const revisions = readRevisions(bytes, findStartxref(bytes))
  const objects = new ObjectReader(bytes)
  const views = revisions.map((revision) => viewOf(revisions.slice(0, revision.index + 1), objects))
  const view = (index: number): PdfView => views[index] ?? missing()
  return { bytes, revisions, latest: view(revisions.length - 1), view }
}

const missing = (): never => {
  throw new MalformedPdf('no revision')
}

function findStartxref(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - 2_048)
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from)
  const place = tail.lastIndexOf('startxref')
  if (place < 0) throw new MalformedPdf('no startxref')
  const scanner = new PdfScanner(bytes, from + place + 9)
  return scanner.integer()
}

/** Follows /Prev from the newest section. A linearized file's two sections (the later one first) are one revision. */
function readRevisions(bytes: Uint8Array, newest: number): readonly Revision[] {
  const groups: Section[][] = []
  const seen = new Set<number>()
  const budget = newSectionBudget()
  for (let offset: number | undefined = newest; offset !== undefined;) {
    if (seen.has(offset) || seen.size > pdfLimits.revisions)
      throw new MalformedPdf('cross references in a circle')
    seen.add(offset)
    const section: Section = readSection(bytes, offset, budget)
    const later: Section | undefined = groups.at(-1)?.at(-1)
    if (later && section.offset > later.offset) {
      if (groups.at(-1)?.length !== 1 || section.previous !== undefined)
        throw new MalformedPdf('order of sections')
      groups.at(-1)?.push(section)
    } else groups.push([section])
    offset = section.previous
  }
  let floor = 0
  return groups.toReversed().map((sections, index) => {
    const [first] = sections
    const last = sections.reduce((a, b) => (a.end > b.end ? a : b))
    if (!first || last.startxref !== first.offset || last.end <= floor)
      throw new MalformedPdf('order of revisions')
    if (sections.some((section) => section.offset < floor))
      throw new MalformedPdf('section inside an older revision')
    floor = last.end
    return { index, marker: last.marker, end: last.end, trailer: first.trailer, sections }
  })
}

/** Reads and remembers objects by where they stand. */
class ObjectReader {
  readonly bytes: Uint8Array
  private readonly objects = new Map<string, PdfValue>()
  private readonly streams = new Map<string, ReadonlyMap<number, PdfValue>>()
  private decoded = 0
  private depth = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  read(number: number, entry: Entry, limit: number, view: PdfView): PdfValue {
    if (entry.kind === 'free') return null
    if (entry.kind === 'compressed') return this.inStream(entry.stream, number, view)
    const key = `${entry.offset}:${number}`
    const known = this.objects.get(key)
    if (known !== undefined) return known
    const object = this.readAt(entry.offset, limit, view)
    if (object.number !== number || object.generation !== entry.generation)
      throw new MalformedPdf(`object ${number} is not where it should be`)
    this.objects.set(key, object.value)
    return object.value
  }

  private readAt(offset: number, limit: number, view: PdfView): IndirectObject {
    if (++this.depth > 4) throw new MalformedPdf('lengths in a circle')
    try {
      return readIndirectObject(this.bytes, offset, limit, (reference) => {
        const length = view.resolve(reference)
        if (typeof length !== 'number') throw new MalformedPdf('stream length')
        return length
      })
    } finally {
      this.depth--
    }
  }

  private inStream(streamNumber: number, number: number, view: PdfView): PdfValue {
    const entry = view.entry(streamNumber)
    if (entry.kind !== 'offset') throw new MalformedPdf('object stream')
    const key = view.whereabouts(streamNumber)
    let contents = this.streams.get(key)
    if (!contents) {
      const stream = view.resolve({ type: 'reference', number: streamNumber, generation: entry.generation })
      if (!isStream(stream)) throw new MalformedPdf('object stream')
      contents = this.readObjectStream(stream, view)
      this.streams.set(key, contents)
    }
    return contents.get(number) ?? null
  }

  private readObjectStream(stream: PdfStream, view: PdfView): ReadonlyMap<number, PdfValue> {
    const data = decodeStream(stream, view.resolve)
    this.decoded += data.length
    if (this.decoded > decodedLimit * 4) throw new MalformedPdf('too much in object streams')
    const count = view.resolve(stream.entries.get('N'))
    const first = view.resolve(stream.entries.get('First'))
    if (typeof count !== 'number' || typeof first !== 'number' || count > pdfLimits.streamObjects)
      throw new MalformedPdf('object stream')
    const head = new PdfScanner(data, 0, Math.min(first, data.length), false)
    const contents = new Map<number, PdfValue>()
    let parsed = 0
    for (let i = 0; i < count; i++) {
      const number = head.integer()
      const offset = first + head.integer()
      if (contents.has(number)) throw new MalformedPdf('object stated twice in a stream')
      const scanner = new PdfScanner(data, offset, data.length, false)
      contents.set(number, scanner.value())
      parsed += scanner.position - offset
      if (parsed > data.length) throw new MalformedPdf('objects of a stream overlap')
    }
    return contents
  }
}

function viewOf(revisions: readonly Revision[], objects: ObjectReader): PdfView {
  const revision = revisions.at(-1) ?? missing()
  const newestFirst = revisions.toReversed()
  const known = new Map<number, { readonly entry: Entry; readonly limit: number }>()
  const find = (number: number): { readonly entry: Entry; readonly limit: number } => {
    const remembered = known.get(number)
    if (remembered) return remembered
    let found: { readonly entry: Entry; readonly limit: number } = { entry: { kind: 'free' }, limit: 0 }
    search: for (const { sections, marker } of newestFirst)
      for (const { entries } of sections) {
        const entry = entries.get(number)
        if (!entry) continue
        found = { entry, limit: marker }
        break search
      }
    known.set(number, found)
    return found
  }
  const follow = (reference: PdfReference): PdfValue => {
    const { entry, limit } = find(reference.number)
    if (entry.kind === 'offset' && entry.generation !== reference.generation) return null
    if (entry.kind === 'compressed' && reference.generation !== 0) return null
    return objects.read(reference.number, entry, limit, view)
  }
  const view: PdfView = {
    revision,
    entry: (number) => find(number).entry,
    resolve: (value) => {
      let current = value ?? null
      for (let i = 0; isReference(current); i++) {
        if (i > pdfLimits.references) throw new MalformedPdf('references in a circle')
        current = follow(current)
      }
      return current
    },
    dictionary: (value) => {
      const resolved = view.resolve(value)
      return isDictionary(resolved) ? resolved : undefined
    },
    catalog: () => {
      const catalog = view.dictionary(revision.trailer.entries.get('Root'))
      if (!catalog) throw new MalformedPdf('no catalog')
      return catalog
    },
    whereabouts: (number) => {
      const { entry } = find(number)
      if (entry.kind === 'free') return 'free'
      if (entry.kind === 'offset') return `${entry.offset}:${entry.generation}`
      const holder = find(entry.stream).entry
      return `${holder.kind === 'offset' ? holder.offset : holder.kind}/${entry.stream}/${entry.index}`
    },
  }
  return view
}
