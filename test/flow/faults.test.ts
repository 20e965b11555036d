/**
 * A letter's way over a line and a hub in trouble: the hub killed at each of its steps, the line cut in a file,
 * packets doubled, shuffled and replayed, a hub that lies. The same registers in the end, or the lie is shown.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import Database from 'better-sqlite3'
import { readDirectoryActs, readHubIdentity } from '../../hub/pki-folder.ts'
import { startHub } from '../../hub/server.ts'
import { blob, blobsToMove, setBlobState } from '../../main/store/blobs.ts'
import { newCount, storeArrived } from '../../main/store/inbox.ts'
import { keySigner } from '../../seal/jws.ts'
import { prepareScenes, storeOf, takeAtShi, untilAtSender } from '../harness/crash-scenes.ts'
import type { SceneName, Scenes } from '../harness/crash-scenes.ts'
import { atHub, contradictions, everyCrashPoint, registerOf, twiceAtHub } from '../harness/crash.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub, TestHubOptions } from '../harness/hub.ts'
import {
  callOf,
  carryLetter,
  inStep,
  shengPerson,
  startTestOffice,
  untilReceived,
} from '../harness/office.ts'
import type { TestOffice, TestOfficeOptions } from '../harness/office.ts'
import { cuttingProxy } from '../main/exchange/proxy.ts'

const week = 7 * 24 * 3_600_000

let world: Scenes
beforeAll(async () => {
  world = await prepareScenes()
})
afterAll(() => world.remove())

/** The folders of a scene and whatever runs in them. */
function begin(scene: SceneName, place = world.copy(scene)) {
  const open: { close: () => Promise<void> }[] = []
  const close = async (): Promise<void> => {
    for (const each of open.splice(0)) await each.close()
    rmSync(place, { recursive: true, force: true })
  }
  stages.push(close)
  return {
    place,
    close,
    closeToo: (each: { close: () => Promise<void> }) => void open.push(each),
    theHub: async (changes: Omit<TestHubOptions, 'pki' | 'folder'> = {}): Promise<TestHub> => {
      const hub = await startTestHub({ pki: world.pki, folder: join(place, 'hub'), ...changes })
      open.push(hub)
      return hub
    },
    atDesk: async (
      person: string,
      hubUrl: string,
      changes: Partial<TestOfficeOptions> = {},
    ): Promise<TestOffice> => {
      const unit = person.split('-')[0]!
      const folder = join(place, unit)
      const options = { pki: world.pki, hubUrl, device: `${unit}-desk-1`, folder, ...changes }
      const office = await startTestOffice(options)
      open.unshift(office)
      await office.signIn(person)
      return office
    },
  }
}
type Stage = ReturnType<typeof begin>
const stages: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of stages.splice(0)) await close()
})

const deed = async (office: TestOffice, what: 'seal' | 'dispatch'): Promise<void> => {
  const { name, input } = callOf(world.pki, world.matter, what, ['shi'])
  await office.must(name, input as never)
}

/** The letter's way from its dispatch on, to the same registers as if nothing had happened. */
async function arrives({ atDesk }: Stage, hub: TestHub, sheng: TestOffice): Promise<void> {
  await inStep(sheng)
  const shi = await atDesk('shi-registry', hub.url)
  await takeAtShi(shi)
  await untilAtSender(sheng, world.matter, 'registered')
  expect(registerOf(storeOf(sheng))).toEqual(world.orderly.sheng)
  expect(registerOf(storeOf(shi))).toEqual(world.orderly.shi)
  for (const office of [sheng, shi]) expect(contradictions(storeOf(office))).toEqual([])
  expect(twiceAtHub(atHub(hub.folder))).toEqual([])
}

describe('the hub is killed', () => {
  test('before each of its steps of a dispatch: the letter arrives once', { timeout: 300_000 }, async () => {
    const steps = await everyCrashPoint(
      () => world.copy('dispatch'),
      async (place, crashAt) => {
        const stage = begin('dispatch', place)
        const hub = await stage.theHub({ asProcess: true, crashAt })
        const sheng = await stage.atDesk('sheng-registry', hub.url)
        await deed(sheng, 'dispatch')
        const survived = await Promise.race([hub.ended().then(() => false), inStep(sheng).catch(() => false)])
        await hub.restart({ crashAt: 'never' })
        // Nobody waits out a long back-off here: the desk is left and taken again, as after a night.
        await sheng.signOut()
        await sheng.signIn('sheng-registry')
        await arrives(stage, hub, sheng)
        await stage.close()
        return { places: [String(crashAt)], through: survived }
      },
      { atOnce: 4 },
    )
    console.log(`the hub was killed before each of ${steps.length} steps of a dispatch`)
    expect(steps.length).toBeGreaterThanOrEqual(8)
  })

  test.each(['upload-insert', 'blob-sync', 'blob-rename', 'upload-delete'])(
    'at "%s", in the middle of the upload of the sealed file: it is complete and sent once',
    async (step) => {
      const stage = begin('seal')
      const hub = await stage.theHub({ asProcess: true, crashAt: step })
      const sheng = await stage.atDesk(shengPerson(world.pki, 'seal-keeper'), hub.url)
      await deed(sheng, 'seal')
      await hub.ended()
      await hub.restart({ crashAt: 'never' })
      await inStep(sheng)
      await carryLetter(sheng, world.pki, world.matter, 'sealed', { to: ['shi'] })
      await arrives(stage, hub, sheng)
    },
  )
})

