/**
 * `npm start`: on a fresh machine one command. With a display: the client, signed in as the secretary of a fictional
 * province, beside an embedded hub. Without one: the guided tour (scripts/tour.ts), which leaves pictures, the sealed
 * document and report.json in out/tour. `npm start -- --text FILE` and `-- --tour` give
 * the tour in any case.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureDebian, ensureFonts, ensurePackages, node24, root } from './setup.mjs'
import { buildWindow, withNode } from './window.mjs'

ensurePackages()
ensureFonts()
ensureDebian(['chromium'])
console.error('set-up: building the window ...')
buildWindow()
const display = process.platform === 'win32' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
const wantsTour = process.argv.some((each) => /^--(tour|text)(=|$)/.test(each))
const program = display && !wantsTour ? 'scripts/client.ts' : 'scripts/tour.ts'
const args = process.argv.slice(2).filter((each) => each !== '--tour')
const child = spawn(node24(), [join(root, program), ...args], { stdio: 'inherit', env: withNode() })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
