/**
 * Strict DER (X.690): reading node by node and writing. Purpose: certificates, CMS and seals are read by one small
 * parser that accepts one encoding of a value only. Not a general ASN.1 library: no BER, no high tag numbers.
 * Invariant: what is accepted has definite, minimal lengths and no bytes after the value asked for.
 *
 * Functions here throw `MalformedDer`; the callers' entry points turn it into a `Result` with `readDer`.
 */
export class MalformedDer extends Error {}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** `raw` is the whole encoding, `content` what follows the length. Both are views, not copies. */
export type DerNode = { readonly tag: number; readonly content: Uint8Array; readonly raw: Uint8Array }

const malformed = (what: string): never => {
  throw new MalformedDer(what)
}

/** The node that starts at `offset`; bytes may follow it. */
export function nodeAt(bytes: Uint8Array, offset: number): DerNode {
  const tag = bytes[offset]
  const first = bytes[offset + 1]
  if (tag === undefined || first === undefined) return malformed('truncated')
  if ((tag & 0x1f) === 0x1f) return malformed('high tag number')
  let length = first
  let start = offset + 2
  if (first >= 0x80) {
    const size = first & 0x7f
    if (size === 0 || size > 4) return malformed('length of length')
    length = 0
    for (let i = 0; i < size; i++) length = length * 256 + (bytes[start + i] ?? malformed('truncated'))
    if (length < 0x80 || length < 2 ** (8 * (size - 1))) return malformed('length not minimal')
    start += size
  }
  const end = start + length
  if (end > bytes.length) return malformed('truncated')
  return { tag, content: bytes.subarray(start, end), raw: bytes.subarray(offset, end) }
}

/** The one node that fills `bytes`. */
export function onlyNode(bytes: Uint8Array, tag?: number): DerNode {
  const node = nodeAt(bytes, 0)
  if (node.raw.length !== bytes.length) return malformed('trailing bytes')
  if (tag !== undefined && node.tag !== tag) return malformed(`tag ${node.tag}, not ${tag}`)
  return node
}

/** The nodes inside a constructed node, at most 10,000. */
export function childrenOf(node: DerNode): readonly DerNode[] {
  if ((node.tag & 0x20) === 0) return malformed('not constructed')
  const children: DerNode[] = []
  for (let offset = 0; offset < node.content.length;) {
    const child = nodeAt(node.content, offset)
    children.push(child)
    if (children.length > 10_000) return malformed('too many elements')
    offset += child.raw.length
  }
  return children
}

/** A SEQUENCE or other constructed node read from left to right. */
export type DerCursor = {
  readonly next: (tag?: number) => DerNode
  readonly optional: (tag: number) => DerNode | undefined
  /** Complains when elements are left. */
  readonly end: () => void
}

export function cursorOf(node: DerNode, tag: number = tags.sequence): DerCursor {
  if (node.tag !== tag) return malformed(`tag ${node.tag}, not ${tag}`)
  const children = childrenOf(node)
  let place = 0
  return {
    next: (wanted) => {
      const child = children[place++]
      if (!child || (wanted !== undefined && child.tag !== wanted)) return malformed(`no element ${wanted}`)
      return child
    },
    optional: (wanted) => (children[place]?.tag === wanted ? children[place++] : undefined),
    end: () => {
      if (place !== children.length) malformed('elements left over')
    },
  }
}

export function readOid(node: DerNode): string {
  const { content } = node
  if (node.tag !== tags.oid || content.length === 0 || content.length > 64)
    return malformed('object identifier')
  const arcs: bigint[] = []
  let value = 0n
  let fresh = true
  for (const byte of content) {
    if (fresh && byte === 0x80) return malformed('object identifier not minimal')
    value = (value << 7n) | BigInt(byte & 0x7f)
    fresh = (byte & 0x80) === 0
    if (fresh) {
      if (arcs.length === 0) {
        const head = value < 40n ? 0n : value < 80n ? 1n : 2n
        arcs.push(head, value - head * 40n)
      } else arcs.push(value)
      value = 0n
    }
  }
  return fresh ? arcs.join('.') : malformed('object identifier truncated')
}

