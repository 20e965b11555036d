/**
 * The process that approves, numbers, seals, dispatches, receives, signs for or registers is killed before every step
 * of its way. After a restart the document is in exactly one place: where it was, and the deed can be done again, or
 * where it was to go; and the exchange completes with no duplicate and no loss.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallName } from '../../preload/contract/office.ts'
import { prepareScenes, checked, storeOf, takeAtShi, untilAtSender } from '../harness/crash-scenes.ts'
import type { SceneName, Scenes } from '../harness/crash-scenes.ts'
import {
  atHub,
  contradictions,
  everyCrashPoint,
  registerOf,
  runAndKill,
  twiceAtHub,
} from '../harness/crash.ts'
import { startTestHub } from '../harness/hub.ts'
import {
  callOf,
  carryLetter,
  inStep,
  shengPerson,
  startTestOffice,
  untilReceived,
} from '../harness/office.ts'
import type { LetterStep, TestOffice } from '../harness/office.ts'

let world: Scenes

beforeAll(async () => {
  world = await prepareScenes()
})
afterAll(() => world.remove())

type Deed = {
  readonly scene: SceneName
  readonly unit: 'sheng' | 'shi'
  readonly person: string
  readonly call: { readonly name: CallName; readonly input: unknown } | null
  readonly kind: string
  readonly from: string
  readonly to: string
  /** Where the act lies in the end, once in each. */
  readonly mailboxes: readonly string[]
}

/** Who has had an outgoing document in hand once it is approved. */
const everybody = ['person:sheng-leader', 'person:sheng-registry', 'person:sheng-secretary', 'unit:sheng']
const deedOf = (deed: LetterStep['deed']) => callOf(world.pki, world.matter, deed, ['shi'])

/** One death and what comes after it: a restart, the check, the deed again where it was not done, the line. */
async function comeUpAgain(deed: Deed, place: string, whole: boolean): Promise<void> {
  const hub = await startTestHub({ pki: world.pki, folder: join(place, 'hub') })
  const open = (unit: 'sheng' | 'shi') =>
    startTestOffice({ pki: world.pki, hubUrl: hub.url, device: `${unit}-desk-1`, folder: join(place, unit) })
  const offices: TestOffice[] = []
  try {
    const office = await open(deed.unit)
    offices.push(office)
    await office.signIn(deed.person)
    const store = storeOf(office)
    expect(contradictions(store)).toEqual([])
    if (deed.call === null) await untilReceived(office)
    else {
      const id = (deed.call.input as { matter: string }).matter
      const { row } = await office.must('matters.open', { matter: id })
      expect([deed.from, deed.to]).toContain(row.status)
      const again = await office.ask(deed.call.name, deed.call.input as never)
      expect(again.ok).toBe(row.status === deed.from)
      expect((await office.must('matters.open', { matter: id })).row.status).toBe(deed.to)
    }
    await inStep(office)
    expect(contradictions(store)).toEqual([])
    const acts = store.reading.all<{ id: string; standing: string }>(
      'SELECT id, standing FROM acts WHERE kind = @kind',
      { kind: deed.kind },
    )
    expect(acts.map((act) => act.standing)).toEqual(['accepted'])
    const rows = atHub(hub.folder)
    expect(twiceAtHub(rows)).toEqual([])
    const boxes = rows.filter((row) => row.act === acts[0]!.id).map((row) => row.box)
    expect(boxes.toSorted()).toEqual(deed.mailboxes.toSorted())
    if (deed.call === null) {
      const answers = rows.filter((row) => row.matter === world.matter && row.unit === 'shi')
      expect(answers.filter((row) => row.box === 'unit:sheng')).toHaveLength(1)
    }
    if (whole) await completes(deed, office, open, offices)
    expect(twiceAtHub(atHub(hub.folder))).toEqual([])
  } finally {
    for (const office of offices) await office.close()
    await hub.close()
  }
}

/** The letter's way to its end, and the same registers at both ends as if nothing had happened. */
async function completes(
  deed: Deed,
  office: TestOffice,
  open: (unit: 'sheng' | 'shi') => Promise<TestOffice>,
  offices: TestOffice[],
): Promise<void> {
  const other = await open(deed.unit === 'sheng' ? 'shi' : 'sheng')
  offices.push(other)
  const [sheng, shi] = deed.unit === 'sheng' ? [office, other] : [other, office]
  if (deed.unit === 'sheng') {
    if (deed.to !== 'dispatched')
      await carryLetter(sheng, world.pki, world.matter, deed.to as LetterStep['from'], { to: ['shi'] })
    await shi.signIn('shi-registry')
  } else await sheng.signIn('sheng-registry')
  await takeAtShi(shi)
  await untilAtSender(sheng, world.matter, 'registered')
  expect(registerOf(storeOf(sheng))).toEqual(world.orderly.sheng)
  expect(registerOf(storeOf(shi))).toEqual(world.orderly.shi)
  expect(contradictions(storeOf(sheng))).toEqual([])
  expect(contradictions(storeOf(shi))).toEqual([])
}

