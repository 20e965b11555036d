/**
 * Takes packets into the log. Everything that waits is taken in one transaction (a group commit: one wait for the
 * disk serves many senders); each gets its place, its mailboxes, the matter's head and a receipt signed over the
 * tree just after it. Invariant: a receipt is given only after the commit, and the same packet has one receipt ever.
 */
import type { Receipt } from '../core/exchange/receipt.ts'
import type { HubRefusal } from '../core/exchange/protocol.ts'
import type { Clock, Probe } from '../core/ports.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { signReceipt } from '../seal/receipt.ts'
import type { Signer } from '../seal/jws.ts'
import { isDiskFull } from './database.ts'
import type { HubDatabase, HubTransaction } from './database.ts'
import { emptyFrontier, leafHash, rootOf, withLeaf } from './log.ts'
import type { Frontier } from './log.ts'
import type { ReceivedPacket } from './packet-check.ts'

/** Packets in one transaction; packets waiting for one. */
const groupSize = 64
const mostWaiting = 2_000

/** A packet that passed every check that needs no log. */
export type CheckedPacket = ReceivedPacket & {
  readonly units: readonly string[]
  /** A blob the header names and the hub does not have. */
  readonly blobMissing?: string
}
export type Accepted = { readonly receipt: string; readonly position: number; readonly fresh: boolean }

export type PacketDesk = {
  /** The receipt of exactly these bytes, if they were accepted before. */
  known(packet: ReceivedPacket): Promise<Result<Accepted | undefined, HubRefusal>>
  accept(packet: CheckedPacket): Promise<Result<Accepted, HubRefusal>>
  /** Ends when nothing waits any more. */
  settled(): Promise<void>
}

type Waiting = {
  readonly packet: CheckedPacket
  readonly answer: (result: Result<Accepted, HubRefusal>) => void
  readonly fail: (error: unknown) => void
}

/** Throws when the log's row and its packets do not fit: the database was changed from outside. */
export async function openPackets(world: {
  readonly hub: string
  readonly database: HubDatabase
  readonly receipts: Signer
  readonly clock: Clock
  readonly probe: Probe
  /** Told after the commit which mailboxes have news. */
  readonly wake: (boxes: ReadonlySet<string>) => void
}): Promise<PacketDesk> {
  const { hub, database, receipts, clock, probe, wake } = world
  const waiting: Waiting[] = []
  let working: Promise<void> | undefined
  await assertLogWhole(database)

  async function work(): Promise<void> {
    // One turn of the loop later, so that whoever arrives together is taken together.
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      const group = waiting.splice(0, groupSize)
      try {
        const results = await commit(group.map(({ packet }) => packet))
        probe('packet-answer')
        wake(new Set(group.flatMap(({ packet }, at) => (results[at]?.ok ? boxesIn(packet) : []))))
        group.forEach(({ answer }, at) => answer(results[at]!))
      } catch (error) {
        for (const { answer, fail } of group) {
          if (isDiskFull(error)) answer(refuse('disk-full'))
          else fail(error)
        }
      }
    }
    working = undefined
  }

  const commit = (packets: readonly CheckedPacket[]): Promise<readonly Result<Accepted, HubRefusal>[]> =>
    database.transaction().execute(async (transaction) => {
      let { frontier, time } = await readLog(transaction)
      const results: Result<Accepted, HubRefusal>[] = []
      for (const packet of packets) {
        const judged = await judge(transaction, packet)
        if (!judged.ok) {
          results.push(judged)
          continue
        }
        if ('receipt' in judged.value) {
          results.push(ok(judged.value))
          continue
        }
        const position = frontier.size
        const now = new Date(clock()).toISOString()
        time = now > time ? now : time
        const { headerHash, bodyHash } = packet
        const leaf = { packet: packet.header.packet, headerHash, bodyHash, position, time }
        frontier = withLeaf(frontier, leafHash(leaf))
        const statement: Receipt = { v: 1, hub, ...leaf, treeSize: frontier.size, root: rootOf(frontier) }
        const receipt = await signReceipt(statement, receipts)
        await insert(transaction, packet, { position, time, receipt }, probe)
        if (judged.value.movesHead) await moveHead(transaction, packet.header, probe)
        results.push(ok({ receipt, position, fresh: true }))
      }
      if (results.some((result) => result.ok && result.value.fresh)) {
        probe('log-head')
        await writeLog(transaction, frontier, time)
      }
      probe('packet-commit')
      return results
    })

  return {
    async known(packet) {
      return before(database, packet)
    },
    accept(packet) {
      if (waiting.length >= mostWaiting) return Promise.resolve(refuse('busy', { waiting: waiting.length }))
      return new Promise((answer, fail) => {
        waiting.push({ packet, answer, fail })
        working ??= work()
      })
    },
    async settled() {
      while (working) await working
    },
  }
}

const boxesIn = ({ header }: ReceivedPacket): readonly string[] => [
  ...new Set(header.recipients.map(({ to }) => to)),
]

/** What the log knows of a packet id: these bytes, other bytes (refused), or nothing. */
async function before(
  database: HubDatabase | HubTransaction,
  { header, headerHash, bodyHash }: ReceivedPacket,
): Promise<Result<Accepted | undefined, HubRefusal>> {
  const row = await database
    .selectFrom('packets')
    .select(['position', 'receipt', 'header_hash', 'body_hash'])
    .where('packet', '=', header.packet)
    .executeTakeFirst()
  if (!row) return ok(undefined)
  if (row.header_hash !== headerHash || row.body_hash !== bodyHash)
    return refuse('packet-id-taken', { packet: header.packet })
  return ok({ receipt: row.receipt, position: row.position, fresh: false })
}

type Ruling = { readonly movesHead: boolean }

