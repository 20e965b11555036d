import { describe, expect, test } from 'vitest'
import { foldAll } from '../../core/act/fold.ts'
import { outgoingKinds, outgoingRoles } from '../../core/outgoing/acts.ts'
import type { OutgoingKind } from '../../core/outgoing/acts.ts'
import { foldOutgoing } from '../../core/outgoing/fold.ts'
import {
  outgoingStatuses,
  outgoingTransitions,
  recipientStatuses,
  recipientTransitions,
} from '../../core/outgoing/state.ts'
import type { OutgoingState, OutgoingStatus } from '../../core/outgoing/state.ts'
import { actOf, hash, idOf, shi } from './acts.ts'

/** The shortest way to each state. */
const way: Readonly<Record<OutgoingStatus, readonly OutgoingKind[]>> = {
  submitted: ['outgoing.submit'],
  returned: ['outgoing.submit', 'outgoing.return'],
  ended: ['outgoing.submit', 'outgoing.return'],
  approved: ['outgoing.submit', 'outgoing.approve'],
  rechecked: ['outgoing.submit', 'outgoing.approve', 'outgoing.recheck'],
  registered: ['outgoing.submit', 'outgoing.approve', 'outgoing.recheck', 'outgoing.register'],
  pressed: ['outgoing.submit', 'outgoing.approve', 'outgoing.recheck', 'outgoing.register', 'outgoing.press'],
  sealed: [
    'outgoing.submit',
    'outgoing.approve',
    'outgoing.recheck',
    'outgoing.register',
    'outgoing.press',
    'outgoing.seal',
  ],
  released: [
    'outgoing.submit',
    'outgoing.approve',
    'outgoing.recheck',
    'outgoing.register',
    'outgoing.press',
    'outgoing.seal',
    'outgoing.release',
  ],
  dispatched: [
    'outgoing.submit',
    'outgoing.approve',
    'outgoing.recheck',
    'outgoing.register',
    'outgoing.press',
    'outgoing.seal',
    'outgoing.release',
    'outgoing.dispatch',
  ],
}

function reach(status: OutgoingStatus): OutgoingState {
  let state: OutgoingState | null = null
  for (const kind of way[status]) {
    const unsuited = status === 'ended' && kind === 'outgoing.return' ? { body: { unsuited: true } } : {}
    const next = foldOutgoing(state, actOf(kind, state?.head ?? null, unsuited))
    if (!next.ok) throw new Error(`${kind}: ${JSON.stringify(next.refusal)}`)
    state = next.value
  }
  if (state?.status !== status) throw new Error(`reached ${state?.status}, not ${status}`)
  return state
}

/** The act as the one who now has the pen would make it. */
function rightAct(kind: OutgoingKind, state: OutgoingState | null) {
  const base = actOf(kind, state?.head ?? null)
  if (kind === 'outgoing.return' && state && state.status !== 'submitted')
    return { ...base, actor: { unit: 'sheng', person: 'clerk', role: 'registry' as const } }
  return base
}

describe('every state of an outgoing document with every act', () => {
  for (const status of outgoingStatuses) {
    for (const kind of outgoingKinds) {
      const expected = outgoingTransitions[status][kind]
      test(`${status}: ${kind} ${expected ? `leads to ${expected}` : 'is refused'}`, () => {
        const state = reach(status)
        // In `dispatched` acts about one recipient need that recipient in a state of its own: shown below.
        if (status === 'dispatched')
          return expect(expected === undefined || expected === 'dispatched').toBe(true)
        const answer = foldOutgoing(state, rightAct(kind, state))
        if (expected) expect(answer.ok && answer.value.status).toBe(expected)
        else expect(answer).toMatchObject({ ok: false, refusal: { code: 'not-in-this-state' } })
      })
    }
  }
  for (const kind of outgoingKinds)
    test(`nothing yet: ${kind}`, () => {
      const answer = foldOutgoing(null, actOf(kind, null))
      expect(answer.ok).toBe(kind === 'outgoing.submit')
    })
})

