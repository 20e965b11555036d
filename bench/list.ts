/** The first page of a desk of 100,000 documents against the bare SQL statement on the same database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { listMatters, pageSql, wheres } from '../main/store/desks.ts'
import { openStore, storeFile } from '../main/store/store.ts'
import type { Store } from '../main/store/store.ts'
import type { Desk } from '../main/actions/desk.ts'
import { listMatters as listAsShown } from '../main/views/lists.ts'
import { emptyDirectory } from '../core/directory/directory.ts'
import type { Row } from './measure.ts'
import { fillStore } from './store.ts'

const key = new Uint8Array(32).fill(3)
const pageLength = 50

/** The median of many runs, in ms. The store is locked for one side, so the sides run one after the other. */
function medians(rounds: number, ...works: readonly (() => unknown)[]): number[] {
  const times = works.map((): number[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [at, work] of works.entries()) {
      const from = performance.now()
      work()
      times[at]!.push(performance.now() - from)
    }
  return times.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)]!)
}

/** Just what a list asks of a desk. */
const deskOn = (store: Store): Desk =>
  ({
    me: { person: 'sheng-leader', name: '', unit: 'sheng', roles: ['leader'] },
    directory: () => emptyDirectory,
    store,
  }) as unknown as Desk

const openedIn = (folder: string): Store => {
  const opened = openStore({ folder, key, clock: Date.now })
  if (!opened.ok) throw new Error(opened.refusal.code)
  return opened.value
}

export async function benchList(documents = 100_000): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  try {
    const filled = openedIn(folder)
    fillStore(filled, documents)
    filled.close()

    const desks = [
      ['outgoing', { kind: 'outgoing' } as const, wheres.kind, { kind: 'outgoing' }],
      [
        'outgoing, approved',
        { kind: 'outgoing', statuses: ['approved'] } as const,
        wheres.status,
        { kind: 'outgoing', status: 'approved' },
      ],
    ] as const
    const rows: Row[] = []
    for (const [name, desk, where, values] of desks) {
      const ours = openedIn(folder)
      const runOurs = () => listMatters(ours.reading, desk, pageLength)
      if (runOurs().lines.length !== pageLength) throw new Error('not a full page')
      const shown = () =>
        listAsShown(deskOn(ours), {
          desk: 'outgoing',
          status: 'statuses' in desk ? 'approved' : undefined,
          limit: pageLength,
        })
      if (shown().rows.length !== pageLength) throw new Error('not a full page')
      const [value] = medians(300, runOurs)
      const [asShown] = medians(300, shown)
      ours.close()
      const bare = new Database(join(folder, storeFile))
      bare.pragma(`cipher = 'chacha20'`)
      bare.pragma(`key = 'raw:${Buffer.from(key).toString('hex')}'`)
      const statement = bare.prepare(pageSql(where, false))
      const runBare = () => statement.all({ ...values, limit: pageLength })
      if (runBare().length !== pageLength) throw new Error('not a full page')
      const [peerValue] = medians(300, runBare)
      bare.close()
      rows.push({
        name: `first page of ${documents} documents (${name})`,
        value: value!,
        unit: 'ms',
        peer: 'the bare SQL statement',
        peerValue: peerValue!,
        ratio: value! / peerValue!,
        aim: 'at most 1.5',
        met: value! / peerValue! <= 1.5,
      })
      rows.push({
        name: `the same as the window is given it, with names and count (${name})`,
        value: asShown!,
        unit: 'ms',
        peer: 'the bare SQL statement',
        peerValue: peerValue!,
        ratio: asShown! / peerValue!,
      })
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
