/**
 * JSON from outside, bounded before it is parsed: one linear scan refuses what is too large, too deep or names a
 * member twice; only then does the engine's parser see it (it recurses, and 10,000 open brackets are no reason to
 * fall over). Says nothing about shape: that is the schema's work.
 */
import { ok, refuse } from './result.ts'
import type { Result } from './result.ts'

export type JsonRefusal = 'json-too-large' | 'json-too-deep' | 'json-duplicate-member' | 'json-malformed'

export type JsonBounds = {
  /** Of the UTF-8 bytes; for a string that was decoded already, of its UTF-16 code units. */
  readonly maxBytes: number
  /** Nested arrays and objects; 0 allows scalars only. */
  readonly maxDepth: number
}

const quote = 0x22
const backslash = 0x5c
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Parses JSON text or its UTF-8 bytes within the bounds. A `__proto__` member is malformed: nobody means it well. */
export function parseBoundedJson(
  source: string | Uint8Array,
  bounds: JsonBounds,
): Result<unknown, JsonRefusal> {
  if (source.length > bounds.maxBytes) return refuse('json-too-large', { limit: bounds.maxBytes })
  try {
    const text = typeof source === 'string' ? source : utf8.decode(source)
    const fault = scan(text, bounds.maxDepth)
    if (fault) return refuse(fault)
    return ok(JSON.parse(text))
  } catch {
    return refuse('json-malformed')
  }
}

/** Depth and member names, linear in the length of the text. Grammar is left to the parser that follows. */
function scan(text: string, maxDepth: number): JsonRefusal | undefined {
  /** Members seen in each open object; undefined for an open array. */
  const open: (Set<string> | undefined)[] = []
  let members: Set<string> | undefined
  let nameExpected = false
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at)
        if (end < 0) return 'json-malformed'
        if (nameExpected && members) {
          const raw = text.slice(at + 1, end)
          const name = raw.includes('\\') ? String(JSON.parse(text.slice(at, end + 1))) : raw
          if (name === '__proto__') return 'json-malformed'
          if (members.has(name)) return 'json-duplicate-member'
          members.add(name)
          nameExpected = false
        }
        at = end
        break
      }
      case 0x7b /* { */:
      case 0x5b /* [ */: {
        if (open.length >= maxDepth) return 'json-too-deep'
        members = text.charCodeAt(at) === 0x7b ? new Set() : undefined
        nameExpected = members !== undefined
        open.push(members)
        break
      }
      case 0x7d /* } */:
      case 0x5d /* ] */: {
        open.pop()
        members = open.at(-1)
        nameExpected = false
        break
      }
      case 0x2c /* , */:
        nameExpected = members !== undefined
        break
    }
  }
  return undefined
}

/** Index of the quote that closes the string opened at `start`, or -1. */
function endOfString(text: string, start: number): number {
  let from = start + 1
  for (;;) {
    const end = text.indexOf('"', from)
    if (end < 0) return -1
    let before = end - 1
    while (before >= from && text.charCodeAt(before) === backslash) before--
    if ((end - 1 - before) % 2 === 0) return end
    from = end + 1
  }
}
