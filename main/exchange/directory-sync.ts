/**
 * Follows the directory. Every act is judged by the port (the authority's signature, the version, the chain) before
 * it is stored; one that is older, forked or not by the authority is refused, logged and shown, and what was known
 * stays in force.
 */
import type { Directory, DirectoryRefusal } from '../../core/directory/directory.ts'
import type { Result } from '../../core/result.ts'
import { appendAudit } from '../store/audit.ts'
import { directoryVersion, storeDirectoryAct } from '../store/directory-acts.ts'
import { retryParked } from '../store/inbox.ts'
import { delayAfter, makeSleeper } from './pace.ts'
import { pumpOf } from './ports.ts'
import type { Pump, PumpWorld } from './ports.ts'

/** Verifies the next act and makes it the directory in force. `act` is its name. */
export type FoldDirectory = (
  jws: string,
) => Result<{ readonly directory: Directory; readonly act: string }, DirectoryRefusal>

export type DirectoryOptions = {
  /** The version in force when the sync starts: of the installation or of the store, whichever is newer. */
  readonly version: () => number
  readonly fold: FoldDirectory
  /** How often the hub is asked, ms. */
  readonly everyMs?: number
}

/** Reasons to park that a newer directory may end. */
export const endedByDirectory = [
  'sender-unknown',
  'sender-certificate-ended',
  'sender-is-another-unit',
  'role-not-held',
  'receipt-signer-unknown',
] as const

export function startDirectorySync(world: PumpWorld, options: DirectoryOptions): Pump {
  const { store, client, clock, random, pace, report, log } = world
  const everyMs = options.everyMs ?? 300_000
  const sleeper = makeSleeper()
  let failures = 0

  /** Takes a page in; null, or why an act of it is not believed. */
  function take(acts: readonly string[]) {
    for (const jws of acts) {
      const folded = options.fold(jws)
      if (!folded.ok) {
        const { code, facts } = folded.refusal
        store.transact(
          (writing) => void appendAudit(writing, { kind: 'refused', who: 'hub', facts: { ...facts, code } }),
        )
        log('directory refused', { code, ...facts })
        return folded.refusal
      }
      const { directory, act } = folded.value
      store.transact((writing) => {
        if (directory.version > directoryVersion(writing))
          storeDirectoryAct(writing, { version: directory.version, id: act, jws })
        retryParked(writing, endedByDirectory)
      })
      log('directory', { version: directory.version })
    }
    return null
  }

  async function run(): Promise<void> {
    while (!sleeper.stopped()) {
      const page = await client.directory(options.version())
      if (sleeper.stopped()) return
      if (!page.ok) {
        failures++
        const delay = delayAfter(failures, random, pace)
        const until = new Date(clock() + delay).toISOString()
        report({ kind: 'failed', by: 'directory', refusal: page.refusal, until })
        await sleeper.sleep(delay)
        continue
      }
      failures = 0
      const refusal = take(page.value)
      report(
        refusal ? { kind: 'distrusted', by: 'directory', refusal } : { kind: 'answered', by: 'directory' },
      )
      if (page.value.length === 0 || refusal) await sleeper.sleep(everyMs)
    }
  }

  return pumpOf(run(), sleeper)
}
