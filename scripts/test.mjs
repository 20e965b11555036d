/**
 * `npm test`: everything, in the order in which it is cheapest to fail. Set-up is timed apart.
 * `npm test -- unit` runs the named steps only.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureDebian, ensureFonts, ensurePackages, node24, root } from './setup.mjs'
import { buildArguments, withNode } from './window.mjs'

const seconds = (from) => ((Date.now() - from) / 1000).toFixed(0)
const began = Date.now()
ensurePackages()
ensureFonts()
ensureDebian(['chromium', 'poppler-utils', 'qpdf', 'openssl'])
const node = node24()
console.log(`set-up ${seconds(began)} s`)

const bin = (name) => join(root, 'node_modules', name)
const steps = [
  ['types', [bin('typescript/bin/tsc'), '--noEmit']],
  ['lint', [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']],
  ['format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['renderer', buildArguments],
  ['unit', [bin('vitest/vitest.mjs'), 'run', '--project', 'unit']],
  ['flow', [bin('vitest/vitest.mjs'), 'run', '--project', 'flow']],
  ['e2e', [bin('vitest/vitest.mjs'), 'run', '--project', 'e2e']],
]
const wanted = process.argv.slice(2)
const started = Date.now()
let failed = 0
let passed = 0
for (const [name, args] of steps) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const from = Date.now()
  const done = spawnSync(node, args, { cwd: root, stdio: 'inherit', env: withNode() })
  const ok = done.status === 0
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} ${seconds(from)} s`)
}
console.log(`tests ${seconds(started)} s (set-up apart)`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
