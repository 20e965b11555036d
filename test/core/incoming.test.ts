import { describe, expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import { incomingKinds, incomingRoles } from '../../core/incoming/acts.ts'
import type { IncomingKind } from '../../core/incoming/acts.ts'
import {
  foldIncoming,
  incomingMatterId,
  incomingStatuses,
  incomingTransitions,
} from '../../core/incoming/fold.ts'
import type { IncomingState, IncomingStatus } from '../../core/incoming/fold.ts'
import { foldMatter, matterKindOf } from '../../core/matter.ts'
import { actOf, hash } from './acts.ts'

const way: Readonly<Record<IncomingStatus, readonly IncomingKind[]>> = {
  received: ['incoming.receive'],
  recalled: ['incoming.receive', 'incoming.withdraw'],
  refused: ['incoming.receive', 'incoming.refuse'],
  'signed-for': ['incoming.receive', 'incoming.sign-for'],
  registered: ['incoming.receive', 'incoming.sign-for', 'incoming.register'],
  checked: ['incoming.receive', 'incoming.sign-for', 'incoming.register', 'incoming.check'],
  returned: ['incoming.receive', 'incoming.sign-for', 'incoming.return'],
  closed: ['incoming.receive', 'incoming.sign-for', 'incoming.register', 'incoming.check', 'incoming.close'],
}

function reach(status: IncomingStatus): IncomingState {
  let state: IncomingState | null = null
  for (const kind of way[status]) {
    const next = foldIncoming(state, actOf(kind, state?.head ?? null))
    if (!next.ok) throw new Error(`${kind}: ${JSON.stringify(next.refusal)}`)
    state = next.value
  }
  return state!
}

describe('every state of an incoming document with every act', () => {
  for (const status of incomingStatuses)
    for (const kind of incomingKinds) {
      const expected = incomingTransitions[status][kind]
      test(`${status}: ${kind} ${expected ? `leads to ${expected}` : 'is refused'}`, () => {
        const state = reach(status)
        const answer = foldIncoming(state, actOf(kind, state.head))
        if (expected) expect(answer.ok && answer.value.status).toBe(expected)
        else expect(answer).toMatchObject({ refusal: { code: 'not-in-this-state' } })
      })
    }
  for (const kind of incomingKinds)
    test(`nothing yet: ${kind}`, () =>
      expect(foldIncoming(null, actOf(kind, null)).ok).toBe(kind === 'incoming.receive'))
})

describe('who may do what', () => {
  for (const kind of incomingKinds)
    test(`${kind} is refused from the wrong role and from another unit`, () => {
      const from = (Object.keys(incomingTransitions) as (IncomingStatus | 'none')[]).find(
        (each) => incomingTransitions[each][kind],
      )!
      const state = from === 'none' ? null : reach(from)
      expect(incomingRoles[kind]).not.toContain('leader')
      const leader = actOf(kind, state?.head ?? null, {
        actor: { unit: 'shi', person: 'leader', role: 'leader' },
      })
      expect(foldIncoming(state, leader)).toMatchObject({ refusal: { code: 'role-missing' } })
      const base = actOf(kind, state?.head ?? null)
      const foreign = { ...base, actor: { ...base.actor, unit: 'xian' } } as typeof base
      expect(foldIncoming(state, foreign)).toMatchObject({ refusal: { code: 'actor-of-another-unit' } })
    })
})

test('an act that does not follow the head is refused', () => {
  const state = reach('received')
  expect(foldIncoming(state, actOf('incoming.sign-for', hash('elsewhere')))).toMatchObject({
    refusal: { code: 'not-after-its-cause' },
  })
})

test('the same letter is the same matter on every workstation of a unit, and another at another unit', () => {
  const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  expect(incomingMatterId(hash('d'), 'shi', sha)).toBe(incomingMatterId(hash('d'), 'shi', sha))
  expect(incomingMatterId(hash('d'), 'shi', sha)).not.toBe(incomingMatterId(hash('d'), 'xian', sha))
})

test("the kind of matter is read from an act's kind", () => {
  expect(matterKindOf('incoming.close')).toBe('incoming')
  expect(matterKindOf('meeting.invite')).toBeNull()
  expect(
    foldMatter(
      'incoming',
      way.closed.map((kind, place) =>
        actOf(kind, place === 0 ? null : actOf(way.closed[place - 1]!, null).id),
      ),
    ).state?.status,
  ).toBe('closed')
})
