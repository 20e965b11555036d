import { describe, expect, test } from 'vitest'
import type { Actor } from '../../core/act/act.ts'
import type { Role } from '../../core/act/identifiers.ts'
import { foldIncoming, incomingStatuses } from '../../core/incoming/fold.ts'
import type { IncomingState } from '../../core/incoming/fold.ts'
import type { IncomingKind } from '../../core/incoming/acts.ts'
import { foldOne } from '../../core/matter.ts'
import type { MatterState } from '../../core/matter.ts'
import { foldOutgoing } from '../../core/outgoing/fold.ts'
import type { OutgoingKind } from '../../core/outgoing/acts.ts'
import { outgoingStatuses } from '../../core/outgoing/state.ts'
import type { OutgoingState } from '../../core/outgoing/state.ts'
import { permittedActions } from '../../main/views/permitted.ts'
import type { Person } from '../../main/views/permitted.ts'
import { actionNames } from '../../preload/contract/views.ts'
import type { ActionName } from '../../preload/contract/views.ts'
import { actOf } from '../core/acts.ts'

const at = (unit: string, person: string, ...roles: Role[]): Person => ({ unit, person, roles })
const everyRole = ['secretary', 'leader', 'registry', 'seal-keeper'] as const

/** The office that sends, as test/core/acts.ts names its people; and others. */
const people = {
  writer: at('sheng', 'writer', 'secretary'),
  'another secretary': at('sheng', 'colleague', 'secretary'),
  leader: at('sheng', 'leader', 'leader'),
  'another leader': at('sheng', 'deputy', 'leader'),
  clerk: at('sheng', 'clerk', 'registry'),
  keeper: at('sheng', 'keeper', 'seal-keeper'),
  'somebody without a role': at('sheng', 'visitor'),
  'somebody of the city': at('shi', 'writer', ...everyRole),
} satisfies Record<string, Person>
type Who = keyof typeof people

const order: readonly OutgoingKind[] = [
  'outgoing.submit',
  'outgoing.approve',
  'outgoing.recheck',
  'outgoing.register',
  'outgoing.press',
  'outgoing.seal',
  'outgoing.release',
  'outgoing.dispatch',
]
function fold<State extends MatterState>(
  one: (state: State | null, act: ReturnType<typeof actOf>) => ReturnType<typeof foldOne>,
  kinds: readonly (OutgoingKind | IncomingKind)[],
  changes: Parameters<typeof actOf>[2] = {},
): State {
  let state: State | null = null
  for (const [index, kind] of kinds.entries()) {
    const next = one(state, actOf(kind, state?.head ?? null, index === kinds.length - 1 ? changes : {}))
    if (!next.ok) throw new Error(`${kind}: ${next.refusal.code}`)
    state = next.value as State
  }
  return state!
}
const outgoing = (kinds: readonly OutgoingKind[], changes = {}) =>
  fold<OutgoingState>(foldOutgoing, kinds, changes)
const incoming = (...kinds: IncomingKind[]) => fold<IncomingState>(foldIncoming, kinds)

const outgoingStates: readonly OutgoingState[] = [
  ...order.map((_kind, index) => outgoing(order.slice(0, index + 1))),
  outgoing(['outgoing.submit', 'outgoing.return']),
  outgoing(['outgoing.submit', 'outgoing.return'], { body: { unsuited: true } }),
]
const incomingStates: readonly IncomingState[] = [
  incoming('incoming.receive'),
  incoming('incoming.receive', 'incoming.withdraw'),
  incoming('incoming.receive', 'incoming.refuse'),
  incoming('incoming.receive', 'incoming.sign-for'),
  incoming('incoming.receive', 'incoming.sign-for', 'incoming.register'),
  incoming('incoming.receive', 'incoming.sign-for', 'incoming.register', 'incoming.check'),
  incoming('incoming.receive', 'incoming.sign-for', 'incoming.return'),
  incoming('incoming.receive', 'incoming.sign-for', 'incoming.register', 'incoming.check', 'incoming.close'),
]
const stateAt = (status: string): MatterState =>
  [...outgoingStates, ...incomingStates].find((state) => state.status === status)!

