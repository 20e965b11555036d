import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendAudit, auditPage, verifyAudit } from '../../../main/store/audit.ts'
import { blob, blobsToMove, missingBlobs, noteBlob, setBlobState } from '../../../main/store/blobs.ts'
import { directoryActs, directoryVersion, storeDirectoryAct } from '../../../main/store/directory-acts.ts'
import {
  draft,
  draftVersion,
  draftVersions,
  draftsOf,
  removeDraft,
  saveDraft,
} from '../../../main/store/drafts.ts'
import {
  cursorOf,
  markDone,
  markShown,
  newPackets,
  park,
  parkedCount,
  parkedPackets,
  retryParked,
  storeArrived,
} from '../../../main/store/inbox.ts'
import {
  documentNumbers,
  nextNumber,
  noteNumber,
  registerNumbers,
  takeNumber,
} from '../../../main/store/numbers.ts'
import { headsOfLanes, postponeRow, queuePacket } from '../../../main/store/outbox.ts'
import { keepReceipt, receiptOfPacket } from '../../../main/store/receipts.ts'
import { openTestStore } from './office.ts'

test('a draft keeps every version, and two windows cannot overwrite one another', () => {
  const store = openTestStore()
  const save = (from: number, title: string, person = 'writer') =>
    store.transact((writing) => saveDraft(writing, { id: 'd', person, title, from, content: { title } }))
  expect(save(0, '一')).toMatchObject({ ok: true, value: { version: 1 } })
  expect(save(1, '二')).toMatchObject({ ok: true, value: { version: 2 } })
  expect(save(1, '三')).toMatchObject({ ok: false, refusal: { code: 'draft-moved-on' } })
  expect(save(2, '三', 'other')).toMatchObject({ ok: false, refusal: { code: 'draft-of-another' } })
  expect(draft(store.reading, 'd')).toMatchObject({ title: '二', content: { title: '二' } })
  expect(draftVersions(store.reading, 'd').map((each) => each.version)).toEqual([2, 1])
  expect(draftVersion(store.reading, 'd', 1)).toEqual({ title: '一' })
  expect(draftsOf(store.reading, 'other')).toEqual([])
  expect(draftsOf(store.reading, 'writer')).toHaveLength(1)
  store.transact((writing) => removeDraft(writing, 'd'))
  expect(draftVersions(store.reading, 'd')).toEqual([])
})

test('a number is given once, a matter that asks twice keeps its own, blocks are used up in turn', () => {
  const store = openTestStore()
  const blocks = [
    { first: 1, last: 2 },
    { first: 10, last: 10 },
  ]
  const take = (matter: string) =>
    store.transact((writing) =>
      takeNumber(writing, documentNumbers, { name: 'sheng', year: 2026, matter, blocks }),
    )
  expect(take('a')).toEqual({ ok: true, value: 1 })
  expect(take('a')).toEqual({ ok: true, value: 1 })
  const note = (serial: number, matter: string) =>
    store.transact((writing) =>
      noteNumber(writing, documentNumbers, { name: 'sheng', year: 2026, serial, matter }),
    )
  expect(note(2, 'b')).toEqual({ ok: true, value: true })
  expect(note(2, 'b')).toEqual({ ok: true, value: true })
  expect(note(2, 'c')).toMatchObject({ ok: false, refusal: { code: 'number-taken' } })
  expect(take('c')).toEqual({ ok: true, value: 10 })
  expect(take('d')).toMatchObject({ ok: false, refusal: { code: 'numbers-used-up' } })
})

test('a register counts on, by year, from the block of its workstation', () => {
  const store = openTestStore()
  const blocks = [{ first: 1, last: 500 }]
  const take = (year: number, matter: string) =>
    store.transact((writing) => takeNumber(writing, registerNumbers, { name: '收', year, matter, blocks }))
  expect([take(2026, 'a'), take(2026, 'b'), take(2026, 'a'), take(2027, 'c')]).toEqual(
    [1, 2, 1, 1].map((value) => ({ ok: true, value })),
  )
  const note = (serial: number, matter: string) =>
    store.transact((writing) =>
      noteNumber(writing, registerNumbers, { name: '收', year: 2026, serial, matter }),
    )
  expect(note(7, 'x')).toEqual({ ok: true, value: true })
  expect(nextNumber(store.reading, registerNumbers, { name: '收', year: 2026, blocks })).toBe(8)
  expect(note(7, 'y')).toMatchObject({ ok: false, refusal: { code: 'number-taken' } })
  expect(note(501, 'of another workstation')).toEqual({ ok: true, value: true })
  expect(nextNumber(store.reading, registerNumbers, { name: '收', year: 2026, blocks })).toBe(8)
})

