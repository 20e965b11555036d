/** When to try again, and how to sleep until then: back-off with jitter, and a sleep that news ends at once. */
import type { Random } from '../../core/ports.ts'

export type Pace = {
  /** The first wait after a failure, and the longest, ms. */
  readonly firstMs: number
  readonly longestMs: number
}
export const usualPace: Pace = { firstMs: 1_000, longestMs: 60_000 }

/** Doubles with every attempt up to the longest; between half and all of it by chance, so that clients spread. */
export function delayAfter(attempts: number, random: Random, pace: Pace = usualPace): number {
  const whole = Math.min(pace.longestMs, pace.firstMs * 2 ** Math.min(Math.max(attempts - 1, 0), 30))
  const [high = 0, low = 0] = random(2)
  const chance = (high * 256 + low) / 65_535
  return Math.round(whole / 2 + (whole / 2) * chance)
}

export type Sleeper = {
  /** Sleeps at most `ms`; ends at once where news came since the last sleep ended, and when stopped. */
  readonly sleep: (ms: number) => Promise<void>
  /** There is news: the sleep ends, or the next one does not begin. */
  readonly wake: () => void
  readonly stop: () => void
  readonly stopped: () => boolean
}

export function makeSleeper(): Sleeper {
  let news = false
  let over = false
  let end: (() => void) | null = null
  return {
    sleep: async (ms) => {
      if (!over && !news)
        await new Promise<void>((resolve) => {
          // A timer cannot hold more than 2^31 - 1 ms; nothing here sleeps that long on purpose.
          const timer = Number.isFinite(ms) ? setTimeout(resolve, Math.min(ms, 2 ** 31 - 1)) : undefined
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      end = null
      news = false
    },
    wake: () => {
      news = true
      end?.()
    },
    stop: () => {
      over = true
      end?.()
    },
    stopped: () => over,
  }
}
