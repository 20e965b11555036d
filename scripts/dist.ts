/**
 * `npm run dist`: the program built into out/app, and where an Electron runtime is supplied, unpacked beside it into
 * out/dist by electron-builder for that runtime's platform. `npm run dist -- tar.gz` (or zip, deb, nsis) makes that
 * form instead of a folder, where its tools are at hand.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findElectron, howToSupplyElectron } from './electron-runtime.ts'
import { buildProgram, versionOf } from './program.ts'
import { ensureFonts } from './setup.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'out', 'app')
const form = process.argv[2] ?? 'dir'

ensureFonts()
await buildProgram({ root, folder })
console.log(`The program is built: ${relative(root, folder)}`)

const version = await versionOf(root, 'electron')
const runtime = findElectron(root)
if (runtime === null) {
  console.log(
    `Not packed: the Electron ${version} runtime is missing. To pack it, ${howToSupplyElectron(version)} ` +
      'Then run npm run dist again.',
  )
} else {
  const platform = runtime.platform === 'win32' ? '--win' : '--linux'
  const packer = join(root, 'node_modules', 'electron-builder', 'out', 'cli', 'cli.js')
  const sevenZip = ['/usr/bin/7za', '/usr/bin/7z'].find((path) => existsSync(path))
  const done = spawnSync(
    process.execPath,
    [
      packer,
      platform,
      form,
      `--${runtime.architecture}`,
      '--publish',
      'never',
      `-c.electronDist=${runtime.folder}`,
      `-c.electronVersion=${version}`,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...(sevenZip ? { ELECTRON_BUILDER_7ZIP_PATH: sevenZip } : {}), ...process.env },
    },
  )
  if (done.status === 0) console.log(`Packed for ${runtime.platform}-${runtime.architecture}: out/dist`)
  process.exitCode = done.status ?? 1
}
