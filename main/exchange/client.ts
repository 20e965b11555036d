/**
 * The hub as a workstation sees it: mutual TLS 1.3 with the device certificate, a session proven by the person's
 * signature, every answer bounded in size and time and parsed by the protocol page. Signing and verifying are handed
 * in. Not here: what to send when, and what to believe (the pumps, and their ports).
 */
import { Readable } from 'node:stream'
import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import type { z } from 'zod'
import type { Address, BlobId } from '../../core/act/identifiers.ts'
import {
  directoryPage,
  mailboxPage,
  nonceGrant,
  packetAnswer,
  protocolLimits,
  refusalAnswer,
  sessionGrant,
  uploadGrant,
} from '../../core/exchange/protocol.ts'
import type { MailboxPage, SessionGrant } from '../../core/exchange/protocol.ts'
import { packetMedia } from '../../core/exchange/packet.ts'
import { parseBoundedJson } from '../../core/json.ts'
import { noProbe } from '../../core/ports.ts'
import type { Clock, Probe } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import { failureOf } from './failures.ts'
import type { HubFailed, HubFailure } from './failures.ts'

export type HubClientOptions = {
  /** https://name:port */
  readonly url: string
  /** PEM: the device's certificate (with its intermediates) and key, and the anchors the hub must chain to. */
  readonly device: { readonly cert: string; readonly key: string; readonly ca: string }
  /** The person's session statement over the hub's nonce (core/exchange/session.ts), as JWS. */
  readonly signSession: (nonce: string) => Promise<string>
  readonly clock: Clock
  /** Largest piece of an upload, bytes. */
  readonly pieceBytes?: number
  readonly timeouts?: Partial<Timeouts>
  /** Told before every request. */
  readonly probe?: Probe
}
type Timeouts = {
  readonly connectMs: number
  /** Longest silence of the hub in an answer. */
  readonly idleMs: number
  /** A whole small answer; a mailbox page. */
  readonly answerMs: number
  readonly pageMs: number
}
const usualTimeouts: Timeouts = {
  connectMs: 10_000,
  idleMs: protocolLimits.idleMs,
  answerMs: 120_000,
  pageMs: 900_000,
}

type Answered<Value> = Promise<Result<Value, HubFailure>>

export type BlobSource = (offset: number, length: number) => AsyncIterable<Uint8Array>
export type BlobSink = {
  readonly partSize: () => Promise<number>
  readonly append: (offset: number, source: AsyncIterable<Uint8Array>) => Promise<number>
}

export type HubClient = {
  /** The mailboxes this session may read; opens the session where there is none. */
  readonly boxes: () => Answered<readonly Address[]>
  /** Signed directory acts after a version, oldest first. */
  readonly directory: (after: number) => Answered<readonly string[]>
  /** Brings the hub what it has not got of a blob; resumes where an earlier upload was cut. */
  readonly uploadBlob: (id: BlobId, size: number, read: BlobSource) => Answered<true>
  /** Fetches what is not here of a blob; the caller checks the name when all has come. */
  readonly downloadBlob: (id: BlobId, size: number, sink: BlobSink) => Answered<true>
  /** The receipt, not verified. */
  readonly sendPacket: (raw: string) => Answered<string>
  readonly mailbox: (
    box: Address,
    after: number,
    waitSeconds: number,
    gone?: AbortSignal,
  ) => Answered<MailboxPage>
  /** Ends every request under way. */
  readonly close: () => Promise<void>
}

/** Bytes of an answer: the largest page holds one packet of full size, or pageBytes of smaller ones, and receipts. */
const answerBytes = { small: 64 * 1024, page: 64 * 1024 * 1024, directory: 64 * 1024 * 1024 } as const
const answerDepth = 8

type Ask = {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | (() => Readable)
  readonly gone?: AbortSignal
  readonly wholeMs?: number
  /** Silence the hub may keep before it answers. */
  readonly thinkMs?: number
}

