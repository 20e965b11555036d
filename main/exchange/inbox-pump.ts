/**
 * Receives: one long poll a mailbox. What arrives is stored raw, with its receipt and the mailbox's cursor, in one
 * transaction, and only then judged, one packet after the other, by the port that main provides. A packet that cannot
 * be judged stays, parked with its reason; one that was interrupted is judged again after a restart.
 */
import type { Address } from '../../core/act/identifiers.ts'
import { protocolLimits } from '../../core/exchange/protocol.ts'
import type { Receipt } from '../../core/exchange/receipt.ts'
import type { Refusal } from '../../core/result.ts'
import { standingOf } from '../store/acts.ts'
import { appendAudit } from '../store/audit.ts'
import { cursorOf, inboxRow, markDone, newPackets, park, retryParked, storeArrived } from '../store/inbox.ts'
import type { InboxRow } from '../store/inbox.ts'
import { keepReceipt } from '../store/receipts.ts'
import { storeTrouble } from '../store/store.ts'
import type { Writing } from '../store/store.ts'
import { delayAfter, makeSleeper } from './pace.ts'
import { hashesOf, pumpOf } from './ports.ts'
import type { Judgement, Opened, ProcessPacket, Pump, PumpWorld } from './ports.ts'

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

/** Packets opened before the disk is flushed once for all of them. */
const together = 200

/** A row with its verified receipt, and what is to be done with it. */
type Ready = { readonly row: InboxRow; readonly receipt: Receipt | null; readonly opened: Opened }

/** Judges what has arrived, in the order of arrival. */
export function startReceiver(world: PumpWorld, process: ProcessPacket): Pump {
  const { store, report, log } = world
  const sleeper = makeSleeper()
  /** Packets that waited for an act that is here: they are tried once more, not for ever. */
  const triedAgain = new Set<string>()

  /** A broken store is nobody's packet's fault; anything else must not stand in the way of the other letters. */
  function failed(row: InboxRow, error: unknown): Judgement {
    if (storeTrouble(error)) throw error
    log('processing failed', { seq: row.seq, error: String((error as Error)?.stack ?? error) })
    return { reason: { code: processingFailed, detail: String(error) } }
  }

  async function open(row: InboxRow): Promise<Ready> {
    const receipt = world.verifyReceipt(row.receipt, { ...hashesOf(row.raw), position: row.position })
    if (!receipt.ok) return { row, receipt: null, opened: { reason: receipt.refusal } }
    const { seq, box, position, raw } = row
    try {
      return {
        row,
        receipt: receipt.value,
        opened: await process({ seq, box, position, raw, receipt: receipt.value }),
      }
    } catch (error) {
      return { row, receipt: receipt.value, opened: failed(row, error) }
    }
  }

  function keep(writing: Writing, { row, receipt }: Ready): Refusal | null {
    const kept = receipt ? keepReceipt(writing, receipt, row.receipt) : null
    if (!receipt || !kept || kept.ok) return null
    const facts = { code: kept.refusal.code, position: row.position }
    appendAudit(writing, { kind: 'refused', who: `hub:${receipt.hub}`, facts })
    return kept.refusal
  }

  function settle(writing: Writing, row: InboxRow, judged: Judgement): void {
    if (inboxRow(writing, row.seq)?.state !== 'new') return
    if (judged === 'done') return markDone(writing, row.seq)
    const { reason, waitingFor } = judged
    const arrived = waitingFor !== undefined && standingOf(writing, waitingFor) !== null
    if (arrived && !triedAgain.has(`${row.seq} ${waitingFor}`)) {
      triedAgain.add(`${row.seq} ${waitingFor}`)
      return
    }
    park(writing, row.seq, reason, arrived ? null : (waitingFor ?? null))
    if (waitingFor === undefined) auditParked(writing, row, reason)
  }

  /** One transaction for packets that only write. */
  function applyAll(batch: readonly Ready[]): void {
    const judged = store.transact((writing) =>
      batch.map((ready) => {
        const contradiction = keep(writing, ready)
        const { opened } = ready
        const judgement =
          opened !== 'done' && 'apply' in opened ? opened.apply(writing) : (opened as Judgement)
        settle(writing, ready.row, judgement)
        return { row: ready.row, judgement, contradiction }
      }),
    )
    for (const { row, judgement, contradiction } of judged) {
      if (contradiction) report({ kind: 'distrusted', by: 'inbox', refusal: contradiction })
      told(row, judgement)
    }
  }

  const told = (row: InboxRow, judged: Judgement): void =>
    log(judged === 'done' ? 'taken' : 'parked', {
      box: row.box,
      position: row.position,
      ...(judged === 'done' ? {} : { code: judged.reason.code }),
    })

  /** Together; where one of them fails, one by one, so that it alone is kept aside. */
  function flush(batch: Ready[]): void {
    const ready = batch.splice(0)
    if (ready.length === 0) return
    try {
      applyAll(ready)
    } catch (error) {
      if (storeTrouble(error)) throw error
      for (const each of ready)
        try {
          applyAll([each])
        } catch (fault) {
          applyAll([{ ...each, opened: failed(each.row, fault) }])
        }
    }
  }

  async function runAlone(ready: Ready, run: () => Promise<Judgement>): Promise<void> {
    let judgement: Judgement
    try {
      judgement = await run()
    } catch (error) {
      judgement = failed(ready.row, error)
    }
    applyAll([{ ...ready, opened: judgement }])
  }

  const auditParked = (writing: Writing, row: InboxRow, reason: Refusal): void =>
    void appendAudit(writing, {
      kind: 'parked',
      who: row.box,
      facts: { code: reason.code, position: row.position },
    })

  async function run(): Promise<void> {
    store.transact((writing) => void retryParked(writing, [processingFailed]))
    while (!sleeper.stopped()) {
      const rows = newPackets(store.reading, together)
      const batch: Ready[] = []
      for (const row of rows) {
        if (sleeper.stopped()) break
        const ready = await open(row)
        if (ready.opened === 'done' || !('run' in ready.opened)) batch.push(ready)
        else {
          flush(batch)
          await runAlone(ready, ready.opened.run)
        }
      }
      flush(batch)
      if (rows.length === 0) await sleeper.sleep(Infinity)
    }
  }

  return pumpOf(run(), sleeper)
}