/** Duplicates (their receipt is the answer), then the matter's rule, then blobs. Nothing is written here. */
async function judge(
  transaction: HubTransaction,
  packet: CheckedPacket,
): Promise<Result<Accepted | Ruling, HubRefusal>> {
  const earlier = await before(transaction, packet)
  if (!earlier.ok) return earlier
  if (earlier.value) return ok(earlier.value)
  const { header } = packet
  const row = await transaction
    .selectFrom('matters')
    .select(['owner', 'head'])
    .where('matter', '=', header.matter)
    .executeTakeFirst()
  if (row && row.owner !== header.owner) return refuse('owner-differs', { owner: row.owner })
  const ruled = header.pen
    ? await judgePen(transaction, packet, row)
    : await judgeBeside(transaction, packet, row)
  if (!ruled.ok) return ruled
  if (packet.blobMissing !== undefined) return refuse('blob-missing', { blob: packet.blobMissing })
  return ruled
}

type MatterRow = { readonly owner: string; readonly head: string } | undefined

/**
 * The pen moves only inside the owner unit, and only from the head. A further packet of an act that is in the matter
 * already (to others, or shared later) is taken and leaves the head alone.
 */
async function judgePen(
  transaction: HubTransaction,
  { header }: CheckedPacket,
  row: MatterRow,
): Promise<Result<Ruling, HubRefusal>> {
  if (header.sender.unit !== header.owner) return refuse('owner-differs', { owner: header.owner })
  const [first] = header.after
  if (!row) return first === undefined ? ok({ movesHead: true }) : refuse('head-moved', { head: '' })
  if (header.act === row.head) return ok({ movesHead: false })
  const earlier = await transaction
    .selectFrom('packets')
    .select('position')
    .where('matter', '=', header.matter)
    .where('act', '=', header.act)
    .where('pen', '=', 1)
    .limit(1)
    .executeTakeFirst()
  if (earlier) return ok({ movesHead: false })
  return first === row.head ? ok({ movesHead: true }) : refuse('head-moved', { head: row.head })
}

/** Beside the pen writes who belongs to the matter: its owner, and units a packet of it was sent to. */
async function judgeBeside(
  transaction: HubTransaction,
  { header }: CheckedPacket,
  row: MatterRow,
): Promise<Result<Ruling, HubRefusal>> {
  if (!row) return refuse('owner-differs', undefined, 'the matter is not known')
  const { unit } = header.sender
  const beside = ok({ movesHead: false })
  if (unit === row.owner) return beside
  const reached = await transaction
    .selectFrom('matter_units')
    .select('unit')
    .where('matter', '=', header.matter)
    .where('unit', '=', unit)
    .executeTakeFirst()
  return reached ? beside : refuse('owner-differs', { owner: row.owner }, 'not a recipient of the matter')
}

async function insert(
  transaction: HubTransaction,
  packet: CheckedPacket,
  { position, time, receipt }: { position: number; time: string; receipt: string },
  probe: Probe,
): Promise<void> {
  const { header, raw, headerHash, bodyHash, units } = packet
  const { sender } = header
  probe('packet-insert')
  await transaction
    .insertInto('packets')
    .values({
      position,
      packet: header.packet,
      matter: header.matter,
      act: header.act,
      pen: header.pen ? 1 : 0,
      sender: 'person' in sender ? `person:${sender.person}` : `device:${sender.device}`,
      unit: sender.unit,
      header_hash: headerHash,
      body_hash: bodyHash,
      size: raw.length,
      time,
      receipt,
      raw,
    })
    .execute()
  const boxes = boxesIn(packet)
  // SQLite binds at most 32,766 values in a statement; 2,000 recipients are 4,000.
  probe('mailbox-insert')
  await transaction
    .insertInto('mailboxes')
    .values(boxes.map((box) => ({ box, position })))
    .execute()
  probe('matter-units')
  await transaction
    .insertInto('matter_units')
    .values(units.map((unit) => ({ matter: header.matter, unit })))
    .onConflict((conflict) => conflict.columns(['matter', 'unit']).doNothing())
    .execute()
}

async function moveHead(
  transaction: HubTransaction,
  { matter, owner, act }: CheckedPacket['header'],
  probe: Probe,
): Promise<void> {
  probe('matter-head')
  await transaction
    .insertInto('matters')
    .values({ matter, owner, head: act })
    .onConflict((conflict) => conflict.column('matter').doUpdateSet({ head: act }))
    .execute()
}

async function readLog(
  database: HubDatabase | HubTransaction,
): Promise<{ frontier: Frontier; time: string }> {
  const row = await database.selectFrom('log').select(['size', 'roots', 'time']).executeTakeFirst()
  if (!row) return { frontier: emptyFrontier, time: '' }
  return { frontier: { size: row.size, roots: JSON.parse(row.roots) as string[] }, time: row.time }
}

async function writeLog(transaction: HubTransaction, { size, roots }: Frontier, time: string): Promise<void> {
  const row = { size, roots: JSON.stringify(roots), time }
  await transaction
    .insertInto('log')
    .values({ one: 1, ...row })
    .onConflict((conflict) => conflict.column('one').doUpdateSet(row))
    .execute()
}

async function assertLogWhole(database: HubDatabase): Promise<void> {
  const { frontier } = await readLog(database)
  const last = await database
    .selectFrom('packets')
    .select(({ fn }) => [fn.max('position').as('last'), fn.countAll<number>().as('count')])
    .executeTakeFirstOrThrow()
  const size = last.last === null ? 0 : Number(last.last) + 1
  if (size !== frontier.size || Number(last.count) !== size)
    throw new Error(`the log names ${frontier.size} packets, the store holds ${Number(last.count)}`)
}