describe('the line', () => {
  // That only the rest follows is shown with a larger file in test/main/exchange.
  test('is cut in the middle of the sealed file, both ways: it arrives whole, in one letter', async () => {
    const { theHub, atDesk, closeToo } = begin('seal')
    const hub = await theHub()
    const proxy = await cuttingProxy(hub.port)
    closeToo(proxy)
    const keeper = await atDesk(shengPerson(world.pki, 'seal-keeper'), proxy.url)
    await inStep(keeper)
    proxy.cutAfter([40_000])
    await deed(keeper, 'seal')
    await keeper.until('sealed file at the hub', async () => waitingUploads(keeper) === 0)
    expect(proxy.cuts()).toBe(1)
    await inStep(keeper)
    await carryLetter(keeper, world.pki, world.matter, 'sealed', { to: ['shi'] })
    await inStep(keeper)

    proxy.cutAfter([40_000])
    const shi = await atDesk('shi-registry', proxy.url)
    await untilReceived(shi)
    expect(proxy.cuts()).toBe(2)
    await takeAtShi(shi)
    await untilAtSender(keeper, world.matter, 'registered')
    expect(registerOf(storeOf(shi))).toEqual(world.orderly.shi)
  })

  test('is down before the sealed file has come to the desk that dispatches it: it is sent all the same', async () => {
    const stage = begin('dispatch')
    const hub = await stage.theHub()
    await hub.kill()
    const sheng = await stage.atDesk('sheng-registry', hub.url)
    const store = storeOf(sheng)
    const view = await sheng.must('matters.open', { matter: world.matter })
    expect(view.row.status).toBe('released')
    const sealed = store.reading.one<{ id: string }>('SELECT id FROM blobs ORDER BY size DESC')!
    store.transact((writing) => setBlobState(writing, sealed.id, 'wanted'))
    rmSync(join(store.folder, 'blobs', sealed.id.slice(0, 2), sealed.id.slice(2)))
    await deed(sheng, 'dispatch')
    await hub.restart()
    await arrives(stage, hub, sheng)
    await sheng.until('the file', async () => blob(store.reading, sealed.id)?.state === 'here')
  })
})

describe('packets', () => {
  /** Every packet of these mailboxes, as the hub would hand them out. */
  function mailboxes(place: string, boxes: readonly string[]) {
    const database = new Database(join(place, 'hub', 'hub.sqlite'), { readonly: true })
    const rows = database
      .prepare<[], { box: string; position: number; raw: string; receipt: string }>(
        'SELECT box, position, raw, receipt FROM packets JOIN mailboxes USING (position) ORDER BY position',
      )
      .all()
    database.close()
    return rows.filter((row) => boxes.includes(row.box))
  }

  /** The same seed, the same order. */
  function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
    let state = seed
    const chance = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    return items
      .map((item) => ({ item, at: chance() }))
      .toSorted((one, two) => one.at - two.at)
      .map(({ item }) => item)
  }

  test.each([1, 2, 3, 4])(
    'that come doubled and in disorder (seed %i), a week late, give the same registers',
    async (seed) => {
      const { place, theHub, atDesk } = begin('registered')
      const late = (): number => Date.now() + week
      const hub = await theHub({ clock: late })
      await hub.kill()
      for (const [unit, role] of [
        ['sheng', 'sender'],
        ['shi', 'recipient'],
      ] as const) {
        // A workstation that knows nothing yet: all it has is what comes, as it comes.
        const office = await atDesk(`${unit}-registry`, hub.url, {
          folder: join(place, 'new', unit),
          clock: late,
        })
        const store = storeOf(office)
        const packets = mailboxes(place, [`unit:${unit}`, `person:${unit}-registry`])
        expect(packets.length, role).toBeGreaterThan(5)
        const arriving = shuffled([...packets, ...packets], seed)
        expect(arriving.map((each) => each.position)).not.toEqual(
          arriving.map((each) => each.position).toSorted(),
        )
        for (const each of arriving)
          store.transact((writing) => storeArrived(writing, each.box, [each], each.position + 1))
        await office.until('all judged', async () => newCount(store.reading) === 0)
        if (seed % 2 === 0) await office.signOut().then(() => office.signIn(`${unit}-registry`))
        await hub.restart()
        await inStep(office)
        const after = storeOf(office)
        await office.until('every file', async () => blobsToMove(after.reading, 'wanted').length === 0)
        await office.until('nothing waits', async () => newCount(after.reading) === 0)
        await inStep(office)
        expect(registerOf(after)).toEqual(world.orderly[unit])
        expect(contradictions(after)).toEqual([])
        await hub.kill()
      }
    },
  )

  test('sent again after a week are known to the hub: nothing is delivered twice', async () => {
    const { theHub, atDesk } = begin('registered')
    const late = (): number => Date.now() + week
    const hub = await theHub({ clock: late })
    const before = atHub(hub.folder)
    const sheng = await atDesk('sheng-registry', hub.url, { clock: late })
    storeOf(sheng).transact(
      (writing) => void writing.run(`UPDATE outbox SET state = 'waiting', ended_at = NULL`),
    )
    await sheng.until('sent again', async () => (await sheng.must('exchange.status', {})).sending > 0)
    await inStep(sheng)
    expect(sheng.logged.filter((each) => each.event === 'sent').length).toBeGreaterThan(2)
    expect(atHub(hub.folder)).toEqual(before)
    const shi = await atDesk('shi-registry', hub.url, { clock: late })
    await inStep(shi)
    expect(registerOf(storeOf(sheng))).toEqual(world.orderly.sheng)
    expect(registerOf(storeOf(shi))).toEqual(world.orderly.shi)
  })
})

