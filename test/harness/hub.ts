/**
 * A real hub for tests: in this process, or as a process of its own that can be killed. Same port and folder after a
 * restart. `requestOf` speaks to it as a workstation does, without the client's own code, so that tests can also say
 * what no client of ours would.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Pki } from '../../certs-dev/main.ts'
import { readDirectoryActs, readHubIdentity } from '../../hub/pki-folder.ts'
import type { HubReport } from '../../hub/reports.ts'
import { startHub } from '../../hub/server.ts'
import type { HubOptions, RunningHub } from '../../hub/server.ts'

export type TestHub = {
  readonly url: string
  readonly port: number
  readonly folder: string
  /** What it reported, oldest first. */
  readonly reports: readonly HubReport[]
  /** In this process only. */
  readonly running: () => RunningHub
  /** SIGKILL; a hub in this process is closed instead. */
  kill(): Promise<void>
  /** Again on the same port and folder, killed first if it still runs. */
  restart(changes?: Pick<TestHubOptions, 'crashAt'>): Promise<void>
  /** Closed in order; the folder is removed unless it was handed in. */
  close(): Promise<void>
  /** To the hub's process. */
  readonly signal: (name: 'SIGHUP' | 'SIGTERM') => void
  /** Resolves when the process has ended by itself. */
  readonly ended: () => Promise<void>
}

export type TestHubOptions = {
  readonly pki: Pki
  readonly folder?: string
  readonly port?: number
  readonly asProcess?: boolean
  /** The process kills itself before its n-th step (or before the first step of that name). */
  readonly crashAt?: number | string
  readonly clock?: HubOptions['clock']
  readonly probe?: HubOptions['probe']
  readonly pace?: HubOptions['pace']
  /** Instead of those in the PKI folder. */
  readonly directory?: readonly string[]
}

type Started = {
  readonly port: number
  readonly pid?: number | undefined
  kill(): Promise<void>
  close(): Promise<void>
  ended: Promise<void>
}

export async function startTestHub(options: TestHubOptions): Promise<TestHub> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sealpost-hub-'))
  const reports: HubReport[] = []
  let inside: RunningHub | undefined
  const start = async (port: number, crashAt = options.crashAt): Promise<Started> => {
    if (options.asProcess) return spawnHub({ pki: options.pki.folder, folder, port, crashAt, reports })
    inside = await startHub({
      folder,
      port,
      identity: readHubIdentity(options.pki.folder),
      directory: options.directory ?? readDirectoryActs(options.pki.folder),
      clock: options.clock ?? Date.now,
      random: (bytes) => Uint8Array.from(randomBytes(bytes)),
      log: (report) => void reports.push(report),
      ...(options.probe ? { probe: options.probe } : {}),
      ...(options.pace ? { pace: options.pace } : {}),
    })
    return { port: inside.port, kill: inside.close, close: inside.close, ended: new Promise(() => undefined) }
  }
  let hub = await start(options.port ?? 0)
  let up = true
  const { port } = hub
  const kill = async (): Promise<void> => {
    if (up) await hub.kill()
    up = false
  }
  return {
    url: `https://localhost:${port}`,
    port,
    folder,
    reports,
    running: () => {
      if (!inside) throw new Error('this hub runs in a process of its own')
      return inside
    },
    kill,
    async restart(changes) {
      await kill()
      hub = await start(port, changes?.crashAt)
      up = true
    },
    async close() {
      if (up) await hub.close()
      up = false
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
    signal: (name) => void (hub.pid !== undefined && process.kill(hub.pid, name)),
    ended: () => hub.ended.then(() => void (up = false)),
  }
}

const root = join(import.meta.dirname, '../..')

async function spawnHub(how: {
  readonly pki: string
  readonly folder: string
  readonly port: number
  readonly crashAt?: number | string | undefined
  readonly reports: HubReport[]
}): Promise<Started> {
  const program = how.crashAt === undefined ? 'hub/main.ts' : 'test/harness/crashing-hub.ts'
  const args = ['--folder', how.folder, '--port', String(how.port), '--pki', how.pki]
  const child: ChildProcess = spawn(process.execPath, [join(root, program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(how.crashAt === undefined ? {} : { CRASH_AT: String(how.crashAt) }) },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const words: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.startsWith('{')) how.reports.push(JSON.parse(line) as HubReport)
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
  return { port, pid: child.pid, kill: () => end('SIGKILL'), close: () => end('SIGTERM'), ended }
}
