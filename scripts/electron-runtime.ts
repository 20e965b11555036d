/**
 * Finds the Electron runtime, which npm does not bring: it is a download of its own that a closed network may not
 * reach. ELECTRON_OVERRIDE_DIST_PATH names a folder that holds it; otherwise node_modules/electron/dist.
 *
 * Non-goals: no download.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

export type ElectronRuntime = {
  /** The folder, as electron-builder's `electronDist`. */
  readonly folder: string
  readonly program: string
  readonly platform: 'linux' | 'win32'
  readonly architecture: 'x64' | 'arm64'
}

/** The sentence for a person who has none. */
export const howToSupplyElectron = (version: string) =>
  `unpack electron-v${version}-PLATFORM-ARCH.zip (PLATFORM linux or win32, ARCH x64 or arm64) into a folder and set ` +
  'ELECTRON_OVERRIDE_DIST_PATH to it.'

/** The runtime in the folder that the environment names, else in the package's own; null when there is none. */
export function findElectron(root: string, env: NodeJS.ProcessEnv = process.env): ElectronRuntime | null {
  const folder = env['ELECTRON_OVERRIDE_DIST_PATH'] || join(root, 'node_modules', 'electron', 'dist')
  for (const [name, platform] of [
    ['electron', 'linux'],
    ['electron.exe', 'win32'],
  ] as const) {
    const program = join(folder, name)
    const architecture = existsSync(program) ? architectureOf(program) : null
    if (architecture) return { folder, program, platform, architecture }
  }
  return null
}

/** By the machine field of an ELF header (offset 18) or of a PE header (4 after its place, which stands at 60). */
export function architectureOf(program: string): ElectronRuntime['architecture'] | null {
  const head = Buffer.alloc(4_096)
  const file = openSync(program, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  if (head.readUInt32BE(0) === 0x7f454c46) return machine(head.readUInt16LE(18), 0x3e, 0xb7)
  const place = head.readUInt32LE(60)
  const isPortableExecutable = head.toString('latin1', 0, 2) === 'MZ' && place < head.length - 6
  return isPortableExecutable ? machine(head.readUInt16LE(place + 4), 0x8664, 0xaa64) : null
}

const machine = (found: number, x64: number, arm64: number) =>
  found === x64 ? 'x64' : found === arm64 ? 'arm64' : null
