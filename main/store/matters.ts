/**
 * The projection of matters that lists and desks read. Everything here can be rebuilt from the acts; nothing here is
 * the record. A matter of which only letters are here (another unit's) has no state and so no line.
 */
import type { KnownAct } from '../../core/act/act.ts'
import type { Folded } from '../../core/act/fold.ts'
import { foldMatter, foldOne, matterKindOf } from '../../core/matter.ts'
import type { MatterKind, MatterState } from '../../core/matter.ts'
import { outgoingBodies } from '../../core/outgoing/acts.ts'
import type { Urgency } from '../../core/outgoing/content.ts'
import type { Holder } from '../../core/outgoing/state.ts'
import { actsOf, anythingAfter, isOnlyAct, knownActOf, mattersWithActs, payloadOf } from './acts.ts'
import type { Reading, Writing } from './handle.ts'
import { indexTitle, unindexTitle } from './search.ts'

export type MatterLine = {
  readonly matter: string
  readonly kind: MatterKind
  readonly owner: string
  readonly status: MatterState['status']
  readonly title: string
  readonly number: string | null
  readonly urgency: Urgency
  /** The sending unit of an incoming document. */
  readonly counterpart: string | null
  /** `person:NAME`, `role:NAME` or null. */
  readonly holder: string | null
  readonly deadline: string | null
  readonly created: string
  readonly updated: string
  readonly head: string | null
  /** The writer of an outgoing document. */
  readonly writer: string | null
  /** Recipient units that signed for it, and all it was sent to. */
  readonly signedFor: number
  readonly addressed: number
}
export type MatterDetail = {
  readonly line: MatterLine
  readonly state: MatterState
  readonly void: Folded<MatterState>['void']
}

export const lineColumns =
  'matter, kind, owner, status, title, number, urgency, counterpart, holder, deadline, created, updated, head, writer, signed_for AS signedFor, addressed'

export const holderKey = (holder: Holder): string | null =>
  holder === null ? null : 'person' in holder ? `person:${holder.person}` : `role:${holder.role}`

/** The line of a state. Pure. */
export function lineOf(state: MatterState): MatterLine {
  const base = {
    matter: state.matter,
    owner: state.owner,
    deadline: null,
    created: state.history[0]?.time ?? '',
    updated: state.history.at(-1)?.time ?? '',
    head: state.head,
  }
  switch (state.kind) {
    case 'outgoing': {
      const { title, urgency } = state.submission.body.content
      const number = state.registration?.number ?? null
      // Recalling and sending to more units stay possible after the dispatch, but wait for nobody.
      const holder = state.status === 'dispatched' ? null : holderKey(state.holder)
      return {
        ...base,
        kind: 'outgoing',
        status: state.status,
        title,
        number,
        urgency,
        counterpart: null,
        holder,
        writer: state.writer,
        signedFor: state.recipients.filter(({ status }) => status === 'signed-for' || status === 'registered')
          .length,
        addressed: state.recipients.length,
      }
    }
    case 'incoming': {
      const letter = documentOf(state.letter)
      return {
        ...base,
        kind: 'incoming',
        status: state.status,
        title: letter?.title ?? '',
        number: letter?.number ?? null,
        urgency: letter?.urgency ?? 'normal',
        counterpart: state.from,
        holder: null,
        writer: null,
        signedFor: 0,
        addressed: 0,
      }
    }
  }
}

