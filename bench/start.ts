/**
 * From the start of the process to a window that can be used (the sign-in screen with its accounts), against the
 * bare host opening a blank page: both as whole processes, in turns.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { makeDevelopmentPki } from '../certs-dev/main.ts'
import { setUpWorkstation } from '../certs-dev/workstation.ts'
import { builtRenderer } from '../main/main.ts'
import { inFolder, inTurns } from './measure.ts'
import type { Row } from './measure.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folderOfProgram = join(root, 'out', 'bench', 'start')
const program = join(folderOfProgram, 'start-once.js')

/** Bundled as the product is shipped; the blank page's program is of the same bundle and loads the host alone. */
const buildProgram = () =>
  build({
    configFile: false,
    root,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['playwright-core', 'better-sqlite3', 'electron'], target: 'node' },
    build: {
      ssr: join(root, 'bench/start-once.ts'),
      outDir: folderOfProgram,
      emptyOutDir: true,
      target: 'node24',
    },
  })

/** Resolves when the child says its window is usable; then it is ended. */
function once(kind: 'office' | 'blank', folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, kind, folder, builtRenderer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let usable = false
    child.stdout.on('data', (text: Buffer) => {
      if (!text.toString().includes('usable')) return
      usable = true
      resolve()
    })
    child.on('exit', () => (usable ? undefined : reject(new Error(`${kind} ended before it was usable`))))
  })
}

export async function benchStart(rounds = 7): Promise<Row[]> {
  if (!existsSync(join(builtRenderer, 'index.html')))
    throw new Error('the window is not built: npm run build:renderer')
  await buildProgram()
  return inFolder(async (folder) => {
    const pki = await makeDevelopmentPki({ out: join(folder, 'pki'), now: new Date() })
    const office = join(folder, 'office')
    setUpWorkstation(pki, { folder: office, device: 'sheng-desk-1', hubUrl: 'https://localhost:9' })
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400))
    await once('office', office)
    await once('blank', join(folder, 'blank'))
    await settle()
    const times = await inTurns(
      rounds,
      () => once('office', office),
      () => once('blank', join(folder, 'blank')),
    )
    const ratio = times.ours / times.peer
    return [
      {
        name: 'start to usable window',
        value: times.ours,
        unit: 'ms',
        peer: 'the bare host opening a blank page',
        peerValue: times.peer,
        ratio,
        aim: 'at most 1.5',
        met: ratio <= 1.5,
      },
    ]
  })
}