export function hubClient(options: HubClientOptions): HubClient {
  const { url, device, clock, probe = noProbe } = options
  const pieceBytes = Math.min(options.pieceBytes ?? 16 * 1024 * 1024, protocolLimits.patchBytes)
  const times = { ...usualTimeouts, ...options.timeouts }
  const agent = new Agent({
    connections: 16,
    connect: { ...device, minVersion: 'TLSv1.3', timeout: times.connectMs },
    headersTimeout: times.idleMs * 2,
    bodyTimeout: times.idleMs,
    maxHeaderSize: 16 * 1024,
  })
  const closing = new AbortController()
  let session: SessionGrant | null = null
  let opening: Answered<SessionGrant> | null = null

  /** Asks and hands the answer's body to `take`; what the network throws becomes a failure. */
  async function ask<Value>(
    asked: Ask,
    take: (answer: Dispatcher.ResponseData) => Answered<Value>,
  ): Answered<Value> {
    const signals = [closing.signal, AbortSignal.timeout(asked.wholeMs ?? times.answerMs)]
    if (asked.gone) signals.push(asked.gone)
    probe(`request ${asked.method} ${asked.path.split('?', 1)[0]}`)
    try {
      const answer = await request(`${url}${asked.path}`, {
        dispatcher: agent,
        method: asked.method,
        signal: AbortSignal.any(signals),
        headersTimeout: (asked.thinkMs ?? 0) + times.idleMs,
        ...(asked.headers ? { headers: asked.headers } : {}),
        ...(asked.body === undefined
          ? {}
          : { body: typeof asked.body === 'string' ? asked.body : asked.body() }),
      })
      try {
        if (answer.statusCode >= 400) return await refusalIn(answer)
        return await take(answer)
      } finally {
        // What nobody read ends here; after a full read this changes nothing.
        answer.body.on('error', () => undefined).destroy()
      }
    } catch (error) {
      return failed(failureOf(error))
    }
  }

  const json =
    <Schema extends z.ZodType>(shape: Schema, maxBytes: number = answerBytes.small) =>
    async (answer: Dispatcher.ResponseData): Answered<z.infer<Schema>> => {
      const read = await readBounded(answer.body, maxBytes)
      const value = read && parseBoundedJson(read, { maxBytes, maxDepth: answerDepth })
      const parsed = value?.ok ? shape.safeParse(value.value) : undefined
      return parsed?.success ? ok(parsed.data) : malformed(answer.statusCode)
    }

  async function openSession(): Answered<SessionGrant> {
    const nonce = await ask({ method: 'POST', path: '/v1/nonce' }, json(nonceGrant))
    if (!nonce.ok) return nonce
    const statement = await options.signSession(nonce.value.nonce)
    return ask(
      { method: 'POST', path: '/v1/session', body: JSON.stringify({ statement }) },
      json(sessionGrant),
    )
  }

  /** The session, opened by the first who needs it; a minute before its end a new one. */
  async function inSession(): Answered<SessionGrant> {
    if (session && Date.parse(session.until) - 60_000 > clock()) return ok(session)
    opening ??= openSession().finally(() => (opening = null))
    const opened = await opening
    if (opened.ok) session = opened.value
    return opened
  }

  /** Asks with the session's token; where the hub has forgotten the session, once more with a new one. */
  async function askInSession<Value>(
    asked: Ask,
    take: (answer: Dispatcher.ResponseData) => Answered<Value>,
  ): Answered<Value> {
    for (let attempt = 1; ; attempt++) {
      const granted = await inSession()
      if (!granted.ok) return granted
      const headers = { ...asked.headers, authorization: `Bearer ${granted.value.token}` }
      const answered = await ask({ ...asked, headers }, take)
      const forgotten = !answered.ok && ['session-missing', 'session-expired'].includes(answered.refusal.code)
      if (!forgotten) return answered
      if (session === granted.value) session = null
      if (attempt === 2) return answered
    }
  }

  const beginUpload = (blob: BlobId, size: number) =>
    askInSession(
      { method: 'POST', path: '/v1/uploads', body: JSON.stringify({ blob, size }) },
      json(uploadGrant),
    )

  async function uploadBlob(id: BlobId, size: number, read: BlobSource): Answered<true> {
    const granted = await beginUpload(id, size)
    if (!granted.ok) return granted
    if ('stored' in granted.value) return ok(true)
    const { upload } = granted.value
    let { offset } = granted.value
    do {
      if (offset > size) return malformed(201)
      const from = offset
      const length = Math.min(pieceBytes, size - from)
      const sent = await askInSession(
        {
          method: 'PATCH',
          path: `/v1/uploads/${encodeURIComponent(upload)}`,
          headers: {
            'upload-offset': String(from),
            'content-length': String(length),
            'content-type': 'application/octet-stream',
          },
          body: () => Readable.from(read(from, length), { objectMode: false }),
          wholeMs: times.pageMs,
          // The last piece is answered when the hub has hashed and flushed all of the blob.
          thinkMs: 2 * times.idleMs,
        },
        async (answer): Answered<number> => {
          await answer.body.dump({ limit: answerBytes.small })
          const reached = Number(answer.headers['upload-offset'])
          return Number.isSafeInteger(reached) && reached > from - (length === 0 ? 1 : 0) && reached <= size
            ? ok(reached)
            : malformed(answer.statusCode)
        },
      )
      if (!sent.ok) return sent
      offset = sent.value
    } while (offset < size)
    return ok(true)
  }

  async function downloadBlob(id: BlobId, size: number, sink: BlobSink): Answered<true> {
    let from = await sink.partSize()
    if (from > size) from = 0
    if (from === size && size > 0) return ok(true)
    return askInSession(
      {
        method: 'GET',
        path: `/v1/blobs/${id}`,
        wholeMs: times.pageMs,
        ...(from > 0 ? { headers: { range: `bytes=${from}-` } } : {}),
      },
      async (answer): Answered<true> => {
        const start = answer.statusCode === 206 ? rangeStart(answer.headers['content-range'], size) : 0
        if (start === null || start > from) return malformed(answer.statusCode)
        const reached = await sink.append(start, bounded(answer.body, size - start))
        return reached === size ? ok(true) : refuse('offline', undefined, 'blob cut short')
      },
    )
  }

  return {
    boxes: async () => {
      const granted = await inSession()
      return granted.ok ? ok(granted.value.boxes as Address[]) : granted
    },
    directory: async (after) => {
      const page = await askInSession(
        { method: 'GET', path: `/v1/directory?after=${after}`, wholeMs: times.pageMs },
        json(directoryPage, answerBytes.directory),
      )
      return page.ok ? ok(page.value.acts) : page
    },
    uploadBlob,
    downloadBlob,
    sendPacket: async (raw) => {
      const sent = await askInSession(
        {
          method: 'POST',
          path: '/v1/packets',
          headers: { 'content-type': packetMedia },
          body: raw,
          wholeMs: times.pageMs,
        },
        json(packetAnswer),
      )
      return sent.ok ? ok(sent.value.receipt) : sent
    },
    mailbox: async (box, after, waitSeconds, gone) => {
      const query = new URLSearchParams({ box, after: String(after), wait: String(waitSeconds) })
      const page = await askInSession(
        {
          method: 'GET',
          path: `/v1/mailbox?${query.toString()}`,
          wholeMs: times.pageMs,
          thinkMs: waitSeconds * 1_000,
          ...(gone ? { gone } : {}),
        },
        json(mailboxPage, answerBytes.page),
      )
      return page.ok && !inOrder(page.value, after) ? malformed(200) : page
    },
    close: async () => {
      closing.abort()
      await agent.destroy()
    },
  }
}

