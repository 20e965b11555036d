/** Office and role are judged for the time of the hub's receipt: people leave and move, what they signed stays. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextDirectoryAct } from '../../certs-dev/main.ts'
import type { DirectoryEntry } from '../../core/directory/directory.ts'
import { openPacket, sealAct, sealPacket } from '../../seal/packet.ts'
import { foldDirectoryActs, makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

const morning = new Date('2026-11-21T01:00:00.000Z')
const noon = new Date('2026-11-21T04:00:00.000Z')
const evening = new Date('2026-11-21T10:00:00.000Z')

let province: Province
let raw: string
beforeAll(async () => {
  province = await makeProvince(morning)
  const key = province.person('sheng-registry').signer
  const sealed = await sealAct(
    {
      v: 1,
      matter: randomBytes(16).toString('hex'),
      owner: 'sheng',
      kind: 'outgoing.dispatch',
      pen: true,
      after: ['a'.repeat(64)],
      time: morning.toISOString(),
      actor: { unit: 'sheng', person: 'sheng-registry', role: 'registry' },
      recipients: ['unit:shi'],
      salt: randomBytes(16).toString('base64url'),
      blobs: [],
      body: {},
    },
    key,
  )
  const packet = await sealPacket({
    sealed,
    packet: randomBytes(16).toString('hex'),
    recipients: [province.recipient('unit:shi')],
    urgency: 'normal',
    time: morning.toISOString(),
    key,
    random: (bytes) => randomBytes(bytes),
  })
  raw = packet.raw
})
afterAll(() => province.remove())

const clerk = () => ({ ...province.directory.people.get('sheng-registry')! })

/** How the letter is judged with the receipt's time, where the clerk's entry changed at noon. */
async function judged(entry: DirectoryEntry, at: Date): Promise<string> {
  const changed = await nextDirectoryAct(province.pki, province.directoryActs, [entry], noon)
  const directory = foldDirectoryActs([...province.directoryActs, changed], province.authority)
  const opened = openPacket(raw, { directory, keys: province.person('shi-registry').decryption, at })
  return opened.ok ? 'ok' : opened.refusal.code
}

test('a letter accepted while its clerk was in office stays good after they have left, moved or changed office', async () => {
  expect(await judged({ ...clerk(), active: false }, morning)).toBe('ok')
  expect(await judged({ ...clerk(), unit: 'xian' }, morning)).toBe('ok')
  expect(await judged({ ...clerk(), roles: ['secretary'] }, morning)).toBe('ok')
})

test('a letter accepted afterwards is refused by name', async () => {
  expect(await judged({ ...clerk(), active: false }, evening)).toBe('sender-unknown')
  expect(await judged({ ...clerk(), unit: 'xian' }, evening)).toBe('sender-is-another-unit')
  expect(await judged({ ...clerk(), roles: ['secretary'] }, evening)).toBe('role-not-held')
})

test('whoever leaves and comes back is judged by each time', async () => {
  const gone = await nextDirectoryAct(
    province.pki,
    province.directoryActs,
    [{ ...clerk(), active: false }],
    noon,
  )
  const acts = [...province.directoryActs, gone]
  const back = await nextDirectoryAct(province.pki, acts, [clerk()], evening)
  const directory = foldDirectoryActs([...acts, back], province.authority)
  const at = (time: Date): boolean =>
    openPacket(raw, { directory, keys: province.person('shi-registry').decryption, at: time }).ok
  expect([morning, noon, evening].map(at)).toEqual([true, false, true])
})
