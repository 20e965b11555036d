/**
 * Crash points: the same deed from the same folders again and again, its process killed one step later each time. And
 * what must hold whenever a client comes up again: every document in exactly one place.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Pki } from '../../certs-dev/main.ts'
import { foldMatter, matterKindOf } from '../../core/matter.ts'
import { actsOf, knownActOf, mattersWithActs } from '../../main/store/acts.ts'
import { matterDetail } from '../../main/store/matters.ts'
import { packetsOfAct } from '../../main/store/outbox.ts'
import type { Store } from '../../main/store/store.ts'
import type { CallName } from '../../preload/contract/office.ts'

export type CrashJob = {
  readonly pki: Pki
  /** Null: the deed is done with the line down, so that its steps are only its own. */
  readonly hubUrl: string | null
  readonly device: string
  readonly folder: string
  readonly person: string
  /** Null: sign in and receive what is there. */
  readonly deed: { readonly name: CallName; readonly input: unknown } | null
  /** The step before which the process is killed, from 1. */
  readonly killAt: number
}

/** What the killed process passed; `through` where it was killed only after all was done. */
export type Killed = { readonly places: readonly string[]; readonly through: boolean }

/** Runs the job in a process of its own and waits for its death. Throws where it ends in any other way. */
export async function runAndKill(job: CrashJob): Promise<Killed> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-child.ts')], {
    env: {
      ...process.env,
      CRASH_JOB: JSON.stringify(job),
      // The same program is read many times over.
      NODE_COMPILE_CACHE: join(tmpdir(), 'sealpost-crash-cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = ['', '']
  child.stdout.on('data', (data: Buffer) => (said[0] += data.toString()))
  child.stderr.on('data', (data: Buffer) => (said[1] += data.toString()))
  const signal = await new Promise<string | null>((resolve) =>
    child.once('close', (_code, by) => resolve(by)),
  )
  if (signal !== 'SIGKILL') throw new Error(`the client was not killed: ${said.join('\n').slice(-2000)}`)
  const places = said[0]!.trim().split('\n')
  const through = places.at(-1) === 'through'
  return { places: through ? places.slice(0, -1) : places, through }
}

/**
 * Kills the deed before its first step, its second, and so on, each time in a fresh copy of the scene's folders, until it is
 * through (`throughs` times: with a line, one run has a step more than another). Returns the places at which it was killed.
 */
export async function everyCrashPoint(
  copy: () => string,
  run: (folder: string, killAt: number) => Promise<Killed>,
  { atOnce = 3, throughs = 1 } = {},
): Promise<readonly string[]> {
  const places: (string | undefined)[] = []
  let next = 1
  let through = 0
  const work = async (): Promise<void> => {
    while (through < throughs) {
      const killAt = next++
      const folder = copy()
      try {
        const killed = await run(folder, killAt)
        if (killed.through) through++
        else places[killAt - 1] = killed.places.at(-1)
      } catch (error) {
        through = Infinity
        throw new Error(`killed before step ${killAt}: ${String(error)}`, { cause: error })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, work))
  for (const each of ended) if (each.status === 'rejected') throw each.reason
  return places.filter((place) => place !== undefined)
}

/**
 * What must hold in a store whenever it is opened: an act of ours and its outbox rows are both there or both not, the
 * projection is the fold of the acts, numbers are given once, blobs that acts name are whole. Empty where it holds.
 */
export function contradictions(store: Store): readonly string[] {
  const { reading } = store
  const found: string[] = []
  const own = reading.all<{ id: string; kind: string; standing: string; jws: string }>(
    `SELECT id, kind, standing, jws FROM acts WHERE verification = '{"own":true}'`,
  )
  for (const act of own) {
    const rows = packetsOfAct(reading, act.id)
    if (rows.length === 0) found.push(`${act.kind} is recorded and nothing of it is queued`)
    if (act.standing === 'pending' && !rows.some((row) => row.state === 'waiting'))
      found.push(`${act.kind} waits for the hub and nothing of it is on the way`)
    for (const blob of knownActOf(act).blobs) {
      const path = join(store.folder, 'blobs', blob.id.slice(0, 2), blob.id.slice(2))
      const row = reading.one<{ state: string }>('SELECT state FROM blobs WHERE id = @id', { id: blob.id })
      if (!row) found.push(`${act.kind} names a blob that is not noted`)
      // A file of another's making may still be on its way here.
      else if (!existsSync(path)) {
        if (row.state !== 'wanted') found.push(`a blob of ${act.kind} is not here`)
      } else if (createHash('sha256').update(readFileSync(path)).digest('hex') !== blob.id)
        found.push(`a blob of ${act.kind} is not whole`)
    }
  }
  const queued = reading.all<{ act: string }>('SELECT DISTINCT act FROM outbox')
  for (const { act } of queued)
    if (!own.some((each) => each.id === act)) found.push(`a packet is queued for an act that is not recorded`)
  for (const matter of mattersWithActs(reading)) {
    const acts = actsOf(reading, matter).map(knownActOf)
    const kind = acts[0] ? matterKindOf(acts[0].kind) : null
    const folded = kind ? foldMatter(kind, acts) : { state: null, void: [] }
    const shown = matterDetail(reading, matter)?.state ?? null
    if (JSON.stringify(shown) !== JSON.stringify(folded.state))
      found.push(`${matter} is not what its acts say`)
    if (folded.state && folded.void.length > 0) found.push(`${matter} holds an act that does not apply`)
  }
  const lines = reading.all<{ matter: string }>('SELECT matter FROM matters')
  const known = new Set(mattersWithActs(reading))
  for (const { matter } of lines) if (!known.has(matter)) found.push(`${matter} is shown without an act`)
  for (const table of ['document_numbers', 'register_numbers'])
    for (const { matter, count } of reading.all<{ matter: string; count: number }>(
      `SELECT matter, count(*) AS count FROM ${table} GROUP BY matter`,
    ))
      if (count > 1) found.push(`${matter} has ${count} numbers in ${table}`)
  for (const row of reading.all<{ reason: string }>(`SELECT reason FROM inbox WHERE state = 'parked'`))
    found.push(`a packet is parked: ${row.reason}`)
  return found
}

/** A store's register, in the words of the office: what must be the same whatever happened on the way. */
export function registerOf(store: Store): readonly unknown[] {
  const { reading } = store
  return reading
    .all<{ matter: string }>('SELECT matter FROM matters ORDER BY created, title')
    .map(({ matter }) => {
      const { line, state } = matterDetail(reading, matter)!
      const { kind, status, title, number, counterpart } = line
      const acts = state.history.map((each) => each.kind)
      if (state.kind === 'incoming')
        return {
          kind,
          status,
          title,
          number,
          counterpart,
          register: state.registration?.number ?? null,
          acts,
        }
      const recipients = state.recipients.map(({ unit, status: at, number: given }) => ({ unit, at, given }))
      return { kind, status, title, number, recipients, acts: acts.toSorted() }
    })
}

export type AtHub = {
  readonly matter: string
  readonly act: string
  readonly pen: number
  readonly unit: string
  readonly box: string
}

/** Every packet in every mailbox of a hub, in the order of its log. */
export function atHub(folder: string): readonly AtHub[] {
  const database = new Database(join(folder, 'hub.sqlite'), { readonly: true })
  try {
    return database
      .prepare<[], AtHub>(
        `SELECT matter, act, pen, unit, box FROM packets JOIN mailboxes USING (position) ORDER BY position, box`,
      )
      .all()
  } finally {
    database.close()
  }
}

/** Acts that lie in some mailbox more than once. */
export const twiceAtHub = (rows: readonly AtHub[]): readonly AtHub[] =>
  rows.filter((row, at) => rows.findIndex((each) => each.act === row.act && each.box === row.box) !== at)

/** Nothing of the store goes out until it is released; what comes in comes in. As a slow line would have it. */
export function holdBack(store: Store): () => void {
  const untilFar = (): void =>
    store.transact((writing) => {
      const far = Number.MAX_SAFE_INTEGER
      writing.run(`UPDATE outbox SET next_at = @far WHERE state = 'waiting' AND next_at < @far`, { far })
    })
  // Told right after the commit that queues a packet: the pump looks only later.
  const stop = store.onChange(({ tables }) => {
    if (tables.has('outbox')) untilFar()
  })
  untilFar()
  return () => {
    stop()
    store.transact((writing) => void writing.run(`UPDATE outbox SET next_at = 0 WHERE state = 'waiting'`))
  }
}
