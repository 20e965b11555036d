/**
 * A workstation's line to the hub, bare: TLS with a device certificate, the session's first three requests, and
 * packets put together by hand where a test wants them wrong.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'
import { byId } from '../../certs-dev/main.ts'
import { canonical } from '../../core/canonical.ts'
import type { Address } from '../../core/act/identifiers.ts'
import { packetType } from '../../core/exchange/packet.ts'
import type { PacketHeader } from '../../core/exchange/packet.ts'
import { nonceGrant, packetAnswer, refusalAnswer, sessionGrant } from '../../core/exchange/protocol.ts'
import type { HubRefusal, MailboxPage } from '../../core/exchange/protocol.ts'
import type { SessionStatement } from '../../core/exchange/session.ts'
import { signJws } from '../../seal/jws.ts'
import type { Signer } from '../../seal/jws.ts'
import { encryptJwe } from '../../seal/jwe.ts'
import { signSession } from '../../seal/session.ts'
import type { Province } from './province.ts'

export type Answered = {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly bytes: Buffer
  readonly json: () => unknown
  /** The refusal's code, undefined where the answer is none. */
  readonly refusal: HubRefusal | undefined
}

export type Ask = {
  readonly body?: string | Buffer
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}
export type Line = {
  readonly ask: (method: string, path: string, ask?: Ask) => Promise<Answered>
  readonly close: () => Promise<void>
}

/** A line with some certificate, or none. */
export function lineWith(
  province: Province,
  url: string,
  tls: { readonly certificate?: string; readonly key?: string | KeyObject },
  connections = 8,
): Line {
  const key =
    typeof tls.key === 'string' || tls.key === undefined
      ? tls.key
      : tls.key.export({ type: 'pkcs8', format: 'pem' })
  const agent = new Agent({
    connections,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    connect: {
      ca: readFileSync(province.pki.authorities, 'utf8'),
      ...(tls.certificate === undefined ? {} : { cert: tls.certificate, key: String(key) }),
    },
  })
  return {
    async ask(method, path, { body, headers, signal } = {}) {
      const answer = await request(`${url}${path}`, {
        method: method as 'GET',
        dispatcher: agent,
        ...(body === undefined ? {} : { body }),
        ...(headers ? { headers } : {}),
        ...(signal ? { signal } : {}),
      })
      const bytes = Buffer.from(await answer.body.arrayBuffer())
      const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json')
      const json = (): unknown => JSON.parse(bytes.toString())
      const refused = isJson && bytes.length > 0 ? refusalAnswer.safeParse(json()) : undefined
      return {
        status: answer.statusCode,
        headers: answer.headers,
        bytes,
        json,
        refusal: refused?.success ? refused.data.refusal.code : undefined,
      }
    },
    close: () => agent.destroy(),
  }
}

