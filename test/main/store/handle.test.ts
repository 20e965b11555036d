import { expect, test } from 'vitest'
import { refuse } from '../../../core/result.ts'
import type { Changes, Writing } from '../../../main/store/handle.ts'
import { keepSetting, setting } from '../../../main/store/settings.ts'
import { openTestStore } from './office.ts'

test('a reading handle cannot change anything', () => {
  const store = openTestStore()
  expect(() => store.reading.all(`DELETE FROM settings`)).toThrow(/asked to change/)
  // @ts-expect-error reading is not writing: the type is the permission
  expect(() => keepSetting(store.reading, 'a', 1)).toThrow()
})

test('a writing handle is worth nothing after its transaction', () => {
  const store = openTestStore()
  const kept = store.transact((writing): Writing => writing)
  expect(() => keepSetting(kept, 'a', 1)).toThrow(/over/)
})

test('an error rolls back, a refusal rolls back and is returned, and neither is announced', () => {
  const store = openTestStore()
  const heard: Changes[] = []
  store.onChange((changes) => heard.push(changes))
  const fail = () =>
    store.transact((writing) => {
      keepSetting(writing, 'a', 1)
      throw new Error('bug')
    })
  expect(fail).toThrow('bug')
  const refused = store.transact((writing) => {
    keepSetting(writing, 'a', 1)
    return refuse('number-taken')
  })
  expect(refused).toEqual({ ok: false, refusal: { code: 'number-taken' } })
  expect(setting(store.reading, 'a')).toBeNull()
  expect(heard).toEqual([])
  store.transact((writing) => keepSetting(writing, 'a', 2))
  expect(heard.map((each) => [...each.tables])).toEqual([['settings']])
})

test('a transaction neither waits nor nests', () => {
  const store = openTestStore()
  expect(() => store.transact(async () => 1)).toThrow(/wait/)
  expect(() => store.transact(() => store.transact(() => 1))).toThrow(/inside/)
})

test('the probe is told of every changing statement and of the commit', () => {
  const places: string[] = []
  const store = openTestStore(undefined, { probe: (place) => places.push(place) })
  expect(places.at(-1)).toBe('key check')
  places.length = 0
  store.transact((writing) => {
    keepSetting(writing, 'a', 1)
    setting(writing, 'a')
  })
  expect(places).toEqual(['begin', 'insert settings', 'commit'])
})
