/**
 * Judges a signature's /ByteRange: it must be the file from its first byte to the end of the signature's own revision,
 * leaving out exactly the /Contents string. Anything else lets bytes hide.
 */
import type { Span } from '../verdict.ts'
import type { Revision } from './read.ts'
import type { Located } from './signatures.ts'

export type Covered = {
  /** `short`: ends before its own revision does. */
  readonly state: 'whole' | 'short' | 'malformed'
  /** What is hashed; empty where the range is malformed. */
  readonly ranges: readonly Span[]
  /** Where the covered bytes end, 0 where nothing is covered. */
  readonly to: number
  /** The signature's own revision, where it is known. */
  readonly revision?: number
}

const none: Covered = { state: 'malformed', ranges: [], to: 0 }

/** @param revisions empty where the structure is unknown; then the range is taken to end its revision */
export function judgeCoverage(
  bytes: Uint8Array,
  { byteRange, contents }: Located,
  revisions: readonly Revision[],
): Covered {
  const own = contents && revisions.find(({ marker }) => marker >= contents.end)
  const place = own ? { revision: own.index } : {}
  if (!byteRange || !contents) return { ...none, ...place }
  const [first, length, second, rest] = byteRange
  const to = second + rest
  if (first !== 0 || length !== contents.start || second !== contents.end || to > bytes.length)
    return { ...none, ...place }
  const ranges = [
    { from: 0, to: length },
    { from: second, to },
  ]
  if (!own) return { state: revisions.length > 0 ? 'malformed' : 'whole', ranges, to }
  if (to < own.marker) return { state: 'short', ranges, to, ...place }
  // Beyond the end of the revision only the rest of the file may be covered, and only where no revision follows.
  const whole = to <= own.end || (own.index === revisions.length - 1 && to === bytes.length)
  return { state: whole ? 'whole' : 'malformed', ranges, to, ...place }
}

/** Whether the /Contents string is an even number of hexadecimal digits and nothing else: no place for other bytes. */
export function isPlainHex(text: Uint8Array): boolean {
  if (text.length % 2 !== 0) return false
  return text.every(
    (byte) =>
      (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66),
  )
}
