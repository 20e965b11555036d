/**
 * `npm start`: on a fresh machine one command. With a display: the client, signed in as the secretary of a fictional
 * province, beside an embedded hub. Without one: the guided tour (scripts/tour.ts), which leaves pictures, the sealed
 * document and report.json in out/tour. `npm start -- --text FILE` and `-- --tour` give
 * the tour in any case.
 */
import { spawn, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { ensureDebian, ensureFonts, ensurePackages, fail, node24, root } from './setup.mjs'

ensurePackages()
ensureFonts()
ensureDebian(['chromium'])
const node = node24()
const env = {
  ...process.env,
  PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
}
console.error('set-up: building the window ...')
const built = spawnSync(
  node,
  [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    '--config',
    'renderer/vite.config.ts',
    '--logLevel',
    'warn',
  ],
  { cwd: root, stdio: 'inherit', env },
)
if (built.status !== 0) fail('set-up: the window could not be built.')
const display = process.platform === 'win32' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
const wantsTour = process.argv.some((each) => /^--(tour|text)(=|$)/.test(each))
const program = display && !wantsTour ? 'scripts/client.ts' : 'scripts/tour.ts'
const args = process.argv.slice(2).filter((each) => each !== '--tour')
const child = spawn(node, [join(root, program), ...args], { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
