import { expect, test } from 'vitest'
import { actIdsOf, actsOf, branchOf, knownActOf, standingOf } from '../../../main/store/acts.ts'
import { newPackets, park, parkedPackets, storeArrived } from '../../../main/store/inbox.ts'
import { headOf, matterDetail, rebuildAll, rebuildMatter } from '../../../main/store/matters.ts'
import { queuePacket, packetsOfAct, headsOfLanes, waitingCount } from '../../../main/store/outbox.ts'
import { acceptAct, recordAct, settleRefused, settleSent } from '../../../main/store/record.ts'
import { accepted, openTestStore, pending, sign, signLetter } from './office.ts'
import type { Signed } from './office.ts'
import type { Store } from '../../../main/store/store.ts'

const matter = 'a'.repeat(32)
const look = (store: Store) => {
  const { line, state, void: voided } = matterDetail(store.reading, matter)!
  return { line, state, voided }
}
const queue = (store: Store, each: Signed, packet: string, lane = matter) =>
  store.transact((writing) =>
    queuePacket(writing, {
      lane,
      packet: packet.padStart(32, '0'),
      act: each.act.id,
      urgency: 'normal',
      blobs: [],
      raw: `raw ${packet}`,
    }),
  )

test('an act is kept byte for byte and read again as it was signed', async () => {
  const store = openTestStore()
  const [submit] = await signLetter()
  store.transact((writing) => recordAct(writing, pending(submit)))
  const [stored] = actsOf(store.reading, matter)
  expect(stored?.jws).toBe(submit.jws)
  expect(knownActOf(stored!)).toEqual(submit.act)
  expect(stored).toMatchObject({ standing: 'pending', position: null, verification: { signer: 'test' } })
})

test('acts received in any order give the same matter', async () => {
  const letter = await signLetter()
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2],
  ]
  const seen = orders.map((order) => {
    const store = openTestStore()
    for (const at of order) store.transact((writing) => recordAct(writing, accepted(letter[at]!, 10 + at)))
    return look(store)
  })
  for (const each of seen) expect(each).toEqual(seen[0])
  expect(seen[0]).toMatchObject({ line: { status: 'registered', number: '示政办发〔2026〕1号' }, voided: [] })
})

test('an act received twice is one act, and a later acceptance is learned', async () => {
  const store = openTestStore()
  const [submit] = await signLetter()
  const record = (each: ReturnType<typeof pending>) => store.transact((writing) => recordAct(writing, each))
  expect(record(pending(submit))).toBe('new')
  expect(record(pending(submit))).toBe('known')
  expect(record(accepted(submit, 7))).toBe('known')
  expect(record(accepted(submit, 9))).toBe('known')
  expect(standingOf(store.reading, submit.act.id)).toMatchObject({ standing: 'accepted', position: 7 })
  expect(record(accepted(submit, 3))).toBe('known')
  expect(standingOf(store.reading, submit.act.id)).toMatchObject({ position: 3 })
})

test('what the hub accepted stands before what waits here, in the order of positions', async () => {
  const store = openTestStore()
  const [submit, approve, recheck, register] = await signLetter()
  store.transact((writing) => {
    recordAct(writing, accepted(submit, 1))
    recordAct(writing, pending(register))
    recordAct(writing, accepted(recheck, 5))
    recordAct(writing, accepted(approve, 2))
  })
  expect(actIdsOf(store.reading, matter)).toEqual(
    [submit, approve, recheck, register].map((each) => each.act.id),
  )
  expect(look(store).line.status).toBe('registered')
})

test('two who take the pen at once: the hub decides, and both stay to be seen', async () => {
  const store = openTestStore()
  const [submit, approve] = await signLetter()
  const ours = await sign('outgoing.return', submit.act)
  store.transact((writing) => {
    recordAct(writing, accepted(submit, 1))
    recordAct(writing, pending(ours))
  })
  expect(look(store).line.status).toBe('returned')
  const seq = queue(store, ours, '1')
  store.transact((writing) => recordAct(writing, accepted(approve, 2)))
  expect(look(store)).toMatchObject({
    line: { status: 'approved' },
    voided: [{ code: 'not-after-its-cause' }],
  })
  const row = packetsOfAct(store.reading, ours.act.id).find((each) => each.seq === seq)!
  const laid = store.transact((writing) => settleRefused(writing, row, { code: 'head-moved' }))
  expect(laid).toEqual([ours.act.id])
  expect(look(store)).toMatchObject({ line: { status: 'approved', head: approve.act.id }, voided: [] })
  expect(branchOf(store.reading, matter)).toMatchObject([
    { id: ours.act.id, refusal: { code: 'head-moved' } },
  ])
})

