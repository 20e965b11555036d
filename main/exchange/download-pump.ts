/** Fetches the files that acts name: what is wanted, the longest due first, each resuming where it was cut. */
import type { Result } from '../../core/result.ts'
import { ok, refuse } from '../../core/result.ts'
import { blob, blobsToMove, postponeBlob, setBlobState } from '../store/blobs.ts'
import type { BlobRow } from '../store/blobs.ts'
import { kindOf } from './failures.ts'
import type { HubFailure } from './failures.ts'
import { delayAfter, makeSleeper } from './pace.ts'
import { pumpOf } from './ports.ts'
import type { Pump, PumpWorld } from './ports.ts'

export type FetchFailure = HubFailure | 'blob-damaged' | 'blob-unknown'
export type Downloads = Pump & {
  /** Fetches one now: somebody has opened the page. Joins a download under way. */
  readonly fetch: (id: string) => Promise<Result<true, FetchFailure>>
}

export function startDownloads(world: PumpWorld): Downloads {
  const { store, client, clock, random, pace, report, log } = world
  const sleeper = makeSleeper()
  const active = new Map<string, Promise<Result<true, FetchFailure>>>()

  async function download({ id, size }: BlobRow): Promise<Result<true, FetchFailure>> {
    if (!(await store.blobs.has(id))) {
      const come = await client.downloadBlob(id, size, {
        partSize: () => store.blobs.partSize(id),
        append: (offset, source) => store.blobs.appendPart(id, offset, source),
      })
      if (!come.ok) return come
      const filed = await store.blobs.finishPart(id, size)
      if (!filed.ok) return filed
    }
    store.transact((writing) => setBlobState(writing, id, 'here'))
    log('blob here', { blob: id, size })
    return ok(true)
  }

  const fetch = (id: string): Promise<Result<true, FetchFailure>> => {
    const under = active.get(id)
    if (under) return under
    const row = blob(store.reading, id)
    if (!row) return Promise.resolve(refuse('blob-unknown', { blob: id }))
    if (row.state !== 'wanted') return Promise.resolve(ok(true))
    const started = download(row).finally(() => active.delete(id))
    active.set(id, started)
    return started
  }

  async function run(): Promise<void> {
    await fetchAll()
    await Promise.allSettled(active.values())
  }

  async function fetchAll(): Promise<void> {
    while (!sleeper.stopped()) {
      const [row] = blobsToMove(store.reading, 'wanted', 1)
      const wait = row ? row.nextAt - clock() : Infinity
      if (!row || wait > 0) {
        await sleeper.sleep(wait)
        continue
      }
      const done = await fetch(row.id)
      if (sleeper.stopped()) return
      if (done.ok) {
        report({ kind: 'answered', by: 'blobs' })
        continue
      }
      const delay = delayAfter(row.attempts + 1, random, pace)
      store.transact((writing) => postponeBlob(writing, row.id, clock() + delay))
      const { code } = done.refusal
      log('blob postponed', { blob: row.id, code })
      const refusal = code === 'blob-damaged' || code === 'blob-unknown' ? null : { ...done.refusal, code }
      if (refusal && kindOf(refusal.code) !== 'final')
        report({ kind: 'failed', by: 'blobs', refusal, until: new Date(clock() + delay).toISOString() })
    }
  }

  return { ...pumpOf(run(), sleeper), fetch }
}
