/**
 * Two who act on one letter at once: the sender recalls while the recipient signs, and two workstations of one unit
 * have the same letter in hand. The hub lets one of two take the matter's head; both sides agree in the end.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checked, prepareScenes, storeOf, untilAtSender } from '../harness/crash-scenes.ts'
import type { SceneName, Scenes } from '../harness/crash-scenes.ts'
import { atHub, holdBack, registerOf, twiceAtHub } from '../harness/crash.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { inStep, pinOf, startTestOffice, untilReceived, untilStatus } from '../harness/office.ts'
import type { TestOffice } from '../harness/office.ts'

let world: Scenes
beforeAll(async () => {
  world = await prepareScenes()
})
afterAll(() => world.remove())

let hub: TestHub
let place: string
const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
  rmSync(place, { recursive: true, force: true })
})

/** The hub of a scene, and its offices on demand; a second workstation of a unit is a new folder. */
async function begin(scene: SceneName): Promise<void> {
  place = world.copy(scene)
  hub = await startTestHub({ pki: world.pki, folder: join(place, 'hub') })
  open.push(hub)
}
async function atDesk(device: 'sheng-desk-1' | 'shi-desk-1' | 'shi-desk-2'): Promise<TestOffice> {
  const unit = device.split('-')[0]!
  const folder = join(place, device.endsWith('1') ? unit : device)
  const office = await startTestOffice({ pki: world.pki, hubUrl: hub.url, device, folder })
  open.unshift(office)
  await office.signIn(`${unit}-registry`)
  return office
}

const recall = async (sheng: TestOffice): Promise<unknown> =>
  sheng.must('outgoing.recall', {
    matter: world.matter,
    units: ['shi'],
    reason: '附件有误，另行印发。',
    pin: pinOf(world.pki, 'sheng-registry'),
  })
const signFor = (shi: TestOffice) =>
  shi.ask('incoming.signFor', { matter: world.entry, checked: [...checked] })
const statusAt = async (office: TestOffice, matter: string) =>
  (await office.must('matters.open', { matter })).row.status

describe('a recall that races with the signing', () => {
  test('the recall comes first: the city has nothing to sign, and the sender sees it recalled', async () => {
    await begin('sign-for')
    const sheng = await atDesk('sheng-desk-1')
    await recall(sheng)
    await inStep(sheng)
    const shi = await atDesk('shi-desk-1')
    await untilStatus(shi, world.entry, 'recalled')
    expect((await signFor(shi)).ok).toBe(false)
    await untilAtSender(sheng, world.matter, 'recalled')
  })

  test('the city has signed before: the recall changes nothing, and both know', async () => {
    await begin('sign-for')
    const sheng = await atDesk('sheng-desk-1')
    await inStep(sheng)
    const release = holdBack(storeOf(sheng))
    await recall(sheng)
    const shi = await atDesk('shi-desk-1')
    expect((await signFor(shi)).ok).toBe(true)
    await inStep(shi)
    await untilAtSender(sheng, world.matter, 'signed-for')
    release()
    await Promise.all([inStep(sheng), inStep(shi)])
    await untilTaken(shi, 'outgoing.recall')
    expect(await statusAt(shi, world.entry)).toBe('signed-for')
    await untilAtSender(sheng, world.matter, 'signed-for')
  })

  test('signed while the line was down and recalled meanwhile: who signed keeps the letter, and both know', async () => {
    await begin('sign-for')
    const shi = await atDesk('shi-desk-1')
    await inStep(shi)
    const release = holdBack(storeOf(shi))
    expect((await signFor(shi)).ok).toBe(true)
    const sheng = await atDesk('sheng-desk-1')
    await recall(sheng)
    await inStep(sheng)
    await untilTaken(shi, 'outgoing.recall')
    release()
    await inStep(shi)
    expect(await statusAt(shi, world.entry)).toBe('signed-for')
    const view = await untilAtSender(sheng, world.matter, 'signed-for')
    expect(view.recipients).toHaveLength(1)
  })

  test.each(['withdraws', 'signs'] as const)(
    'one workstation withdraws, another signs, and the one that %s is first at the hub: all agree',
    async (first) => {
      await begin('sign-for')
      const one = await atDesk('shi-desk-1')
      const two = await atDesk('shi-desk-2')
      await untilStatus(two, world.entry, 'received')
      await Promise.all([inStep(one), inStep(two)])
      const releases = [holdBack(storeOf(one)), holdBack(storeOf(two))]
      // The second signs before it hears of the recall.
      expect((await signFor(two)).ok).toBe(true)
      const sheng = await atDesk('sheng-desk-1')
      await recall(sheng)
      await untilStatus(one, world.entry, 'recalled')
      const order = first === 'withdraws' ? [0, 1] : [1, 0]
      for (const which of order) {
        releases[which]!()
        await inStep([one, two][which]!)
      }
      const agreed = first === 'withdraws' ? 'recalled' : 'signed-for'
      await untilAtSender(sheng, world.matter, agreed)
      for (const office of [one, two]) await untilStatus(office, world.entry, agreed)
      expect(registerOf(storeOf(one))).toEqual(registerOf(storeOf(two)))
      const rows = atHub(hub.folder)
      expect(twiceAtHub(rows)).toEqual([])
      // The sender is told of what holds, not of what the hub refused: delivered, and one of the two.
      const told = rows.filter((row) => row.unit === 'shi' && row.box === 'unit:sheng')
      expect(told).toHaveLength(2)
    },
  )
})

