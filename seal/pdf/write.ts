/**
 * Writes a further revision behind a PDF (incremental update, ISO 32000-2 7.5.6): the bytes that exist stay as they
 * are. Uses the same kind of cross reference as the newest revision. Knows nothing of signatures.
 */
import type { PdfDocument } from './read.ts'
import { MalformedPdf, type PdfDictionary, type PdfValue } from './syntax.ts'

/** `body` is what stands between `obj` and `endobj`, one byte a character (latin1). */
export type WrittenObject = { readonly number: number; readonly generation: number; readonly body: string }

/** The syntax of a value, one byte a character. Streams are not written by this function. */
export function serialise(value: PdfValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return serialiseNumber(value)
  switch (value.type) {
    case 'name':
      return serialiseName(value.name)
    case 'string':
      return `<${Buffer.from(value.bytes).toString('hex')}>`
    case 'array':
      return `[${value.items.map(serialise).join(' ')}]`
    case 'dictionary':
      return serialiseDictionary(value.entries)
    case 'reference':
      return `${value.number} ${value.generation} R`
    case 'stream':
      throw new MalformedPdf('a stream where a value should be')
  }
}

export const serialiseDictionary = (entries: ReadonlyMap<string, PdfValue>): string =>
  `<<${[...entries].map(([key, value]) => ` ${serialiseName(key)} ${serialise(value)}`).join('')} >>`

const serialiseNumber = (value: number): string => {
  const text = String(value)
  return text.includes('e') ? value.toFixed(10) : text
}

const serialiseName = (name: string): string =>
  `/${name.replace(/[^!"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]/g, (one) => `#${one.charCodeAt(0).toString(16).padStart(2, '0')}`)}`

/** A text string in UTF-16BE with its mark (7.9.2.2), as a hexadecimal string. */
export const textString = (text: string): string =>
  `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`

/** The first object number that no revision uses. */
export function firstFreeNumber({ latest }: PdfDocument): number {
  const size = latest.revision.trailer.entries.get('Size')
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) throw new MalformedPdf('Size')
  return size
}

export type WrittenRevision = {
  /** To be put right behind the document's bytes. */
  readonly bytes: Buffer
  /** File offset of each object's body. */
  readonly bodies: ReadonlyMap<number, number>
}

/** @param identifier 16 bytes for the changing half of the file identifier */
export function writeRevision(
  document: PdfDocument,
  objects: readonly WrittenObject[],
  identifier: Uint8Array,
): WrittenRevision {
  const base = document.bytes.length
  const last = document.bytes[base - 1]
  const parts: string[] = [last === 0x0a || last === 0x0d ? '' : '\n']
  let place = base + (parts[0] ?? '').length
  const offsets = new Map<number, { readonly offset: number; readonly generation: number }>()
  const bodies = new Map<number, number>()
  for (const { number, generation, body } of objects.toSorted((a, b) => a.number - b.number)) {
    const head = `${number} ${generation} obj\n`
    offsets.set(number, { offset: place, generation })
    bodies.set(number, place + head.length)
    const text = `${head}${body}\nendobj\n`
    parts.push(text)
    place += text.length
  }
  const newest = document.latest.revision.sections[0]
  if (!newest) throw new MalformedPdf('no section')
  const size = Math.max(firstFreeNumber(document), ...[...offsets.keys()].map((number) => number + 1))
  const trailer = trailerEntries(document.latest.revision.trailer, newest.offset, identifier)
  parts.push(
    newest.kind === 'table'
      ? table(offsets, trailer.set('Size', size))
      : streamSection(offsets, trailer, size, place),
    `startxref\n${place}\n%%EOF\n`,
  )
  return { bytes: Buffer.from(parts.join(''), 'latin1'), bodies }
}

function trailerEntries(old: PdfDictionary, previous: number, identifier: Uint8Array): Map<string, PdfValue> {
  const entries = new Map<string, PdfValue>()
  for (const key of ['Root', 'Info']) {
    const value = old.entries.get(key)
    if (value !== undefined) entries.set(key, value)
  }
  const id = old.entries.get('ID')
  if (typeof id === 'object' && id !== null && id.type === 'array' && id.items[0] !== undefined) {
    const fresh: PdfValue = { type: 'string', bytes: identifier, hex: true, start: -1, end: -1 }
    entries.set('ID', { type: 'array', items: [id.items[0], fresh] })
  }
  return entries.set('Prev', previous)
}

type Offsets = ReadonlyMap<number, { readonly offset: number; readonly generation: number }>

/** Runs of consecutive numbers: `[first, members]`. */
function runsOf(offsets: Offsets): readonly (readonly [number, readonly number[]])[] {
  const runs: [number, number[]][] = []
  for (const number of [...offsets.keys()].toSorted((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run && run[0] + run[1].length === number) run[1].push(number)
    else runs.push([number, [number]])
  }
  return runs
}

function table(offsets: Offsets, trailer: ReadonlyMap<string, PdfValue>): string {
  const lines = runsOf(offsets).map(([first, members]) => {
    const entries = members.map((number) => {
      const { offset = 0, generation = 0 } = offsets.get(number) ?? {}
      return `${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`
    })
    return `${first} ${members.length}\n${entries.join('')}`
  })
  return `xref\n${lines.join('')}trailer\n${serialiseDictionary(trailer)}\n`
}

function streamSection(
  offsets: Offsets,
  trailer: Map<string, PdfValue>,
  size: number,
  place: number,
): string {
  const all = new Map(offsets).set(size, { offset: place, generation: 0 })
  const runs = runsOf(all)
  const data = runs.flatMap(([, members]) =>
    members.map((number) => {
      const row = Buffer.alloc(8)
      row[0] = 1
      row.writeUIntBE(all.get(number)?.offset ?? 0, 1, 5)
      row.writeUInt16BE(all.get(number)?.generation ?? 0, 6)
      return row.toString('latin1')
    }),
  )
  const content = data.join('')
  const entries = new Map<string, PdfValue>([
    ['Type', { type: 'name', name: 'XRef' }],
    ...trailer,
    ['Size', size + 1],
    ['W', { type: 'array', items: [1, 5, 2] }],
    ['Index', { type: 'array', items: runs.flatMap(([first, members]) => [first, members.length]) }],
    ['Length', content.length],
  ])
  return `${size} 0 obj\n${serialiseDictionary(entries)}\nstream\n${content}\nendstream\nendobj\n`
}
