/**
 * Which folder may import what: the table as data, and the checks on it. Every message says what to do instead.
 *
 * Non-goals: no list of files to leave out. A rule that hinders is changed here, in the open, with its reason.
 */
import { posix } from 'node:path'
import ts from 'typescript'
import { importsOf, parse } from './sources.ts'
import type { SourceFile } from './sources.ts'

export type Rule = {
  /** What the folder is for, in the words of the message: "core and SQLite". */
  readonly says: string
  readonly folders: readonly string[] | 'any'
  /** Folders whose types only may be named: nothing of them runs here. */
  readonly types?: readonly string[]
  /** Packages, with their subpaths; `node:*` is all of Node. */
  readonly packages: readonly string[] | 'any'
  /** No clock, no chance, no process, no network, no console: the world is handed in. */
  readonly pure?: boolean
}

/** The longest matching folder counts. A name with a file's ending is that file. */
export const table: Readonly<Record<string, Rule>> = {
  core: { says: 'zod and canonical JSON', folders: [], packages: ['zod', 'canonicalize'], pure: true },
  paper: { says: 'core', folders: ['core'], packages: [], pure: true },
  // The writers and the font reader carry their libraries; the rest of paper runs in the window too.
  'paper/fonts.ts': {
    says: 'core, the rest of paper and the font library',
    folders: ['core', 'paper'],
    packages: ['@cantoo/fontkit'],
    pure: true,
  },
  'paper/pdf.ts': {
    says: 'core, the rest of paper and the PDF library',
    folders: ['core', 'paper', 'paper/fonts.ts'],
    packages: ['pdf-lib', '@cantoo/fontkit'],
    pure: true,
  },
  'paper/press.ts': {
    says: 'core and the rest of paper',
    folders: ['core', 'paper', 'paper/fonts.ts', 'paper/pdf.ts'],
    packages: [],
    pure: true,
  },
  seal: {
    says: 'core, crypto libraries, node:crypto',
    folders: ['core'],
    packages: [
      'zod',
      'node:crypto',
      'node:zlib', // inflating bytes in memory: PDF streams
      '@noble/ciphers',
      '@noble/hashes',
      'node-forge',
      'sm-crypto-v2',
      '@cantoo/fontkit', // the seal's picture draws its characters
    ],
    pure: true,
  },
  hub: {
    says: 'core, seal, Node and server libraries',
    folders: ['core', 'seal'],
    packages: ['node:*', 'zod', 'fastify', 'kysely', 'better-sqlite3', 'pg'],
  },
  'preload/contract': { says: 'core and zod', folders: ['core'], packages: ['zod'] },
  preload: { says: 'preload/contract', folders: ['preload/contract'], packages: [] },
  'preload/electron.ts': {
    says: 'the bridge and electron',
    folders: ['preload'],
    packages: ['electron'],
  },
  renderer: {
    says: 'core, types of preload/contract, the pure parts of paper, React',
    folders: ['core', 'paper'],
    types: ['preload/contract'],
    packages: [
      'react',
      'react-dom',
      'react-i18next',
      'i18next',
      'antd',
      '@ant-design/icons',
      'zustand',
      'dayjs',
      'pdfjs-dist',
      'zod',
      '@fontsource-variable/noto-sans-sc', // the interface's font, by its style sheet
    ],
  },
  'renderer/vite.config.ts': {
    says: 'vite, its plugins and Node',
    folders: [],
    packages: ['vite', '@vitejs/plugin-react', 'node:*'],
  },
  'main/store': {
    says: 'core and SQLite',
    folders: ['core'],
    packages: ['better-sqlite3', 'zod', 'node:crypto', 'node:fs', 'node:path'],
  },
  'main/exchange': {
    says: 'core, main/store and the HTTP client',
    folders: ['core', 'main/store'],
    packages: ['undici', 'zod', 'node:crypto', 'node:stream'],
  },
  'main/keys': {
    says: 'core, seal and the token library',
    folders: ['core', 'seal'],
    packages: ['zod', 'node:crypto', 'node-forge', 'pkcs11js', '@noble/ciphers', '@noble/hashes'],
  },
  'main/actions': {
    says: 'core, paper, seal, main/keys and main/store',
    folders: [
      'core',
      'paper',
      'paper/fonts.ts',
      'paper/pdf.ts',
      'paper/press.ts',
      'seal',
      'main/keys',
      'main/store',
    ],
    types: ['preload/contract'],
    packages: ['zod'],
  },
  // Views answer the window's questions; what an action would need (a desk, a next number) they ask of it.
  'main/views': {
    says: 'core, seal, main/store and main/actions',
    folders: ['core', 'seal', 'main/store', 'main/actions'],
    types: ['preload/contract', 'main/exchange'],
    packages: [],
  },
  'main/host': {
    says: 'preload (bridge and contract) and its window’s driver',
    folders: ['preload', 'preload/contract'],
    packages: ['node:*'],
  },
  'main/host/chromium.ts': {
    says: 'preload (bridge and contract), the host’s own files and the Chromium driver',
    folders: ['preload', 'preload/contract', 'main/host'],
    packages: ['node:*', 'playwright-core'],
  },
  'main/host/electron.ts': {
    says: 'preload (bridge and contract), the host’s own files and electron',
    folders: ['preload', 'preload/contract', 'main/host'],
    packages: ['node:*', 'electron'],
  },
  // The wiring and what reads the machine for it.
  main: {
    says: 'everything in main, core, paper, seal and preload/contract',
    folders: [
      'core',
      'paper',
      'paper/fonts.ts',
      'paper/pdf.ts',
      'paper/press.ts',
      'seal',
      'preload/contract',
      'main/actions',
      'main/exchange',
      'main/keys',
      'main/store',
      'main/views',
    ],
    types: ['main/host'],
    packages: ['node:*', 'zod'],
  },
  'main/electron-entry.ts': {
    says: 'main and the Electron host',
    folders: ['main', 'main/host/electron.ts'],
    packages: ['electron', 'node:*'],
  },
  'certs-dev': { says: 'what it exercises', folders: ['core', 'seal', 'main'], packages: 'any' },
  scripts: {
    says: 'the product and certs-dev',
    folders: [
      'core',
      'paper',
      'paper/fonts.ts',
      'paper/pdf.ts',
      'paper/press.ts',
      'seal',
      'hub',
      'main',
      'main/host',
      'main/host/chromium.ts',
      'preload/contract',
      'certs-dev',
    ],
    packages: 'any',
  },
  bench: { says: 'what it measures', folders: 'any', packages: 'any' },
  test: { says: 'what it exercises', folders: 'any', packages: 'any' },
}

