/** Runs one of our TypeScript programs on the product's own Node: `node scripts/with-node.mjs FILE ARGS...`. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureFonts, ensurePackages, node24, root } from './setup.mjs'

const [file, ...args] = process.argv.slice(2)
ensurePackages()
if (/press/.test(file)) ensureFonts()
const child = spawn(node24(), [join(root, file), ...args], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
