/** The hub's process with a probe that kills it: `CRASH_AT` is the number of a step from now on, or a step's name. */
import { runHub } from '../../hub/main.ts'

const place = process.env['CRASH_AT'] ?? ''
let left = Number(place)

await runHub(process.argv.slice(2), {
  probe: (step) => {
    const now = Number.isNaN(left) ? step === place : --left === 0
    if (now) process.kill(process.pid, 'SIGKILL')
  },
})