/** Where the way leads that somebody wanted to take by importing this. The first that fits. */
const advice: readonly (readonly [RegExp, string])[] = [
  [/^test/, 'tests are imported by nobody: move what the product needs into the product.'],
  [/^bench/, 'nothing imports bench: move what is shared to test/harness.'],
  [/^certs-dev/, 'the development PKI is imported by scripts and tests only: take certificates as bytes.'],
  [
    /^scripts/,
    'scripts call the product, not the other way round: move the code into the folder that owns it.',
  ],
  [
    /^electron$/,
    'only main/host/electron.ts, main/electron-entry.ts and preload/electron.ts name electron: ask main/host/host.ts.',
  ],
  [/^playwright-core$/, 'only main/host/chromium.ts drives Chromium: ask main/host/host.ts.'],
  [/^main\/host/, 'hand the window in by a port, or move the code to main/actions.'],
  [/^main\/(?!host)|^main$/, 'hand it in by a port or as an argument; main/main.ts wires the two.'],
  [
    /^paper\//,
    'use the pure parts of paper (layout, page, svg); what needs a library or a font file runs in main.',
  ],
  [/^seal/, 'hand opening, sealing and verifying in by a port.'],
  [/^hub/, 'what both sides of the line know belongs to core/exchange.'],
  [/^renderer/, 'the window asks main by preload/contract; what both know belongs to core.'],
  [/^preload/, 'the window’s words stay at the window: main’s views turn the domain into them.'],
  [/^node:(fs|path|os)/, 'main or a script reads the disk and hands the bytes in.'],
  [/^node:(net|http|https|tls|dgram|dns)/, 'the network belongs to main/exchange and the hub.'],
  [/^node:/, 'what Node gives is handed in by main or the hub.'],
  [/^better-sqlite3|^kysely/, 'queries belong to main/store and the hub’s own store.'],
  [/^(react|antd|zustand)/, 'what is shown belongs to renderer.'],
  [
    /^(core|paper)/,
    'that folder stands further from the domain: move the shared part to where both may look.',
  ],
]
const otherAdvice = 'if the package is needed here, say so in test/harness/layers.ts with its reason.'

/** The top folders the table speaks of. */
export const topFolders = [...new Set(Object.keys(table).map((entry) => entry.split('/')[0]!))]

/** The table's entry a path falls under, or null for a file at the top of the project. */
export function folderOf(path: string): string | null {
  const entries = Object.keys(table).filter((entry) => path === entry || path.startsWith(`${entry}/`))
  return entries.sort((one, other) => other.length - one.length)[0] ?? null
}

const inPackages = (packages: Rule['packages'], name: string) =>
  packages === 'any' ||
  packages.some((allowed) =>
    allowed === 'node:*' ? name.startsWith('node:') : name === allowed || name.startsWith(`${allowed}/`),
  )

