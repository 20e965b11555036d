/**
 * Builds the desktop program into a folder that Electron can start: main/ (one ES module), preload/ (one CommonJS
 * file: a sandboxed preload loads nothing else), renderer/, fonts/, and the one native package beside them.
 *
 * Non-goals: no packing, no runtime.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { readFontFiles } from '../main/fonts.ts'

/** Loaded as they are: Electron's own module, and SQLite with its compiled part for every platform. */
const external = ['electron', 'better-sqlite3']

export type BuildOptions = {
  readonly root: string
  /** Emptied first. */
  readonly folder: string
  /** Main's first file; tests have their own. */
  readonly entry?: string
}

/** Builds main and preload only: what a test of the Electron host needs. */
export async function buildMainAndPreload({ root, folder, entry }: BuildOptions): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await bundle(root, entry ?? 'main/electron-entry.ts', join(folder, 'main'), 'es', 'electron-entry.mjs')
  await bundle(root, 'preload/electron.ts', join(folder, 'preload'), 'cjs', 'electron.cjs')
  await writePackage(root, folder)
}

/** Builds the whole program. */
export async function buildProgram(options: BuildOptions): Promise<void> {
  const { root, folder } = options
  await buildMainAndPreload(options)
  await build({
    configFile: join(root, 'renderer', 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(folder, 'renderer'), emptyOutDir: true },
  })
  await mkdir(join(folder, 'fonts'), { recursive: true })
  for (const font of readFontFiles()) await writeFile(join(folder, 'fonts', font.name), font.bytes)
  await copySqlite(root, folder)
}

/** The package as it runs: its sources stay behind, and what only its compiling needs is no dependency. */
async function copySqlite(root: string, folder: string): Promise<void> {
  const place = join('node_modules', 'better-sqlite3')
  for (const part of ['LICENSE', 'lib', 'prebuilds']) {
    await cp(join(root, place, part), join(folder, place, part), { recursive: true })
  }
  const { name, version, license, main, exports } = await packageOf(join(root, place))
  await writeFile(
    join(folder, place, 'package.json'),
    JSON.stringify({ name, version, license, main, exports }, null, 2),
  )
}

function bundle(root: string, entry: string, outDir: string, format: 'es' | 'cjs', name: string) {
  return build({
    configFile: false,
    root,
    logLevel: 'warn',
    ssr: { noExternal: true, external, target: 'node' },
    build: {
      ssr: join(root, entry),
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rolldownOptions: { external, output: { format, entryFileNames: name, codeSplitting: false } },
    },
  })
}

/** The program's own package: its name and version, and no dependency but the native one. */
async function writePackage(root: string, folder: string): Promise<void> {
  const { name, version, description, license } = await packageOf(root)
  const dependencies = { 'better-sqlite3': await versionOf(root, 'better-sqlite3') }
  const main = 'main/electron-entry.mjs'
  const author = 'The Sealpost authors'
  const described = { name, version, description, author, license, type: 'module', main, dependencies }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(described, null, 2)}\n`)
}

async function packageOf(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
}

/** The installed version of a package. */
export async function versionOf(root: string, name: string): Promise<string> {
  return String((await packageOf(join(root, 'node_modules', name)))['version'])
}
