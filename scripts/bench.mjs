/** `npm run bench`: sets up, builds the window, and runs bench/main.ts. */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { ensureDebian, ensureFonts, ensurePackages, node24, root } from './setup.mjs'

ensurePackages()
ensureFonts()
ensureDebian(['chromium'])
const node = node24()
const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` }
const vite = [
  join(root, 'node_modules/vite/bin/vite.js'),
  'build',
  '--config',
  'renderer/vite.config.ts',
  '--logLevel',
  'warn',
]
for (const args of [vite, [join(root, 'bench/main.ts'), ...process.argv.slice(2)]]) {
  const done = spawnSync(node, args, { cwd: root, stdio: 'inherit', env })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