test('a refusal takes along what was queued behind it in its branch, and nothing else', async () => {
  const store = openTestStore()
  const [submit, approve, recheck, register] = await signLetter()
  const other = await signLetter('c'.repeat(32))
  store.transact((writing) => {
    recordAct(writing, accepted(submit, 1))
    for (const each of [approve, recheck, register, other[0]]) recordAct(writing, pending(each))
  })
  for (const [at, each] of [approve, approve, recheck, register].entries()) queue(store, each, `${at}`)
  queue(store, other[0], '9', 'c'.repeat(32))
  expect(look(store).line.status).toBe('registered')
  const [first] = packetsOfAct(store.reading, approve.act.id)
  store.transact((writing) => settleRefused(writing, first!, { code: 'head-moved' }))
  expect(look(store).line.status).toBe('submitted')
  expect(headOf(store.reading, matter)).toBe(submit.act.id)
  expect(branchOf(store.reading, matter).map((each) => each.id)).toEqual(
    [approve, recheck, register].map((each) => each.act.id),
  )
  expect(packetsOfAct(store.reading, approve.act.id).map((each) => each.state)).toEqual([
    'refused',
    'dropped',
  ])
  expect(packetsOfAct(store.reading, register.act.id)).toMatchObject([
    { state: 'dropped', lastRefusal: { code: 'head-moved', facts: { cause: approve.act.id } } },
  ])
  expect(headsOfLanes(store.reading).map((each) => each.act)).toEqual([other[0].act.id])
})

test('an act that one packet brought to the hub is not refused by another packet of it', async () => {
  const store = openTestStore()
  const [submit, approve] = await signLetter()
  store.transact((writing) => {
    recordAct(writing, pending(submit))
    recordAct(writing, pending(approve))
  })
  queue(store, submit, '1')
  queue(store, submit, '2')
  queue(store, approve, '3')
  const [own, second] = packetsOfAct(store.reading, submit.act.id)
  const receipt = {
    v: 1 as const,
    hub: 'hub',
    packet: own!.packet,
    headerHash: 'a'.repeat(64),
    bodyHash: 'b'.repeat(64),
    position: 4,
    time: '2026-11-21T04:00:00.000Z',
    treeSize: 5,
    root: 'c'.repeat(64),
  }
  store.transact((writing) => settleSent(writing, own!, receipt))
  const laid = store.transact((writing) => settleRefused(writing, second!, { code: 'route-not-permitted' }))
  expect(laid).toEqual([])
  expect(packetsOfAct(store.reading, submit.act.id).map((each) => each.state)).toEqual(['sent', 'refused'])
  expect(standingOf(store.reading, submit.act.id)).toMatchObject({ standing: 'accepted', position: 4 })
  expect(waitingCount(store.reading)).toBe(1)
})

test('a packet parked for an act is new again when the act arrives', async () => {
  const store = openTestStore()
  const [submit, approve] = await signLetter()
  store.transact((writing) => {
    storeArrived(writing, 'unit:sheng', [{ position: 3, raw: 'x', receipt: 'r' }], 3)
    const [row] = newPackets(writing, 10)
    park(writing, row!.seq, { code: 'waiting-for', facts: { act: submit.act.id } }, submit.act.id)
  })
  store.transact((writing) => recordAct(writing, accepted(approve, 9)))
  expect(parkedPackets(store.reading)).toMatchObject([{ waitingFor: submit.act.id, shown: false }])
  store.transact((writing) => recordAct(writing, accepted(submit, 1)))
  expect(parkedPackets(store.reading)).toEqual([])
  expect(newPackets(store.reading, 10)).toHaveLength(1)
})

test("another unit's letter is stored and makes no line", async () => {
  const store = openTestStore()
  const delivered = await sign('outgoing.delivered', null)
  store.transact((writing) => recordAct(writing, pending(delivered)))
  expect(actsOf(store.reading, matter)).toHaveLength(1)
  expect(matterDetail(store.reading, matter)).toBeNull()
})

