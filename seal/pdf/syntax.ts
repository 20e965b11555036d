/**
 * Reads PDF objects (ISO 32000-2 7.2, 7.3) from bytes of strangers. Strict where leniency lets two readers see two
 * documents: no duplicate keys, no missing delimiters, nesting at most 64 deep. Knows nothing of cross references.
 * Functions throw `MalformedPdf`; the entry points (read.ts, verify.ts, seal.ts) turn it into values.
 */
export class MalformedPdf extends Error {}

export type PdfName = { readonly type: 'name'; readonly name: string }
/** `start` and `end` span the delimiters too, as file offsets; -1 inside an object stream. */
export type PdfString = {
  readonly type: 'string'
  readonly bytes: Uint8Array
  readonly hex: boolean
  readonly start: number
  readonly end: number
}
export type PdfArray = { readonly type: 'array'; readonly items: readonly PdfValue[] }
export type PdfDictionary = { readonly type: 'dictionary'; readonly entries: ReadonlyMap<string, PdfValue> }
export type PdfReference = {
  readonly type: 'reference'
  readonly number: number
  readonly generation: number
}
/** `raw` is the data as it stands in the file, filters not applied. */
export type PdfStream = {
  readonly type: 'stream'
  readonly entries: ReadonlyMap<string, PdfValue>
  readonly raw: Uint8Array
}
export type PdfValue =
  null | boolean | number | PdfName | PdfString | PdfArray | PdfDictionary | PdfReference | PdfStream

export const syntaxLimits = { depth: 64, nameBytes: 512, stringBytes: 8_388_608, integer: 2 ** 48 } as const

const malformed = (what: string, place: number): never => {
  throw new MalformedPdf(`${what} at ${place}`)
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0x00
const delimiters = new Set([...'()<>[]{}/%'].map((one) => one.charCodeAt(0)))
const isRegular = (byte: number | undefined): byte is number =>
  byte !== undefined && !isSpace(byte) && !delimiters.has(byte)
const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Reads values from `bytes` before `limit`. */
export class PdfScanner {
  readonly bytes: Uint8Array
  readonly limit: number
  readonly inFile: boolean
  position: number

  /** @param inFile whether offsets are the file's (false inside a decoded object stream) */
  constructor(bytes: Uint8Array, position: number, limit: number = bytes.length, inFile = true) {
    if (position < 0 || limit > bytes.length || position > limit) malformed('place outside', position)
    this.bytes = bytes
    this.position = position
    this.limit = limit
    this.inFile = inFile
  }

  at(offset: number): number | undefined {
    return offset < this.limit ? this.bytes[offset] : undefined
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.at(this.position)
      if (isSpace(byte)) this.position++
      else if (byte === 0x25 && !this.sees('%%EOF')) {
        while (
          this.position < this.limit &&
          this.at(this.position) !== 0x0a &&
          this.at(this.position) !== 0x0d
        )
          this.position++
      } else return
    }
  }

  sees(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.at(this.position + i) !== text.charCodeAt(i)) return false
    return true
  }

  /** Takes a keyword that ends at a delimiter or space. */
  tryKeyword(text: string): boolean {
    if (!this.sees(text) || isRegular(this.at(this.position + text.length))) return false
    this.position += text.length
    return true
  }

  keyword(text: string): void {
    this.skipSpace()
    if (!this.tryKeyword(text)) malformed(`no ${text}`, this.position)
  }

  /** A whole number without sign. */
  integer(): number {
    this.skipSpace()
    const value = this.tryInteger()
    return value ?? malformed('no number', this.position)
  }

  private tryInteger(): number | undefined {
    let end = this.position
    let value = 0
    for (;;) {
      const byte = this.at(end)
      if (byte === undefined || byte < 0x30 || byte > 0x39) break
      value = value * 10 + (byte - 0x30)
      if (value > syntaxLimits.integer) malformed('number too large', this.position)
      end++
    }
    if (end === this.position || isRegular(this.at(end))) return undefined
    this.position = end
    return value
  }

  value(depth = 0): PdfValue {
    if (depth > syntaxLimits.depth) return malformed('nested too deeply', this.position)
    this.skipSpace()
    const byte = this.at(this.position)
    if (byte === undefined) return malformed('truncated', this.position)
    if (byte === 0x2f) return this.name()
    if (byte === 0x28) return this.literalString()
    if (byte === 0x5b) return this.array(depth)
    if (byte === 0x3c) return this.at(this.position + 1) === 0x3c ? this.dictionary(depth) : this.hexString()
    if (this.tryKeyword('null')) return null
    if (this.tryKeyword('true')) return true
    if (this.tryKeyword('false')) return false
    return this.numberOrReference()
  }

  private numberOrReference(): PdfValue {
    const start = this.position
    const number = this.tryInteger()
    if (number === undefined) return this.signedNumber()
    const afterNumber = this.position
    this.skipSpace()
    const generation = this.tryInteger()
    if (generation !== undefined) {
      this.skipSpace()
      if (this.tryKeyword('R')) {
        if (number > 8_388_607 * 2 || generation > 65_535) return malformed('reference', start)
        return { type: 'reference', number, generation }
      }
    }
    this.position = afterNumber
    return number
  }

  private signedNumber(): number {
    const start = this.position
    let end = start
    while (isRegular(this.at(end)) && end - start < 40) end++
    const text = Buffer.from(this.bytes.subarray(start, end)).toString('latin1')
    if (isRegular(this.at(end)) || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return malformed('no value', start)
    this.position = end
    return Number(text)
  }

  private name(): PdfName {
    const start = this.position++
    let name = ''
    for (let byte = this.at(this.position); isRegular(byte); byte = this.at(this.position)) {
      this.position++
      if (byte === 0x23) {
        const high = hexDigit(this.at(this.position))
        const low = hexDigit(this.at(this.position + 1))
        if (high >= 0 && low >= 0) {
          byte = high * 16 + low
          this.position += 2
        }
      }
      name += String.fromCharCode(byte)
      if (name.length > syntaxLimits.nameBytes) malformed('name too long', start)
    }
    return { type: 'name', name }
  }

  private array(depth: number): PdfArray {
    this.position++
    const items: PdfValue[] = []
    for (;;) {
      this.skipSpace()
      if (this.at(this.position) === 0x5d) {
        this.position++
        return { type: 'array', items }
      }
      items.push(this.value(depth + 1))
    }
  }

  dictionary(depth = 0): PdfDictionary {
    this.skipSpace()
    if (!this.sees('<<')) malformed('no dictionary', this.position)
    this.position += 2
    const entries = new Map<string, PdfValue>()
    for (;;) {
      this.skipSpace()
      if (this.sees('>>')) {
        this.position += 2
        return { type: 'dictionary', entries }
      }
      if (this.at(this.position) !== 0x2f) malformed('no key', this.position)
      const { name } = this.name()
      if (entries.has(name)) malformed('key stated twice', this.position)
      entries.set(name, this.value(depth + 1))
    }
  }

  private string(bytes: readonly number[] | Uint8Array, hex: boolean, start: number): PdfString {
    const places = this.inFile ? { start, end: this.position } : { start: -1, end: -1 }
    return { type: 'string', bytes: Uint8Array.from(bytes), hex, ...places }
  }

  private hexString(): PdfString {
    const start = this.position++
    const digits: number[] = []
    for (;;) {
      const byte = this.at(this.position++)
      if (byte === 0x3e) break
      if (isSpace(byte)) continue
      const digit = hexDigit(byte)
      if (digit < 0) malformed('hexadecimal string', start)
      digits.push(digit)
      if (digits.length > syntaxLimits.stringBytes * 2) return malformed('string too long', start)
    }
    const bytes = new Uint8Array(Math.ceil(digits.length / 2))
    for (let i = 0; i < bytes.length; i++) bytes[i] = (digits[2 * i] ?? 0) * 16 + (digits[2 * i + 1] ?? 0)
    return this.string(bytes, true, start)
  }

  private literalString(): PdfString {
    const start = this.position++
    const bytes: number[] = []
    for (let open = 1; ;) {
      const byte = this.at(this.position++)
      if (byte === undefined || bytes.length > syntaxLimits.stringBytes) return malformed('string', start)
      if (byte === 0x5c) this.escape(bytes)
      else if (byte === 0x29 && --open === 0) return this.string(bytes, false, start)
      else {
        if (byte === 0x28) open++
        if (byte === 0x0d) {
          if (this.at(this.position) === 0x0a) this.position++
          bytes.push(0x0a)
        } else bytes.push(byte)
      }
    }
  }

  private escape(bytes: number[]): void {
    const byte = this.at(this.position++)
    if (byte === undefined) return
    const simple = 'nrtbf'.indexOf(String.fromCharCode(byte))
    if (simple >= 0) bytes.push([0x0a, 0x0d, 0x09, 0x08, 0x0c][simple] ?? 0)
    else if (byte >= 0x30 && byte <= 0x37) {
      let value = byte - 0x30
      for (let i = 0; i < 2; i++) {
        const next = this.at(this.position)
        if (next === undefined || next < 0x30 || next > 0x37) break
        value = value * 8 + (next - 0x30)
        this.position++
      }
      bytes.push(value & 0xff)
    } else if (byte === 0x0d) {
      if (this.at(this.position) === 0x0a) this.position++
    } else if (byte !== 0x0a) bytes.push(byte)
  }
}