const failed = (refusal: HubFailed): Result<never, HubFailure> => ({ ok: false, refusal })
const malformed = (status: number): Result<never, HubFailure> => refuse('hub-answer-malformed', { status })

async function refusalIn(answer: Dispatcher.ResponseData): Answered<never> {
  const read = await readBounded(answer.body, answerBytes.small)
  const value = read && parseBoundedJson(read, { maxBytes: answerBytes.small, maxDepth: answerDepth })
  const parsed = value?.ok ? refusalAnswer.safeParse(value.value) : undefined
  if (!parsed?.success) return malformed(answer.statusCode)
  const { code, facts } = parsed.data.refusal
  return refuse(code, facts)
}

/** Positions rise from the one asked for, and the next question lies behind them. */
function inOrder({ packets, next }: MailboxPage, after: number): boolean {
  let least = after
  for (const { position } of packets) {
    if (position < least) return false
    least = position + 1
  }
  return next >= least
}

/** All bytes of a body, or null where there are more than `most`. */
async function readBounded(body: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > most) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The body up to `most` bytes: a hub that sends more than the blob has sends nothing we want. */
async function* bounded(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let left = most
  for await (const part of body) {
    yield part.length > left ? part.subarray(0, left) : part
    left -= Math.min(part.length, left)
    if (left === 0) return
  }
}

/** Where a 206 answer begins; null where it is not a part of a blob of this size. */
function rangeStart(header: string | string[] | undefined, size: number): number | null {
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(String(header ?? ''))
  if (!found || Number(found[3]) !== size || Number(found[2]) !== size - 1) return null
  return Number(found[1])
}