/** Kills the deed everywhere; with the line down its steps are only its own. Prints how many deaths there were. */
async function killEverywhere(
  deed: Deed,
  options: { readonly least: number; readonly online?: boolean; readonly whole: (step: string) => boolean },
): Promise<readonly string[]> {
  let ended = 0
  const places = await everyCrashPoint(
    () => world.copy(deed.scene),
    async (place, killAt) => {
      const hub = options.online ? await startTestHub({ pki: world.pki, folder: join(place, 'hub') }) : null
      const killed = await runAndKill({
        pki: world.pki,
        hubUrl: hub?.url ?? null,
        device: `${deed.unit}-desk-1`,
        folder: join(place, deed.unit),
        person: deed.person,
        deed: deed.call,
        killAt,
      }).finally(() => hub?.close())
      const whole = killed.through ? ended++ === 0 : options.whole(killed.places.at(-1)!)
      await comeUpAgain(deed, place, whole)
      return killed
    },
    { throughs: options.online ? 2 : 1 },
  )
  console.log(`${deed.scene}: killed at ${places.length} points: ${places.join(', ')}`)
  expect(places.length).toBeGreaterThanOrEqual(options.least)
  return places
}

/** With the line down every step is one of the deed; the deaths around its commit are followed to the letter's end. */
const alone = { whole: (step: string) => step === 'commit' }

describe('killed before every step, with the line down', () => {
  test('a leader who approves has approved once or not yet', async () => {
    const places = await killEverywhere(
      {
        scene: 'approve',
        unit: 'sheng',
        person: 'sheng-leader',
        call: deedOf('approve'),
        kind: 'outgoing.approve',
        from: 'submitted',
        to: 'approved',
        mailboxes: ['person:sheng-leader', 'person:sheng-secretary', 'unit:sheng'],
      },
      { ...alone, least: 7 },
    )
    expect(places).toEqual(expect.arrayContaining(['begin', 'insert acts', 'insert outbox', 'commit']))
  })

  test('a registry that numbers a document gives one number', async () => {
    const places = await killEverywhere(
      {
        scene: 'register',
        unit: 'sheng',
        person: 'sheng-registry',
        call: deedOf('register'),
        kind: 'outgoing.register',
        from: 'rechecked',
        to: 'registered',
        mailboxes: everybody,
      },
      { ...alone, least: 10 },
    )
    expect(places).toContain('insert document_numbers')
  })

  test('a keeper who seals has sealed one file, whole', async () => {
    const places = await killEverywhere(
      {
        scene: 'seal',
        unit: 'sheng',
        person: shengPerson(world.pki, 'seal-keeper'),
        call: deedOf('seal'),
        kind: 'outgoing.seal',
        from: 'pressed',
        to: 'sealed',
        mailboxes: [...everybody, 'person:sheng-keeper'],
      },
      { ...alone, least: 13 },
    )
    expect(places).toEqual(
      expect.arrayContaining(['blob write', 'blob flush', 'blob rename', 'insert blobs']),
    )
  })

  test('a city that signs for a letter has signed once, and told its sender', async () => {
    const places = await killEverywhere(
      {
        scene: 'sign-for',
        unit: 'shi',
        person: 'shi-registry',
        call: { name: 'incoming.signFor', input: { matter: world.entry, checked: [...checked] } },
        kind: 'incoming.sign-for',
        from: 'received',
        to: 'signed-for',
        mailboxes: ['person:shi-registry', 'unit:shi'],
      },
      { ...alone, least: 10 },
    )
    expect(places.filter((place) => place === 'insert outbox')).toHaveLength(2)
  })

  test('a city that registers a letter gives one register number, and tells its sender', async () => {
    const places = await killEverywhere(
      {
        scene: 'register-incoming',
        unit: 'shi',
        person: 'shi-registry',
        call: { name: 'incoming.register', input: { matter: world.entry } },
        kind: 'incoming.register',
        from: 'signed-for',
        to: 'registered',
        mailboxes: ['person:shi-registry', 'unit:shi'],
      },
      { ...alone, least: 13 },
    )
    expect(places).toContain('insert register_numbers')
  })
})

describe("killed before every step, up to the hub's answer and beyond", { timeout: 480_000 }, () => {
  // A death inside a transaction leaves what the one before it left: those are followed at the hub, not to the end.
  const online = { online: true, whole: (step: string) => /^(commit|request POST|blob|store key)/.test(step) }

  test('a registry that dispatches: the city has the letter once', async () => {
    const places = await killEverywhere(
      {
        scene: 'dispatch',
        unit: 'sheng',
        person: 'sheng-registry',
        call: deedOf('dispatch'),
        kind: 'outgoing.dispatch',
        from: 'released',
        to: 'dispatched',
        mailboxes: [...everybody, 'person:sheng-keeper', 'unit:shi'],
      },
      { ...online, least: 15 },
    )
    expect(places).toEqual(
      expect.arrayContaining(['request POST /v1/packets', 'insert receipts', 'update outbox']),
    )
  })

  test('a city whose workstation is new takes the letter in: one entry, and its sender is told once', async () => {
    const places = await killEverywhere(
      {
        scene: 'receive',
        unit: 'shi',
        person: 'shi-registry',
        call: null,
        kind: 'incoming.receive',
        from: '',
        to: 'received',
        mailboxes: ['person:shi-registry', 'unit:shi'],
      },
      { ...online, least: 40 },
    )
    expect(places).toEqual(
      expect.arrayContaining(['store key', 'insert inbox', 'insert cursors', 'blob part', 'insert matters']),
    )
  })
})
