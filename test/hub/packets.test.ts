/** What the hub accepts of a packet, and by which name it refuses the rest; the matter's head; receipts. */
import { readdirSync, readFileSync } from 'node:fs'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueFurther, nextDirectoryAct } from '../../certs-dev/main.ts'
import type { DirectoryEntry } from '../../core/directory/directory.ts'
import { hubStatus } from '../../core/exchange/protocol.ts'
import { receipt as receiptShape, receiptType } from '../../core/exchange/receipt.ts'
import type { Receipt } from '../../core/exchange/receipt.ts'
import { emptyFrontier, leafHash, rootOf, withLeaf } from '../../hub/log.ts'
import { keySigner } from '../../seal/jws.ts'
import { readStatement } from '../../seal/statement.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { hexId, packetOf, receiptIn, signerOf, signIn } from '../harness/line.ts'
import type { Desk, MadePacket, PacketPlan } from '../harness/line.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

let province: Province
let hub: TestHub
let acts: string[]
let ahead = 0
let sheng: Desk
let leader: Desk
let shi: Desk
let xian: Desk

beforeAll(async () => {
  province = await makeProvince()
  acts = [...province.directoryActs]
  hub = await startTestHub({ pki: province.pki, clock: () => Date.now() + ahead })
  sheng = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  leader = await signIn(province, hub.url, 'sheng-leader', 'sheng-desk-2')
  shi = await signIn(province, hub.url, 'shi-registry', 'shi-desk-1')
  xian = await signIn(province, hub.url, 'xian-registry', 'xian-desk-1')
})
afterAll(async () => {
  await Promise.all([sheng, leader, shi, xian].map((desk) => desk.line.close()))
  await hub.close()
  province.remove()
})

const registry = { unit: 'sheng', person: 'sheng-registry' } as const
const toShi: Pick<PacketPlan, 'sender' | 'to'> = { sender: registry, to: ['unit:shi'] }
const make = (plan: Partial<PacketPlan> = {}) => packetOf(province, { ...toShi, ...plan })
const codeOf = async (desk: Desk, packet: MadePacket | string) =>
  (await desk.send(typeof packet === 'string' ? packet : packet.raw)).refusal
const publish = async (...entries: DirectoryEntry[]): Promise<void> => {
  const act = await nextDirectoryAct(province.pki, acts, entries, new Date())
  expect((await hub.running().addDirectoryAct(act)).ok).toBe(true)
  acts.push(act)
}
const readReceipt = (jws: string): Receipt => {
  const read = readStatement(jws, { typ: receiptType, maxBytes: 4096, maxDepth: 2, schema: receiptShape })
  if (!read.ok) throw new Error(read.refusal.detail)
  return read.value.value
}
/** Everything a mailbox holds. */
async function allOf(desk: Desk, box: string) {
  const found = []
  for (let after = 0, more = true; more;) {
    const page = await desk.page(box, after)
    found.push(...page.packets)
    ;({ next: after, more } = page)
  }
  return found
}

test('what is no packet is malformed: one line, cut, extended, unknown members, other types', async () => {
  const { raw } = await make()
  const [line = '', body = ''] = raw.split('\n')
  const signed = (changes: Record<string, unknown>) => make({ changes })
  expect(await codeOf(sheng, line)).toBe('packet-malformed')
  expect(await codeOf(sheng, `\n${body}`)).toBe('packet-malformed')
  expect(await codeOf(sheng, `${line.split('.').slice(0, 2).join('.')}\n${body}`)).toBe('packet-malformed')
  expect(await codeOf(sheng, `${line}=\n${body}`)).toBe('packet-malformed')
  expect(await codeOf(sheng, await signed({ extra: 1 }))).toBe('packet-malformed')
  expect(await codeOf(sheng, await signed({ v: 2 }))).toBe('packet-malformed')
  expect(await codeOf(sheng, await signed({ packet: '../../etc/passwd' }))).toBe('packet-malformed')
  expect(await codeOf(sheng, await signed({ recipients: [] }))).toBe('packet-malformed')
  expect(await codeOf(sheng, await signed({ blobs: ['../hub.sqlite'] }))).toBe('packet-malformed')
  expect(await codeOf(sheng, '')).toBe('packet-malformed')
  const deep: Record<string, unknown> = {}
  let inner = deep
  for (let depth = 0; depth < 40; depth++) inner = inner['x'] = {}
  expect(await codeOf(sheng, await signed({ urgency: deep }))).toBe('packet-malformed')
})