describe('every standing of a recipient with every act', () => {
  const wayTo: Readonly<Record<(typeof recipientStatuses)[number], readonly OutgoingKind[]>> = {
    sent: [],
    delivered: ['outgoing.delivered'],
    'signed-for': ['outgoing.delivered', 'outgoing.signed-for'],
    registered: ['outgoing.delivered', 'outgoing.signed-for', 'outgoing.registered'],
    refused: ['outgoing.delivered', 'outgoing.refused'],
    returned: ['outgoing.delivered', 'outgoing.signed-for', 'outgoing.returned'],
    recalled: ['outgoing.recall', 'outgoing.recalled'],
  }
  const walk = (kinds: readonly OutgoingKind[]): OutgoingState =>
    kinds.reduce((state, kind) => {
      const next = foldOutgoing(state, actOf(kind, state.head))
      if (!next.ok) throw new Error(`${kind}: ${JSON.stringify(next.refusal)}`)
      return next.value
    }, reach('dispatched'))
  const aboutRecipients = outgoingKinds.filter(
    (kind) => outgoingTransitions.dispatched[kind] && kind !== 'outgoing.dispatch',
  )
  for (const status of recipientStatuses)
    for (const kind of aboutRecipients) {
      const expected =
        kind === 'outgoing.recall'
          ? status === 'sent' || status === 'delivered'
            ? status
            : undefined
          : kind === 'outgoing.recalled'
            ? undefined // answers a recall: shown in its own test
            : recipientTransitions[status][kind]
      test(`${status}: ${kind} ${expected ? `leads to ${expected}` : 'is refused'}`, () => {
        const state = walk(wayTo[status])
        expect(state.recipients[0]?.status).toBe(status)
        const answer = foldOutgoing(state, actOf(kind, state.head))
        if (expected) expect(answer.ok && answer.value.recipients[0]?.status).toBe(expected)
        else expect(answer.ok).toBe(false)
      })
    }
  test('a recall in time is answered, and then the unit may be sent the document again', () => {
    const recalled = walk(['outgoing.delivered', 'outgoing.recall', 'outgoing.recalled'])
    expect(recalled.recipients[0]).toMatchObject({ status: 'recalled' })
    const again = foldOutgoing(recalled, actOf('outgoing.dispatch', recalled.head, { id: hash('again') }))
    expect(again.ok && again.value.recipients[0]).toMatchObject({ status: 'sent', dispatch: hash('again') })
  })
  test('a unit that signed for before the recall arrived keeps the document', () => {
    const kept = walk(['outgoing.recall', 'outgoing.signed-for'])
    expect(kept.recipients[0]).toMatchObject({ status: 'signed-for' })
    expect(kept.recipients[0]?.recall).toBeUndefined()
  })
  test('delivery after a recall was sent leaves the recall open', () => {
    expect(walk(['outgoing.recall', 'outgoing.delivered']).recipients[0]).toMatchObject({
      status: 'delivered',
      recall: idOf('outgoing.recall'),
    })
  })
  test('a unit that has the document is not sent it a second time', () => {
    const state = walk(['outgoing.delivered'])
    expect(foldOutgoing(state, actOf('outgoing.dispatch', state.head, { id: hash('again') }))).toMatchObject({
      refusal: { code: 'already-addressed' },
    })
  })
  test('a unit that was not sent the document cannot sign for it', () => {
    const state = reach('dispatched')
    const stranger = actOf('outgoing.signed-for', state.head, {
      actor: { unit: 'xian', person: 'clerk', role: 'registry' },
    })
    expect(foldOutgoing(state, stranger)).toMatchObject({ refusal: { code: 'not-a-recipient' } })
  })
})

describe('who may do what', () => {
  for (const kind of outgoingKinds)
    test(`${kind} is refused from the wrong role`, () => {
      const from = (Object.keys(outgoingTransitions) as (OutgoingStatus | 'none')[]).find(
        (each) => outgoingTransitions[each][kind],
      )!
      const state = from === 'none' ? null : reach(from)
      const wrong = outgoingRoles[kind].includes('secretary') ? 'leader' : 'secretary'
      const act = actOf(kind, state?.head ?? null, {
        actor: { unit: 'sheng', person: 'writer', role: wrong },
      })
      expect(foldOutgoing(state, act)).toMatchObject({ refusal: { code: 'role-missing' } })
    })
  test('another leader than the one asked cannot approve', () => {
    const state = reach('submitted')
    const other = actOf('outgoing.approve', state.head, {
      actor: { unit: 'sheng', person: 'other', role: 'leader' },
    })
    expect(foldOutgoing(state, other)).toMatchObject({ refusal: { code: 'not-the-holder' } })
  })
  test('a leader of another unit cannot approve', () => {
    const state = reach('submitted')
    const other = actOf('outgoing.approve', state.head, {
      actor: { unit: shi, person: 'leader', role: 'leader' },
    })
    expect(foldOutgoing(state, other)).toMatchObject({ refusal: { code: 'actor-of-another-unit' } })
  })
})