test('every state is looked at', () => {
  expect(outgoingStates.map((state) => state.status).toSorted()).toEqual([...outgoingStatuses].toSorted())
  expect(incomingStates.map((state) => state.status).toSorted()).toEqual([...incomingStatuses].toSorted())
})

describe('a document that goes out offers', () => {
  const table: readonly (readonly [string, Partial<Record<Who, readonly ActionName[]>>])[] = [
    ['submitted', { leader: ['approve', 'return'] }],
    ['returned', { writer: ['edit'] }],
    ['ended', {}],
    ['approved', { clerk: ['recheck', 'return'] }],
    ['rechecked', { clerk: ['register', 'return'] }],
    ['registered', { clerk: ['press'] }],
    ['pressed', { keeper: ['seal'] }],
    ['sealed', { clerk: ['release'] }],
    ['released', { clerk: ['dispatch'] }],
    ['dispatched', { clerk: ['recall', 'dispatch'] }],
  ]
  test.each(table)('when it is %s: to each their own, to all others nothing', (status, offered) => {
    for (const who of Object.keys(people) as Who[])
      expect(permittedActions(stateAt(status), people[who]), who).toEqual(offered[who] ?? [])
  })
})

describe('a document that came offers', () => {
  const cityClerk = at('shi', 'clerk', 'registry')
  const citySecretary = at('shi', 'writer', 'secretary')
  const table: readonly (readonly [string, readonly ActionName[], readonly ActionName[]])[] = [
    ['received', ['sign-for', 'refuse'], []],
    ['recalled', [], []],
    ['refused', [], []],
    ['signed-for', ['register-incoming', 'return-to-sender'], []],
    ['checked', ['close', 'return-to-sender'], ['close']],
    ['closed', [], []],
  ]
  test.each(table)('when it is %s: %j to the registry, %j to a secretary', (status, clerk, secretary) => {
    expect(permittedActions(stateAt(status), cityClerk)).toEqual(clerk)
    expect(permittedActions(stateAt(status), citySecretary)).toEqual(secretary)
    expect(permittedActions(stateAt(status), at('shi', 'leader', 'leader', 'seal-keeper'))).toEqual([])
    expect(permittedActions(stateAt(status), at('sheng', 'clerk', ...everyRole))).toEqual([])
  })
})

describe('what is offered is what the fold takes, and nothing else', () => {
  const kindOf: Readonly<Record<ActionName, OutgoingKind | IncomingKind>> = {
    approve: 'outgoing.approve',
    return: 'outgoing.return',
    recheck: 'outgoing.recheck',
    register: 'outgoing.register',
    press: 'outgoing.press',
    seal: 'outgoing.seal',
    release: 'outgoing.release',
    dispatch: 'outgoing.dispatch',
    recall: 'outgoing.recall',
    edit: 'outgoing.submit',
    'sign-for': 'incoming.sign-for',
    refuse: 'incoming.refuse',
    'register-incoming': 'incoming.register',
    check: 'incoming.check',
    'return-to-sender': 'incoming.return',
    close: 'incoming.close',
  }
  /** Whether the act of that kind, by this person in any of their roles, applies. */
  const taken = (state: MatterState, me: Person, action: ActionName): boolean =>
    me.roles.some((role) => {
      const actor = { unit: me.unit, person: me.person, role } as Actor
      const body = action === 'dispatch' ? { body: { to: [{ unit: 'xian', kind: 'main' }] } } : {}
      const act = actOf(kindOf[action], state.head, { actor, id: 'e'.repeat(64), ...body })
      return act.kind.startsWith(state.kind) && foldOne(state.kind, state, act).ok
    })

  test.each(
    [...outgoingStates, ...incomingStates].map((state) => [`${state.kind} ${state.status}`, state] as const),
  )('%s', (_name, state) => {
    const all = [
      ...Object.values(people),
      at('shi', 'clerk', 'registry'),
      at('shi', 'secretary', 'secretary'),
      at('sheng', 'leader', ...everyRole),
    ]
    for (const me of all) {
      const offered = permittedActions(state, me)
      const folds = actionNames.filter((action) => taken(state, me, action))
      expect([...offered].toSorted(), `${me.unit} ${me.person}`).toEqual(folds.toSorted())
    }
  })
})