test('a body with bytes that text cannot carry is malformed, for it could not come back byte for byte', async () => {
  const body = Buffer.from([0x7b, 0xff, 0x00, 0x0a, 0x7d])
  const bodyHash = createHash('sha256').update(body).digest('hex')
  const { raw } = await make({ changes: { bodyHash, size: body.length } })
  const answer = await sheng.send(Buffer.concat([Buffer.from(`${raw.split('\n')[0]}\n`), body]))
  expect(answer.refusal).toBe('packet-malformed')
})

test('a body that is not the one the header names is refused', async () => {
  const { raw } = await make()
  expect(await codeOf(sheng, `${raw} `)).toBe('body-differs-from-header')
  expect(await codeOf(sheng, raw.slice(0, -1))).toBe('body-differs-from-header')
  expect(await codeOf(sheng, `${raw.slice(0, -3)}x"}`)).toBe('body-differs-from-header')
})

test('a header signed by somebody else, or with a key that is not the certificate’s, is broken', async () => {
  const other = signerOf(province, { person: 'sheng-leader' })
  expect(await codeOf(sheng, await make({ signer: other }))).toBe('header-signature-broken')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const forged = keySigner(privateKey, signerOf(province, registry).thumbprint)
  expect(await codeOf(sheng, await make({ signer: forged }))).toBe('header-signature-broken')
  const device = signerOf(province, { device: 'sheng-desk-1' })
  expect(await codeOf(sheng, await make({ signer: device }))).toBe('header-signature-broken')
})

test('a signer the directory does not know is unknown', async () => {
  const further = issueFurther(province.pki, { profile: 'signing', commonName: '陈立言' })
  const signer = keySigner(further.privateKey, hexId(32))
  expect(await codeOf(sheng, await make({ signer }))).toBe('person-unknown')
})

test('nobody sends as another unit, and nobody sends what somebody else signed', async () => {
  const asShi = { unit: 'shi', person: 'sheng-registry' }
  expect(await codeOf(sheng, await make({ sender: asShi, signer: signerOf(province, registry) }))).toBe(
    'sender-is-another-unit',
  )
  expect(await codeOf(leader, await make())).toBe('sender-differs-from-session')
  const device = { unit: 'sheng', device: 'sheng-desk-1' }
  expect(await codeOf(leader, await make({ sender: device }))).toBe('sender-differs-from-session')
})

test('the workstation itself may send, in the session of whoever sits there', async () => {
  const machine = await make({ sender: { unit: 'sheng', device: 'sheng-desk-1' } })
  expect((await sheng.send(machine.raw)).status).toBe(200)
})

test('recipients must be known, in office, reachable, and addressed by their current key', async () => {
  const kid = province.recipient('unit:shi').kid
  const to = (address: string, key = kid) => make({ changes: { recipients: [{ to: address, kid: key }] } })
  expect(await codeOf(sheng, await to('unit:nowhere'))).toBe('recipient-unknown')
  expect(await codeOf(sheng, await to('person:nobody'))).toBe('recipient-unknown')
  expect(await codeOf(sheng, await to('unit:xian'))).toBe('recipient-key-ended')
  expect(await codeOf(sheng, await to('unit:shi', hexId(32)))).toBe('recipient-key-ended')
  const leaderEntry = province.directory.people.get('xian-leader')!
  await publish({ ...leaderEntry, active: false })
  expect(await codeOf(sheng, await make({ to: ['person:xian-leader'] }))).toBe('recipient-unknown')
  await publish(leaderEntry)
  expect(await codeOf(sheng, await make({ to: ['person:xian-leader'] }))).toBeUndefined()

  const shiEntry = province.directory.units.get('shi')!
  const next = issueFurther(province.pki, { profile: 'encryption', commonName: '示范市人民政府办公室加密' })
  const old = await make()
  await publish({ ...shiEntry, encryption: [...shiEntry.encryption, next.certificate.toString('base64')] })
  expect(await codeOf(sheng, old)).toBe('recipient-key-ended')
  await publish({ ...shiEntry, homeHub: 'other-hub' })
  expect(await codeOf(sheng, old)).toBe('recipient-unknown')
  await publish(shiEntry)
  expect(await codeOf(sheng, old)).toBeUndefined()
})

test('a route that the directory closes is closed, and open again when it opens it', async () => {
  const route = { kind: 'route', id: 'sheng-shi', from: 'sheng', to: 'shi' } as const
  await publish({ ...route, permitted: false })
  const packet = await make()
  expect(await codeOf(sheng, packet)).toBe('route-not-permitted')
  await publish({ ...route, permitted: true })
  expect(await codeOf(sheng, packet)).toBeUndefined()
})

test('an archive key that is not the owner’s is refused', async () => {
  const wrong = province.archive('shi').kid
  expect(await codeOf(sheng, await make({ changes: { archive: wrong } }))).toBe('recipient-key-ended')
  const right = province.archive('sheng').kid
  expect(await codeOf(sheng, await make({ changes: { archive: right } }))).toBeUndefined()
})