describe('what was approved is what is sealed and sent', () => {
  const cases: readonly [string, OutgoingStatus, OutgoingKind, Record<string, unknown>, string][] = [
    [
      'an approval of other words',
      'submitted',
      'outgoing.approve',
      { contentHash: hash('other') },
      'content-differs',
    ],
    [
      'an approval of an earlier submission',
      'submitted',
      'outgoing.approve',
      { submission: hash('old') },
      'approval-differs',
    ],
    [
      'a re-check of other words',
      'approved',
      'outgoing.recheck',
      { contentHash: hash('other') },
      'content-differs',
    ],
    [
      'a page pressed from other words',
      'registered',
      'outgoing.press',
      { contentHash: hash('other') },
      'content-differs',
    ],
    [
      'a page pressed by another layout',
      'registered',
      'outgoing.press',
      { layout: 'layout/2' },
      'document-differs',
    ],
    ['a page pressed with other fonts', 'registered', 'outgoing.press', { fonts: [] }, 'document-differs'],
    [
      'a seal without that approval',
      'pressed',
      'outgoing.seal',
      { approval: hash('none') },
      'approval-differs',
    ],
    ['a seal on another page', 'pressed', 'outgoing.seal', { pressed: hash('none') }, 'document-differs'],
    [
      'a release of another file',
      'sealed',
      'outgoing.release',
      { plainHash: hash('none') },
      'document-differs',
    ],
    [
      'a dispatch of another file',
      'released',
      'outgoing.dispatch',
      { file: { blob: hash('x'), plainHash: hash('x') } },
      'document-differs',
    ],
    ['a body that does not parse', 'submitted', 'outgoing.approve', { mode: 'wink' }, 'body-invalid'],
    ['a body with an unknown member', 'submitted', 'outgoing.approve', { extra: 1 }, 'body-invalid'],
  ]
  for (const [name, status, kind, body, code] of cases)
    test(`${name} is refused: ${code}`, () => {
      const state = reach(status)
      expect(foldOutgoing(state, actOf(kind, state.head, { body }))).toMatchObject({ refusal: { code } })
    })
  test("a sealed blob that is not among the act's blobs is refused", () => {
    const state = reach('pressed')
    expect(foldOutgoing(state, actOf('outgoing.seal', state.head, { blobs: [] }))).toMatchObject({
      refusal: { code: 'body-invalid' },
    })
  })
  test('resubmission lays the earlier approval aside', () => {
    const approved = reach('approved')
    const back = foldOutgoing(approved, rightAct('outgoing.return', approved))
    expect(back.ok && back.value.approval).toBeUndefined()
  })
})

test('a refused act that took the pen still counts as head, so nobody can block a matter', () => {
  const submit = actOf('outgoing.submit', null)
  const voided = actOf('outgoing.approve', submit.id, {
    id: hash('void'),
    body: { contentHash: hash('other') },
  })
  const approve = actOf('outgoing.approve', voided.id)
  const folded = foldAll(foldOutgoing, [submit, voided, approve])
  expect(folded.state?.status).toBe('approved')
  expect(folded.void).toEqual([{ act: voided.id, code: 'content-differs' }])
})

test('an act whose flag and kind disagree about the pen is refused', () => {
  expect(foldOutgoing(null, actOf('outgoing.submit', null, { pen: false }))).toMatchObject({
    refusal: { code: 'pen-flag-wrong' },
  })
  const state = reach('dispatched')
  expect(foldOutgoing(state, actOf('outgoing.delivered', state.head, { pen: true }))).toMatchObject({
    refusal: { code: 'pen-flag-wrong' },
  })
})
