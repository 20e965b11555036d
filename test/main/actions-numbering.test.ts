/** Numbers: given once, never lost, whatever the hub says of the act that carries them. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentNumber } from '../../main/actions/numbering.ts'
import { documentNumbers, noteNumber, takeNumber } from '../../main/store/numbers.ts'
import type { NumberBlock } from '../../main/store/numbers.ts'
import type { Store } from '../../main/store/store.ts'
import { dispatchAct } from '../harness/posted.ts'
import { startReceiving } from '../harness/receiving.ts'
import type { Receiving } from '../harness/receiving.ts'
import { openTestStore } from './store/office.ts'

describe('two registries, each offline with its own block', () => {
  const take = (store: Store, matter: string, blocks: readonly NumberBlock[]) =>
    store.transact((writing) =>
      takeNumber(writing, documentNumbers, { name: 'sheng', year: 2026, matter, blocks }),
    )

  test('never give the same number, in whatever order they work and whatever blocks they were granted', () => {
    /** Blocks cut from one row of numbers, dealt out to two clerks. */
    const dealt = fc
      .array(
        fc.record({
          length: fc.integer({ min: 1, max: 4 }),
          gap: fc.integer({ min: 0, max: 2 }),
          to: fc.boolean(),
        }),
        {
          minLength: 1,
          maxLength: 6,
        },
      )
      .map((parts) => {
        const blocks: [NumberBlock[], NumberBlock[]] = [[], []]
        let first = 1
        for (const { length, gap, to } of parts) {
          first += gap
          blocks[to ? 1 : 0].push({ first, last: first + length - 1 })
          first += length
        }
        return blocks
      })
    fc.assert(
      fc.property(dealt, fc.array(fc.boolean(), { maxLength: 25 }), (blocks, work) => {
        const stores = [openTestStore(), openTestStore()] as const
        const given: number[] = []
        try {
          for (const [index, by] of work.entries()) {
            const clerk = by ? 1 : 0
            const taken = take(stores[clerk], `${index}`, blocks[clerk])
            const room = blocks[clerk].reduce((sum, { first, last }) => sum + last - first + 1, 0)
            const before = work.slice(0, index).filter((each) => each === by).length
            // Every number of a block is given before it is said to be used up.
            expect(taken.ok).toBe(before < room)
            if (!taken.ok) continue
            given.push(taken.value)
            expect(take(stores[clerk], `${index}`, blocks[clerk])).toEqual(taken)
          }
          expect(new Set(given).size).toBe(given.length)
          // Each learns of the other's when the line is back: nothing contradicts.
          for (const [index, serial] of given.entries())
            stores[0].transact((writing) => {
              const noted = noteNumber(writing, documentNumbers, {
                name: 'sheng',
                year: 2026,
                serial,
                matter: `${index}x`,
              })
              if (noted.ok) return
              expect(blocks[0].some(({ first, last }) => serial >= first && serial <= last)).toBe(true)
            })
        } finally {
          for (const store of stores) store.close()
        }
      }),
      { numRuns: 25 },
    )
  })

  test('a block of this year gives nothing for the next, and another unit’s numbers do not count', () => {
    const store = openTestStore()
    const blocks = [{ first: 1, last: 2 }]
    store.transact((writing) =>
      noteNumber(writing, documentNumbers, { name: 'shi', year: 2026, serial: 1, matter: 'x' }),
    )
    store.transact((writing) =>
      noteNumber(writing, documentNumbers, { name: 'sheng', year: 2025, serial: 1, matter: 'y' }),
    )
    expect(take(store, 'a', blocks)).toMatchObject({ value: 1 })
    expect(take(store, 'b', blocks)).toMatchObject({ value: 2 })
    expect(take(store, 'c', blocks)).toMatchObject({ ok: false })
    store.close()
  })

  test('the number is written with the year in 〔〕 and without leading zeros', () => {
    expect(documentNumber({ numbering: { code: '示政办发' } } as never, 2026, 7)).toBe('示政办发〔2026〕7号')
  })
})

describe('the register of what comes in', () => {
  let at: Receiving
  beforeAll(async () => void (at = await startReceiving()))
  afterAll(() => at.close())

  const year = new Date().getFullYear()
  const open = (matter: string) => at.office.must('matters.open', { matter })
  const statusOf = async (matter: string, status: string) =>
    at.office.until(`${matter} ${status}`, async () => {
      const view = await open(matter)
      return view.row.status === status && !view.row.pending ? view : null
    })
  async function signedFor(): Promise<string> {
    const { row } = await at.received(dispatchAct(at.good.blob))
    await at.office.must('incoming.signFor', { matter: row.matter, checked: ['seal'] })
    await statusOf(row.matter, 'signed-for')
    return row.matter
  }

  test('loses no number and doubles none when the hub refuses the act that took it', async () => {
    const [one, other] = [await signedFor(), await signedFor()]
    at.hub.refusePackets('head-moved')
    const first = await at.office.must('incoming.register', { matter: one })
    expect(first.state).toMatchObject({ registration: { number: `收文〔${year}〕1号`, serial: 1 } })
    const refused = await statusOf(one, 'signed-for')
    expect(refused.history.at(-1)).toMatchObject({
      kind: 'incoming.register',
      standing: 'refused',
      voidFor: 'head-moved',
    })
    // Two more letters are registered meanwhile: the refused one keeps its number.
    at.hub.refusePackets(null)
    const second = await at.office.must('incoming.register', { matter: other })
    expect(second.state).toMatchObject({ registration: { serial: 2 } })
    const again = await at.office.must('incoming.register', { matter: one })
    expect(again.state).toMatchObject({ registration: { number: `收文〔${year}〕1号`, serial: 1 } })
    await statusOf(one, 'registered')
    const third = await signedFor()
    expect((await open(third)).nextNumber).toBe(`收文〔${year}〕3号`)
    const last = await at.office.must('incoming.register', { matter: third })
    expect(last.state).toMatchObject({ registration: { serial: 3 } })
  })

  test('gives no second number to a letter that has one', async () => {
    const matter = await signedFor()
    await at.office.must('incoming.register', { matter })
    expect(await at.office.ask('incoming.register', { matter })).toMatchObject({
      ok: false,
      refusal: { code: 'not-in-this-state' },
    })
  })
})