test('a signing certificate that has ended sends nothing; one that was only followed by another still does', async () => {
  const entry = province.directory.people.get('sheng-leader')!
  const next = issueFurther(province.pki, { profile: 'signing', commonName: '周明远' })
  const offline = await packetOf(province, {
    sender: { unit: 'sheng', person: 'sheng-leader' },
    to: ['unit:shi'],
  })
  const fresh = await signIn(province, hub.url, 'sheng-leader', 'sheng-desk-2')
  await publish({ ...entry, signing: [next.certificate.toString('base64'), ...entry.signing] })
  expect(await codeOf(fresh, offline)).toBeUndefined()
  await fresh.line.close()
  const ended = issueFurther(province.pki, {
    profile: 'signing',
    commonName: '周明远',
    notBefore: new Date(Date.now() - 72 * 3_600_000),
    notAfter: new Date(Date.now() - 24 * 3_600_000),
  })
  await publish({ ...entry, signing: [ended.certificate.toString('base64'), ...entry.signing] })
  const signer = keySigner(ended.privateKey, createHash('sha256').update(ended.certificate).digest('hex'))
  const late = await packetOf(province, {
    sender: { unit: 'sheng', person: 'sheng-leader' },
    to: ['unit:shi'],
    signer,
  })
  expect(await codeOf(leader, late)).toBe('person-certificate-ended')
})

test('the same packet id with other bytes is taken', async () => {
  const first = await make()
  receiptIn(await sheng.send(first.raw))
  expect(await codeOf(sheng, await make({ packet: first.header.packet }))).toBe('packet-id-taken')
})

test('a packet sent again after its recipient’s key has ended still gets its receipt', async () => {
  const { raw } = await make()
  const first = receiptIn(await sheng.send(raw))
  const entry = province.directory.units.get('shi')!
  const next = issueFurther(province.pki, { profile: 'encryption', commonName: '示范市人民政府办公室加密' })
  await publish({ ...entry, encryption: [...entry.encryption, next.certificate.toString('base64')] })
  expect(receiptIn(await sheng.send(raw))).toBe(first)
  await publish(entry)
})

test('a blob the hub does not have is asked for by name', async () => {
  const blob = hexId(32)
  const answer = await sheng.send((await make({ blobs: [blob] })).raw)
  expect(answer.json()).toEqual({ refusal: { code: 'blob-missing', facts: { blob } } })
})

test('a matter begins with an act after nothing, of the unit it belongs to', async () => {
  expect(await codeOf(sheng, await make({ after: [hexId(32)] }))).toBe('head-moved')
  expect(await codeOf(sheng, await make({ owner: 'shi' }))).toBe('owner-differs')
  expect(await codeOf(sheng, await make({ owner: 'nowhere' }))).toBe('owner-differs')
  expect(await codeOf(sheng, await make({ pen: false }))).toBe('owner-differs')
})

test('the pen moves from head to head; a later claim to the same place is told where the head is', async () => {
  const matter = hexId()
  const inside = { to: ['person:sheng-leader'], matter } as const
  const first = await make(inside)
  expect(await codeOf(sheng, first)).toBeUndefined()
  expect(await codeOf(sheng, await make(inside))).toBe('head-moved')
  const second = await make({ ...inside, after: [first.header.act] })
  expect(await codeOf(sheng, second)).toBeUndefined()
  const late = await sheng.send((await make({ ...inside, after: [first.header.act] })).raw)
  expect(late.json()).toEqual({ refusal: { code: 'head-moved', facts: { head: second.header.act } } })
  expect(await codeOf(sheng, await make({ ...inside, after: [second.header.act] }))).toBeUndefined()
})

test('of many who claim the same place at once exactly one gets it', async () => {
  const matter = hexId()
  const first = await make({ matter })
  receiptIn(await sheng.send(first.raw))
  const rivals = await Promise.all(
    Array.from({ length: 12 }, () => make({ matter, after: [first.header.act] })),
  )
  const answers = await Promise.all(rivals.map(({ raw }) => sheng.send(raw)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ refusal }) => refusal === 'head-moved')).toHaveLength(11)
})

test('one act goes to many in many packets and moves the head once, also when the head has moved on', async () => {
  const matter = hexId()
  const first = await make({ matter })
  const act = hexId(32)
  const dispatch = { matter, act, after: [first.header.act] }
  const toXian = await make({ ...dispatch, to: ['unit:xian'] })
  receiptIn(await sheng.send(first.raw))
  expect(await codeOf(sheng, await make({ ...dispatch }))).toBeUndefined()
  const recall = await make({ matter, after: [act] })
  expect(await codeOf(sheng, recall)).toBeUndefined()
  expect(await codeOf(sheng, toXian)).toBeUndefined()
  expect(await codeOf(sheng, await make({ matter, after: [act] }))).toBe('head-moved')
  expect(await codeOf(sheng, await make({ matter, after: [recall.header.act] }))).toBeUndefined()
})

