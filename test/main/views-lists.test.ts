/** What waits for whom: the counts beside the rail and the list of the work table say the same. */
import { expect, test } from 'vitest'
import type { Role } from '../../core/act/identifiers.ts'
import { emptyDirectory } from '../../core/directory/directory.ts'
import { recordAct } from '../../main/store/record.ts'
import type { Store } from '../../main/store/store.ts'
import { deskCounts, listMatters } from '../../main/views/lists.ts'
import { accepted, openTestStore, sign, signLetter } from './store/office.ts'

/** One document submitted, one approved, one registered; a letter that came. */
async function filled(): Promise<Store> {
  const store = openTestStore()
  for (const [at, steps] of [1, 2, 4].entries()) {
    const letter = await signLetter(`${at}`.repeat(32), `关于第${at}件事的通知`)
    store.transact((writing) => {
      for (const [step, each] of letter.slice(0, steps).entries())
        recordAct(writing, accepted(each, at * 10 + step))
    })
  }
  const receive = await sign('incoming.receive', null, { matter: 'f'.repeat(32) })
  store.transact((writing) => recordAct(writing, accepted(receive, 100)))
  return store
}

const at = (store: Store, person: string, ...roles: Role[]) => ({
  store,
  directory: () => emptyDirectory,
  me: { person, name: person, unit: 'sheng', roles },
})

test('the rail counts what waits for me, not what the unit has', async () => {
  const store = await filled()
  const counts = (person: string, ...roles: Role[]) => {
    const { outgoing, incoming, approvals, todo } = deskCounts(at(store, person, ...roles))
    return { outgoing, incoming, approvals, todo }
  }
  expect(counts('leader', 'leader')).toEqual({ outgoing: 0, incoming: 0, approvals: 1, todo: 1 })
  expect(counts('clerk', 'registry')).toEqual({ outgoing: 2, incoming: 1, approvals: 0, todo: 3 })
  expect(counts('keeper', 'seal-keeper')).toEqual({ outgoing: 0, incoming: 0, approvals: 0, todo: 0 })
  expect(counts('writer', 'secretary')).toEqual({ outgoing: 0, incoming: 0, approvals: 0, todo: 0 })
})

test('a letter that came lies on the registry’s work table, and on nobody else’s', async () => {
  const store = await filled()
  const todo = (person: string, ...roles: Role[]) =>
    listMatters(at(store, person, ...roles), { desk: 'todo', limit: 10 })
  const clerk = todo('clerk', 'registry')
  expect(clerk.rows.map(({ kind, status }) => `${kind} ${status}`).toSorted()).toEqual([
    'incoming received',
    'outgoing approved',
    'outgoing registered',
  ])
  expect(clerk.total).toBe(3)
  expect(todo('leader', 'leader').rows.map(({ status }) => status)).toEqual(['submitted'])
  expect(todo('keeper', 'seal-keeper')).toMatchObject({ rows: [], total: 0 })
})

test('a document returned to its writer waits at their work table, not at the leader’s desk', async () => {
  const store = openTestStore()
  const [submitted] = await signLetter('a'.repeat(32), '关于退回的通知')
  store.transact((writing) => void recordAct(writing, accepted(submitted!, 1)))
  const returned = await sign('outgoing.return', submitted!.act, { matter: 'a'.repeat(32) })
  store.transact((writing) => void recordAct(writing, accepted(returned, 2)))
  const desk = at(store, 'writer', 'secretary', 'leader')
  expect(listMatters(desk, { desk: 'todo', limit: 10 }).rows.map(({ status }) => status)).toEqual([
    'returned',
  ])
  expect(listMatters(desk, { desk: 'approvals', limit: 10 })).toMatchObject({ rows: [], total: 0 })
  expect(deskCounts(desk)).toMatchObject({ approvals: 0, outgoing: 1, todo: 1 })
})