/** What stands in the file as `n g obj ... endobj`. */
export type IndirectObject = {
  readonly number: number
  readonly generation: number
  readonly value: PdfValue
  readonly end: number
}

/**
 * @param lengthOf resolves a stream's /Length that is a reference.
 * @param limit offset before which the whole object must end.
 */
export function readIndirectObject(
  bytes: Uint8Array,
  offset: number,
  limit: number,
  lengthOf: (reference: PdfReference) => number,
): IndirectObject {
  const scanner = new PdfScanner(bytes, offset, limit)
  const number = scanner.integer()
  const generation = scanner.integer()
  scanner.keyword('obj')
  let value = scanner.value()
  scanner.skipSpace()
  if (isDictionary(value) && scanner.tryKeyword('stream')) {
    if (scanner.at(scanner.position) === 0x0d) scanner.position++
    if (scanner.at(scanner.position) !== 0x0a) malformed('stream', scanner.position)
    const start = ++scanner.position
    const stated = value.entries.get('Length') ?? null
    const length = isReference(stated) ? lengthOf(stated) : stated
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || start + length > limit)
      return malformed('stream length', start)
    value = { type: 'stream', entries: value.entries, raw: bytes.subarray(start, start + length) }
    scanner.position = start + length
    scanner.keyword('endstream')
  }
  scanner.keyword('endobj')
  return { number, generation, value, end: scanner.position }
}

const typed =
  <Type extends Extract<PdfValue, { type: string }>['type']>(type: Type) =>
  (value: PdfValue | undefined): value is Extract<PdfValue, { type: Type }> =>
    typeof value === 'object' && value !== null && value.type === type

export const isName = typed('name')
export const isString = typed('string')
export const isArray = typed('array')
export const isDictionary = typed('dictionary')
export const isReference = typed('reference')
export const isStream = typed('stream')
