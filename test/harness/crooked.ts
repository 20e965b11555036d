/**
 * Packets as an honest or a dishonest sender makes them, put together by hand: any act, any header, signed by
 * anybody, for anybody. And the hub's receipt for them: a hub that has gone wrong gives one for anything.
 */
import { createHash, randomBytes } from 'node:crypto'
import { canonical } from '../../core/canonical.ts'
import { actType } from '../../core/act/act.ts'
import type { Act } from '../../core/act/act.ts'
import { packetType } from '../../core/exchange/packet.ts'
import type { PacketHeader } from '../../core/exchange/packet.ts'
import type { Receipt } from '../../core/exchange/receipt.ts'
import { readHubIdentity } from '../../hub/pki-folder.ts'
import { encryptJwe } from '../../seal/jwe.ts'
import type { JweRecipient } from '../../seal/jwe.ts'
import { signJws } from '../../seal/jws.ts'
import type { Signer } from '../../seal/jws.ts'
import { signReceipt } from '../../seal/receipt.ts'
import type { Province } from './province.ts'

export type Deviations = {
  readonly act?: Partial<Record<keyof Act, unknown>> | { readonly note: unknown }
  readonly actJws?: (jws: string) => string
  readonly actSigner?: Signer
  readonly header?: Partial<Record<keyof PacketHeader, unknown>> | { readonly note: unknown }
  readonly headerSigner?: Signer
  readonly readers?: readonly JweRecipient[]
  readonly body?: (body: string) => string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Right in all that the deviations do not change: `letter` for one unit, signed by `signer` throughout. */
export async function crookedPacket(
  province: Province,
  plan: {
    readonly letter: Act
    readonly to: `unit:${string}`
    readonly packet?: string
    readonly signer: Signer
  },
  deviations: Deviations = {},
): Promise<string> {
  const { letter, to } = plan
  const act = { ...letter, ...deviations.act } as Act
  const made = await signJws({
    payload: canonical(act),
    typ: actType,
    key: deviations.actSigner ?? plan.signer,
  })
  const jws = deviations.actJws?.(made) ?? made
  const reader = province.recipient(to)
  const encrypted = encryptJwe(Buffer.from(jws), deviations.readers ?? [reader], randomBytes)
  const body = deviations.body?.(encrypted) ?? encrypted
  const { actor } = letter
  const header = {
    v: 1,
    packet: plan.packet ?? randomBytes(16).toString('hex'),
    matter: letter.matter,
    owner: letter.owner,
    act: sha256(jws.slice(0, jws.lastIndexOf('.'))),
    pen: letter.pen,
    after: letter.after,
    sender:
      'person' in actor
        ? { unit: actor.unit, person: actor.person }
        : { unit: actor.unit, device: actor.device },
    recipients: [{ to, kid: reader.kid }],
    size: body.length,
    bodyHash: sha256(body),
    blobs: letter.blobs.map((blob) => blob.id),
    urgency: 'normal',
    time: letter.time,
    ...deviations.header,
  }
  const line = await signJws({
    payload: canonical(header),
    typ: packetType,
    key: deviations.headerSigner ?? plan.signer,
  })
  return `${line}\n${body}`
}

/** A receipt of the province's hub for these bytes at this place of its log. */
export function receiptFor(
  province: Province,
  raw: string,
  position: number,
  changes: Partial<Receipt> = {},
  signer: Signer = readHubIdentity(province.pki.folder).receipts,
): Promise<string> {
  const end = raw.indexOf('\n')
  return signReceipt(
    {
      v: 1,
      hub: province.pki.hub.id,
      packet: sha256(raw).slice(0, 32),
      headerHash: sha256(raw.slice(0, Math.max(end, 0))),
      bodyHash: sha256(raw.slice(end + 1)),
      position,
      time: new Date().toISOString(),
      treeSize: position + 1,
      root: sha256(`root ${position}`),
      ...changes,
    },
    signer,
  )
}