describe('two workstations of one unit', () => {
  test('both receive the letter before the hub has heard of either: one entry, one number, one answer', async () => {
    await begin('receive')
    const sheng = await atDesk('sheng-desk-1')
    const desks: TestOffice[] = []
    const releases: (() => void)[] = []
    for (const device of ['shi-desk-1', 'shi-desk-2'] as const) {
      const desk = await atDesk(device)
      desks.push(desk)
      releases.push(holdBack(storeOf(desk)))
    }
    for (const each of desks) expect((await untilReceived(each)).row.matter).toBe(world.entry)
    // Its own entry and the answer to the sender, at both.
    for (const each of desks) expect(waiting(each)).toBe(2)
    for (const release of releases) release()
    await Promise.all(desks.map((each) => inStep(each)))
    await untilAtSender(sheng, world.matter, 'delivered')

    // Both sign, neither knowing of the other; then both register.
    for (const [deed, status] of [
      ['sign', 'signed-for'],
      ['register', 'registered'],
    ] as const) {
      const held = desks.map((each) => holdBack(storeOf(each)))
      for (const each of desks) {
        const answer =
          deed === 'sign' ? await signFor(each) : await each.ask('incoming.register', { matter: world.entry })
        expect(answer.ok).toBe(true)
      }
      for (const release of held.toReversed()) release()
      await Promise.all(desks.map((each) => inStep(each)))
      for (const each of desks) await untilStatus(each, world.entry, status)
      await untilAtSender(sheng, world.matter, status)
    }

    for (const each of desks) {
      await each.until('nothing pending', async () => pending(each) === 0)
      expect(await each.must('exchange.parked', {})).toEqual([])
    }
    // Each workstation has numbers of its own: the entry has the one of the desk that was first, at both and at the
    // sender; all else is as in the orderly run.
    const [entry] = registerOf(storeOf(desks[0]!)) as readonly { readonly register: string }[]
    expect(entry!.register).toMatch(/^收文〔\d{4}〕(1|501)号$/)
    const given = (text: string) => text.replaceAll(/收文〔(\d{4})〕(1|501)号/g, '收文〔$1〕号')
    for (const each of desks) {
      expect(registerOf(storeOf(each))).toEqual(registerOf(storeOf(desks[0]!)))
      expect(given(JSON.stringify(registerOf(storeOf(each))))).toBe(given(JSON.stringify(world.orderly.shi)))
    }
    expect(JSON.stringify(registerOf(storeOf(sheng)))).toContain(entry!.register)
    expect(given(JSON.stringify(registerOf(storeOf(sheng))))).toBe(given(JSON.stringify(world.orderly.sheng)))
    const rows = atHub(hub.folder)
    expect(twiceAtHub(rows)).toEqual([])
    const pens = new Set(rows.filter((row) => row.matter === world.entry).map((row) => row.act))
    expect(pens.size).toBe(3)
    const answers = new Set(
      rows.filter((row) => row.matter === world.matter && row.unit === 'shi').map((row) => row.act),
    )
    expect(answers.size).toBe(3)
  })
})

const count = (office: TestOffice, sql: string): number =>
  storeOf(office).reading.one<{ count: number }>(`SELECT count(*) AS count FROM ${sql}`)!.count
const waiting = (office: TestOffice): number => count(office, `outbox WHERE state = 'waiting'`)
const pending = (office: TestOffice): number => count(office, `acts WHERE standing = 'pending'`)

/** Waits until an act of that kind has been taken into the record. */
const untilTaken = (office: TestOffice, kind: string): Promise<boolean> =>
  office.until(`${kind} taken`, async () => count(office, `acts WHERE kind = '${kind}'`) === 1)
