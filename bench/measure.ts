/** What every bench shares: a row, medians of runs that take turns, and a store in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../main/store/store.ts'
import type { Store } from '../main/store/store.ts'

export type Row = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly peer: string
  readonly peerValue: number
  readonly ratio: number
  /** What the issue asks of the ratio, in words; absent where it only reports. */
  readonly aim?: string
  readonly met?: boolean
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!

/** Runs both in turns, so that the machine's mood hits both; the medians, ms. */
export async function inTurns(
  rounds: number,
  ours: () => unknown,
  peer: () => unknown,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const times = { ours: [] as number[], peer: [] as number[] }
  for (let round = 0; round < rounds; round++)
    for (const [name, work] of [
      ['ours', ours],
      ['peer', peer],
    ] as const) {
      const from = performance.now()
      await work()
      times[name].push(performance.now() - from)
    }
  return { ours: median(times.ours), peer: median(times.peer) }
}

export async function inFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const storeKey = new Uint8Array(32).fill(3)

export function storeIn(folder: string): Store {
  const opened = openStore({ folder, key: storeKey, clock: Date.now })
  if (!opened.ok) throw new Error(opened.refusal.code)
  return opened.value
}
