/**
 * The hub's process as it is, but for one thing: told a number over the pipe to who started it, it stands still for
 * good the moment that many packets (from then on) are safely in its log and not yet answered. It says so before.
 * Whoever kills it then kills it in the middle, every time.
 */
import { runHub } from '../hub/main.ts'

/** Said to the parent. */
export type HaltingWord = 'armed' | 'halted'

let left = 0
const say = (word: HaltingWord): void => void process.send?.(word)

process.on('message', (packets: number) => {
  left = packets
  say('armed')
})

await runHub(process.argv.slice(2), {
  probe: (step) => {
    if (step !== 'packet-answer' || left === 0 || --left > 0) return
    say('halted')
    // Nothing of this process moves any more; only SIGKILL ends it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