/** The line of one of the province's workstations. */
export function lineOf(province: Province, url: string, device: string, connections?: number): Line {
  const { certificate, key } = byId(province.pki.devices, device)
  const tls = { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
  return lineWith(province, url, tls, connections)
}

export const thumbprintOfDevice = (province: Province, device: string): string =>
  signerOf(province, { device }).thumbprint

export async function freshNonce(line: Line): Promise<string> {
  return nonceGrant.parse((await line.ask('POST', '/v1/nonce')).json()).nonce
}

/** A statement as the client makes it, with what a test wants changed. */
export async function statementOf(
  province: Province,
  who: { readonly person: string; readonly device: string; readonly nonce: string; readonly signer?: Signer },
  changes: Partial<SessionStatement> = {},
  now = Date.now(),
): Promise<string> {
  const statement: SessionStatement = {
    v: 1,
    hub: province.pki.hub.id,
    device: thumbprintOfDevice(province, who.device),
    person: who.person,
    nonce: who.nonce,
    from: new Date(now).toISOString(),
    until: new Date(now + 8 * 3_600_000).toISOString(),
    ...changes,
  }
  return signSession(statement, who.signer ?? signerOf(province, { person: who.person }))
}

export const askSession = (line: Line, statement: string): Promise<Answered> =>
  line.ask('POST', '/v1/session', { body: JSON.stringify({ statement }) })

export type Desk = {
  readonly person: string
  readonly device: string
  readonly line: Line
  readonly token: string
  readonly boxes: readonly string[]
  /** With the session's token. */
  readonly ask: Line['ask']
  readonly send: (raw: string | Buffer) => Promise<Answered>
  readonly page: (box: string, after?: number, wait?: number) => Promise<MailboxPage>
}

/** Signs somebody in at a workstation. */
export async function signIn(
  province: Province,
  url: string,
  person: string,
  device: string,
  options: { readonly connections?: number; readonly now?: number } = {},
): Promise<Desk> {
  const line = lineOf(province, url, device, options.connections)
  const nonce = await freshNonce(line)
  const statement = await statementOf(province, { person, device, nonce }, {}, options.now)
  const { token, boxes } = sessionGrant.parse((await askSession(line, statement)).json())
  return deskWith(line, person, device, token, boxes)
}

export function deskWith(
  line: Line,
  person: string,
  device: string,
  token: string,
  boxes: readonly string[],
): Desk {
  const ask: Line['ask'] = (method, path, { headers, ...rest } = {}) =>
    line.ask(method, path, { ...rest, headers: { authorization: `Bearer ${token}`, ...headers } })
  return {
    person,
    device,
    line,
    token,
    boxes,
    ask,
    send: (raw) => ask('POST', '/v1/packets', { body: raw }),
    page: async (box, after = 0, wait = 0) =>
      (await ask('GET', `/v1/mailbox?box=${box}&after=${after}&wait=${wait}`)).json() as MailboxPage,
  }
}

export const receiptIn = (answer: Answered): string => packetAnswer.parse(answer.json()).receipt

export const hexId = (bytes = 16): string => randomBytes(bytes).toString('hex')
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')

const signers = new WeakMap<Province, Map<string, Signer>>()

/** Opening a key file takes its time (that is its purpose): once each is enough. */
export function signerOf(
  province: Province,
  who: { readonly person: string } | { readonly device: string },
): Signer {
  const known = signers.get(province) ?? new Map<string, Signer>()
  signers.set(province, known)
  const id = 'person' in who ? who.person : who.device
  const signer = known.get(id) ?? ('person' in who ? province.person(id) : province.device(id)).signer
  known.set(id, signer)
  return signer
}

export type PacketPlan = {
  readonly sender: PacketHeader['sender']
  readonly to: readonly Address[]
  /** By default the sender's, opening a matter of its own. */
  readonly owner?: string
  readonly matter?: string
  readonly act?: string
  readonly pen?: boolean
  readonly after?: readonly string[]
  readonly blobs?: readonly string[]
  readonly packet?: string
  /** What is encrypted; the hub never sees it. */
  readonly words?: string
  readonly signer?: Signer
  /** Members of the header put in place of the right ones. */
  readonly changes?: Record<string, unknown>
}
export type MadePacket = { readonly raw: string; readonly header: PacketHeader }

/** A packet whose header is right in all that the plan does not change. */
export async function packetOf(province: Province, plan: PacketPlan): Promise<MadePacket> {
  const recipients = plan.to.map((to) => province.recipient(to))
  const body = encryptJwe(Buffer.from(plan.words ?? '关于做好防汛工作的通知'), recipients)
  const header = {
    v: 1,
    packet: plan.packet ?? hexId(),
    matter: plan.matter ?? hexId(),
    owner: plan.owner ?? plan.sender.unit,
    act: plan.act ?? hexId(32),
    pen: plan.pen ?? true,
    after: plan.after ?? [],
    sender: plan.sender,
    recipients: recipients.map(({ to, kid }) => ({ to, kid })),
    size: body.length,
    bodyHash: sha256(body),
    blobs: plan.blobs ?? [],
    urgency: 'normal',
    time: new Date().toISOString(),
    ...plan.changes,
  } as PacketHeader
  const key = plan.signer ?? signerOf(province, plan.sender)
  return { raw: `${await signJws({ payload: canonical(header), typ: packetType, key })}\n${body}`, header }
}

/** A blob's bytes and name; the hub does not care what is in it. */
export function blobOf(size: number): { readonly bytes: Buffer; readonly blob: string } {
  const bytes = randomBytes(size)
  return { bytes, blob: sha256(bytes) }
}
