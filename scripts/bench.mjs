/** `npm run bench`: sets up, builds the window, and runs bench/main.ts. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureDebian, ensureFonts, ensurePackages, node24, root } from './setup.mjs'
import { buildWindow, withNode } from './window.mjs'

ensurePackages()
ensureFonts()
ensureDebian(['chromium'])
buildWindow()
const args = [join(root, 'bench/main.ts'), ...process.argv.slice(2)]
process.exit(spawnSync(node24(), args, { cwd: root, stdio: 'inherit', env: withNode() }).status ?? 1)
