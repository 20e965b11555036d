/** The first page of a desk of 100,000 documents against the bare SQL statement on the same database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { listMatters, pageSql, wheres } from '../main/store/desks.ts'
import { openStore, storeFile } from '../main/store/store.ts'
import type { Store } from '../main/store/store.ts'
import { fillStore } from './store.ts'

export type Row = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly peer: string
  readonly peerValue: number
  readonly ratio: number
}

const key = new Uint8Array(32).fill(3)
const pageLength = 50

/** The median of many runs, in ms. Both sides take turns, so that the machine's mood hits both. */
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
      const [value] = medians(300, runOurs)
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
      })
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await benchList())
