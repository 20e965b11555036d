/**
 * Receives: one long poll a mailbox. What arrives is stored raw, with its receipt and the mailbox's cursor, in one
 * transaction, and only then judged, one packet after the other, by the port that main provides. A packet that cannot
 * be judged stays, parked with its reason; one that was interrupted is judged again after a restart.
 */
import type { Address } from '../../core/act/identifiers.ts'
import { protocolLimits } from '../../core/exchange/protocol.ts'
import type { Refusal } from '../../core/result.ts'
import { standingOf } from '../store/acts.ts'
import { appendAudit } from '../store/audit.ts'
import { cursorOf, inboxRow, markDone, newPackets, park, retryParked, storeArrived } from '../store/inbox.ts'
import type { InboxRow } from '../store/inbox.ts'
import { keepReceipt } from '../store/receipts.ts'
import { storeTrouble } from '../store/store.ts'
import { delayAfter, makeSleeper } from './pace.ts'
import { hashesOf, pumpOf } from './ports.ts'
import type { Judgement, ProcessPacket, Pump, PumpWorld } from './ports.ts'

export type PollOptions = {
  /** How long the hub may hold a question, seconds. */
  readonly waitSeconds?: number
}

/** Polls one mailbox. */
export function startMailboxPump(world: PumpWorld, box: Address, options: PollOptions = {}): Pump {
  const { store, client, clock, random, pace, report, log } = world
  const waitSeconds = options.waitSeconds ?? protocolLimits.waitSeconds
  const sleeper = makeSleeper()
  const gone = new AbortController()
  let failures = 0

  async function run(): Promise<void> {
    while (!sleeper.stopped()) {
      const after = cursorOf(store.reading, box)
      const asked = clock()
      const page = await client.mailbox(box, after, waitSeconds, gone.signal)
      if (sleeper.stopped()) return
      if (!page.ok) {
        failures++
        const delay = delayAfter(failures, random, pace)
        const until = new Date(clock() + delay).toISOString()
        report({ kind: 'failed', by: 'inbox', refusal: page.refusal, until })
        await sleeper.sleep(delay)
        continue
      }
      failures = 0
      report({ kind: 'answered', by: 'inbox' })
      const { packets, next } = page.value
      if (packets.length > 0 || next !== after) {
        const fresh = store.transact((writing) => storeArrived(writing, box, packets, next))
        log('received', { box, packets: packets.length, fresh, next })
      } else if (clock() - asked < pace.firstMs) await sleeper.sleep(pace.firstMs)
    }
  }

  const pump = pumpOf(run(), sleeper)
  return {
    ...pump,
    stop: () => {
      pump.stop()
      gone.abort()
    },
  }
}

const processingFailed = 'processing-failed'

/** Judges what has arrived, in the order of arrival. */
export function startReceiver(world: PumpWorld, process: ProcessPacket): Pump {
  const { store, report, log } = world
  const sleeper = makeSleeper()
  /** Packets that waited for an act that is here: they are tried once more, not for ever. */
  const triedAgain = new Set<string>()

  async function judge(row: InboxRow): Promise<Judgement> {
    const expected = { ...hashesOf(row.raw), position: row.position }
    const receipt = world.verifyReceipt(row.receipt, expected)
    if (!receipt.ok) return { reason: receipt.refusal }
    const kept = store.transact((writing) => {
      const done = keepReceipt(writing, receipt.value, row.receipt)
      if (!done.ok) {
        const facts = { code: done.refusal.code, position: row.position }
        appendAudit(writing, { kind: 'refused', who: `hub:${receipt.value.hub}`, facts })
      }
      return { refusal: done.ok ? null : done.refusal }
    })
    if (kept.refusal) report({ kind: 'distrusted', by: 'inbox', refusal: kept.refusal })
    const { seq, box, position, raw } = row
    try {
      return await process({ seq, box, position, raw, receipt: receipt.value })
    } catch (error) {
      // A broken store is nobody's packet's fault; anything else must not stand in the way of the other letters.
      if (storeTrouble(error)) throw error
      log('processing failed', { seq, error: String((error as Error)?.stack ?? error) })
      return { reason: { code: processingFailed, detail: String(error) } }
    }
  }

  function settle(row: InboxRow, judged: Judgement): void {
    store.transact((writing) => {
      if (inboxRow(writing, row.seq)?.state !== 'new') return
      if (judged === 'done') return markDone(writing, row.seq)
      const { reason, waitingFor } = judged
      const arrived = waitingFor !== undefined && standingOf(writing, waitingFor) !== null
      if (arrived && !triedAgain.has(`${row.seq} ${waitingFor}`)) {
        triedAgain.add(`${row.seq} ${waitingFor}`)
        return
      }
      park(writing, row.seq, reason, arrived ? null : (waitingFor ?? null))
      if (waitingFor === undefined && reason.code !== row.reason) auditParked(writing, row, reason)
    })
    log(judged === 'done' ? 'taken' : 'parked', {
      box: row.box,
      position: row.position,
      ...(judged === 'done' ? {} : { code: judged.reason.code }),
    })
  }

  const auditParked = (writing: Parameters<typeof appendAudit>[0], row: InboxRow, reason: Refusal): void =>
    void appendAudit(writing, {
      kind: 'parked',
      who: row.box,
      facts: { code: reason.code, position: row.position },
    })

  async function run(): Promise<void> {
    store.transact((writing) => void retryParked(writing, [processingFailed]))
    while (!sleeper.stopped()) {
      const [row] = newPackets(store.reading, 1)
      if (row) settle(row, await judge(row))
      else await sleeper.sleep(Infinity)
    }
  }

  return pumpOf(run(), sleeper)
}