test('the audit log shows a changed, a removed and an exchanged entry', () => {
  const spoils = [
    `UPDATE audit SET facts = '{"matter":"other"}' WHERE seq = 2`,
    `DELETE FROM audit WHERE seq = 2`,
    `UPDATE audit SET time = '2026-11-21T09:00:00.000Z' WHERE seq = 2`,
    `UPDATE audit SET who = 'person:other' WHERE seq = 3`,
  ]
  for (const spoil of [null, ...spoils]) {
    const store = openTestStore()
    store.transact((writing) => {
      for (const kind of ['sign-in', 'read', 'print', 'read'])
        appendAudit(writing, { kind, who: 'person:writer', facts: { matter: 'a' } })
      if (spoil) writing.run(spoil)
    })
    if (spoil)
      expect(verifyAudit(store.reading)).toMatchObject({ ok: false, refusal: { code: 'audit-broken' } })
    else {
      expect(verifyAudit(store.reading)).toMatchObject({ ok: true, value: { count: 4 } })
      expect(auditPage(store.reading, 10, undefined, 'read').map((each) => each.seq)).toEqual([4, 2])
      expect(auditPage(store.reading, 2, 4).map((each) => each.seq)).toEqual([3, 2])
    }
  }
})

test('a page of a mailbox delivered twice is there once, and the cursor does not go back', () => {
  const store = openTestStore()
  const page = [
    { position: 3, raw: 'a', receipt: 'r' },
    { position: 5, raw: 'b', receipt: 'r' },
  ]
  const arrive = (next: number) => store.transact((writing) => storeArrived(writing, 'unit:shi', page, next))
  expect(cursorOf(store.reading, 'unit:shi')).toBe(0)
  expect([arrive(5), arrive(4)]).toEqual([2, 0])
  expect(cursorOf(store.reading, 'unit:shi')).toBe(5)
  const [first, second] = newPackets(store.reading, 10)
  store.transact((writing) => {
    markDone(writing, first!.seq)
    park(writing, second!.seq, { code: 'sender-unknown', facts: { person: 'x' } })
    park(writing, first!.seq, { code: 'sender-unknown' })
  })
  expect(parkedPackets(store.reading)).toMatchObject([
    { seq: second!.seq, reason: { code: 'sender-unknown', facts: { person: 'x' } }, shown: false },
  ])
  expect(store.transact((writing) => markShown(writing, second!.seq))).toEqual({ ok: true, value: true })
  expect(store.transact((writing) => markShown(writing, first!.seq))).toMatchObject({ ok: false })
  expect(store.transact((writing) => retryParked(writing, ['sender-unknown']))).toBe(1)
  expect(parkedCount(store.reading)).toBe(0)
  expect(newPackets(store.reading, 10)).toHaveLength(1)
})

test('each lane shows its first row, urgent ones first; a postponed row holds its lane', () => {
  const store = openTestStore()
  store.transact((writing) => {
    const add = (lane: string, packet: string, urgency: 'normal' | 'urgent' | 'extra-urgent') =>
      queuePacket(writing, { lane, packet, act: packet, urgency, blobs: [], raw: packet })
    add('a', 'a1', 'normal')
    add('a', 'a2', 'extra-urgent')
    add('b', 'b1', 'urgent')
    add('c', 'c1', 'normal')
    postponeRow(writing, 1, 99, { code: 'busy' })
  })
  expect(headsOfLanes(store.reading).map((row) => row.packet)).toEqual(['b1', 'a1', 'c1'])
  expect(headsOfLanes(store.reading)[1]).toMatchObject({
    nextAt: 99,
    attempts: 1,
    lastRefusal: { code: 'busy' },
  })
})

test('a hub that signs two packets for one place of its log is noticed', () => {
  const store = openTestStore()
  const receipt = {
    v: 1 as const,
    hub: 'hub',
    packet: '1'.repeat(32),
    headerHash: 'a'.repeat(64),
    bodyHash: 'b'.repeat(64),
    position: 4,
    time: '2026-11-21T04:00:00.000Z',
    treeSize: 5,
    root: 'c'.repeat(64),
  }
  const keep = (changes: Partial<typeof receipt>) =>
    store.transact((writing) => keepReceipt(writing, { ...receipt, ...changes }, 'jws'))
  expect(keep({})).toEqual({ ok: true, value: 'new' })
  expect(keep({})).toEqual({ ok: true, value: 'known' })
  for (const other of [
    { packet: '2'.repeat(32) },
    { root: 'd'.repeat(64) },
    { time: '2026-11-21T05:00:00.000Z' },
  ])
    expect(keep(other)).toMatchObject({ ok: false, refusal: { code: 'receipt-contradicts' } })
  expect(receiptOfPacket(store.reading, receipt.packet)).toMatchObject({ position: 4, jws: 'jws' })
})

