/**
 * Mailboxes: what waits for a unit or a person, in the order of the log. A reader asks from a position on and may
 * wait; the wait ends as soon as something is accepted for the box.
 */
import { protocolLimits } from '../core/exchange/protocol.ts'
import type { MailboxPage } from '../core/exchange/protocol.ts'
import type { HubDatabase } from './database.ts'

/** Readers waiting at one time. */
const mostReaders = 10_000

export type MailboxDesk = {
  page(box: string, from: number): Promise<MailboxPage>
  /** Ends with news for the box, after `ms`, or when `gone` fires. */
  wait(box: string, ms: number, gone: AbortSignal): Promise<void>
  wake(boxes: Iterable<string>): void
  /** Lets every reader go. */
  close(): void
}

export function openMailboxes(database: HubDatabase): MailboxDesk {
  const readers = new Map<string, Set<() => void>>()
  let count = 0
  let closed = false
  const wake = (boxes: Iterable<string>): void => {
    for (const box of boxes) for (const go of [...(readers.get(box) ?? [])]) go()
  }
  return {
    wake,
    async page(box, from) {
      const listed = await database
        .selectFrom('mailboxes')
        .innerJoin('packets', 'packets.position', 'mailboxes.position')
        .select(['packets.position', 'packets.size'])
        .where('mailboxes.box', '=', box)
        .where('mailboxes.position', '>=', from)
        .orderBy('mailboxes.position')
        .limit(protocolLimits.pagePackets + 1)
        .execute()
      let bytes = 0
      const taken = listed
        .slice(0, protocolLimits.pagePackets)
        .filter(({ size }, index) => (bytes += size) <= protocolLimits.pageBytes || index === 0)
      const last = taken.at(-1)
      if (!last) return { packets: [], next: from, more: false }
      const rows = await database
        .selectFrom('mailboxes')
        .innerJoin('packets', 'packets.position', 'mailboxes.position')
        .select(['packets.position', 'packets.raw', 'packets.receipt'])
        .where('mailboxes.box', '=', box)
        .where('mailboxes.position', '>=', from)
        .where('mailboxes.position', '<=', last.position)
        .orderBy('mailboxes.position')
        .execute()
      return { packets: rows, next: last.position + 1, more: listed.length > taken.length }
    },
    wait(box, ms, gone) {
      if (closed || gone.aborted || count >= mostReaders || ms <= 0) return Promise.resolve()
      return new Promise((resolve) => {
        const waiting = readers.get(box) ?? new Set()
        readers.set(box, waiting)
        const go = (): void => {
          clearTimeout(timer)
          gone.removeEventListener('abort', go)
          if (waiting.delete(go)) count--
          if (waiting.size === 0 && readers.get(box) === waiting) readers.delete(box)
          resolve()
        }
        const timer = setTimeout(go, ms)
        gone.addEventListener('abort', go)
        waiting.add(go)
        count++
      })
    },
    close() {
      closed = true
      wake([...readers.keys()])
    },
  }
}