/** What a letter says of its document; null where it says nothing that can be read. */
export function documentOf(letter: string) {
  try {
    const payload = payloadOf(letter) as { body?: { document?: unknown } }
    const parsed = outgoingBodies['outgoing.dispatch'].shape.document.safeParse(payload.body?.document)
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Folds a matter anew from its acts and writes its line, or removes the line where nothing applies. */
export function rebuildMatter(writing: Writing, matter: string): Folded<MatterState> {
  const acts = actsOf(writing, matter).map(knownActOf)
  const kind = acts[0] ? matterKindOf(acts[0].kind) : null
  const folded = kind ? foldMatter(kind, acts) : { state: null, void: [] }
  if (folded.state) writeMatter(writing, folded.state, folded.void)
  else removeMatter(writing, matter)
  return folded
}

/** One more act that is stored already: folded onto the state where it comes after all others, else anew. */
export function projectAct(writing: Writing, act: KnownAct, position: number | null): void {
  if (position === null || !anythingAfter(writing, act.matter, position, act.id)) {
    const before = stateOf(writing, act.matter)
    const kind = before?.state.kind ?? matterKindOf(act.kind)
    if (kind && (before || isOnlyAct(writing, act.matter, act.id))) {
      const next = foldOne(kind, before?.state ?? null, act)
      if (next.ok) return writeMatter(writing, next.value, before?.void ?? [])
    }
  }
  rebuildMatter(writing, act.matter)
}

/** Rebuilds every line from the acts: after a program update, or when the auditor asks. Returns how many there are. */
export function rebuildAll(writing: Writing): number {
  const known = new Set(mattersWithActs(writing))
  for (const { matter } of writing.all<{ matter: string }>('SELECT matter FROM matters'))
    if (!known.has(matter)) removeMatter(writing, matter)
  let lines = 0
  for (const matter of known) if (rebuildMatter(writing, matter).state) lines++
  return lines
}

function writeMatter(writing: Writing, state: MatterState, voided: Folded<MatterState>['void']): void {
  const line = lineOf(state)
  const before = writing.one<{ number_of_row: number; title: string; number: string | null }>(
    'SELECT number_of_row, title, number FROM matters WHERE matter = @matter',
    { matter: line.matter },
  )
  const inserted = writing.run(
    `INSERT INTO matters (matter, kind, owner, status, title, number, urgency, counterpart, holder, deadline,
       created, updated, head, writer, signed_for, addressed)
     VALUES (@matter, @kind, @owner, @status, @title, @number, @urgency, @counterpart, @holder, @deadline,
       @created, @updated, @head, @writer, @signedFor, @addressed)
     ON CONFLICT (matter) DO UPDATE SET kind = @kind, owner = @owner, status = @status, title = @title,
       number = @number, urgency = @urgency, counterpart = @counterpart, holder = @holder, deadline = @deadline,
       created = @created, updated = @updated, head = @head,
       writer = @writer, signed_for = @signedFor, addressed = @addressed`,
    line,
  )
  writing.run(
    `INSERT INTO matter_states (matter, state, void) VALUES (@matter, @state, @void)
     ON CONFLICT (matter) DO UPDATE SET state = @state, void = @void`,
    { matter: line.matter, state: JSON.stringify(state), void: JSON.stringify(voided) },
  )
  if (!before || before.title !== line.title || before.number !== line.number)
    indexTitle(writing, before?.number_of_row ?? inserted.row, `${line.title} ${line.number ?? ''}`)
  writing.touch(line.matter)
}

function removeMatter(writing: Writing, matter: string): void {
  const row = writing.one<{ number_of_row: number }>(
    'SELECT number_of_row FROM matters WHERE matter = @matter',
    { matter },
  )
  if (!row) return
  unindexTitle(writing, row.number_of_row)
  writing.run('DELETE FROM matters WHERE matter = @matter', { matter })
  writing.touch(matter)
}

function stateOf(reading: Reading, matter: string): Pick<MatterDetail, 'state' | 'void'> | null {
  const row = reading.one<{ state: string; void: string }>(
    'SELECT state, void FROM matter_states WHERE matter = @matter',
    { matter },
  )
  return row
    ? {
        state: JSON.parse(row.state) as MatterState,
        void: JSON.parse(row.void) as Folded<MatterState>['void'],
      }
    : null
}

export function matterLine(reading: Reading, matter: string): MatterLine | null {
  return (
    reading.one<MatterLine>(`SELECT ${lineColumns} FROM matters WHERE matter = @matter`, { matter }) ?? null
  )
}

/** One matter with its whole state. */
export function matterDetail(reading: Reading, matter: string): MatterDetail | null {
  const line = matterLine(reading, matter)
  const held = line && stateOf(reading, matter)
  return held ? { line, ...held } : null
}

/** The last act that took the pen, void or not: what the next one comes after. */
export const headOf = (reading: Reading, matter: string): string | null =>
  matterLine(reading, matter)?.head ?? null