function mayImport(rule: Rule, from: string, to: string, typesOnly: boolean): boolean {
  if (from === to) return true
  // Its own folder's plain files, where a single file has an entry of its own.
  if (from.startsWith(`${to}/`) && from.endsWith('.ts') && to !== 'main' && to !== 'renderer') return true
  if (typesOnly && sameTop(from, to)) return true
  if (rule.folders === 'any' || rule.folders.includes(to)) return true
  return typesOnly && (rule.types ?? []).includes(to)
}

/** Types of a sibling that has an entry of its own because of its library (paper, preload, a host). */
const sameTop = (one: string, other: string) =>
  ['paper', 'preload', 'main/host'].some((top) => one.startsWith(top) && other.startsWith(top))

/** What a source text may not import, one sentence each with the way to take instead. */
export function forbiddenImports(file: string, source: string): readonly string[] {
  const from = folderOf(file)
  if (from === null) return []
  const rule = table[from]!
  return importsOf(file, source).flatMap(({ specifier, typesOnly, line }) => {
    const local = specifier.startsWith('.')
    const target = local ? posix.join(posix.dirname(file), specifier) : specifier
    const to = local ? folderOf(target) : specifier
    if (to === null) return []
    const nobodys = local && !['test', 'bench', 'scripts'].includes(from) && /^(test|bench)\b/.test(to)
    const allowed = local
      ? !nobodys && mayImport(rule, from, to, typesOnly)
      : inPackages(rule.packages, specifier)
    if (allowed) return []
    const instead = advice.find(([pattern]) => pattern.test(to))?.[1] ?? otherAdvice
    return [`${file}:${line} imports ${specifier}. ${from} may import ${rule.says}: ${instead}`]
  })
}

const impurities: Readonly<Record<string, string>> = {
  'Date.now': 'take the clock as an argument (core/ports.ts)',
  'new Date': 'take the clock as an argument (core/ports.ts); `new Date(time)` is fine',
  'Math.random': 'take the randomness as an argument (core/ports.ts)',
  'performance.now': 'measuring belongs to bench',
  process: 'main or the hub reads the environment and hands the value in',
  console: 'return a Result; main and the hub keep the log',
  fetch: 'the network belongs to main/exchange and the hub',
  setTimeout: 'waiting belongs to the caller',
  setInterval: 'waiting belongs to the caller',
}

/** In a pure folder: each use of clock, chance, process, network or console, with what to do instead. */
export function impureUses(file: string, source: string): readonly string[] {
  const from = folderOf(file)
  if (from === null || !table[from]!.pure) return []
  const tree = parse(file, source)
  const found: string[] = []
  const add = (node: ts.Node, use: string) => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
    found.push(`${file}:${line} uses ${use}. ${from} is pure: ${impurities[use]}.`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const whole = `${node.expression.text}.${node.name.text}`
      if (whole in impurities) add(node, whole)
      else if (['process', 'console'].includes(node.expression.text)) add(node, node.expression.text)
    } else if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const callee = ts.isIdentifier(node.expression) ? node.expression.text : ''
      const now = callee === 'Date' && (ts.isCallExpression(node) || (node.arguments ?? []).length === 0)
      if (now) add(node, 'new Date')
      if (ts.isCallExpression(node) && ['fetch', 'setTimeout', 'setInterval'].includes(callee))
        add(node, callee)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** A folder for the question of circles: single files count with the folder they lie in. */
const wholeFolder = (entry: string) => (/\.tsx?$/.test(entry) ? posix.dirname(entry) : entry)

/** Folders that import one another in a circle (values; types bind nothing), each as a path that closes. */
export function circles(files: readonly SourceFile[]): readonly string[] {
  const edges = new Map<string, Map<string, string>>()
  for (const { file, source } of files) {
    const from = folderOf(file)
    if (from === null || from === 'main/electron-entry.ts') continue
    for (const { specifier, typesOnly } of importsOf(file, source)) {
      if (typesOnly || !specifier.startsWith('.')) continue
      const to = folderOf(posix.join(posix.dirname(file), specifier))
      if (to === null || wholeFolder(to) === wholeFolder(from)) continue
      const targets = edges.get(wholeFolder(from)) ?? new Map<string, string>()
      if (!targets.has(wholeFolder(to))) targets.set(wholeFolder(to), `${file} imports ${specifier}`)
      edges.set(wholeFolder(from), targets)
    }
  }
  const found = new Set<string>()
  const walk = (path: readonly string[]): void => {
    for (const next of edges.get(path.at(-1)!)?.keys() ?? []) {
      const at = path.indexOf(next)
      if (at < 0) walk([...path, next])
      else if (next === [...path.slice(at)].sort()[0]) {
        const circle = [...path.slice(at), next]
        const proofs = circle.slice(1).map((to, index) => edges.get(circle[index]!)!.get(to))
        found.add(`${circle.join(' → ')} (${proofs.join('; ')})`)
      }
    }
  }
  for (const start of edges.keys()) walk([start])
  return [...found]
}
