/**
 * Who sits at the workstation: a person's signed statement, made with a nonce of this hub, opens a session; its
 * token is shown with every request. Nonces and tokens are kept as hashes only, in the database: they outlive a
 * restart, and a stolen folder opens nothing.
 */
import { boxesOf } from '../core/directory/directory.ts'
import type { Directory } from '../core/directory/directory.ts'
import { sessionLimits } from '../core/exchange/session.ts'
import type { HubRefusal, SessionGrant } from '../core/exchange/protocol.ts'
import type { Clock, Probe, Random } from '../core/ports.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { readSession } from '../seal/session.ts'
import { certificateOf, judgeSigner } from '../seal/signer.ts'
import { encodeBase64url } from '../seal/base64url.ts'
import type { HubDatabase } from './database.ts'
import type { KnownDevice } from './devices.ts'
import { sha256 } from '../seal/hash.ts'
import { currentOf, validAt } from './identity.ts'

/** How long a nonce waits for its statement, ms; how many may wait at one workstation. */
const nonceMs = 5 * 60_000
const noncesPerDevice = 16
const keptSessions = 10_000

export type Session = { readonly person: string; readonly unit: string; readonly until: number }
type KeptSession = {
  readonly device: string
  readonly signing: string
  readonly person: string
  readonly until: number
}

export type SessionDesk = {
  nonce(device: KnownDevice): Promise<string>
  open(statement: string, device: KnownDevice): Promise<Result<SessionGrant, HubRefusal>>
  /** The session of an `authorization` header's value, judged now. */
  of(authorization: string | undefined, device: KnownDevice): Promise<Result<Session, HubRefusal>>
}

export function openSessions(world: {
  readonly hub: string
  readonly database: HubDatabase
  readonly directory: () => Directory
  readonly clock: Clock
  readonly random: Random
  readonly probe: Probe
}): SessionDesk {
  const { hub, database, directory, clock, random, probe } = world
  const kept = new Map<string, KeptSession>()

  /** The person and certificate behind a session, as the directory has them now. */
  function personNow(person: string, signing: string): Result<{ unit: string }, HubRefusal> {
    const entry = directory().people.get(person)
    if (!entry?.active) return refuse('person-unknown', { person })
    const listed = directory().certificates.get(signing)
    const certificate = listed && certificateOf(listed)
    if (!certificate || currentOf(entry.signing) !== signing || !validAt(certificate, clock()))
      return refuse('person-certificate-ended', { person })
    return ok({ unit: entry.unit })
  }

  function judgeStatement(text: string, device: KnownDevice) {
    const parsed = readSession(text)
    if (!parsed.ok) return refuse('session-malformed', undefined, parsed.refusal.detail)
    const { jws, value: statement } = parsed.value
    if (statement.hub !== hub) return refuse('session-for-another-hub', { hub: statement.hub })
    if (statement.device !== device.thumbprint) return refuse('session-for-another-device')

    const { person } = statement
    const entry = directory().people.get(person)
    if (!entry?.active) return refuse('person-unknown', { person })
    const signer = judgeSigner(jws, { person, unit: entry.unit }, directory(), new Date(clock()))
    if (!signer.ok) {
      const { code, detail } = signer.refusal
      if (code === 'signer-unknown') return refuse('person-unknown', { person }, detail)
      if (code === 'signer-certificate-ended') return refuse('person-certificate-ended', { person })
      return refuse('session-signature-broken', { person }, detail)
    }
    const signing = jws.thumbprint
    const standing = personNow(person, signing)
    if (!standing.ok) return standing

    const from = Date.parse(statement.from)
    const until = Date.parse(statement.until)
    const now = clock()
    if (Number.isNaN(from) || Number.isNaN(until) || until <= from)
      return refuse('session-malformed', undefined, 'from and until')
    if (until - from > sessionLimits.hours * 3_600_000)
      return refuse('session-too-long', { hours: sessionLimits.hours })
    if (from > now + sessionLimits.clockSkewMs)
      return refuse('clock-differs', { hub: new Date(now).toISOString(), workstation: statement.from })
    if (until <= now) return refuse('session-expired', { until: statement.until })
    return ok({ person, signing, until, nonce: statement.nonce })
  }

  return {
    async nonce(device) {
      const nonce = encodeBase64url(random(24))
      const now = clock()
      probe('nonce-insert')
      await database.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('nonces').where('expires', '<', now).execute()
        const waiting = await transaction
          .selectFrom('nonces')
          .select('nonce_hash')
          .where('device', '=', device.thumbprint)
          .orderBy('expires', 'desc')
          .execute()
        const oldest = waiting.slice(noncesPerDevice - 1).map((row) => row.nonce_hash)
        if (oldest.length > 0)
          await transaction.deleteFrom('nonces').where('nonce_hash', 'in', oldest).execute()
        await transaction
          .insertInto('nonces')
          .values({ nonce_hash: sha256(nonce), device: device.thumbprint, expires: now + nonceMs })
          .execute()
      })
      return nonce
    },

    async open(text, device) {
      const judged = judgeStatement(text, device)
      if (!judged.ok) return judged
      const { person, signing, until, nonce } = judged.value
      const token = encodeBase64url(random(32))
      const session = { device: device.thumbprint, signing, person, until }
      const fresh = await database.transaction().execute(async (transaction) => {
        probe('nonce-used')
        const used = await transaction
          .deleteFrom('nonces')
          .where('nonce_hash', '=', sha256(nonce))
          .where('device', '=', device.thumbprint)
          .where('expires', '>=', clock())
          .executeTakeFirst()
        if (used.numDeletedRows !== 1n) return false
        await transaction.deleteFrom('sessions').where('until', '<', clock()).execute()
        probe('session-insert')
        await transaction
          .insertInto('sessions')
          .values({ token_hash: sha256(token), ...session })
          .execute()
        return true
      })
      if (!fresh) return refuse('session-replayed', { person })
      return ok({ token, until: new Date(until).toISOString(), boxes: [...boxesOf(directory(), person)] })
    },

    async of(authorization, device) {
      const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(authorization ?? '')?.[1]
      if (token === undefined) return refuse('session-missing')
      const hash = sha256(token)
      const session = kept.get(hash) ?? (await load(hash))
      if (!session) return refuse('session-missing')
      if (session.device !== device.thumbprint) return refuse('session-for-another-device')
      if (session.until <= clock())
        return refuse('session-expired', { until: new Date(session.until).toISOString() })
      const standing = personNow(session.person, session.signing)
      if (!standing.ok) return standing
      return ok({ person: session.person, unit: standing.value.unit, until: session.until })
    },
  }

  async function load(hash: string): Promise<KeptSession | undefined> {
    const row = await database
      .selectFrom('sessions')
      .select(['device', 'signing', 'person', 'until'])
      .where('token_hash', '=', hash)
      .executeTakeFirst()
    if (!row) return undefined
    if (kept.size >= keptSessions) kept.clear()
    kept.set(hash, row)
    return row
  }
}
