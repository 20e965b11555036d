/**
 * A hub gone wrong, for a real client: it has the hub's own certificate and receipt key, puts into mailboxes what a
 * test hands it, serves any directory and any blob. Answers at once where there is news.
 */
import type { IncomingMessage } from 'node:http'
import type { Address } from '../../core/act/identifiers.ts'
import type { PacketHeader } from '../../core/exchange/packet.ts'
import { hubStatus } from '../../core/exchange/protocol.ts'
import type { HubRefusal } from '../../core/exchange/protocol.ts'
import { readPacket } from '../../seal/packet.ts'
import { lyingHub, say } from '../main/exchange/lying-hub.ts'
import type { Lie } from '../main/exchange/lying-hub.ts'
import { receiptFor } from './crooked.ts'
import type { Province } from './province.ts'

type Mail = { readonly position: number; readonly raw: string; readonly receipt: string }

export type WaywardHub = {
  readonly url: string
  /** Puts a packet into a mailbox; its position in the log. The receipt is right unless another is handed in. */
  readonly deliver: (
    box: Address,
    raw: string,
    receipt?: (position: number) => Promise<string>,
  ) => Promise<number>
  /** Served, from now on, to whoever asks for acts after a version. */
  readonly serveDirectory: (after: number, acts: readonly string[]) => void
  readonly serveBlob: (id: string, bytes: Uint8Array) => void
  /** Packets are taken, with a receipt, and lie in no mailbox; refused by this code as long as one is set. */
  readonly refusePackets: (code: HubRefusal | null) => void
  /** Headers of the packets taken, oldest first. */
  readonly taken: readonly PacketHeader[]
  /** What is said at a path instead. */
  readonly lies: Record<string, Lie>
  readonly close: () => Promise<void>
}

const asked = (request: IncomingMessage, name: string): string =>
  new URL(request.url ?? '', 'https://hub').searchParams.get(name) ?? ''

export async function waywardHub(province: Province, boxes: readonly Address[]): Promise<WaywardHub> {
  const mail = new Map<string, Mail[]>()
  const directory = new Map<number, readonly string[]>()
  const waiting = new Set<() => void>()
  let position = 0
  const lies: Record<string, Lie> = {
    '/v1/session': say({ token: 't', until: '2099-01-01T00:00:00.000Z', boxes }),
    '/v1/directory': (request, reply) =>
      say({ acts: directory.get(Number(asked(request, 'after'))) ?? [] })(request, reply),
    '/v1/mailbox': (request, reply) => {
      const after = Number(asked(request, 'after'))
      const news = () => (mail.get(asked(request, 'box')) ?? []).filter((each) => each.position >= after)
      const answer = (): void => {
        clearTimeout(timer)
        waiting.delete(look)
        const packets = news()
        const next = (packets.at(-1)?.position ?? after - 1) + 1
        say({ packets, next, more: false })(request, reply)
      }
      const look = (): void => {
        if (news().length > 0) answer()
      }
      const timer = setTimeout(answer, 5_000)
      waiting.add(look)
      reply.on('close', () => (clearTimeout(timer), waiting.delete(look)))
      look()
    },
  }
  let refusing: HubRefusal | null = null
  const taken: PacketHeader[] = []
  lies['/v1/packets'] = (request, reply) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const raw = Buffer.concat(parts).toString('latin1')
      const read = readPacket(raw)
      const code = refusing ?? (read.ok ? null : 'packet-malformed')
      if (!read.ok || code !== null)
        return say({ refusal: { code } }, hubStatus[code ?? 'packet-malformed'])(request, reply)
      taken.push(read.value.header)
      void receiptFor(province, raw, ++position, { packet: read.value.header.packet }).then((receipt) =>
        say({ receipt })(request, reply),
      )
    })
  }
  const hub = await lyingHub(province, lies)
  return {
    url: hub.url,
    lies,
    taken,
    refusePackets: (code) => void (refusing = code),
    deliver: async (box, raw, receipt) => {
      const at = ++position
      const signed = receipt ? await receipt(at) : await receiptFor(province, raw, at)
      mail.set(box, [...(mail.get(box) ?? []), { position: at, raw, receipt: signed }])
      for (const look of [...waiting]) look()
      return at
    },
    serveDirectory: (after, acts) => void directory.set(after, acts),
    serveBlob: (id, bytes) => {
      lies[`/v1/blobs/${id}`] = (_request, reply) =>
        void reply.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes)
    },
    close: hub.close,
  }
}
