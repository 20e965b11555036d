/** The hub's process is killed between its steps and in the middle of traffic; what it answered for is still there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uploadGrant } from '../../core/exchange/protocol.ts'
import { receipt as receiptShape, receiptType } from '../../core/exchange/receipt.ts'
import { emptyFrontier, leafHash, rootOf, withLeaf } from '../../hub/log.ts'
import { readStatement } from '../../seal/statement.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { blobOf, hexId, packetOf, receiptIn, signIn } from '../harness/line.ts'
import type { Answered, Desk } from '../harness/line.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

let province: Province
beforeAll(async () => {
  province = await makeProvince()
})
afterAll(() => province.remove())

const sender = { unit: 'sheng', person: 'sheng-registry' } as const
const source = join(import.meta.dirname, '../../hub')
const places = new Set(
  readdirSync(source).flatMap((name) =>
    [...readFileSync(join(source, name), 'utf8').matchAll(/probe\('([a-z-]+)'\)/g)].map((found) => found[1]!),
  ),
)
/** Not on a letter's way: the directory is taken in before the hub listens; a wrong blob is thrown away. */
const elsewhere = ['directory-insert', 'blob-discard']

type Letter = Awaited<ReturnType<typeof writeLetter>>
async function writeLetter() {
  const { bytes, blob } = blobOf(150_000)
  const matter = hexId()
  const draft = await packetOf(province, { sender, to: ['person:sheng-leader'], matter })
  const dispatch = { sender, matter, act: hexId(32), after: [draft.header.act], blobs: [blob] }
  const toShi = await packetOf(province, { ...dispatch, to: ['unit:shi'] })
  const toXian = await packetOf(province, { ...dispatch, to: ['unit:xian'] })
  const next = await packetOf(province, { sender, to: ['unit:shi'], matter, after: [dispatch.act] })
  return { bytes, blob, packets: [draft, toShi, toXian, next] }
}

/** A letter's whole way, each step idempotent; ends where the hub does. Receipts are noted as they come. */
async function sendLetter(hub: TestHub, letter: Letter, receipts: Map<string, string>): Promise<void> {
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  try {
    const { bytes, blob, packets } = letter
    const asked = JSON.stringify({ blob, size: bytes.length })
    const grant = uploadGrant.parse((await desk.ask('POST', '/v1/uploads', { body: asked })).json())
    if (!('stored' in grant)) {
      const halves = grant.offset === 0 ? [0, 60_000, bytes.length] : [grant.offset, bytes.length]
      for (let piece = 0; piece + 1 < halves.length; piece++) {
        const [from = 0, to = 0] = halves.slice(piece, piece + 2)
        const body = bytes.subarray(from, to)
        const headers = { 'upload-offset': String(from) }
        const put = await desk.ask('PATCH', `/v1/uploads/${grant.upload}`, { body, headers })
        expect(put.status).toBe(204)
      }
    }
    for (const { raw, header } of packets) note(receipts, header.packet, await desk.send(raw))
  } finally {
    await desk.line.close()
  }
}

/** A receipt given once is the receipt for ever. */
function note(receipts: Map<string, string>, packet: string, answer: Answered): void {
  const receipt = receiptIn(answer)
  expect(receipts.get(packet) ?? receipt).toBe(receipt)
  receipts.set(packet, receipt)
}

async function allOf(desk: Desk, box: string) {
  const found = []
  for (let after = 0, more = true; more;) {
    const page = await desk.page(box, after)
    found.push(...page.packets)
    ;({ next: after, more } = page)
  }
  return found
}

/** Every receipt fits into one log without a gap, and its tree. */
function expectOneLog(receipts: Iterable<string>): void {
  const kind = { typ: receiptType, maxBytes: 4096, maxDepth: 2, schema: receiptShape }
  const read = [...receipts].map((jws) => {
    const statement = readStatement(jws, kind)
    if (!statement.ok) throw new Error(statement.refusal.detail)
    return statement.value.value
  })
  read.sort((one, other) => one.position - other.position)
  let frontier = emptyFrontier
  read.forEach((receipt, position) => {
    const { packet, headerHash, bodyHash, time } = receipt
    frontier = withLeaf(frontier, leafHash({ packet, headerHash, bodyHash, position, time }))
    expect(receipt).toMatchObject({ position, root: rootOf(frontier) })
  })
}

test.each([...places].filter((place) => !elsewhere.includes(place)))(
  'killed before "%s", the hub has the letter whole or not yet, and the sender completes it',
  async (place) => {
    const hub = await startTestHub({ pki: province.pki, asProcess: true, crashAt: place })
    try {
      const letter = await writeLetter()
      const receipts = new Map<string, string>()
      await expect(sendLetter(hub, letter, receipts)).rejects.toThrow()
      await hub.ended()
      await hub.restart({ crashAt: 'never' })
      await sendLetter(hub, letter, receipts)

      const shi = await signIn(province, hub.url, 'shi-registry', 'shi-desk-1')
      const xian = await signIn(province, hub.url, 'xian-registry', 'xian-desk-1')
      const [, toShi, toXian, next] = letter.packets
      expect((await allOf(shi, 'unit:shi')).map(({ raw }) => raw)).toEqual([toShi!.raw, next!.raw])
      expect((await allOf(xian, 'unit:xian')).map(({ raw }) => raw)).toEqual([toXian!.raw])
      expect((await shi.ask('GET', `/v1/blobs/${letter.blob}`)).bytes.equals(letter.bytes)).toBe(true)
      expectOneLog(receipts.values())
      await Promise.all([shi.line.close(), xian.line.close()])
    } finally {
      await hub.close()
    }
  },
)

test('killed again and again under the traffic of twelve senders, the hub loses and doubles nothing', async () => {
  const hub = await startTestHub({ pki: province.pki, asProcess: true })
  try {
    const letters = await Promise.all(
      Array.from({ length: 240 }, () => packetOf(province, { sender, to: ['unit:shi'] })),
    )
    const receipts = new Map<string, string>()
    let kills = 0
    const waiting = [...letters]
    const traffic = async (): Promise<void> => {
      const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1', { connections: 12 })
      const send = async (): Promise<void> => {
        for (let letter = waiting.shift(); letter; letter = waiting.shift()) {
          try {
            note(receipts, letter.header.packet, await desk.send(letter.raw))
          } catch (error) {
            // Whether it was accepted nobody knows: it is sent again.
            waiting.push(letter)
            throw error
          }
        }
      }
      const ended = await Promise.allSettled(Array.from({ length: 12 }, send))
      await desk.line.close()
      if (ended.some(({ status }) => status === 'rejected')) throw new Error('the line broke')
    }
    for (const after of [25, 60, 120]) {
      const running = traffic().catch(() => undefined)
      while (receipts.size < after) await new Promise((resolve) => setTimeout(resolve, 1))
      await hub.kill()
      kills++
      await running
      await hub.restart()
    }
    await traffic()
    expect(kills).toBe(3)
    expect(receipts.size).toBe(letters.length)
    const desk = await signIn(province, hub.url, 'shi-registry', 'shi-desk-1')
    const box = await allOf(desk, 'unit:shi')
    expect(box.map(({ raw }) => raw).toSorted()).toEqual(letters.map(({ raw }) => raw).toSorted())
    for (const { receipt } of box) expect([...receipts.values()]).toContain(receipt)
    expectOneLog(receipts.values())
    await desk.line.close()
  } finally {
    await hub.close()
  }
})
