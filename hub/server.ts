/**
 * The exchange hub: opens its folder, listens with mutual TLS 1.3, and closes in order. What it is handed (keys,
 * clock, randomness, log) it does not look for itself; hub/main.ts does that for the process of its own.
 * Non-goals: relaying to other hubs, and reading anything it carries.
 */
import type { AddressInfo, Socket } from 'node:net'
import { constants } from 'node:crypto'
import type { Server as HttpsServer } from 'node:https'
import type { TLSSocket } from 'node:tls'
import Fastify from 'fastify'
import type { FastifyReply } from 'fastify'
import type { DirectoryRefusal } from '../core/directory/directory.ts'
import type { Clock, Probe, Random } from '../core/ports.ts'
import { noProbe } from '../core/ports.ts'
import type { Result } from '../core/result.ts'
import { openBlobShelf } from './blobs.ts'
import { usualPace } from './bodies.ts'
import type { Pace } from './bodies.ts'
import { openHubDatabase } from './database.ts'
import { deviceJudge } from './devices.ts'
import { openDirectory } from './directory.ts'
import type { HubIdentity } from './identity.ts'
import { openMailboxes } from './mailboxes.ts'
import { openPackets } from './packets.ts'
import type { HubLog } from './reports.ts'
import { addRoutes } from './routes.ts'
import { openSessions } from './sessions.ts'
import { openUploads } from './uploads.ts'

const limits = {
  connections: 4_000,
  connectionsPerDevice: 64,
  headerBytes: 16 * 1024,
  handshakeMs: 10_000,
  keepAliveMs: 75_000,
  /** How long requests under way may take to end when the hub closes. */
  closingMs: 5_000,
  sweepMs: 3_600_000,
} as const

export type HubOptions = {
  /** Database and blobs; made where absent. */
  readonly folder: string
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
  readonly identity: HubIdentity
  /** Signed directory acts handed in beside those stored; known ones are passed over. */
  readonly directory?: readonly string[]
  readonly clock: Clock
  readonly random: Random
  readonly log: HubLog
  readonly probe?: Probe
  readonly pace?: Pace
}

export type RunningHub = {
  readonly port: number
  readonly hub: string
  /** Takes the directory's next version in: signed by the authority, and the next. */
  addDirectoryAct(jws: string): Promise<Result<{ readonly version: number }, DirectoryRefusal>>
  close(): Promise<void>
}

/** Throws where the folder, the port or a key cannot be used, or the folder was changed from outside. */
export async function startHub(options: HubOptions): Promise<RunningHub> {
  const { folder, identity, clock, random, log, probe = noProbe, pace = usualPace } = options
  const database = await openHubDatabase(folder)
  try {
    const shelf = await openBlobShelf(folder, probe)
    const directoryDesk = await openDirectory({ database, authority: identity.authority, probe })
    for (const jws of options.directory ?? []) {
      const added = await directoryDesk.add(jws)
      if (!added.ok && added.refusal.code !== 'directory-older-than-known')
        log({ event: 'directory-refused', ...added.refusal })
    }
    const directory = directoryDesk.current
    if (directory().version === 0) throw new Error('the hub has no directory signed by the authority')
    log({ event: 'directory-known', version: directory().version })

    const mailboxes = openMailboxes(database)
    const packets = await openPackets({
      hub: identity.hub,
      database,
      receipts: identity.receipts,
      clock,
      probe,
      wake: mailboxes.wake,
    })
    const uploads = openUploads({ database, shelf, clock, random, probe, pace })
    await uploads.sweep()
    const closing = new AbortController()
    const server = Fastify({
      https: {
        key: identity.tls.key,
        cert: identity.tls.certificate,
        ca: identity.anchors.map(({ der }) => pemOf(der)),
        requestCert: true,
        // Judged by devices.ts, which says why; TLS would only break the line.
        rejectUnauthorized: false,
        minVersion: 'TLSv1.3',
        // No tickets: every connection shows its certificate.
        secureOptions: constants.SSL_OP_NO_TICKET,
        handshakeTimeout: limits.handshakeMs,
        maxHeaderSize: limits.headerBytes,
        headersTimeout: pace.headersMs,
        connectionsCheckingInterval: pace.headersMs / 2,
      },
      requestTimeout: 0,
      keepAliveTimeout: limits.keepAliveMs,
      forceCloseConnections: false,
      exposeHeadRoutes: false,
      logger: false,
      clientErrorHandler: refuseBytes,
      frameworkErrors: (error, _request, reply) => {
        void (reply as FastifyReply).code(400).send(malformedAnswer)
        log({ event: 'connection-refused', error: error.code })
      },
    })
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    const judgeDevice = deviceJudge({ identity, directory, clock })
    addRoutes(server, {
      identity,
      directory,
      clock,
      shelf,
      packets,
      mailboxes,
      directoryDesk,
      sessions: openSessions({ hub: identity.hub, database, directory, clock, random, probe }),
      uploads,
      judgeDevice,
      log,
      pace,
      closing: closing.signal,
    })
    server.server.maxConnections = limits.connections
    boundPerDevice(server.server, log)
    const sweeping = setInterval(
      () => void uploads.sweep().catch((error: unknown) => report(log, error)),
      limits.sweepMs,
    )
    await server.listen({ port: options.port, host: options.host ?? '127.0.0.1' })
    return {
      port: (server.server.address() as AddressInfo).port,
      hub: identity.hub,
      addDirectoryAct: directoryDesk.add,
      async close() {
        log({ event: 'closing' })
        clearInterval(sweeping)
        closing.abort()
        mailboxes.close()
        const cut = setTimeout(() => server.server.closeAllConnections(), limits.closingMs)
        await server.close()
        clearTimeout(cut)
        await packets.settled()
        await database.destroy()
      },
    }
  } catch (error) {
    await database.destroy()
    throw error
  }
}

const malformedAnswer = { refusal: { code: 'request-malformed' } }

/** What is not HTTP at all, or whose headers do not come or are too large: an answer of the protocol, then the end. */
function refuseBytes(_error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy()
  const body = JSON.stringify(malformedAnswer)
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** One workstation cannot take all the places: connections beyond its share are closed. */
function boundPerDevice(server: HttpsServer, log: HubLog): void {
  const open = new Map<string, number>()
  server.on('secureConnection', (socket: TLSSocket) => {
    const peer = socket.getPeerX509Certificate()?.fingerprint256 ?? socket.remoteAddress ?? ''
    const count = (open.get(peer) ?? 0) + 1
    if (count > limits.connectionsPerDevice) {
      log({ event: 'connection-refused', error: 'too many connections of one workstation' })
      socket.destroy()
      return
    }
    open.set(peer, count)
    socket.once('close', () => {
      const left = (open.get(peer) ?? 1) - 1
      if (left === 0) open.delete(peer)
      else open.set(peer, left)
    })
  })
}

const report = (log: HubLog, error: unknown): void => log({ event: 'failed', error: String(error) })

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`
