/**
 * Reads request bodies, bounded in size and time. A peer that declares too much is refused before a byte is read;
 * one that falls silent, or drips so slowly that it only holds the line, is cut off.
 */
import type { IncomingMessage } from 'node:http'
import { protocolLimits } from '../core/exchange/protocol.ts'
import { parseBoundedJson } from '../core/json.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'

/** Bytes a second below which a whole body (not an upload) is no longer waited for, after the idle time. */
const leastPace = 1024

/** Longest silence in a body, and how long headers may take, ms. */
export type Pace = { readonly idleMs: number; readonly headersMs: number }
export const usualPace: Pace = { idleMs: protocolLimits.idleMs, headersMs: 10_000 }

/** The peer was cut off or went away in mid-request: nobody is there to be answered. */
export class PeerGone extends Error {}

/** Content-Length, undefined where the body is chunked or absent. Node has refused what is no number. */
export function declaredLength(request: IncomingMessage): number | undefined {
  const text = request.headers['content-length']
  return text === undefined ? undefined : Number(text)
}

/**
 * Hands on every piece until the end, or until `take` wants no more (then the answer is false). Throws PeerGone when
 * the peer is silent for too long or goes away.
 */
export async function eachPiece(
  request: IncomingMessage,
  pace: Pace,
  take: (piece: Buffer) => boolean | Promise<boolean>,
): Promise<boolean> {
  let watch: NodeJS.Timeout | undefined
  const rewind = () => {
    clearTimeout(watch)
    watch = setTimeout(() => request.destroy(new PeerGone('silent')), pace.idleMs)
  }
  rewind()
  const pieces = request[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    for (;;) {
      let next: IteratorResult<Buffer>
      try {
        next = await pieces.next()
      } catch (error) {
        throw error instanceof PeerGone ? error : new PeerGone(String(error))
      }
      if (next.done) return true
      clearTimeout(watch)
      if (!(await take(next.value))) return false
      rewind()
    }
  } finally {
    clearTimeout(watch)
  }
}

/** The whole body. Every refusal closes the connection after the answer: the rest of the body is not wanted. */
export async function readWhole(
  request: IncomingMessage,
  limit: number,
  pace: Pace,
): Promise<Result<Buffer, 'too-large'>> {
  if ((declaredLength(request) ?? 0) > limit) return refuse('too-large', { limit })
  const pieces: Buffer[] = []
  let size = 0
  const begun = performance.now()
  const whole = await eachPiece(request, pace, (piece) => {
    size += piece.length
    if (size > limit) return false
    const elapsed = performance.now() - begun
    if (elapsed > pace.idleMs && size < ((elapsed - pace.idleMs) / 1000) * leastPace)
      throw new PeerGone('too slow')
    pieces.push(piece)
    return true
  })
  return whole ? ok(Buffer.concat(pieces)) : refuse('too-large', { limit })
}

/** A JSON body in one of the protocol's shapes. */
export async function readJson<Shape>(
  request: IncomingMessage,
  schema: { safeParse(value: unknown): { success: true; data: Shape } | { success: false } },
  pace: Pace,
): Promise<Result<Shape, 'request-too-large' | 'request-malformed'>> {
  const whole = await readWhole(request, protocolLimits.requestBytes, pace)
  if (!whole.ok) return refuse('request-too-large', whole.refusal.facts)
  const json = parseBoundedJson(whole.value, { maxBytes: protocolLimits.requestBytes, maxDepth: 8 })
  if (!json.ok) return refuse('request-malformed', undefined, json.refusal.code)
  const parsed = schema.safeParse(json.value)
  return parsed.success ? ok(parsed.data) : refuse('request-malformed', undefined, 'shape')
}
