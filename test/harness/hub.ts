/**
 * A real hub for tests: in this process, or as a process of its own that can be killed. Same port and folder after a
 * restart. How a bare workstation speaks to it stands in line.ts.
 */
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pki } from '../../certs-dev/main.ts'
import { readDirectoryActs, readHubIdentity } from '../../hub/pki-folder.ts'
import type { HubReport } from '../../hub/reports.ts'
import { startHub } from '../../hub/server.ts'
import type { HubOptions, RunningHub } from '../../hub/server.ts'
import { spawnHub } from '../../scripts/hub-process.ts'

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
  readonly child?: ChildProcess
  kill(): Promise<void>
  close(): Promise<void>
  ended: Promise<void>
}

export async function startTestHub(options: TestHubOptions): Promise<TestHub> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sealpost-hub-'))
  const reports: HubReport[] = []
  let inside: RunningHub | undefined
  const start = async (port: number, crashAt = options.crashAt): Promise<Started> => {
    if (options.asProcess)
      return spawnHub({
        pki: options.pki.folder,
        folder,
        port,
        ...(crashAt === undefined
          ? {}
          : { program: 'test/harness/crashing-hub.ts', environment: { CRASH_AT: String(crashAt) } }),
        onReport: (report) => void reports.push(report),
      })
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
    signal(name) {
      if (!hub.child) throw new Error('this hub has no process of its own')
      hub.child.kill(name)
    },
    ended: () => hub.ended.then(() => void (up = false)),
  }
}
