/** The path says where code runs: who may import what, for every source file. */
import { describe, expect, it } from 'vitest'
import { circles, folderOf, forbiddenImports, impureUses, table, topFolders } from '../harness/layers.ts'
import { importsOf, sourceFiles, tooLong } from '../harness/sources.ts'

const files = sourceFiles(topFolders)

describe('the project keeps its layers', () => {
  it('each file imports only what its folder may', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap(({ file, source }) => forbiddenImports(file, source))).toEqual([])
  })

  it('core, paper and seal are handed their world', () => {
    expect(files.flatMap(({ file, source }) => impureUses(file, source))).toEqual([])
  })

  it('no folders import one another in a circle', () => {
    expect(circles(files)).toEqual([])
  })

  it('no file is longer than 400 lines without a reason at its top', () => {
    expect(files.flatMap(tooLong)).toEqual([])
  })

  it('every import was read: as many as the compiler itself finds', async () => {
    const { default: ts } = await import('typescript')
    for (const { file, source } of files) {
      const compiler = ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName)
      const ours = new Set(importsOf(file, source).map(({ specifier }) => specifier))
      const missed = compiler.map((name) => name.replace(/\?.*$/, '')).filter((name) => !ours.has(name))
      expect(missed, file).toEqual([])
    }
  })

  it('every folder of the table exists', () => {
    const empty = Object.keys(table).filter((entry) => !files.some(({ file }) => folderOf(file) === entry))
    expect(empty).toEqual([])
  })
})

describe('the check itself can fail', () => {
  it('names the allowed way when the store wants the window', () => {
    expect(forbiddenImports('main/store/x.ts', `import { openChromium } from '../host/host.ts'`)).toEqual([
      'main/store/x.ts:1 imports ../host/host.ts. main/store may import core and SQLite: ' +
        'hand the window in by a port, or move the code to main/actions.',
    ])
  })

  it.each([
    ['core/act/x.ts', `import { readFileSync } from 'node:fs'`, 'reads the disk and hands the bytes in'],
    ['core/act/x.ts', `import { verify } from '../../seal/jws.ts'`, 'by a port'],
    ['paper/layout.ts', `import { PDFDocument } from 'pdf-lib'`, 'with its reason'],
    ['paper/layout.ts', `import { press } from './pdf.ts'`, 'pure parts of paper'],
    ['seal/x.ts', `import { request } from 'node:https'`, 'belongs to main/exchange'],
    ['hub/x.ts', `import { openStore } from '../main/store/store.ts'`, 'by a port'],
    ['renderer/drafts/x.tsx', `import { press } from '../../paper/pdf.ts'`, 'pure parts of paper'],
    [
      'renderer/drafts/x.tsx',
      `import { office } from '../../preload/contract/office.ts'`,
      'stay at the window',
    ],
    ['renderer/drafts/x.tsx', `const x = await import('../../main/store/store.ts')`, 'by a port'],
    ['renderer/drafts/x.tsx', `new Worker(new URL('../../seal/x.ts', import.meta.url))`, 'by a port'],
    ['preload/bridge.ts', `export { ok } from '../core/result.ts'`, 'where both may look'],
    ['main/actions/x.ts', `import { app } from 'electron'`, 'only main/host/electron.ts'],
    ['main/host/downloads.ts', `import { shell } from 'electron'`, 'only main/host/electron.ts'],
    ['main/host/electron.ts', `import { chromium } from 'playwright-core'`, 'only main/host/chromium.ts'],
    ['main/main.ts', `import { openChromium } from './host/chromium.ts'`, 'hand the window in'],
    ['main/main.ts', `import { makePki } from '../certs-dev/make.ts'`, 'certificates as bytes'],
    ['hub/main.ts', `import { province } from '../test/harness/province.ts'`, 'imported by nobody'],
    ['scripts/start.ts', `import { province } from '../test/harness/province.ts'`, 'imported by nobody'],
    ['main/exchange/x.ts', `const { seal } = require('../../seal/jwe.ts')`, 'by a port'],
    ['main/store/x.ts', `type Window = import('../host/host.ts').Host`, 'hand the window in'],
  ])('%s may not: %s', (file, source, words) => {
    const [message, ...more] = forbiddenImports(file, source)
    expect(more).toEqual([])
    expect(message).toContain(words)
    expect(message).toContain(`${file}:1 imports `)
  })

  it.each([
    ['renderer/drafts/x.tsx', `import type { MatterView } from '../../preload/contract/views.ts'`],
    ['renderer/drafts/x.tsx', `import { type MatterView } from '../../preload/contract/views.ts'`],
    ['renderer/page/x.ts', `import { layOut } from '../../paper/layout.ts'`],
    ['main/main.ts', `import type { Host } from './host/host.ts'`],
    ['hub/x.ts', `import { sql } from 'kysely/migration'`],
    ['bench/x.ts', `import { office } from '../test/harness/office.ts'`],
    ['core/x.ts', `// import { readFileSync } from 'node:fs'\nconst text = "import 'node:fs'"`],
  ])('%s may: %s', (file, source) => {
    expect(forbiddenImports(file, source)).toEqual([])
  })

  it('sees clock, chance and console in a pure folder, and not in others', () => {
    const source = [
      'const a = Date.now()',
      'const b = new Date()',
      'const c = Math.random()',
      'console.log(process.env.X)',
      'fetch("https://example.org")',
      'const fine = [new Date(0), Date.UTC(2026, 1, 1), { process: 1 }.process, x.fetch(), new Date(a)]',
    ].join('\n')
    const found = impureUses('core/x.ts', source).map((line) => line.split('. ')[0])
    expect(found.sort()).toEqual([
      'core/x.ts:1 uses Date.now',
      'core/x.ts:2 uses new Date',
      'core/x.ts:3 uses Math.random',
      'core/x.ts:4 uses console',
      'core/x.ts:4 uses process',
      'core/x.ts:5 uses fetch',
    ])
    expect(impureUses('main/actions/x.ts', source)).toEqual([])
  })

  it('sees a circle of folders and shows the imports that make it', () => {
    const ring = [
      { file: 'main/store/x.ts', source: `import { a } from '../keys/y.ts'` },
      { file: 'main/keys/y.ts', source: `import { b } from '../actions/z.ts'` },
      { file: 'main/actions/z.ts', source: `import { c } from '../store/x.ts'` },
      { file: 'core/x.ts', source: `import type { D } from '../main/store/x.ts'` },
    ]
    expect(circles(ring)).toEqual([
      'main/actions → main/store → main/keys → main/actions (main/actions/z.ts imports ../store/x.ts; ' +
        'main/store/x.ts imports ../keys/y.ts; main/keys/y.ts imports ../actions/z.ts)',
    ])
    expect(circles(ring.slice(1))).toEqual([])
  })

  it('sees a file that is too long, and takes its reason', () => {
    const source = 'x\n'.repeat(401)
    expect(tooLong({ file: 'core/x.ts', source })).toHaveLength(1)
    expect(tooLong({ file: 'core/x.ts', source: source.slice(2) })).toEqual([])
    expect(
      tooLong({ file: 'core/x.ts', source: `/** over 400 lines because it is one table */\n${source}` }),
    ).toEqual([])
  })
})
