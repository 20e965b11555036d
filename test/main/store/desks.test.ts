import { pendingMattersSql } from '../../../main/store/acts.ts'
import { expect, test } from 'vitest'
import { recordAct } from '../../../main/store/record.ts'
import {
  countByStatus,
  countHeld,
  countSql,
  listMatters,
  pageSql,
  wheres,
} from '../../../main/store/desks.ts'
import type { PageMark } from '../../../main/store/desks.ts'
import { blobsToMoveSql } from '../../../main/store/blobs.ts'
import { nextNewSql } from '../../../main/store/inbox.ts'
import { lanesSql } from '../../../main/store/outbox.ts'
import { searchMatters } from '../../../main/store/search.ts'
import type { Store } from '../../../main/store/store.ts'
import { accepted, openTestStore, sign, signLetter } from './office.ts'

async function letters(store: Store, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const minute = String(Math.floor(at / 3)).padStart(2, '0')
    const letter = await signLetter(
      at.toString(16).padStart(32, '0'),
      `关于第${at}批防汛物资的${at % 2 ? '通知' : '请示'}`,
      `2026-11-20T01:${minute}:00.000Z`,
    )
    store.transact((writing) => {
      for (const [step, each] of letter.slice(0, (at % 4) + 1).entries())
        recordAct(writing, accepted(each, at * 10 + step))
    })
  }
}

test('pages of a desk follow one another without gap or repetition, newest first', async () => {
  const store = openTestStore()
  await letters(store, 25)
  for (const desk of [
    { kind: 'outgoing' },
    { kind: 'outgoing', statuses: ['submitted', 'approved', 'registered'] },
    { person: 'leader', roles: ['registry'] },
  ] as const) {
    const whole = listMatters(store.reading, desk, 1_000).lines
    const collected: string[] = []
    for (let mark: PageMark | null = null; ;) {
      const page = listMatters(store.reading, desk, 4, mark)
      collected.push(...page.lines.map((line) => line.matter))
      mark = page.next
      if (!mark) break
    }
    expect(collected).toEqual(whole.map((line) => line.matter))
    expect(whole.map((line) => line.updated)).toEqual(
      whole
        .map((line) => line.updated)
        .toSorted()
        .reverse(),
    )
    expect(whole.length).toBeGreaterThan(10)
  }
})

test('the desks show their own and count it', async () => {
  const store = openTestStore()
  await letters(store, 12)
  const statuses = (desk: Parameters<typeof listMatters>[1]) =>
    new Set(listMatters(store.reading, desk, 100).lines.map((line) => line.status))
  expect(statuses({ person: 'leader', roles: ['leader'] })).toEqual(new Set(['submitted']))
  expect(statuses({ person: 'clerk', roles: ['registry'] })).toEqual(
    new Set(['approved', 'rechecked', 'registered']),
  )
  expect(countHeld(store.reading, 'leader', ['leader'])).toBe(3)
  expect(countHeld(store.reading, 'clerk', ['registry', 'registry'])).toBe(9)
  expect(countByStatus(store.reading)).toContainEqual({ kind: 'outgoing', status: 'approved', count: 3 })
})

test('an incoming document takes its title, number and sender from the letter', async () => {
  const store = openTestStore()
  const dispatch = await sign('outgoing.dispatch', null)
  const receive = await sign('incoming.receive', null, {
    body: { dispatch: dispatch.act.id, letter: dispatch.jws },
  })
  store.transact((writing) => recordAct(writing, accepted(receive, 1)))
  expect(listMatters(store.reading, { kind: 'incoming' }, 10).lines).toMatchObject([
    {
      title: '关于做好测试工作的通知',
      number: '示政办发〔2026〕1号',
      counterpart: 'sheng',
      status: 'received',
    },
  ])
})

test('a letter whose words cannot be read is listed without them', async () => {
  const store = openTestStore()
  const receive = await sign('incoming.receive', null, { body: { letter: 'a.b.c' } })
  store.transact((writing) => recordAct(writing, accepted(receive, 1)))
  expect(listMatters(store.reading, { kind: 'incoming' }, 10).lines).toMatchObject([
    { title: '', number: null },
  ])
})

test('words of one, two and more characters are found in titles and numbers, and no others', async () => {
  const store = openTestStore()
  await letters(store, 12)
  const find = (text: string) => searchMatters(store.reading, text, 100).length
  expect(find('防汛')).toBe(12)
  expect(find('通知')).toBe(6)
  expect(find('汛')).toBe(12)
  expect(find('示')).toBe(9)
  expect(find('第3批防汛物资')).toBe(1)
  expect(find('〔2026〕１号')).toBe(3)
  expect(find('防汛 请示')).toBe(6)
  expect(find('防资')).toBe(0)
  expect(find('" OR *')).toBe(0)
  expect(find('，。')).toBe(0)
})

test('a title that changes with a new submission is found by its new words only', async () => {
  const store = openTestStore()
  const [submit] = await signLetter('a'.repeat(32), '关于春耕的通知')
  const back = await sign('outgoing.return', submit.act)
  const { content } = submit.act.body as { content: object }
  const again = await sign('outgoing.submit', back.act, {
    body: { content: { ...content, title: '关于秋收的通知' } },
  })
  store.transact((writing) => {
    for (const [at, each] of [submit, back, again].entries()) recordAct(writing, accepted(each, at))
  })
  expect(searchMatters(store.reading, '春耕')).toEqual([])
  expect(searchMatters(store.reading, '秋收')).toHaveLength(1)
})

test('every hot query walks an index and sorts nothing', () => {
  const store = openTestStore()
  const planOf = (sql: string): string => {
    const values = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((found) => [found[1]!, 1]))
    return store.reading
      .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values)
      .map((step) => step.detail)
      .join('\n')
  }
  const plans: [string, RegExp][] = [
    [pageSql(wheres.kind, false), /^SEARCH matters USING INDEX matters_by_kind \(kind=\?\)$/],
    [
      pageSql(wheres.kind, true),
      /^SEARCH matters USING INDEX matters_by_kind \(kind=\? AND \(updated,matter\)<\(\?,\?\)\)$/,
    ],
    [
      pageSql(wheres.status, true),
      /^SEARCH matters USING INDEX matters_by_status \(kind=\? AND status=\? AND/,
    ],
    [pageSql(wheres.holder, true), /^SEARCH matters USING INDEX matters_by_holder \(holder=\? AND/],
    [countSql, /^SEARCH matter_counts USING PRIMARY KEY \(what=\?\)$/],
    [pendingMattersSql, /USING COVERING INDEX acts_not_accepted/],
    [lanesSql, /^SCAN outbox USING COVERING INDEX outbox_waiting$/],
    [nextNewSql, /^SEARCH inbox USING INDEX inbox_new/],
    [blobsToMoveSql, /^SEARCH blobs USING INDEX blobs_to_move/],
    [
      `SELECT id FROM acts WHERE matter = @m AND standing = 'pending' LIMIT 1`,
      /USING COVERING INDEX acts_of_matter/,
    ],
    [
      `SELECT 1 FROM inbox WHERE waiting_for = @act AND state = 'parked'`,
      /USING (COVERING )?INDEX inbox_waiting_for/,
    ],
  ]
  for (const [sql, plan] of plans) {
    expect(planOf(sql)).toMatch(plan)
    expect(planOf(sql)).not.toMatch(/TEMP B-TREE/)
  }
})
