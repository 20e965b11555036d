/**
 * The protocol page as HTTP. Every request is first asked for its device, then for its session; only then is its
 * body read. Every answer that is not the protocol's shape is a refusal of the protocol's closed set.
 */
import type { ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { address, blobId } from '../core/act/identifiers.ts'
import { packetLimits } from '../core/exchange/packet.ts'
import {
  hubStatus,
  protocolLimits,
  protocolVersion,
  sessionRequest,
  uploadRequest,
} from '../core/exchange/protocol.ts'
import type { HubFacts, HubRefusal } from '../core/exchange/protocol.ts'
import { refuse } from '../core/result.ts'
import type { Refusal, Result } from '../core/result.ts'
import { PeerGone, readJson, readWhole } from './bodies.ts'
import type { Pace } from './bodies.ts'
import { isDiskFull } from './database.ts'
import type { KnownDevice } from './devices.ts'
import type { DirectoryDesk } from './directory.ts'
import { readMailbox, takePacket } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { HubLog } from './reports.ts'
import type { Session, SessionDesk } from './sessions.ts'
import type { UploadDesk } from './uploads.ts'

export type Desks = Exchange & {
  readonly directoryDesk: DirectoryDesk
  readonly sessions: SessionDesk
  readonly uploads: UploadDesk
  readonly judgeDevice: (socket: TLSSocket) => Result<KnownDevice, HubRefusal>
  readonly log: HubLog
  readonly pace: Pace
  /** Fires when the hub closes. */
  readonly closing: AbortSignal
}

type Asking = { readonly request: FastifyRequest; readonly reply: FastifyReply }
type AtDevice = Asking & { readonly device: KnownDevice }
type InSession = AtDevice & { readonly session: Session }
type Answer = Promise<Refusal<HubRefusal> | undefined>

const whole = z.coerce.number().int()
const mailboxQuery = z.strictObject({
  box: address,
  after: whole.min(-1).default(0),
  wait: whole.min(0).default(0),
})
const directoryQuery = z.strictObject({ after: whole.min(0).default(0) })
const packetBytes = packetLimits.headerBytes + 1 + packetLimits.bodyBytes

export function addRoutes(server: FastifyInstance, desks: Desks): void {
  const { log, sessions, uploads, pace } = desks
  const whose = new WeakMap<FastifyRequest, { device?: string; person?: string }>()
  const whoseOf = (request: FastifyRequest) => whose.get(request) ?? {}

  const refuseWith = (reply: FastifyReply, { code, facts, detail }: Refusal<HubRefusal>): void => {
    const { request } = reply
    const about = { ...(facts ? { facts } : {}), ...(detail === undefined ? {} : { detail }) }
    log({ event: 'refused', code, request: nameOf(request), ...whoseOf(request), ...about })
    // A body that was not read to its end is not wanted either.
    if (!request.raw.complete) void reply.header('connection', 'close')
    void reply.code(hubStatus[code]).send({ refusal: { code, ...(facts ? { facts } : {}) } })
  }

  const failed = (reply: FastifyReply, error: unknown): void => {
    if (error instanceof PeerGone || reply.request.raw.socket.destroyed) {
      void reply.hijack()
      reply.raw.destroy()
      return
    }
    if (isDiskFull(error)) return refuseWith(reply, { code: 'disk-full' })
    log({ event: 'failed', request: nameOf(reply.request), error: String((error as Error)?.stack ?? error) })
    refuseWith(reply, { code: 'busy' })
  }

  const atDevice =
    (handle: (asking: AtDevice) => Answer) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      try {
        const device = desks.judgeDevice(request.raw.socket as TLSSocket)
        if (!device.ok) refuseWith(reply, device.refusal)
        else {
          whose.set(request, { device: device.value.device })
          const refusal = await handle({ request, reply, device: device.value })
          if (refusal) refuseWith(reply, refusal)
        }
      } catch (error) {
        failed(reply, error)
      }
      return reply
    }
  const inSession = (handle: (asking: InSession) => Answer) =>
    atDevice(async ({ request, reply, device }) => {
      const session = await sessions.of(request.headers.authorization, device)
      if (!session.ok) return session.refusal
      whose.set(request, { device: device.device, person: session.value.person })
      return handle({ request, reply, device, session: session.value })
    })

  server.get(
    '/v1/hub',
    atDevice(async ({ reply }) => {
      const time = new Date(desks.clock()).toISOString()
      const facts: HubFacts = { hub: desks.identity.hub, time, protocol: protocolVersion }
      return answer(reply, facts)
    }),
  )
  server.post(
    '/v1/nonce',
    atDevice(async ({ reply, device }) => answer(reply, { nonce: await sessions.nonce(device) })),
  )
  server.post(
    '/v1/session',
    atDevice(async ({ request, reply, device }) => {
      const asked = await readJson(request.raw, sessionRequest, pace)
      if (!asked.ok) return asked.refusal
      const grant = await sessions.open(asked.value.statement, device)
      if (!grant.ok) return grant.refusal
      const person = grant.value.boxes[0]?.slice('person:'.length) ?? ''
      log({ event: 'session', device: device.device, person, until: grant.value.until })
      return answer(reply, grant.value)
    }),
  )
  server.get(
    '/v1/directory',
    inSession(async ({ request, reply }) => {
      const query = directoryQuery.safeParse(request.query)
      if (!query.success) return malformed('query')
      return answer(reply, { acts: await desks.directoryDesk.after(query.data.after) })
    }),
  )
  server.post(
    '/v1/uploads',
    inSession(async ({ request, reply, session }) => {
      const asked = await readJson(request.raw, uploadRequest, pace)
      if (!asked.ok) return asked.refusal
      const granted = await uploads.grant(asked.value, session)
      if (!granted.ok) return granted.refusal
      void reply.code('stored' in granted.value ? 200 : 201)
      return answer(reply, granted.value)
    }),
  )
  server.head(
    '/v1/uploads/:upload',
    inSession(async ({ request, reply, session }) => {
      const offset = await uploads.offset(paramOf(request, 'upload'), session)
      if (!offset.ok) return offset.refusal
      void reply.header('upload-offset', offset.value).header('cache-control', 'no-store').send()
      return undefined
    }),
  )
  server.patch(
    '/v1/uploads/:upload',
    inSession(async ({ request, reply, session, device }) => {
      const offset = offsetOf(request)
      if (offset === undefined) return malformed('upload-offset')
      const received = await uploads.receive(paramOf(request, 'upload'), offset, request.raw, session)
      if (!received.ok) return received.refusal
      const { stored } = received.value
      if (stored) log({ event: 'blob-stored', device: device.device, person: session.person, ...stored })
      void reply.code(204).header('upload-offset', received.value.offset).send()
      return undefined
    }),
  )
  server.get(
    '/v1/blobs/:blob',
    inSession(async ({ request, reply }) => sendBlob(desks, request, reply)),
  )
  server.post(
    '/v1/packets',
    inSession(async ({ request, reply, session, device }) => {
      const bytes = await readWhole(request.raw, packetBytes, pace)
      if (!bytes.ok) return { code: 'packet-too-large', facts: { limit: packetBytes } }
      const taken = await takePacket(desks, bytes.value, session, device)
      if (!taken.ok) return taken.refusal
      const { packet, position, receipt, fresh } = taken.value
      if (fresh) log({ event: 'accepted', device: device.device, person: session.person, packet, position })
      return answer(reply, { receipt })
    }),
  )
  server.get(
    '/v1/mailbox',
    inSession(async ({ request, reply, session }) => {
      const query = mailboxQuery.safeParse(request.query)
      if (!query.success) return malformed('query')
      const { box, after, wait } = query.data
      const asked = { box, after: Math.max(after, 0), waitSeconds: wait }
      const page = await readMailbox(desks, asked, session, goneWith(reply.raw, desks.closing))
      return page.ok ? answer(reply, page.value) : page.refusal
    }),
  )
  server.setNotFoundHandler(atDevice(async () => ({ code: 'not-found' })))
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500)
      return refuseWith(reply, refuse('request-malformed', undefined, error.message).refusal)
    return failed(reply, error)
  })
}

