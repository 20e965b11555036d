/** The built program: its main loads whole on Node with Electron's module stood in for, and tells what is missing. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, findElectron } from '../../../scripts/electron-runtime.ts'
import { buildProgram } from '../../../scripts/program.ts'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..', '..')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-program-'))
  await buildProgram({ root, folder: join(folder, 'app') })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the built program', () => {
  it('is one file of main, one of preload, the window, the fonts and one package', async () => {
    expect(await readdir(join(folder, 'app', 'main'))).toEqual(['electron-entry.mjs'])
    expect(await readdir(join(folder, 'app', 'preload'))).toEqual(['electron.cjs'])
    expect(await readdir(join(folder, 'app', 'renderer'))).toContain('index.html')
    expect(await readdir(join(folder, 'app', 'node_modules'))).toEqual(['better-sqlite3'])
    expect((await readdir(join(folder, 'app', 'fonts'))).length).toBeGreaterThanOrEqual(3)
    expect(
      (await readdir(join(folder, 'app', 'node_modules', 'better-sqlite3', 'prebuilds'))).sort(),
    ).toEqual(
      expect.arrayContaining(['linux-arm64.node', 'linux-x64.node', 'win32-arm64.node', 'win32-x64.node']),
    )
  })

  it('has a preload that asks for electron and nothing else, as a sandboxed one must', async () => {
    const preload = await readFile(join(folder, 'app', 'preload', 'electron.cjs'), 'utf8')
    const required = [...preload.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, name]) => name)
    expect(new Set(required)).toEqual(new Set(['electron']))
    expect(preload).not.toMatch(/^import /m)
  })

  it('loads whole, and where the workstation is not set up says so in a dialog and ends', async () => {
    const double = pathToFileURL(join(here, 'electron-double.ts')).href
    const hooks = join(folder, 'hooks.mjs')
    await writeFile(
      hooks,
      `import { registerHooks } from 'node:module'
      registerHooks({
        resolve: (specifier, context, next) =>
          specifier === 'electron' ? { url: ${JSON.stringify(double)}, shortCircuit: true } : next(specifier, context),
      })`,
    )
    const entry = join(folder, 'app', 'main', 'electron-entry.mjs')
    const done = spawnSync(process.execPath, ['--import', pathToFileURL(hooks).href, entry], {
      encoding: 'utf8',
      env: { ...process.env, SEALPOST_FOLDER: join(folder, 'nowhere') },
      timeout: 30_000,
    })
    expect(done.stderr).toContain('dialog 印驿 程序没有启动')
    expect(done.status).toBe(1)
  })
})

describe('the Electron runtime', () => {
  it('is told by its program’s own header, for both systems and both machines', async () => {
    const elf = (machine: number) => {
      const head = Buffer.alloc(64)
      head.writeUInt32BE(0x7f454c46, 0)
      head.writeUInt16LE(machine, 18)
      return head
    }
    const windows = (machine: number) => {
      const head = Buffer.alloc(256)
      head.write('MZ')
      head.writeUInt32LE(128, 60)
      head.writeUInt16LE(machine, 132)
      return head
    }
    const program = join(folder, 'program')
    const told = async (head: Buffer) => {
      await writeFile(program, head)
      return architectureOf(program)
    }
    expect(await told(elf(0x3e))).toBe('x64')
    expect(await told(elf(0xb7))).toBe('arm64')
    expect(await told(elf(0x28))).toBeNull()
    expect(await told(windows(0x8664))).toBe('x64')
    expect(await told(windows(0xaa64))).toBe('arm64')
    expect(await told(Buffer.from('#!/bin/sh\n'))).toBeNull()
    expect(await told(Buffer.alloc(0))).toBeNull()
  })

  it('is looked for where the environment says, and is not invented', async () => {
    expect(findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: folder })).toBeNull()
    const head = Buffer.alloc(64)
    head.writeUInt32BE(0x7f454c46, 0)
    head.writeUInt16LE(0xb7, 18)
    await writeFile(join(folder, 'electron'), head)
    expect(findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: folder })).toEqual({
      folder,
      program: join(folder, 'electron'),
      platform: 'linux',
      architecture: 'arm64',
    })
  })
})