describe('a hub that lies', () => {
  test('about its key: no receipt is believed, the status says so, and an honest hub gets the letter', async () => {
    const stage = begin('dispatch')
    const identity = readHubIdentity(world.pki.folder)
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const liar = await startHub({
      folder: join(world.copy('dispatch'), 'hub'),
      port: 0,
      identity: { ...identity, receipts: keySigner(stranger, identity.receipts.thumbprint) },
      directory: readDirectoryActs(world.pki.folder),
      clock: Date.now,
      random: (bytes) => Uint8Array.from(randomBytes(bytes)),
      log: () => undefined,
    })
    const sheng = await stage.atDesk('sheng-registry', `https://localhost:${liar.port}`)
    await deed(sheng, 'dispatch')
    const status = await sheng.until('distrusted', async () => {
      const now = await sheng.must('exchange.status', {})
      return now.state === 'refused' ? now : null
    })
    expect(status.code).toBe('receipt-signature-broken')
    expect(status.sending).toBe(2)
    const view = await sheng.must('matters.open', { matter: world.matter })
    expect(view.recipients[0]?.receipt ?? null).toBeNull()
    // What the liar delivered is kept aside, and why is shown.
    const parked = await sheng.must('exchange.parked', {})
    expect(new Set(parked.map((each) => each.code))).toEqual(new Set(['receipt-signature-broken']))
    await sheng.signOut()
    await liar.close()

    const hub = await stage.theHub({ port: liar.port })
    await sheng.signIn('sheng-registry')
    await inStep(sheng)
    const shi = await stage.atDesk('shi-registry', hub.url)
    await takeAtShi(shi)
    await untilAtSender(sheng, world.matter, 'registered')
    expect(registerOf(storeOf(sheng))).toEqual(world.orderly.sheng)
    expect(registerOf(storeOf(shi))).toEqual(world.orderly.shi)
    expect(twiceAtHub(atHub(hub.folder))).toEqual([])
  })

  test('about what it received: a receipt for another packet is not believed, and what came with it is parked', async () => {
    const { place, theHub, atDesk } = begin('receive')
    const database = new Database(join(place, 'hub', 'hub.sqlite'))
    const letter = database
      .prepare<[], { position: number; receipt: string }>(
        `SELECT position, receipt FROM packets JOIN mailboxes USING (position) WHERE box = 'unit:shi'`,
      )
      .get()!
    database
      .prepare(
        'UPDATE packets SET receipt = (SELECT receipt FROM packets WHERE position = 0) WHERE position = ?',
      )
      .run(letter.position)
    database.close()
    const hub = await theHub()
    const shi = await atDesk('shi-registry', hub.url)
    const parked = await shi.until('parked', async () => {
      const rows = await shi.must('exchange.parked', {})
      return rows.length > 0 ? rows : null
    })
    expect(parked).toMatchObject([{ code: 'receipt-differs' }])
    expect((await shi.must('matters.list', { desk: 'incoming', limit: 50 })).rows).toEqual([])

    const sheng = await atDesk('sheng-registry', hub.url)
    await inStep(sheng)
    storeOf(sheng).transact((writing) => {
      writing.run(`UPDATE outbox SET state = 'waiting' WHERE seq = (SELECT max(seq) FROM outbox)`)
      writing.run('DELETE FROM receipts')
    })
    const status = await sheng.until('distrusted', async () => {
      const now = await sheng.must('exchange.status', {})
      return now.state === 'refused' ? now : null
    })
    expect(status.code).toBe('receipt-differs')
  })
})

const waitingUploads = (office: TestOffice): number =>
  blobsToMove(storeOf(office).reading, 'needs-upload').length