export function readBoolean(node: DerNode): boolean {
  const [value] = node.content
  if (node.tag !== tags.boolean || node.content.length !== 1 || (value !== 0 && value !== 0xff))
    malformed('boolean')
  return value === 0xff
}

/** The content bytes of an INTEGER, checked to be minimal (two's complement, big endian). */
export function readInteger(node: DerNode, tag: number = tags.integer): bigint {
  const { content } = node
  const [first, second] = content
  if (node.tag !== tag || first === undefined || content.length > 2_048) return malformed('integer')
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    return malformed('integer not minimal')
  const value = BigInt(`0x${Buffer.from(content).toString('hex')}`)
  return first >= 0x80 ? value - (1n << BigInt(8 * content.length)) : value
}

/** An INTEGER that must lie within 0..max. */
export function readSmallInteger(node: DerNode, max: number): number {
  const value = readInteger(node)
  return value >= 0n && value <= BigInt(max) ? Number(value) : malformed('integer out of range')
}

/** A BIT STRING: its bytes and how many bits at the end are unused (they must be zero). */
export function readBitString(node: DerNode): { readonly bytes: Uint8Array; readonly unused: number } {
  const unused = node.content[0]
  if (node.tag !== tags.bitString || unused === undefined || unused > 7) return malformed('bit string')
  const bytes = node.content.subarray(1)
  const last = bytes[bytes.length - 1]
  if (unused > 0 && (last === undefined || (last & ((1 << unused) - 1)) !== 0)) return malformed('bit string')
  return { bytes, unused }
}

/** UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 allows them (seconds, Z); `fraction` also allows RFC 3161's. */
export function readTime(node: DerNode, fraction = false): Date {
  const text = Buffer.from(node.content).toString('latin1')
  const parts =
    node.tag === tags.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : node.tag === tags.generalizedTime
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/.exec(text)
        : null
  if (!parts || (parts[7] !== undefined && !fraction)) return malformed('time')
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const full = node.tag === tags.utcTime ? (year >= 50 ? 1900 : 2000) + year : year
  const date = new Date(0)
  date.setUTCFullYear(full, month - 1, day)
  date.setUTCHours(hour, minute, second, parts[7] ? Math.floor(Number(`0.${parts[7]}`) * 1000) : 0)
  const same =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  return same ? date : malformed('time')
}

// --- writing ---

export function encode(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const length: number[] = []
  if (size < 0x80) length.push(size)
  else {
    for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
    length.unshift(0x80 | length.length)
  }
  return Buffer.concat([Uint8Array.of(tag, ...length), ...parts])
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encode(tags.sequence, ...parts)
/** SET OF: DER sorts the elements by their encodings (X.690 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  encode(tags.set, ...[...parts].sort((a, b) => Buffer.compare(a, b)))
export const octetString = (bytes: Uint8Array): Uint8Array => encode(tags.octetString, bytes)
export const nullValue = (): Uint8Array => encode(tags.null)
export const smallInteger = (value: number): Uint8Array => {
  const bytes = [value & 0x7f]
  if (value < 0 || value > 0x7f) throw new Error('smallInteger writes 0..127')
  return encode(tags.integer, Uint8Array.from(bytes))
}
export function oid(text: string): Uint8Array {
  const arcs = text.split('.').map(BigInt)
  const [first = 0n, second = 0n, ...rest] = arcs
  const bytes: number[] = []
  for (const arc of [first * 40n + second, ...rest]) {
    const groups = [Number(arc & 0x7fn)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80)
    bytes.push(...groups)
  }
  return encode(tags.oid, Uint8Array.from(bytes))
}

/** Runs a reader; a `MalformedDer` becomes its message. Anything else is a bug and stays thrown. */
export function readDer<Value>(
  read: () => Value,
): { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly detail: string } {
  try {
    return { ok: true, value: read() }
  } catch (error) {
    if (error instanceof MalformedDer) return { ok: false, detail: error.message }
    throw error
  }
}
