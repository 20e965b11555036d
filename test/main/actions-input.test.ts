/** Whatever comes over the window's line, a whole client answers with a Result, never with a fault of its own. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callNames, office as contract } from '../../preload/contract/office.ts'
import type { CallName } from '../../preload/contract/office.ts'
import { officeRefusals } from '../../preload/contract/refusals.ts'
import { dispatchAct } from '../harness/posted.ts'
import { letterFields } from '../harness/office.ts'
import { startReceiving } from '../harness/receiving.ts'
import type { Receiving } from '../harness/receiving.ts'

let at: Receiving
let matter: string
let draft: string
beforeAll(async () => {
  at = await startReceiving()
  matter = (await at.received(dispatchAct(at.good.blob))).row.matter
  draft = (await at.office.must('drafts.save', { fields: letterFields as never })).id
})
afterAll(() => at.close())

/** Asks, and holds the answer to the contract: a Result, its code a known one, and no fault of the program. */
async function answered(name: unknown, input: unknown): Promise<string> {
  const answer = (await at.office.ask(name as CallName, input as never)) as {
    ok?: unknown
    value?: unknown
    refusal?: { code?: string }
  }
  if (answer.ok === true) return 'ok'
  expect(answer.ok).toBe(false)
  const code = answer.refusal?.code
  expect(officeRefusals).toContain(code)
  expect(code, `${String(name)} ${JSON.stringify(input)}`).not.toBe('program-fault')
  return code!
}
const leaves = (name: unknown) => name === 'session.signOut' || name === 'session.signIn'
const calls = callNames.filter((name) => !leaves(name))

test('random names with random JSON', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constantFrom<unknown>(...calls), fc.string()),
      fc.jsonValue(),
      async (name, input) => {
        if (!leaves(name)) await answered(name, input)
      },
    ),
    { numRuns: 400 },
  )
})

/** Values as the contract's members have them, right and not quite right. */
const valueOf = (key: string): fc.Arbitrary<unknown> => {
  const pool: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    matter: fc.oneof(fc.constant(matter), fc.constant('0'.repeat(32)), fc.constant('f'.repeat(31))),
    draft: fc.oneof(fc.constant(draft), fc.constant('0'.repeat(32))),
    desk: fc.constantFrom('outgoing', 'incoming', 'approvals', 'todo', 'elsewhere'),
    limit: fc.constantFrom(1, 200, 0, -1, 1.5, 201),
    after: fc.oneof(fc.string(), fc.constant('2026-11-21T00:00:00.000Z 0')),
    which: fc.constantFrom('pressed', 'sealed', 'received', 'other'),
    mode: fc.constantFrom('opinion', 'circle'),
    to: fc.oneof(
      fc.constantFrom('shi-leader', 'sheng-leader', 'nobody', '__proto__', 'constructor'),
      fc.array(
        fc.record({
          unit: fc.constantFrom('shi', 'sheng', 'xian', 'nowhere', 'constructor'),
          kind: fc.constantFrom('main', 'copy'),
        }),
        { maxLength: 4 },
      ),
    ),
    units: fc.array(fc.constantFrom('shi', 'sheng', 'nowhere'), { maxLength: 3 }),
    checked: fc.array(fc.constantFrom('addressee', 'seal', 'pages', 'nothing')),
    cause: fc.constantFrom('wrong-addressee', 'broken-seal', 'other', 'no cause'),
    unsuited: fc.boolean(),
    copies: fc.constantFrom(0, 1, 100_000, -1, 0.5),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.string({ maxLength: 200, unit: 'binary' }).map((text) => Buffer.from(text).toString('base64')),
      fc.string(),
    ),
    fields: fc.oneof(
      fc.constant(letterFields),
      fc
        .record({
          title: fc.string({ unit: 'binary' }),
          annotation: fc.string(),
          contact: fc.string({ unit: 'grapheme' }),
        })
        .map((some) => ({ ...letterFields, ...some })),
      fc.jsonValue(),
    ),
  }
  return pool[key] ?? fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }))
}
const shapedCall = fc.constantFrom(...calls).chain((name) => {
  const { shape } = contract[name].input as unknown as { shape: Record<string, unknown> }
  const members = Object.fromEntries(Object.keys(shape).map((key) => [key, valueOf(key)]))
  return fc.record({
    name: fc.constant(name),
    input: fc.record(members, { requiredKeys: Object.keys(shape).slice(0, 1) }),
  })
})

test('every call with inputs of nearly the right shape', async () => {
  const seen = new Map<string, Set<string>>()
  await fc.assert(
    fc.asyncProperty(shapedCall, async ({ name, input }) => {
      const code = await answered(name, input)
      seen.set(name, (seen.get(name) ?? new Set()).add(code))
    }),
    { numRuns: 700 },
  )
  // The inputs were good enough to reach what is behind the door, call by call.
  const reached = calls.filter((name) =>
    [...(seen.get(name) ?? [])].some((code) => code !== 'contract-violated'),
  )
  expect(reached.length).toBeGreaterThan(calls.length * 0.8)
})

test('afterwards the client is as it should be', async () => {
  expect((await at.office.must('matters.open', { matter })).row.matter).toBe(matter)
  expect((await at.received(dispatchAct(at.good.blob))).row.status).toBe('received')
  expect(at.office.logged.filter(({ event }) => event === 'handler-threw')).toEqual([])
})
