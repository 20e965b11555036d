/** What the pumps are handed: the store, the hub, and the judges that may read signatures. */
import { createHash } from 'node:crypto'
import type { Receipt } from '../../core/exchange/receipt.ts'
import type { Clock, Random } from '../../core/ports.ts'
import type { Refusal, Result } from '../../core/result.ts'
import type { Store, Writing } from '../store/store.ts'
import type { HubClient } from './client.ts'
import type { Pace, Sleeper } from './pace.ts'
import type { ExchangeReport } from './status.ts'

/** What a receipt must say; members that are absent are not known beforehand. */
export type ExpectedReceipt = {
  readonly headerHash: string
  readonly bodyHash: string
  readonly packet?: string
  readonly position?: number
}
/** Verifies the hub's signature and that the receipt says what is expected. */
export type VerifyReceipt = (jws: string, expected: ExpectedReceipt) => Result<Receipt>

export type InboxItem = {
  /** Its row in the inbox: `markDone(writing, seq)` belongs into the transaction that stores what was in it. */
  readonly seq: number
  readonly box: string
  readonly position: number
  readonly raw: string
  /** Verified. */
  readonly receipt: Receipt
}
/** Done, or why the packet is parked; `waitingFor` names the act whose arrival makes it worth another try. */
export type Judgement = 'done' | { readonly reason: Refusal; readonly waitingFor?: string }
/**
 * What to do with an opened packet. `apply` only writes, and joins other packets in one transaction (one flush of the
 * disk for many); `run` needs more than the store, commits by itself, and comes after all that stood before it.
 */
export type Opened =
  Judgement | { readonly apply: (writing: Writing) => Judgement } | { readonly run: () => Promise<Judgement> }
/** Opens and verifies. Called again for the same packet after a crash: twice must give the same. */
export type ProcessPacket = (item: InboxItem) => Promise<Opened>

export type PumpWorld = {
  readonly store: Store
  readonly client: HubClient
  readonly clock: Clock
  readonly random: Random
  readonly pace: Pace
  readonly verifyReceipt: VerifyReceipt
  readonly report: (report: ExchangeReport) => void
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void
}

/** A pump runs until it is stopped (between two steps) or until a bug or a broken store ends it. */
export type Pump = {
  readonly wake: () => void
  readonly stop: () => void
  /** Settles when the pump has come to rest; rejects with what broke it. */
  readonly rested: Promise<void>
}

export function pumpOf(rested: Promise<void>, sleeper: Sleeper, news: () => void = () => undefined): Pump {
  return {
    wake: () => {
      news()
      sleeper.wake()
    },
    stop: sleeper.stop,
    rested,
  }
}

/** SHA-256 of the packet's two lines, as receipts carry them. */
export function hashesOf(raw: string): Pick<Receipt, 'headerHash' | 'bodyHash'> {
  const end = raw.indexOf('\n')
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  return { headerHash: hash(raw.slice(0, Math.max(end, 0))), bodyHash: hash(raw.slice(end + 1)) }
}
