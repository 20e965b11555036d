/** The demonstration province: its development PKI, a hub of its own, and workstations; all fictional, all in one folder. */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDevelopmentPki, loadPki } from '../certs-dev/main.ts'
import type { Pki } from '../certs-dev/main.ts'
import { setUpWorkstation } from '../certs-dev/workstation.ts'
import { readDirectoryActs, readHubIdentity } from '../hub/pki-folder.ts'
import { startHub } from '../hub/server.ts'
import type { RunningHub } from '../hub/server.ts'

export type Demonstration = {
  readonly pki: Pki
  readonly hub: RunningHub
  readonly workstation: (device: string) => string
}

/** The hub in this process. The PKI is kept while it is valid. */
export async function openDemonstration(folder: string, port = 0): Promise<Demonstration> {
  const now = new Date()
  // With other keys nothing of an earlier demonstration can be opened: it begins anew.
  if (loadPki(join(folder, 'pki'), now) === null) rmSync(folder, { recursive: true, force: true })
  const pki = await ensureDevelopmentPki({ out: join(folder, 'pki'), now })
  const hub = await startHub({
    folder: join(folder, 'hub'),
    port,
    identity: readHubIdentity(pki.folder),
    directory: readDirectoryActs(pki.folder),
    clock: Date.now,
    random: (bytes) => Uint8Array.from(randomBytes(bytes)),
    log: () => undefined,
  })
  return {
    pki,
    hub,
    workstation: (device) => workstationFolder(pki, folder, device, `https://localhost:${hub.port}`),
  }
}

/** Sets the device's folder up (again: the hub's port may have changed) and returns it. */
export function workstationFolder(pki: Pki, folder: string, device: string, hubUrl: string): string {
  const place = join(folder, device)
  setUpWorkstation(pki, { folder: place, device, hubUrl })
  return place
}