test("the directory's acts are kept by version", () => {
  const store = openTestStore()
  expect(directoryVersion(store.reading)).toBe(0)
  store.transact((writing) => {
    storeDirectoryAct(writing, { version: 1, id: 'a', jws: 'j1' })
    storeDirectoryAct(writing, { version: 2, id: 'b', jws: 'j2' })
  })
  expect(directoryVersion(store.reading)).toBe(2)
  expect(directoryActs(store.reading).map((each) => each.jws)).toEqual(['j1', 'j2'])
})

const bytesOf = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}
async function* inParts(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a blob is filed under the hash of its bytes, complete or not at all', async () => {
  const store = openTestStore()
  const bytes = randomBytes(300_000)
  const stored = await store.blobs.put(bytes)
  expect(stored).toEqual({ id: idOf(bytes), size: bytes.length })
  expect(await store.blobs.put(bytes)).toEqual(stored)
  expect(await bytesOf(store.blobs.read(stored.id))).toEqual(bytes)
  expect(await bytesOf(store.blobs.read(stored.id, 1_000, 50))).toEqual(bytes.subarray(1_000, 1_050))
  const shelf = join(store.folder, 'blobs', stored.id.slice(0, 2))
  expect(readdirSync(shelf)).toEqual([stored.id.slice(2)])
  const writer = await store.blobs.begin()
  await writer.write(bytes.subarray(0, 10))
  expect(await store.blobs.sweep()).toBe(1)
  await writer.abandon()
  await expect(writer.write(bytes)).rejects.toThrow()
  expect(() => store.blobs.read('../../etc/passwd')).toThrow('not a blob name')
})

test('a download resumes where it was cut and is filed only under its right name', async () => {
  const store = openTestStore()
  const bytes = randomBytes(50_000)
  const id = idOf(bytes)
  await store.blobs.appendPart(id, 0, inParts(bytes.subarray(0, 20_000)))
  expect(await store.blobs.partSize(id)).toBe(20_000)
  expect(await store.blobs.appendPart(id, 15_000, inParts(bytes.subarray(15_000)))).toBe(50_000)
  expect(await store.blobs.finishPart(id, 50_000)).toEqual({ ok: true, value: { id, size: 50_000 } })
  expect(await bytesOf(store.blobs.read(id))).toEqual(bytes)
  const wrong = idOf(Buffer.from('other'))
  await store.blobs.appendPart(wrong, 0, inParts(bytes))
  expect(await store.blobs.finishPart(wrong, 50_000)).toMatchObject({
    ok: false,
    refusal: { code: 'blob-damaged' },
  })
  expect(await store.blobs.has(wrong)).toBe(false)
  expect(await store.blobs.partSize(wrong)).toBe(0)
})

test('unfinished files of an earlier run are swept, finished ones stay', async () => {
  const store = openTestStore()
  const { id } = await store.blobs.put(Buffer.from('x'))
  mkdirSync(join(store.folder, 'blobs', 'new'), { recursive: true })
  writeFileSync(join(store.folder, 'blobs', 'new', 'left'), 'half')
  expect(await store.blobs.sweep()).toBe(1)
  expect(readFileSync(join(store.folder, 'blobs', id.slice(0, 2), id.slice(2)), 'utf8')).toBe('x')
})

test('a blob that is here does not become wanted again', () => {
  const store = openTestStore()
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
  store.transact((writing) => {
    noteBlob(writing, { id: a, size: 1, state: 'needs-upload' })
    noteBlob(writing, { id: a, size: 1, state: 'wanted' })
    noteBlob(writing, { id: b, size: 1, state: 'wanted' })
  })
  expect(blob(store.reading, a)?.state).toBe('needs-upload')
  expect(missingBlobs(store.reading, [a, b, 'c'])).toEqual([b, 'c'])
  expect(blobsToMove(store.reading, 'wanted').map((each) => each.id)).toEqual([b])
  store.transact((writing) => {
    noteBlob(writing, { id: b, size: 1, state: 'here' })
    setBlobState(writing, a, 'uploaded')
  })
  expect(missingBlobs(store.reading, [a, b])).toEqual([])
})
