/**
 * A client without a window in a process of its own, killed before its n-th step: before every statement that changes
 * its store, every file it writes, every request it makes. Writes the places it passed; `through` as the last line
 * where it did all it was to do and was killed only then. What it is to do comes as JSON in `CRASH_JOB`.
 */
import { writeSync } from 'node:fs'
import type { CrashJob } from './crash.ts'
import { inStep, startTestOffice, untilReceived } from './office.ts'

const job = JSON.parse(process.env['CRASH_JOB'] ?? '') as CrashJob
/** A letter is received by whoever signs in: there every step from the first counts. */
let counting = job.deed === null
let steps = 0

const say = (word: string): void => void writeSync(1, `${word}\n`)
const die = (): void => void process.kill(process.pid, 'SIGKILL')

const office = await startTestOffice({
  pki: job.pki,
  hubUrl: job.hubUrl ?? 'https://localhost:1',
  device: job.device,
  folder: job.folder,
  probe: (place) => {
    // Without a hub the pumps ask in vain, whenever they like: those requests are no steps of the deed.
    if (!counting || (job.hubUrl === null && place.startsWith('request '))) return
    say(place.replace(/[0-9a-f]{32,}/, 'ID'))
    if (++steps === job.killAt) die()
  },
})
await office.signIn(job.person)
if (job.deed === null) await untilReceived(office)
else {
  if (job.hubUrl === null)
    await office.until('offline', async () => (await office.must('exchange.status', {})).state === 'offline')
  else await inStep(office)
  counting = true
  await office.must(job.deed.name, job.deed.input as never)
}
if (job.hubUrl !== null) await inStep(office)
say('through')
die()