test('every line can be rebuilt from the acts, and comes out the same', async () => {
  const store = openTestStore()
  for (const [at, each] of ['a', 'b', 'c'].entries()) {
    const letter = await signLetter(each.repeat(32), `关于第${at}号试点的通知`)
    store.transact((writing) => {
      for (const [step, signed] of letter.slice(0, at + 2).entries())
        recordAct(writing, accepted(signed, at * 10 + step))
    })
  }
  const table = () => [
    store.reading.all('SELECT * FROM matters ORDER BY matter'),
    store.reading.all('SELECT * FROM matter_states ORDER BY matter'),
  ]
  const before = table()
  store.transact((writing) => {
    writing.run('DELETE FROM matters')
    writing.run(`DELETE FROM matter_words WHERE rowid < 100`)
    expect(rebuildAll(writing)).toBe(3)
  })
  expect(table()).toEqual(before)
  expect(store.transact((writing) => rebuildMatter(writing, 'd'.repeat(32)))).toEqual({
    state: null,
    void: [],
  })
})

test('an act refused here that arrives from the hub after all is accepted', async () => {
  const store = openTestStore()
  const [submit] = await signLetter()
  store.transact((writing) => recordAct(writing, pending(submit)))
  queue(store, submit, '1')
  const [row] = packetsOfAct(store.reading, submit.act.id)
  store.transact((writing) => settleRefused(writing, row!, { code: 'owner-differs' }))
  expect(matterDetail(store.reading, matter)).toBeNull()
  store.transact((writing) =>
    acceptAct(writing, submit.act.id, { position: 2, time: '2026-11-21T04:00:00.000Z' }),
  )
  expect(look(store).line.status).toBe('submitted')
  expect(branchOf(store.reading, matter)).toEqual([])
})

test('what another unit was to be told of a refused act is not told, what stands by itself is', async () => {
  const store = openTestStore()
  const ours = 'b'.repeat(32)
  const receive = await sign('incoming.receive', null)
  const signFor = await sign('incoming.sign-for', receive.act)
  const delivered = await sign('outgoing.delivered', null)
  const signedFor = await sign('outgoing.signed-for', null)
  for (const each of [receive, delivered, signFor, signedFor])
    store.transact((writing) => recordAct(writing, pending(each)))
  for (const [at, each] of [delivered, signFor, signedFor].entries()) queue(store, each, `${at}`, ours)
  const states = () =>
    [delivered, signFor, signedFor].map((each) => packetsOfAct(store.reading, each.act.id)[0]!.state)
  const refuseRow = (each: Signed) =>
    store.transact((writing) =>
      settleRefused(writing, packetsOfAct(writing, each.act.id)[0]!, { code: 'head-moved' }),
    )
  refuseRow(delivered)
  expect(states()).toEqual(['refused', 'waiting', 'waiting'])
  refuseRow(signFor)
  expect(states()).toEqual(['refused', 'refused', 'dropped'])
  expect(matterDetail(store.reading, ours)?.line.status).toBe('received')
})

test('what two recipients say side by side stands in the order of the hub, however it arrived', async () => {
  const [submit, approve, recheck, register] = await signLetter()
  const approval = approve.act.id
  const press = await sign('outgoing.press', register.act, { body: { approval } })
  const seal = await sign('outgoing.seal', press.act, { body: { approval, pressed: press.act.id } })
  const release = await sign('outgoing.release', seal.act, { body: { sealed: seal.act.id } })
  const to = ['shi', 'xian'].map((unit) => ({ unit, kind: 'main' }))
  const dispatch = await sign('outgoing.dispatch', release.act, { body: { to } })
  const told = await Promise.all(
    ['shi', 'xian'].map((unit) =>
      sign('outgoing.delivered', null, {
        actor: { unit, device: 'desk-1', role: 'machine' },
        body: { dispatch: dispatch.act.id },
      }),
    ),
  )
  const chain = [submit, approve, recheck, register, press, seal, release, dispatch, ...told]
  const histories = [chain.map((_, at) => at), [0, 1, 2, 3, 4, 5, 6, 7, 9, 8]].map((order) => {
    const store = openTestStore()
    for (const at of order) store.transact((writing) => recordAct(writing, accepted(chain[at]!, at)))
    const { state, void: voided } = matterDetail(store.reading, matter)!
    expect(voided).toEqual([])
    return state.history.map((line) => line.act)
  })
  expect(histories[0]).toEqual(chain.map((each) => each.act.id))
  expect(histories[1]).toEqual(histories[0])
})
