/** Wires the exchange of the person at the desk: the hub client, what judges receipts and packets, the status. */
import type { DirectoryRefusal } from '../core/directory/directory.ts'
import type { Directory } from '../core/directory/directory.ts'
import type { SessionStatement } from '../core/exchange/session.ts'
import { sessionLimits } from '../core/exchange/session.ts'
import { instantOf } from '../core/ports.ts'
import type { Clock, Probe, Random } from '../core/ports.ts'
import type { Result } from '../core/result.ts'
import type { BlobRef } from '../core/act/act.ts'
import type { OfficeRefusal } from '../preload/contract/refusals.ts'
import type { ExchangeView } from '../preload/contract/views.ts'
import { verifyReceipt } from '../seal/receipt.ts'
import { signSession } from '../seal/session.ts'
import type { Desk } from './actions/desk.ts'
import { takeIn } from './actions/letters.ts'
import { hubClient } from './exchange/client.ts'
import { startExchange } from './exchange/exchange.ts'
import type { Exchange } from './exchange/exchange.ts'
import type { ExchangeStatus } from './exchange/status.ts'
import { parkedCount, retryParked } from './store/inbox.ts'
import { noteBlob } from './store/blobs.ts'
import type { Workstation } from './workstation.ts'

export type ConnectionOptions = {
  readonly workstation: Workstation
  readonly desk: Desk
  readonly clock: Clock
  readonly random: Random
  readonly probe: Probe
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void
  /** Verifies the next directory act and puts it in force. */
  readonly foldDirectory: (
    jws: string,
  ) => Result<{ readonly directory: Directory; readonly act: string }, DirectoryRefusal>
  readonly tell: (view: ExchangeView) => void
  /** A pump ended by a bug or a broken store. */
  readonly broken: (code: OfficeRefusal) => void
}

export type Connection = {
  readonly start: () => void
  readonly status: () => ExchangeView
  readonly wake: () => void
  /** True when the blob is in the folder now. */
  readonly fetchBlob: (blob: BlobRef) => Promise<boolean>
  readonly stop: () => Promise<void>
}

/** A letter whose file the line did not bring yet is kept with this code and tried again when the file is here. */
const waitsForFile = 'file-not-here'
/** A session is asked for a little less than the hub grants: clocks differ. */
const sessionHours = sessionLimits.hours - 1

const viewOf = (status: ExchangeStatus): ExchangeView => ({
  state: status.state,
  since: status.state === 'in-step' ? (status.lastSync ?? status.since) : status.since,
  sending: status.sending,
  waiting: status.waiting
    ? {
        for: status.waiting.for,
        code: status.waiting.code as OfficeRefusal,
        ...(status.waiting.until === undefined ? {} : { until: status.waiting.until }),
      }
    : null,
  parked: status.parked,
  ...(status.refusal ? { code: status.refusal.code as OfficeRefusal } : {}),
})

export function connect(options: ConnectionOptions): Connection {
  const { workstation, desk, clock, random, probe, log } = options
  let exchange: Exchange | null = null
  let unsubscribe: () => void = () => undefined
  const begun = instantOf(clock)

  const session = (nonce: string): Promise<string> => {
    const from = clock()
    const statement: SessionStatement = {
      v: 1,
      hub: workstation.hub.id,
      device: workstation.deviceCertificate.thumbprint,
      person: desk.me.person,
      nonce,
      from: new Date(from).toISOString(),
      until: new Date(from + sessionHours * 3_600_000).toISOString(),
    }
    return signSession(statement, desk.signer)
  }

  return {
    start() {
      const client = hubClient({
        url: workstation.hub.url,
        device: { cert: workstation.deviceChain, key: workstation.deviceKey, ca: workstation.anchorsPem },
        signSession: session,
        clock,
        probe,
      })
      const retry = (): void => {
        if (parkedCount(desk.store.reading) > 0)
          desk.store.transact((writing) => void retryParked(writing, [waitsForFile]))
      }
      retry()
      unsubscribe = desk.store.onChange(({ tables }) => {
        if (tables.has('blobs')) queueMicrotask(() => exchange && retry())
      })
      exchange = startExchange({
        store: desk.store,
        client,
        clock,
        random,
        verifyReceipt: (jws, expected) =>
          verifyReceipt(jws, { hub: workstation.hub.id, ...expected }, desk.directory()),
        process: async (item) => takeIn(desk, item),
        directory: { version: () => desk.directory().version, fold: options.foldDirectory },
        onStatus: (status) => options.tell(viewOf(status)),
        onFault: (error, trouble) => {
          log('exchange-broken', { error: String((error as Error)?.stack ?? error) })
          options.broken(trouble === 'store-full' ? 'disk-full' : 'store-damaged')
        },
        log,
      })
    },
    status: () =>
      exchange
        ? viewOf(exchange.status())
        : { state: 'connecting', since: begun, sending: 0, waiting: null, parked: 0 },
    wake: () => exchange?.wake(),
    async fetchBlob(blob) {
      desk.store.transact((writing) => noteBlob(writing, { id: blob.id, size: blob.size, state: 'wanted' }))
      return exchange ? (await exchange.fetchBlob(blob.id)).ok : false
    },
    async stop() {
      unsubscribe()
      const leaving = exchange
      exchange = null
      await leaving?.stop()
    },
  }
}
