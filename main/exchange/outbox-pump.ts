/**
 * Sends what waits in the outbox: lanes side by side, each strictly in its order, blobs before the packet that names
 * them. A row is `sent` only together with its verified receipt, in one transaction; what is cut off before that is
 * sent again, and the hub answers with the same receipt.
 */
import { ok, refuse } from '../../core/result.ts'
import type { Refusal, Result } from '../../core/result.ts'
import { appendAudit } from '../store/audit.ts'
import { blob, setBlobState } from '../store/blobs.ts'
import { headsOfLanes, outboxRow, postponeRow } from '../store/outbox.ts'
import type { OutboxRow } from '../store/outbox.ts'
import { keepReceipt } from '../store/receipts.ts'
import { settleRefused, settleSent } from '../store/record.ts'
import { kindOf } from './failures.ts'
import type { HubFailed, HubFailure } from './failures.ts'
import { delayAfter, makeSleeper } from './pace.ts'
import { hashesOf, pumpOf } from './ports.ts'
import type { Pump, PumpWorld } from './ports.ts'

/** Lanes sent side by side; the last place is kept for urgent ones. */
const lanesAtOnce = 4

export function startOutboxPump(world: PumpWorld): Pump {
  const { store, client, clock, random, pace, report, log } = world
  const sleeper = makeSleeper()
  /** Lanes with a row under way. */
  const active = new Map<string, Promise<void>>()
  let fault: { readonly error: unknown } | null = null
  /** Failures of the line in a row, when the last was, and when to try again: nothing is wrong with any packet then. */
  let lost = 0
  let lostAt = 0
  let notBefore = 0

  async function uploadBlobs(row: OutboxRow): Promise<Result<true, HubFailure | 'blob-file-missing'>> {
    for (const id of row.blobs) {
      const known = blob(store.reading, id)
      if (known?.state !== 'needs-upload') continue
      if (!(await store.blobs.has(id))) return refuse('blob-file-missing', { blob: id })
      const sent = await client.uploadBlob(id, known.size, (offset, length) =>
        length === 0 ? nothing() : store.blobs.read(id, offset, length),
      )
      if (!sent.ok) return sent
      store.transact((writing) => setBlobState(writing, id, 'uploaded'))
    }
    return ok(true)
  }

  async function send(row: OutboxRow): Promise<void> {
    const uploaded = await uploadBlobs(row)
    if (!uploaded.ok) {
      const { code } = uploaded.refusal
      return code === 'blob-file-missing'
        ? distrust(row, uploaded.refusal)
        : failed(row, { ...uploaded.refusal, code })
    }
    const sent = await client.sendPacket(row.raw)
    if (!sent.ok) return failed(row, sent.refusal)
    const receipt = world.verifyReceipt(sent.value, { packet: row.packet, ...hashesOf(row.raw) })
    if (!receipt.ok) return distrust(row, receipt.refusal)
    const contradiction = store.transact((writing) => {
      const kept = keepReceipt(writing, receipt.value, sent.value)
      if (!kept.ok) auditRefusal(writing, row, kept.refusal)
      settleSent(writing, row, receipt.value)
      return kept.ok ? null : kept.refusal
    })
    lost = 0
    if (contradiction) report({ kind: 'distrusted', by: 'outbox', refusal: contradiction })
    else report({ kind: 'answered', by: 'outbox' })
    log('sent', { packet: row.packet, position: receipt.value.position })
  }

  /** Nothing the hub refused, and nothing to be had by asking on: it is shown, and tried again at leisure. */
  function distrust(row: OutboxRow, refusal: Refusal): void {
    report({ kind: 'distrusted', by: 'outbox', refusal })
    postpone(row, refusal)
  }

  function failed(row: OutboxRow, refusal: HubFailed): void {
    switch (kindOf(refusal.code)) {
      case 'line': {
        // Rows that were under way together lose the line once.
        if (clock() >= notBefore) lost++
        lostAt = clock()
        const delay = delayAfter(lost, random, pace)
        notBefore = lostAt + delay
        report({ kind: 'failed', by: 'outbox', refusal, until: new Date(notBefore).toISOString() })
        return
      }
      case 'ourselves':
        report({ kind: 'failed', by: 'outbox', refusal })
        return postpone(row, refusal)
      case 'passing':
        if (refusal.code === 'blob-missing') uploadAgain(row)
        report({ kind: 'failed', by: 'outbox', refusal })
        return postpone(row, refusal)
      case 'final': {
        lost = 0
        const laidAside = store.transact((writing) => {
          auditRefusal(writing, row, refusal)
          return settleRefused(writing, row, refusal)
        })
        report({ kind: 'answered', by: 'outbox' })
        log('refused', { packet: row.packet, code: refusal.code, laidAside: laidAside.length })
      }
    }
  }

  /** The hub has lost a blob it once took, or never took it: whatever of it is here goes again. */
  const uploadAgain = (row: OutboxRow): void =>
    store.transact((writing) => {
      for (const id of row.blobs)
        if (blob(writing, id)?.state === 'uploaded') setBlobState(writing, id, 'needs-upload')
    })

  const postpone = (row: OutboxRow, refusal: Refusal): void => {
    const nextAt = clock() + delayAfter(row.attempts + 1, random, pace)
    store.transact((writing) => postponeRow(writing, row.seq, nextAt, refusal))
    log('postponed', { packet: row.packet, code: refusal.code })
  }

  const auditRefusal = (writing: Parameters<typeof appendAudit>[0], row: OutboxRow, refusal: Refusal): void =>
    void appendAudit(writing, {
      kind: 'refused',
      who: 'hub',
      facts: { code: refusal.code, packet: row.packet, act: row.act },
    })

  async function sendHead(row: OutboxRow): Promise<void> {
    try {
      if (outboxRow(store.reading, row.seq)?.state === 'waiting') await send(row)
    } finally {
      active.delete(row.lane)
      sleeper.wake()
    }
  }

  /** Starts what may be sent now; says how long until more may be. */
  function startDue(): number {
    let next = Infinity
    for (const row of headsOfLanes(store.reading)) {
      if (active.has(row.lane)) continue
      const from = Math.max(row.nextAt, notBefore)
      if (from > clock()) next = Math.min(next, from)
      else if (active.size < lanesAtOnce - (row.urgency === 'normal' ? 1 : 0))
        active.set(row.lane, sendHead(row).catch(broken))
    }
    return next - clock()
  }

  const broken = (error: unknown): void => {
    fault ??= { error }
    sleeper.stop()
  }

  async function run(): Promise<void> {
    while (!sleeper.stopped()) await sleeper.sleep(Math.max(startDue(), 1))
    await Promise.all(active.values())
    if (fault) throw fault.error
  }

  return pumpOf(run(), sleeper, () => {
    // Somebody did something, or the line is back: no need to wait out a long back-off.
    notBefore = Math.min(notBefore, lostAt + pace.firstMs)
  })
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An empty blob has no bytes to read.
}
