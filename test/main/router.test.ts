/** The door between window and main: contract = preload = handlers, and nothing else passes. */
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { ok } from '../../core/result.ts'
import { makeHandlers } from '../../main/handlers.ts'
import type { Host } from '../../main/host/host.ts'
import type { Reception } from '../../main/reception.ts'
import { inputLimits, makeRouter } from '../../main/router.ts'
import type { Handlers } from '../../main/router.ts'
import { bridgeNames } from '../../preload/bridge.ts'
import { callNames, eventNames, office } from '../../preload/contract/office.ts'
import type { CallName, OfficeCalls, OfficeEvents } from '../../preload/contract/office.ts'

const nobody = {} as Reception
const handlersOfMain = makeHandlers(nobody, {} as Host)

type Line = { readonly event: string; readonly facts: Readonly<Record<string, unknown>> }
let lines: Line[]
let seen: { readonly name: string; readonly input: unknown }[]
beforeEach(() => {
  lines = []
  seen = []
})
afterEach(() => {
  // Whatever is logged, no input's content is in it.
  expect(JSON.stringify(lines)).not.toContain('机密内容')
})

const echo = Object.fromEntries(
  callNames.map((name) => [
    name,
    async (input: unknown) => {
      seen.push({ name, input })
      return ok(null)
    },
  ]),
) as unknown as Handlers
const route = makeRouter(echo, (event, facts) => lines.push({ event, facts }))

describe('contract = preload = handlers', () => {
  it('main has one handler for each call of the contract, and no other', () => {
    expect(Object.keys(handlersOfMain).sort()).toEqual([...callNames].sort())
  })

  it('the preload lets the same names through, and the same events', () => {
    expect([...bridgeNames.calls].sort()).toEqual(Object.keys(office).sort())
    expect(bridgeNames.events).toEqual(eventNames)
  })

  it('the types agree too', () => {
    expectTypeOf<keyof Handlers>().toEqualTypeOf<CallName>()
    expectTypeOf<CallName>().toEqualTypeOf<keyof OfficeCalls>()
    expectTypeOf<(typeof eventNames)[number]>().toEqualTypeOf<keyof OfficeEvents>()
  })
})

const refused = { ok: false, refusal: { code: 'contract-violated', detail: expect.any(String) } }

describe('what the window asks for', () => {
  it('reaches the handler of that name, parsed', async () => {
    expect(await route('drafts.list', {})).toEqual(ok(null))
    expect(seen).toEqual([{ name: 'drafts.list', input: {} }])
    expect(lines).toEqual([])
  })

  it.each([
    ['no name', undefined],
    ['a name nobody has', 'drafts.publish'],
    ['a name of every object', 'constructor'],
    ['the prototype', '__proto__'],
    ['a number', 7],
    ['an object that turns into a name', { toString: () => 'drafts.list' }],
    ['a very long name', 'x'.repeat(1_000_000)],
  ])('is refused and logged when it is %s', async (_what, name) => {
    expect(await route(name, {})).toEqual(refused)
    expect(seen).toEqual([])
    expect(lines).toHaveLength(1)
    expect(lines[0]!.event).toBe('contract-violated')
    expect(JSON.stringify(lines).length).toBeLessThan(300)
  })

  const deep = () => {
    let value: unknown = '机密内容'
    for (let n = 0; n < 10_000; n++) value = [value]
    return value
  }
  const circular: Record<string, unknown> = {}
  circular['again'] = circular

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', '机密内容'],
    ['an unknown field', { draft: 'a'.repeat(32), note: '机密内容' }],
    ['a missing field', {}],
    ['the wrong type', { draft: 7 }],
    ['an array instead of an object', ['a'.repeat(32)]],
    ['an identifier that is a path', { draft: '../../机密内容' }],
    ['10,000 levels', deep()],
    ['a circle', circular],
    ['bytes', { draft: new Uint8Array(1_000) }],
    ['far too much text', { draft: '机'.repeat(inputLimits.text + 1) }],
    ['far too many values', Array.from({ length: inputLimits.values + 1 }, () => 0)],
  ])('is refused and logged when its input is %s', async (_what, input) => {
    expect(await route('drafts.open', input)).toEqual(refused)
    expect(seen).toEqual([])
    expect(lines).toHaveLength(1)
    expect(lines[0]!.facts['name']).toBe('drafts.open')
    expect(JSON.stringify(lines).length).toBeLessThan(1_500)
  })

  it('lets the largest file of the contract pass', async () => {
    const bytes = 'QUJD'.repeat(2_000_000)
    expect(await route('drafts.import', { name: '正文.txt', bytes })).toEqual(ok(null))
    expect(await route('drafts.import', { name: '正文.txt', bytes: `${bytes}QUJD` })).toEqual(refused)
  })

  it('is answered with a refusal when a handler throws, and the stack stays in the log', async () => {
    const broken = makeRouter(
      {
        ...echo,
        'desk.counts': async () => {
          throw new Error('no such column: holder')
        },
        'drafts.list': (() => {
          throw new Error('thrown before the promise')
        }) as unknown as Handlers['drafts.list'],
      },
      (event, facts) => lines.push({ event, facts }),
    )
    const fault = { ok: false, refusal: { code: 'program-fault', detail: 'the log has it' } }
    const answer = await broken('desk.counts', {})
    expect(answer).toEqual(fault)
    expect(JSON.stringify(answer)).not.toMatch(/column|router\.test|at /)
    expect(await broken('drafts.list', {})).toEqual(fault)
    expect(lines.map(({ event }) => event)).toEqual(['handler-threw', 'handler-threw'])
    expect(String(lines[0]!.facts['error'])).toMatch(/no such column: holder[^]*router\.test/)
  })
})
