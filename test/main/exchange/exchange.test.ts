import { createHash, randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { actsOf, branchOf, standingOf } from '../../../main/store/acts.ts'
import { verifyAudit, auditPage } from '../../../main/store/audit.ts'
import { blob } from '../../../main/store/blobs.ts'
import { directoryVersion } from '../../../main/store/directory-acts.ts'
import { newCount, newPackets, parkedPackets, storeArrived } from '../../../main/store/inbox.ts'
import { packetsOfAct, waitingCount } from '../../../main/store/outbox.ts'
import { receiptOfPacket } from '../../../main/store/receipts.ts'
import { startTestHub } from '../../harness/hub.ts'
import type { TestHub } from '../../harness/hub.ts'
import { makeProvince } from '../../harness/province.ts'
import type { Province } from '../../harness/province.ts'
import { openDesk, processAt, queueLetter, until } from './desk.ts'
import type { Desk, DeskPlan } from './desk.ts'
import { cuttingProxy } from './proxy.ts'

let province: Province
let hub: TestHub
const open: { close(): Promise<void> }[] = []
beforeAll(async () => {
  province = await makeProvince()
  hub = await startTestHub({ pki: province.pki })
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
afterAll(async () => {
  await hub.close()
  province.remove()
})

const desk = (person: string, device: string, changes: Partial<DeskPlan> = {}): Desk => {
  const opened = openDesk({ province, url: hub.url, person, device, ...changes })
  open.push(opened)
  return opened
}
const sheng = (changes?: Partial<DeskPlan>) => desk('sheng-registry', 'sheng-desk-1', changes)
const shi = (changes?: Partial<DeskPlan>) => desk('shi-registry', 'shi-desk-1', changes)
const has = (at: Desk, act: string) => standingOf(at.store.reading, act)?.standing === 'accepted'
const inboxRows = (at: Desk) => at.store.reading.all<{ state: string }>('SELECT state FROM inbox')

test('a letter to two offices arrives once at each, with the receipt kept on both sides', async () => {
  const [sender, first, second] = [sheng(), shi(), desk('xian-registry', 'xian-desk-1')]
  const letter = await queueLetter(province, sender, { to: [['unit:sheng'], ['unit:shi'], ['unit:xian']] })
  await until('arrival at both', () => has(first, letter.act) && has(second, letter.act))
  await until('all sent', () => sender.exchange().idle() && waitingCount(sender.store.reading) === 0)
  const rows = packetsOfAct(sender.store.reading, letter.act)
  expect(rows.map((row) => row.state)).toEqual(['sent', 'sent', 'sent'])
  const position = receiptOfPacket(sender.store.reading, rows[0]!.packet)!.position
  expect(standingOf(sender.store.reading, letter.act)).toMatchObject({ standing: 'accepted', position })
  expect(receiptOfPacket(first.store.reading, rows[1]!.packet)).toEqual(
    receiptOfPacket(sender.store.reading, rows[1]!.packet),
  )
  expect(inboxRows(first)).toEqual([{ state: 'done' }])
  await until('in step', () => sender.exchange().status().state === 'in-step')
  expect(sender.exchange().status()).toMatchObject({ sending: 0, waiting: null, refusal: null })
  expect(directoryVersion(first.store.reading)).toBe(province.directory.version)
  expect([...sender.faults, ...first.faults]).toEqual([])
})

test('a letter written while the hub is away waits, and goes when it is back', async () => {
  const other = await startTestHub({ pki: province.pki })
  open.push(other)
  const sender = sheng({ url: other.url })
  const receiver = shi({ url: other.url })
  await until('in step', () => sender.exchange().status().state === 'in-step')
  await other.kill()
  const letter = await queueLetter(province, sender, { to: [['unit:shi']] })
  await until('offline', () => sender.exchange().status().state === 'offline')
  expect(sender.exchange().status()).toMatchObject({ sending: 1, waiting: { for: 'line', code: 'offline' } })
  await other.restart()
  await until('arrival', () => has(receiver, letter.act))
  await until('in step again', () => sender.exchange().status().state === 'in-step')
  expect(sender.statuses.map((each) => each.state)).toContain('offline')
})

test('the hub killed at any of its steps: one copy arrives, in the end, and the receipt is kept', async () => {
  const crashing = await startTestHub({ pki: province.pki, asProcess: true })
  open.push(crashing)
  const sender = sheng({ url: crashing.url })
  const receiver = shi({ url: crashing.url })
  await until('in step', () => sender.exchange().status().state === 'in-step')
  const places = [
    'nonce-insert',
    'session-insert',
    'upload-insert',
    'blob-write',
    'blob-sync',
    'blob-rename',
    'upload-delete',
    'packet-insert',
    'mailbox-insert',
    'log-head',
    'packet-commit',
    'packet-answer',
  ]
  const letters: string[] = []
  for (const crashAt of places) {
    await crashing.restart({ crashAt })
    const letter = await queueLetter(province, sender, { to: [['unit:shi']], blob: randomBytes(200_000) })
    if (crashAt === 'nonce-insert' || crashAt === 'session-insert') await sender.restart()
    await crashing.ended()
    await crashing.restart()
    await until(`sent after ${crashAt}`, () => waitingCount(sender.store.reading) === 0)
    await until(`arrival after ${crashAt}`, () => has(receiver, letter.act))
    letters.push(letter.act)
  }
  expect(inboxRows(receiver)).toHaveLength(letters.length)
  for (const act of letters)
    expect(actsOf(receiver.store.reading, standingOf(receiver.store.reading, act)!.matter)).toHaveLength(1)
  await until('files', () => letters.every((act) => receiver.exchange().idle() && has(receiver, act)))
  expect(parkedPackets(receiver.store.reading)).toEqual([])
}, 120_000)

test('a line that is cut in the middle of a file resumes, both ways', async () => {
  const proxy = await cuttingProxy(hub.port)
  open.push(proxy)
  const client = { pieceBytes: 1 << 20 }
  const sender = sheng({ url: proxy.url, client })
  const receiver = shi({ url: proxy.url, client })
  await until('in step', () =>
    [sender, receiver].every((each) => each.exchange().status().state === 'in-step'),
  )
  const bytes = randomBytes(5_000_000)
  // Four cuts of the upload; what is left of it then is shorter than the cuts meant for the download.
  proxy.cutAfter([700_000, 1_200_000, 1_200_000, 1_200_000, 1_900_000, 1_900_000])
  const letter = await queueLetter(province, sender, { to: [['unit:shi']], blob: bytes })
  await until('sent', () => waitingCount(sender.store.reading) === 0)
  expect(proxy.cuts()).toBeGreaterThanOrEqual(4)
  const id = createHash('sha256').update(bytes).digest('hex')
  expect(blob(sender.store.reading, id)?.state).toBe('uploaded')
  await until('arrival', () => has(receiver, letter.act))
  await until('file', () => blob(receiver.store.reading, id)?.state === 'here', 30_000)
  const parts: Uint8Array[] = []
  for await (const part of receiver.store.blobs.read(id)) parts.push(part)
  expect(Buffer.concat(parts).equals(bytes)).toBe(true)
  expect(proxy.cuts()).toBe(6)
  // What had come before a cut was not sent again: far less than all for every cut.
  expect(proxy.bytesUp()).toBeLessThan(2.2 * bytes.length)
}, 60_000)

test('the same packets delivered again are one letter', async () => {
  const [sender, receiver] = [sheng(), shi()]
  const letter = await queueLetter(province, sender, { to: [['unit:shi']] })
  await until('arrival', () => has(receiver, letter.act))
  const before = inboxRows(receiver).length
  receiver.store.transact((writing) => writing.run('DELETE FROM cursors'))
  await receiver.restart()
  await until('polled', () => receiver.exchange().status().state === 'in-step')
  const again = await queueLetter(province, sender, { to: [['unit:shi']] })
  await until('the next letter', () => has(receiver, again.act))
  expect(inboxRows(receiver)).toHaveLength(before + 1)
  expect(actsOf(receiver.store.reading, letter.matter)).toHaveLength(1)
})

test('the same packet sent twice is accepted once, with the same receipt', async () => {
  const sender = sheng()
  const letter = await queueLetter(province, sender, { to: [['unit:shi']] })
  await until('sent', () => waitingCount(sender.store.reading) === 0)
  const [row] = packetsOfAct(sender.store.reading, letter.act)
  const receipt = receiptOfPacket(sender.store.reading, row!.packet)
  sender.store.transact((writing) => writing.run(`UPDATE outbox SET state = 'waiting'`))
  await until('sent again', () => waitingCount(sender.store.reading) === 0)
  expect(receiptOfPacket(sender.store.reading, row!.packet)).toEqual(receipt)
  expect(auditPage(sender.store.reading)).toEqual([])
})

test('packets out of order wait for one another and give the same matter', async () => {
  const sender = sheng()
  const straight = shi()
  const first = await queueLetter(province, sender, { to: [['unit:shi']] })
  const second = await queueLetter(province, sender, {
    to: [['unit:shi']],
    matter: first.matter,
    after: first.act,
  })
  await until('both', () => has(straight, second.act))
  const rows = straight.store.reading.all<{ box: string; position: number; raw: string; receipt: string }>(
    'SELECT box, position, raw, receipt FROM inbox ORDER BY position DESC',
  )
  await straight.exchange().stop()
  const turned = desk('shi-registry', 'shi-desk-1', { url: 'https://localhost:1' })
  for (const row of rows) {
    turned.store.transact((writing) => storeArrived(writing, row.box, [row], row.position + 1))
    await until('judged', () => newCount(turned.store.reading) === 0)
    if (row === rows[0])
      expect(parkedPackets(turned.store.reading)).toMatchObject([{ reason: { code: 'waiting-for' } }])
  }
  await until('second', () => has(turned, second.act))
  expect(actsOf(turned.store.reading, first.matter).map((each) => each.id)).toEqual([first.act, second.act])
  expect(parkedPackets(turned.store.reading)).toEqual([])
})

test('two who take the pen: the later is refused by name, and what hung on it is laid aside with it', async () => {
  const one = sheng()
  const two = desk('sheng-secretary', 'sheng-desk-2')
  const first = await queueLetter(province, one, { to: [['unit:sheng', 'person:sheng-secretary']] })
  await until('both know', () => has(two, first.act))
  const winner = await queueLetter(province, one, {
    to: [['unit:sheng', 'person:sheng-secretary']],
    matter: first.matter,
    after: first.act,
  })
  await until('the winner', () => has(one, winner.act))
  const late = await queueLetter(province, two, {
    to: [['unit:sheng']],
    matter: first.matter,
    after: first.act,
  })
  const behind = await queueLetter(province, two, {
    to: [['unit:sheng']],
    matter: first.matter,
    after: late.act,
  })
  const free = await queueLetter(province, two, { to: [['unit:sheng']] })
  await until('the free lane', () => has(two, free.act))
  await until('the branch', () => branchOf(two.store.reading, first.matter).length === 2)
  const states = [late, behind].map((each) => packetsOfAct(two.store.reading, each.act)[0])
  expect(states).toMatchObject([
    { state: 'refused', lastRefusal: { code: 'head-moved' } },
    { state: 'dropped', lastRefusal: { code: 'head-moved', facts: { cause: late.act } } },
  ])
  expect(auditPage(two.store.reading)).toMatchObject([{ kind: 'refused', facts: { code: 'head-moved' } }])
  expect(verifyAudit(two.store.reading).ok).toBe(true)
  expect(two.exchange().status()).toMatchObject({ state: 'in-step', refusal: null })
})

test('a workstation that is not admitted is told so, and its letters stay to be sent', async () => {
  const spare = desk('sheng-registry', 'sheng-spare')
  const letter = await queueLetter(province, spare, { to: [['unit:shi']] })
  await until('refused', () => spare.exchange().status().state === 'refused')
  await until('asked', () => packetsOfAct(spare.store.reading, letter.act)[0]!.attempts > 0)
  expect(spare.exchange().status()).toMatchObject({
    sending: 1,
    refusal: { code: 'device-not-admitted' },
    waiting: { for: 'session', code: 'device-not-admitted' },
  })
  expect(packetsOfAct(spare.store.reading, letter.act)).toMatchObject([{ state: 'waiting' }])
  expect(standingOf(spare.store.reading, letter.act)).toMatchObject({ standing: 'pending' })
})

test('a packet that was not judged before the end is judged after the start', async () => {
  const sender = sheng()
  let began = 0
  const receiver = shi({
    exchange: {
      process: () => {
        began++
        return Promise.reject(new Error('cut off'))
      },
    },
  })
  const letter = await queueLetter(province, sender, { to: [['unit:shi']] })
  await until('tried', () => began > 0 && parkedPackets(receiver.store.reading).length > 0)
  expect(parkedPackets(receiver.store.reading)[0]).toMatchObject({ reason: { code: 'processing-failed' } })
  expect(receiver.faults).toEqual([])
  await receiver.restart({ process: (item) => processAt(province, receiver.store, 'shi-registry')(item) })
  await until('judged', () => has(receiver, letter.act))
  expect(newPackets(receiver.store.reading, 10)).toEqual([])
  expect(parkedPackets(receiver.store.reading)).toEqual([])
})

test('a letter that cannot be opened is parked with its reason, and the next one is taken', async () => {
  const [sender, receiver] = [sheng(), shi({ exchange: {} })]
  await until('in step', () => receiver.exchange().status().state === 'in-step')
  const strange = await queueLetter(province, sender, {
    to: [['unit:shi']],
    after: 'e'.repeat(64),
    matter: 'd'.repeat(32),
  })
  const good = await queueLetter(province, sender, { to: [['unit:shi']] })
  await until('the good one', () => has(receiver, good.act))
  await until('the refusal', () => packetsOfAct(sender.store.reading, strange.act)[0]!.state !== 'waiting')
  receiver.store.transact((writing) =>
    storeArrived(writing, 'unit:shi', [{ position: 9_999, raw: 'no\npacket', receipt: 'no receipt' }], 0),
  )
  await until('parked', () => receiver.exchange().status().parked === 1)
  expect(parkedPackets(receiver.store.reading)).toMatchObject([{ reason: { code: 'receipt-malformed' } }])
  expect(auditPage(receiver.store.reading)).toMatchObject([{ kind: 'parked', who: 'unit:shi' }])
})

test('cut off before any step of sending or receiving: one letter, one receipt, one file on both sides', async () => {
  const quiet = await startTestHub({ pki: province.pki })
  open.push(quiet)
  const places: Record<'sender' | 'receiver', string[]> = { sender: [], receiver: [] }
  for (const side of ['sender', 'receiver'] as const) {
    let left = Infinity
    let cut = ''
    const probe = (place: string): void => {
      // Once the time has come nothing more is done: a killed process does not write.
      if (left-- > 0) return
      cut ||= place.replace(/[0-9a-f]{32,}/, 'ID')
      throw new Error('cut off here')
    }
    const sender = sheng({ url: quiet.url, ...(side === 'sender' ? { probe } : {}) })
    const receiver = shi({ url: quiet.url, ...(side === 'receiver' ? { probe } : {}) })
    const both = [sender, receiver]
    await until('in step', () => both.every((each) => each.exchange().status().state === 'in-step'))
    for (let at = 0; ; at++) {
      cut = ''
      const sending = queueLetter(province, sender, { to: [['unit:shi']], blob: randomBytes(50_000) })
      // Queueing is another test's matter: the steps are counted from its commit on.
      const letter = await sending
      left = at
      const [id] = packetsOfAct(sender.store.reading, letter.act)[0]!.blobs
      const through = () =>
        has(sender, letter.act) &&
        has(receiver, letter.act) &&
        blob(receiver.store.reading, id!)?.state === 'here'
      await until(`the end or the cut ${at}`, () => cut !== '' || through())
      left = Infinity
      if (cut !== '') {
        places[side].push(cut)
        await (side === 'sender' ? sender : receiver).restart()
        await until(`the end after ${cut}`, through)
      }
      expect(inboxRows(receiver).filter((row) => row.state !== 'done')).toEqual([])
      expect(actsOf(receiver.store.reading, letter.matter)).toHaveLength(1)
      expect(packetsOfAct(sender.store.reading, letter.act).map((row) => row.state)).toEqual(['sent'])
      expect(parkedPackets(receiver.store.reading)).toEqual([])
      if (cut === '') break
    }
    await sender.close()
    await receiver.close()
    open.splice(open.indexOf(sender), 2)
  }
  expect(places.sender).toEqual(
    expect.arrayContaining(['update outbox', 'insert receipts', 'update acts', 'commit']),
  )
  expect(places.receiver).toEqual(
    expect.arrayContaining([
      'insert inbox',
      'insert acts',
      'insert blobs',
      'blob rename',
      'update blobs',
      'commit',
    ]),
  )
}, 120_000)
