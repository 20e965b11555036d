/** A workstation for tests of the exchange: a real store, a real line, and the least of judging that keeps letters. */
import { readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { byId } from '../../../certs-dev/main.ts'
import type { Act } from '../../../core/act/act.ts'
import type { Address } from '../../../core/act/identifiers.ts'
import { receipt as receiptShape, receiptType } from '../../../core/exchange/receipt.ts'
import { freshId, noProbe } from '../../../core/ports.ts'
import type { Probe } from '../../../core/ports.ts'
import { ok, refuse } from '../../../core/result.ts'
import { hubClient } from '../../../main/exchange/client.ts'
import type { HubClient, HubClientOptions } from '../../../main/exchange/client.ts'
import { startExchange } from '../../../main/exchange/exchange.ts'
import type { Exchange, ExchangeOptions } from '../../../main/exchange/exchange.ts'
import type { Pace } from '../../../main/exchange/pace.ts'
import type { ProcessPacket, VerifyReceipt } from '../../../main/exchange/ports.ts'
import type { ExchangeStatus } from '../../../main/exchange/status.ts'
import { standingOf } from '../../../main/store/acts.ts'
import { noteBlob } from '../../../main/store/blobs.ts'
import { markDone } from '../../../main/store/inbox.ts'
import { queuePacket } from '../../../main/store/outbox.ts'
import { recordAct } from '../../../main/store/record.ts'
import type { Store } from '../../../main/store/store.ts'
import { emptyDirectory } from '../../../core/directory/directory.ts'
import type { Directory } from '../../../core/directory/directory.ts'
import { parseCertificate } from '../../../seal/certificate.ts'
import { foldSignedDirectory } from '../../../seal/directory.ts'
import { verifyJws } from '../../../seal/jws.ts'
import { openPacket, sealAct, sealPacket } from '../../../seal/packet.ts'
import { signSession } from '../../../seal/session.ts'
import { readStatement } from '../../../seal/statement.ts'
import { fromBase64 } from '../../../core/directory/directory.ts'
import { actOf } from '../../core/acts.ts'
import { signerOf } from '../../harness/line.ts'
import type { Province } from '../../harness/province.ts'
import { newFolder, openTestStore } from '../store/office.ts'

export const quickPace: Pace = { firstMs: 20, longestMs: 200 }
export const random = (bytes: number): Uint8Array => Uint8Array.from(randomBytes(bytes))

export const verifyWith =
  (province: Province): VerifyReceipt =>
  (jws, expected) => {
    const read = readStatement(jws, { typ: receiptType, maxBytes: 8_192, maxDepth: 4, schema: receiptShape })
    if (!read.ok) return refuse('receipt-malformed')
    const { value, jws: parsed } = read.value
    const der = province.directory.hubs.get(value.hub)?.receipts.at(-1)
    const certificate = der && parseCertificate(fromBase64(der))
    if (!certificate || !certificate.ok) return refuse('receipt-signer-unknown')
    if (!verifyJws(parsed, certificate.value.publicKey).ok) return refuse('receipt-signature-broken')
    for (const [name, stated] of Object.entries(expected))
      if (value[name as keyof typeof value] !== stated) return refuse('receipt-for-another', { member: name })
    return ok(value)
  }

export function clientOf(
  province: Province,
  url: string,
  person: string,
  device: string,
  changes: Partial<HubClientOptions> = {},
): HubClient {
  const files = byId(province.pki.devices, device)
  return hubClient({
    url,
    device: {
      cert: readFileSync(files.certificate, 'utf8'),
      key: readFileSync(files.key, 'utf8'),
      ca: readFileSync(province.pki.authorities, 'utf8'),
    },
    signSession: (nonce) => {
      const now = Date.now()
      return signSession(
        {
          v: 1,
          hub: province.pki.hub.id,
          device: signerOf(province, { device }).thumbprint,
          person,
          nonce,
          from: new Date(now).toISOString(),
          until: new Date(now + 3_600_000).toISOString(),
        },
        signerOf(province, { person }),
      )
    },
    clock: Date.now,
    ...changes,
  })
}

export type Desk = {
  readonly store: Store
  readonly person: string
  readonly unit: string
  readonly folder: string
  readonly exchange: () => Exchange
  readonly statuses: ExchangeStatus[]
  readonly faults: unknown[]
  /** Ends the exchange and the store as a power cut would leave them, and begins again. */
  readonly restart: (changes?: Partial<ExchangeOptions>, url?: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** The least that main does with a packet: opened with every check, its act taken into the record, its files wanted. */
export const processAt =
  (province: Province, store: Store, person: string): ProcessPacket =>
  async ({ raw, seq, receipt }) => {
    const opened = openPacket(raw, {
      directory: province.directory,
      keys: province.person(person).decryption,
      at: new Date(receipt.time),
    })
    if (!opened.ok) return { reason: opened.refusal }
    const { act, jws } = opened.value
    const [before] = act.after
    if (before !== undefined && !standingOf(store.reading, before))
      return { reason: { code: 'waiting-for', facts: { act: before } }, waitingFor: before }
    store.transact((writing) => {
      recordAct(writing, {
        act,
        jws,
        verification: null,
        accepted: { position: receipt.position, time: receipt.time },
      })
      for (const { id, size } of act.blobs) noteBlob(writing, { id, size, state: 'wanted' })
      markDone(writing, seq)
    })
    return 'done'
  }

export type DeskPlan = {
  readonly province: Province
  readonly url: string
  readonly person: string
  readonly device: string
  readonly client?: Partial<HubClientOptions>
  readonly exchange?: Partial<ExchangeOptions>
  /** Told before every step of store and client. */
  readonly probe?: Probe
}

export function openDesk(plan: DeskPlan): Desk {
  const { province, person, device, probe = noProbe } = plan
  const folder = newFolder()
  const statuses: ExchangeStatus[] = []
  const faults: unknown[] = []
  let store = openTestStore(folder, { clock: Date.now, probe })
  let exchange: Exchange
  const start = (changes: Partial<ExchangeOptions> = {}, url = plan.url): void => {
    let directory: Directory = emptyDirectory
    exchange = startExchange({
      store,
      client: clientOf(province, url, person, device, { probe, ...plan.client }),
      clock: Date.now,
      random,
      verifyReceipt: verifyWith(province),
      process: processAt(province, store, person),
      directory: {
        version: () => directory.version,
        fold: (jws) => {
          const folded = foldSignedDirectory(directory, jws, province.authority)
          if (folded.ok) directory = folded.value.directory
          return folded
        },
      },
      onStatus: (status) => void statuses.push(status),
      onFault: (error) => void faults.push(error),
      pace: quickPace,
      poll: { waitSeconds: 1 },
      ...plan.exchange,
      ...changes,
    })
  }
  start()
  const close = async (): Promise<void> => {
    await exchange.stop()
    store.close()
  }
  return {
    get store() {
      return store
    },
    person,
    unit: device.split('-')[0]!,
    folder,
    exchange: () => exchange,
    statuses,
    faults,
    restart: async (changes, url) => {
      await close()
      store = openTestStore(folder, { clock: Date.now, probe })
      start(changes, url)
    },
    close,
  }
}

export type Letter = { readonly act: string; readonly matter: string; readonly packets: readonly string[] }

/** An act of the desk's own unit, recorded and queued: one packet for each list of mailboxes. */
export async function queueLetter(
  province: Province,
  desk: Desk,
  letter: {
    readonly to: readonly (readonly Address[])[]
    readonly matter?: string
    readonly after?: string
    readonly blob?: Uint8Array
    readonly urgency?: 'normal' | 'urgent'
  },
): Promise<Letter> {
  const signer = signerOf(province, { person: desk.person })
  const role = desk.person.endsWith('secretary') ? 'secretary' : 'registry'
  const { id: _id, ...base } = actOf('outgoing.submit', letter.after ?? null, {
    matter: letter.matter ?? freshId(random),
    owner: desk.unit,
    actor: { unit: desk.unit, person: desk.person, role },
    recipients: letter.to.flat() as string[],
    salt: Buffer.from(random(16)).toString('base64url'),
    time: new Date().toISOString(),
  })
  const stored = letter.blob && (await desk.store.blobs.put(letter.blob))
  const blobs = stored
    ? [
        {
          ...stored,
          key: 'A'.repeat(43),
          plainHash: stored.id,
          plainSize: stored.size,
          media: 'application/pdf',
          name: '附件.pdf',
        },
      ]
    : []
  const sealed = await sealAct({ ...base, blobs } as Act, signer)
  const packets: { id: string; raw: string }[] = []
  for (const to of letter.to) {
    const { raw, header } = await sealPacket({
      sealed,
      packet: freshId(random),
      recipients: to.map((address) => province.recipient(address)),
      urgency: letter.urgency ?? 'normal',
      time: base.time,
      key: signer,
      random,
    })
    packets.push({ id: header.packet, raw })
  }
  desk.store.transact((writing) => {
    recordAct(writing, { ...sealed, verification: null, accepted: null })
    for (const { id, size } of blobs) noteBlob(writing, { id, size, state: 'needs-upload' })
    for (const { id, raw } of packets)
      queuePacket(writing, {
        lane: base.matter,
        packet: id,
        act: sealed.act.id,
        urgency: letter.urgency ?? 'normal',
        blobs: blobs.map((each) => each.id),
        raw,
      })
  })
  return { act: sealed.act.id, matter: base.matter, packets: packets.map((each) => each.id) }
}

/** Waits until something holds; the failure says what it waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 20_000,
): Promise<void> {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