/** Method and path, bounded and without the query: what the log says of a request. */
const nameOf = (request: FastifyRequest): string =>
  `${request.method} ${(request.url.split('?', 1)[0] ?? '').slice(0, 160)}`

async function answer(reply: FastifyReply, body: object): Answer {
  void reply.header('cache-control', 'no-store').send(body)
  return undefined
}

const malformed = (detail: string): Refusal<HubRefusal> => ({ code: 'request-malformed', detail })

const paramOf = (request: FastifyRequest, name: string): string =>
  String((request.params as Record<string, unknown>)[name])

function offsetOf(request: FastifyRequest): number | undefined {
  const text = request.headers['upload-offset']
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) return undefined
  const offset = Number(text)
  return offset <= protocolLimits.blobBytes ? offset : undefined
}

/** Fires when the reader goes away or the hub closes. */
function goneWith(response: ServerResponse, closing: AbortSignal): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, closing])
}

/** Whole, or the one range that was asked for (RFC 9110, 14); several ranges get the whole. */
async function sendBlob({ shelf }: Desks, request: FastifyRequest, reply: FastifyReply): Answer {
  const blob = paramOf(request, 'blob')
  const size = blobId.safeParse(blob).success ? await shelf.sizeOf(blob) : undefined
  if (size === undefined) return { code: 'not-found' }
  void reply.header('accept-ranges', 'bytes').header('etag', `"${blob}"`).type('application/octet-stream')
  const range = rangeOf(request.headers.range, size)
  if (range === 'outside') {
    void reply.header('content-range', `bytes */${size}`).type('application/json; charset=utf-8')
    return { code: 'request-malformed', facts: { size }, detail: 'range' }
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
  void reply.header('content-length', end - start + 1)
  void (size === 0 ? reply.send('') : reply.send(shelf.read(blob, start, end)))
  return undefined
}

function rangeOf(
  text: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'outside' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text ?? '')
  if (!match) return undefined
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return undefined
  const start = from === '' ? Math.max(size - Number(to), 0) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start > end || start >= size ? 'outside' : { start, end }
}
