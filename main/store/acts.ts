/**
 * Acts exactly as received: the JWS is the record, every other column is read from it. An act is `pending` (ours, the
 * hub has not answered), `accepted` (the hub gave it a position) or `refused` (it stays as a branch, shown, never
 * folded). Not here: what an act does to the lists (matters.ts) and to what waits for it (record.ts).
 */
import { act as actShape } from '../../core/act/act.ts'
import type { KnownAct } from '../../core/act/act.ts'
import type { Refusal } from '../../core/result.ts'
import type { Reading, Writing } from './handle.ts'

export const standings = ['pending', 'accepted', 'refused'] as const
export type Standing = (typeof standings)[number]

export type StoredAct = {
  /** Order of arrival on this workstation. */
  readonly local: number
  readonly id: string
  readonly matter: string
  readonly owner: string
  readonly kind: string
  readonly pen: boolean
  readonly time: string
  readonly standing: Standing
  /** The hub's log position, once accepted. */
  readonly position: number | null
  /** The hub's time of acceptance. */
  readonly acceptedAt: string | null
  /** Why the hub refused it. */
  readonly refusal: Refusal | null
  /** The evidence of the check when it was stored: who signed, by which chain. */
  readonly verification: unknown
  readonly jws: string
}
type ActRow = Omit<StoredAct, 'pen' | 'acceptedAt' | 'refusal' | 'verification'> & {
  readonly pen: number
  readonly accepted_at: string | null
  readonly refusal: string | null
  readonly verification: string
}

const fromRow = ({ accepted_at, ...row }: ActRow): StoredAct => ({
  ...row,
  pen: row.pen === 1,
  acceptedAt: accepted_at,
  refusal: row.refusal === null ? null : (JSON.parse(row.refusal) as Refusal),
  verification: JSON.parse(row.verification) as unknown,
})

/** The payload of a JWS that was checked before it was stored, without checking it again. */
export const payloadOf = (jws: string): unknown =>
  JSON.parse(Buffer.from(jws.slice(jws.indexOf('.') + 1, jws.lastIndexOf('.')), 'base64url').toString())

/** The act in a stored JWS. Throws where the bytes are no act: they were checked before they were stored. */
export const knownActOf = (stored: Pick<StoredAct, 'id' | 'jws'>): KnownAct => ({
  ...actShape.parse(payloadOf(stored.jws)),
  id: stored.id,
})

export function storedAct(reading: Reading, id: string): StoredAct | null {
  const row = reading.one<ActRow>('SELECT * FROM acts WHERE id = @id', { id })
  return row ? fromRow(row) : null
}

export const standingOf = (
  reading: Reading,
  id: string,
): Pick<StoredAct, 'standing' | 'position' | 'matter'> | null =>
  reading.one<Pick<StoredAct, 'standing' | 'position' | 'matter'>>(
    'SELECT standing, position, matter FROM acts WHERE id = @id',
    { id },
  ) ?? null

const foldOrder = `ORDER BY position IS NULL, position, local`

/** The acts of a matter in fold order: accepted by position, then the pending ones as they were made. */
export const actsOf = (reading: Reading, matter: string): StoredAct[] =>
  reading
    .all<ActRow>(`SELECT * FROM acts WHERE matter = @matter AND standing <> 'refused' ${foldOrder}`, {
      matter,
    })
    .map(fromRow)

/** Only their names, in fold order. */
export const actIdsOf = (reading: Reading, matter: string): string[] =>
  reading
    .all<{ id: string }>(
      `SELECT id FROM acts WHERE matter = @matter AND standing <> 'refused' ${foldOrder}`,
      { matter },
    )
    .map((row) => row.id)

/** What the hub refused in a matter: shown, and offered for signing anew. */
export const branchOf = (reading: Reading, matter: string): StoredAct[] =>
  reading
    .all<ActRow>(`SELECT * FROM acts WHERE standing = 'refused' AND matter = @matter ORDER BY local`, {
      matter,
    })
    .map(fromRow)

/** The second condition says nothing new: it lets SQLite take the index of what is not accepted. */
export const pendingMattersSql = `SELECT DISTINCT matter FROM acts
  WHERE standing = 'pending' AND standing <> 'accepted'`
/** The matters of which something still waits for the hub: few, whatever the store holds. */
export const pendingMatters = (reading: Reading): ReadonlySet<string> =>
  new Set(reading.all<{ matter: string }>(pendingMattersSql).map((row) => row.matter))

/** Whether anything of the matter would be folded after an act accepted at `position`. */
export function anythingAfter(reading: Reading, matter: string, position: number, except: string): boolean {
  const found = reading.one(
    `SELECT 1 FROM acts WHERE matter = @matter AND standing = 'pending' AND id <> @except
     UNION ALL
     SELECT 1 FROM acts WHERE matter = @matter AND standing = 'accepted' AND position >= @position
       AND id <> @except LIMIT 1`,
    { matter, position, except },
  )
  return found !== undefined
}

/** Whether the matter has only this act. */
export const isOnlyAct = (reading: Reading, matter: string, id: string): boolean =>
  reading.one(`SELECT 1 FROM acts WHERE matter = @matter AND standing <> 'refused' AND id <> @id LIMIT 1`, {
    matter,
    id,
  }) === undefined

export type NewAct = {
  readonly act: KnownAct
  readonly jws: string
  readonly verification: unknown
  /** Where the hub has it; null for ours that wait. */
  readonly accepted: { readonly position: number; readonly time: string } | null
}

/** Stores one act that is not here yet. */
export const insertAct = (writing: Writing, { act, jws, verification, accepted }: NewAct): void =>
  void writing.run(
    `INSERT INTO acts (id, matter, owner, kind, pen, time, standing, position, accepted_at, verification, jws)
     VALUES (@id, @matter, @owner, @kind, @pen, @time, @standing, @position, @acceptedAt, @verification, @jws)`,
    {
      id: act.id,
      matter: act.matter,
      owner: act.owner,
      kind: act.kind,
      pen: act.pen ? 1 : 0,
      time: act.time,
      standing: accepted ? 'accepted' : 'pending',
      position: accepted?.position ?? null,
      acceptedAt: accepted?.time ?? null,
      verification: JSON.stringify(verification ?? null),
      jws,
    },
  )

export const setAccepted = (writing: Writing, id: string, position: number, time: string): void =>
  void writing.run(
    `UPDATE acts SET standing = 'accepted', position = @position, accepted_at = @time, refusal = NULL
     WHERE id = @id`,
    { id, position, time },
  )

export const setRefused = (writing: Writing, id: string, refusal: Refusal): void =>
  void writing.run(
    `UPDATE acts SET standing = 'refused', refusal = @refusal WHERE id = @id AND standing = 'pending'`,
    { id, refusal: JSON.stringify(refusal) },
  )

export const mattersWithActs = (reading: Reading): string[] =>
  reading.all<{ matter: string }>('SELECT DISTINCT matter FROM acts').map((row) => row.matter)
