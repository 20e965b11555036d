/** The hub as a process of its own, started and ended from here: by the tour and by tests. SIGKILL is one of the ends. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { HubReport } from '../hub/reports.ts'

export type HubProcess = {
  readonly child: ChildProcess
  readonly port: number
  /** SIGKILL. */
  readonly kill: () => Promise<void>
  /** In order. */
  readonly close: () => Promise<void>
  readonly ended: Promise<void>
}

export type HubProcessPlan = {
  /** Folder of the PKI. */
  readonly pki: string
  readonly folder: string
  /** 0: any that is free. */
  readonly port: number
  /** The program, from the repository's root; by default the hub's own. */
  readonly program?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly onReport?: (report: HubReport) => void
}

const root = join(import.meta.dirname, '..')

/** Resolves when the hub listens. Throws with its last words where it ends before. */
export async function spawnHub(plan: HubProcessPlan): Promise<HubProcess> {
  const args = ['--folder', plan.folder, '--port', String(plan.port), '--pki', plan.pki]
  const child = spawn(process.execPath, [join(root, plan.program ?? 'hub/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...plan.environment },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const words: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.startsWith('{')) plan.onReport?.(JSON.parse(line) as HubReport)
    else words.push(line)
  })
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) =>
      resolve((JSON.parse(line) as { listening: { port: number } }).listening.port),
    )
    void ended.then(() =>
      reject(new Error(`the hub ended before it listened: ${words.slice(-8).join('\n')}`)),
    )
  })
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child.kill(signal)
    await ended
  }
  return { child, port, kill: () => end('SIGKILL'), close: () => end('SIGTERM'), ended }
}