test('a recipient answers beside the pen into the sender’s matter; a unit that was not sent anything does not', async () => {
  const matter = hexId()
  const letter = await make({ matter })
  receiptIn(await sheng.send(letter.raw))
  const answer = (unit: string, person: string, changes: Partial<PacketPlan> = {}) =>
    packetOf(province, {
      sender: { unit, person },
      to: ['unit:sheng'],
      matter,
      owner: 'sheng',
      pen: false,
      after: [letter.header.act],
      ...changes,
    })
  expect(await codeOf(shi, await answer('shi', 'shi-registry'))).toBeUndefined()
  expect(await codeOf(xian, await answer('xian', 'xian-registry'))).toBe('owner-differs')
  expect(await codeOf(shi, await answer('shi', 'shi-registry', { pen: true }))).toBe('owner-differs')
  expect(await codeOf(shi, await answer('shi', 'shi-registry', { owner: 'shi' }))).toBe('owner-differs')
  expect(await codeOf(sheng, await make({ matter, pen: false, after: [letter.header.act] }))).toBeUndefined()
  expect(await codeOf(sheng, await make({ matter, after: [letter.header.act] }))).toBeUndefined()
})

test('receipts stand in one unbroken log whose tree anybody can compute again', async () => {
  const empty = await startTestHub({ pki: province.pki })
  const desk = await signIn(province, empty.url, 'sheng-registry', 'sheng-desk-1')
  const packets = await Promise.all(Array.from({ length: 40 }, () => make()))
  const answers = await Promise.all(packets.map(({ raw }) => desk.send(raw)))
  const receipts = answers.map(receiptIn).map(readReceipt)
  receipts.sort((one, other) => one.position - other.position)
  let frontier = emptyFrontier
  receipts.forEach((receipt, position) => {
    const { packet, headerHash, bodyHash, time } = receipt
    frontier = withLeaf(frontier, leafHash({ packet, headerHash, bodyHash, position, time }))
    expect(receipt).toMatchObject({ position, treeSize: position + 1, root: rootOf(frontier) })
    expect(time >= (receipts[position - 1]?.time ?? '')).toBe(true)
  })
  expect(new Set(receipts.map(({ packet }) => packet)).size).toBe(40)
  await desk.line.close()
  await empty.close()
})

test('the hub’s time never runs backwards in its receipts', async () => {
  ahead = 3_600_000
  const later = readReceipt(receiptIn(await sheng.send((await make()).raw)))
  ahead = 0
  const next = readReceipt(receiptIn(await sheng.send((await make()).raw)))
  expect(next.time >= later.time).toBe(true)
})

test('a mailbox is read in pages, each going on where the last ended', async () => {
  const sent = await Promise.all(Array.from({ length: 230 }, () => make({ to: ['unit:xian'] })))
  const before = (await allOf(xian, 'unit:xian')).length
  const answers = await Promise.all(sent.map(({ raw }) => sheng.send(raw)))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  const page = await xian.page('unit:xian', 0)
  expect([page.packets.length, page.more]).toEqual([200, true])
  const all = await allOf(xian, 'unit:xian')
  expect(all).toHaveLength(before + 230)
  expect(new Set(all.map(({ raw }) => raw)).size).toBe(all.length)
  for (const { raw } of sent) expect(all.some((packet) => packet.raw === raw)).toBe(true)
})

test('a reader who waits gets the letter as it comes, and an empty page when none does', async () => {
  const page = await xian.page('unit:xian', 0)
  const end = (await xian.page('unit:xian', page.next)).next
  const begun = Date.now()
  expect(await xian.page('unit:xian', end, 1)).toEqual({ packets: [], next: end, more: false })
  expect(Date.now() - begun).toBeGreaterThan(900)
  const waiting = Promise.all([xian.page('unit:xian', end, 20), xian.page('unit:xian', end, 20)])
  const { raw } = await make({ to: ['unit:xian'] })
  await new Promise((resolve) => setTimeout(resolve, 50))
  receiptIn(await sheng.send(raw))
  for (const { packets } of await waiting) expect(packets.map((packet) => packet.raw)).toEqual([raw])
})

test('every refusal of the protocol is provoked by a test of this folder', () => {
  const folder = import.meta.dirname
  const text = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    .join('\n')
  expect(Object.keys(hubStatus).filter((code) => !text.includes(`'${code}'`))).toEqual([])
})
