/** The Electron host in the real Electron, where its runtime is found. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { findElectron } from '../../../scripts/electron-runtime.ts'
import { buildMainAndPreload } from '../../../scripts/program.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const found = findElectron(root)
const runtime = found?.platform === process.platform && found.architecture === process.arch ? found : null
if (!runtime) console.log('skipped: no Electron runtime')

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

describe.skipIf(runtime === null)('the window in the real Electron', () => {
  it('takes calls, and gives nothing else away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-probe-'))
    folders.push(folder)
    const built = join(folder, 'app')
    await buildMainAndPreload({ root, folder: built, entry: 'test/main/host/electron-probe.ts' })
    const reached: string[] = []
    const server = createServer((request, response) => {
      reached.push(request.url ?? '')
      response.setHeader('access-control-allow-origin', '*').end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const foreign = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const output = await run(built, { SEALPOST_FOLDER: join(folder, 'profile'), SEALPOST_FOREIGN: foreign })
    server.close()
    const line = output.split('\n').find((text) => text.startsWith('probe '))
    expect(line, output).toBeDefined()
    expect(JSON.parse(line!.slice('probe '.length))).toEqual({
      answer: { ok: true, value: { name: 'desk.counts', input: {} } },
      foreignName: 'TypeError',
      keys: ['call', 'on'],
      node: ['undefined', 'undefined', 'undefined'],
      fetched: 'refused',
      opened: 'null',
      permission: 'denied',
      evaluated: 'EvalError',
      frame: 'undefined',
      navigated: 'sealpost://app/index.html',
      events: [{ matters: ['a'] }],
      windows: 1,
    })
    expect(reached).toEqual([])
  })
})

/** Starts Electron on the folder, with a display of its own where there is none; its whole output. */
function run(folder: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const electron = [runtime!.program, ...asRoot, folder]
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
  const [program, ...args] = display ? electron : ['xvfb-run', '-a', ...electron]
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { env: { ...process.env, ...settings } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)))
    child.on('error', reject)
    child.on('exit', () => resolve(output))
  })
}
