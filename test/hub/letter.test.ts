/** A letter's way through the hub: session, directory, blob, packet, mailbox, receipt. */
import { createHash, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { directoryPage, hubFacts, uploadGrant } from '../../core/exchange/protocol.ts'
import { receipt as receiptShape, receiptType } from '../../core/exchange/receipt.ts'
import { parseJws, verifyJws } from '../../seal/jws.ts'
import { readStatement } from '../../seal/statement.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { blobOf, packetOf, receiptIn, signIn } from '../harness/line.ts'
import type { Desk } from '../harness/line.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

let province: Province
let hub: TestHub
let secretary: Desk
let registry: Desk
let shi: Desk

beforeAll(async () => {
  province = await makeProvince()
  hub = await startTestHub({ pki: province.pki })
  secretary = await signIn(province, hub.url, 'sheng-secretary', 'sheng-desk-1')
  registry = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-2')
  shi = await signIn(province, hub.url, 'shi-registry', 'shi-desk-1')
})
afterAll(async () => {
  await Promise.all([secretary, registry, shi].map((desk) => desk.line.close()))
  await hub.close()
  province.remove()
})

const fromSecretary = { unit: 'sheng', person: 'sheng-secretary' } as const
const fromRegistry = { unit: 'sheng', person: 'sheng-registry' } as const

test('a session opens the mailboxes of the person, and of the unit for its registry', () => {
  expect(secretary.boxes).toEqual(['person:sheng-secretary'])
  expect(registry.boxes).toEqual(['person:sheng-registry', 'unit:sheng'])
})

test('the hub says who it is and what time it has', async () => {
  const facts = hubFacts.parse((await secretary.line.ask('GET', '/v1/hub')).json())
  expect(facts.hub).toBe(province.pki.hub.id)
  expect(Math.abs(Date.parse(facts.time) - Date.now())).toBeLessThan(5000)
})

test('the directory comes as the authority signed it, byte for byte', async () => {
  const { acts } = directoryPage.parse((await secretary.ask('GET', '/v1/directory?after=0')).json())
  expect(acts).toEqual(province.directoryActs)
  const none = directoryPage.parse((await secretary.ask('GET', '/v1/directory?after=1')).json())
  expect(none.acts).toEqual([])
})

test('a letter with an attachment reaches the other unit byte for byte, with a receipt that the hub signed', async () => {
  const { bytes, blob } = blobOf(300_000)
  const grant = uploadGrant.parse(
    (
      await registry.ask('POST', '/v1/uploads', { body: JSON.stringify({ blob, size: bytes.length }) })
    ).json(),
  )
  if ('stored' in grant) throw new Error('stored already')
  const put = (from: number, to: number) =>
    registry.ask('PATCH', `/v1/uploads/${grant.upload}`, {
      body: bytes.subarray(from, to),
      headers: { 'upload-offset': String(from) },
    })
  const first = await put(0, 100_000)
  expect([first.status, first.headers['upload-offset']]).toEqual([204, '100000'])
  const head = await registry.ask('HEAD', `/v1/uploads/${grant.upload}`)
  expect(head.headers['upload-offset']).toBe('100000')
  expect((await put(100_000, 300_000)).headers['upload-offset']).toBe('300000')

  const { raw, header } = await packetOf(province, { sender: fromRegistry, to: ['unit:shi'], blobs: [blob] })
  const waiting = shi.page('unit:shi', 0, 20)
  const sent = await registry.send(raw)
  const page = await waiting
  expect(page.packets.map((packet) => packet.raw)).toEqual([raw])
  expect(page.packets[0]?.receipt).toBe(receiptIn(sent))
  expect(page).toMatchObject({ next: page.packets[0]!.position + 1, more: false })

  const jws = parseJws(receiptIn(sent), { typ: receiptType, maxBytes: 4096 })
  if (!jws.ok) throw new Error(jws.refusal.code)
  const hubCertificate = new X509Certificate(readFileSync(province.pki.hub.receipt.certificate))
  expect(verifyJws(jws.value, hubCertificate.publicKey).ok).toBe(true)
  const [line = '', body = ''] = raw.split('\n')
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const kind = { typ: receiptType, maxBytes: 4096, maxDepth: 2, schema: receiptShape }
  const statement = readStatement(receiptIn(sent), kind)
  if (!statement.ok) throw new Error(statement.refusal.detail)
  expect(statement.value.value).toMatchObject({
    hub: province.pki.hub.id,
    packet: header.packet,
    headerHash: sha256(line),
    bodyHash: sha256(body),
    position: page.packets[0]!.position,
    treeSize: page.packets[0]!.position + 1,
  })

  const whole = await shi.ask('GET', `/v1/blobs/${blob}`)
  expect(whole.bytes.equals(bytes)).toBe(true)
  const part = await shi.ask('GET', `/v1/blobs/${blob}`, { headers: { range: 'bytes=299990-' } })
  expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 299990-299999/300000'])
  expect(part.bytes.equals(bytes.subarray(299_990))).toBe(true)
  const stored = statSync(join(hub.folder, 'blobs', blob.slice(0, 2), blob))
  expect(stored.mode & 0o777).toBe(0o444)
})

test('a packet sent twice is in the mailbox once and has one receipt', async () => {
  const { raw } = await packetOf(province, { sender: fromSecretary, to: ['person:sheng-leader'] })
  const first = receiptIn(await secretary.send(raw))
  const twice = await Promise.all([secretary.send(raw), secretary.send(raw)])
  expect(twice.map(receiptIn)).toEqual([first, first])
})

test('nothing in the hub folder shows title or body', async () => {
  const words = '示范省人民政府办公厅关于加强古树名木保护工作的通知'
  const { raw } = await packetOf(province, { sender: fromRegistry, to: ['unit:shi', 'unit:xian'], words })
  receiptIn(await registry.send(raw))
  const files = readdirSync(hub.folder, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  )
  expect(files.some((file) => file.name === 'hub.sqlite-wal')).toBe(true)
  const all = Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))))
  // What ought to be found is found: the search is not blind.
  expect(all.includes(raw.slice(0, 200))).toBe(true)
  // The units' names stand in the directory for all to see; the title's own words must not.
  for (const part of [words, '古树名木', Buffer.from(words.slice(12)).toString('base64url').slice(0, 40)])
    expect(all.includes(part)).toBe(false)
  expect(all.includes(Buffer.from(words, 'utf16le'))).toBe(false)
})
