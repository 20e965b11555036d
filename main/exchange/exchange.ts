/**
 * The exchange of one signed-in person: outbox, mailboxes, receiver, files and directory, started and stopped
 * together, with one status. Effects follow commits: the store's changes wake whom they concern.
 *
 *   const exchange = startExchange({ store, client, ... })
 *   exchange.status() · exchange.wake() · await exchange.fetchBlob(id) · await exchange.stop()
 */
import type { Address } from '../../core/act/identifiers.ts'
import type { Clock, Random } from '../../core/ports.ts'
import { instantOf } from '../../core/ports.ts'
import type { Result } from '../../core/result.ts'
import { newCount, parkedCount } from '../store/inbox.ts'
import { waitingCount } from '../store/outbox.ts'
import { storeTrouble } from '../store/store.ts'
import type { Store } from '../store/store.ts'
import type { HubClient } from './client.ts'
import { startDirectorySync } from './directory-sync.ts'
import type { DirectoryOptions } from './directory-sync.ts'
import { startDownloads } from './download-pump.ts'
import type { FetchFailure } from './download-pump.ts'
import { startMailboxPump, startReceiver } from './inbox-pump.ts'
import type { PollOptions } from './inbox-pump.ts'
import { startOutboxPump } from './outbox-pump.ts'
import { delayAfter, makeSleeper, usualPace } from './pace.ts'
import type { Pace } from './pace.ts'
import { pumpOf } from './ports.ts'
import type { ProcessPacket, Pump, PumpWorld, VerifyReceipt } from './ports.ts'
import { firstView, nextView, statusOf } from './status.ts'
import type { ExchangeReport, ExchangeStatus } from './status.ts'

export type ExchangeOptions = {
  readonly store: Store
  /** Closed by `stop`. */
  readonly client: HubClient
  readonly clock: Clock
  readonly random: Random
  readonly verifyReceipt: VerifyReceipt
  readonly process: ProcessPacket
  readonly directory: DirectoryOptions
  /** Called whenever the status is another one. */
  readonly onStatus: (status: ExchangeStatus) => void
  /** A pump ended by a bug or a broken store; the others are stopped. */
  readonly onFault: (error: unknown, trouble: ReturnType<typeof storeTrouble>) => void
  readonly log?: PumpWorld['log']
  readonly pace?: Pace
  readonly poll?: PollOptions
}

export type Exchange = {
  readonly status: () => ExchangeStatus
  /** After a commit, after the line came back: look now. */
  readonly wake: () => void
  /** A file somebody wants to see now. */
  readonly fetchBlob: (id: string) => Promise<Result<true, FetchFailure>>
  /** Nothing arrived is left unjudged and nothing wanted is left to be sent: for tests and for leaving in order. */
  readonly idle: () => boolean
  readonly stop: () => Promise<void>
}

export function startExchange(options: ExchangeOptions): Exchange {
  const { store, client, clock, random, pace = usualPace } = options
  let view = firstView(instantOf(clock))

  const tell = (report: ExchangeReport): void => {
    const before = statusOf(view)
    const wasLost = view.waiting?.for === 'line'
    view = nextView(view, report, instantOf(clock))
    const after = statusOf(view)
    if (wasLost && view.waiting?.for !== 'line') for (const pump of pumps) pump.wake()
    if (JSON.stringify({ ...before, lastSync: null }) !== JSON.stringify({ ...after, lastSync: null }))
      options.onStatus(after)
  }
  const count = (): void =>
    tell({ kind: 'counted', sending: waitingCount(store.reading), parked: parkedCount(store.reading) })

  const world: PumpWorld = {
    store,
    client,
    clock,
    random,
    pace,
    verifyReceipt: options.verifyReceipt,
    report: tell,
    log: options.log ?? (() => undefined),
  }

  const pumps: Pump[] = []
  const outbox = startOutboxPump(world)
  const receiver = startReceiver(world, options.process)
  const downloads = startDownloads(world)
  const mailboxes = startMailboxes(world, options.poll ?? {}, (pump) => join(pump))
  const directory = startDirectorySync(world, options.directory)

  let stopping: Promise<void> | null = null
  const rests: Promise<void>[] = []
  function join(pump: Pump): void {
    if (stopping) pump.stop()
    pumps.push(pump)
    rests.push(
      pump.rested.catch((error: unknown) => {
        if (!stopping) options.onFault(error, storeTrouble(error))
        void stop()
      }),
    )
  }
  for (const pump of [outbox, receiver, downloads, mailboxes, directory]) join(pump)

  const unsubscribe = store.onChange(({ tables }) => {
    if (tables.has('outbox')) outbox.wake()
    if (tables.has('inbox')) receiver.wake()
    if (tables.has('blobs')) downloads.wake()
    if (tables.has('outbox') || tables.has('inbox')) count()
  })
  async function close(): Promise<void> {
    unsubscribe()
    for (const pump of pumps) pump.stop()
    await client.close()
    // A mailbox may join while we stop: it is stopped at once, and waited for as well.
    for (let at = 0; at < rests.length; at++) await rests[at]
  }
  function stop(): Promise<void> {
    return (stopping ??= close())
  }
  try {
    count()
  } catch (error) {
    // The store cannot be read: the pumps find that out too, and nobody is there yet to be told by them.
    void stop()
    throw error
  }

  return {
    status: () => statusOf(view),
    wake: () => {
      for (const pump of pumps) pump.wake()
    },
    fetchBlob: downloads.fetch,
    idle: () => waitingCount(store.reading) === 0 && newCount(store.reading) === 0,
    stop,
  }
}

/** Asks which mailboxes the session may read, until the hub has said so, and starts a poll of each. */
function startMailboxes(world: PumpWorld, poll: PollOptions, start: (pump: Pump) => void): Pump {
  const { client, clock, random, pace, report } = world
  const sleeper = makeSleeper()
  const polled = new Set<Address>()
  async function run(): Promise<void> {
    let failures = 0
    while (!sleeper.stopped()) {
      const boxes = await client.boxes()
      if (sleeper.stopped()) return
      if (!boxes.ok) {
        failures++
        const delay = delayAfter(failures, random, pace)
        const until = new Date(clock() + delay).toISOString()
        report({ kind: 'failed', by: 'inbox', refusal: boxes.refusal, until })
        await sleeper.sleep(delay)
        continue
      }
      failures = 0
      for (const box of boxes.value)
        if (!polled.has(box)) {
          polled.add(box)
          start(startMailboxPump(world, box, poll))
        }
      // Roles may change while somebody is signed in: the next session says which boxes there are then.
      await sleeper.sleep(boxesEveryMs)
    }
  }
  return pumpOf(run(), sleeper)
}
const boxesEveryMs = 300_000
