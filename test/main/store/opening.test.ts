import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { saveDraft, draft } from '../../../main/store/drafts.ts'
import { recordAct } from '../../../main/store/record.ts'
import { keepSetting, setting } from '../../../main/store/settings.ts'
import { openStore, storeFile, storeTrouble } from '../../../main/store/store.ts'
import { newFolder, openTestStore, pending, signLetter, storeKey, tickingClock } from './office.ts'

const open = (folder: string, key = storeKey) => openStore({ folder, key, clock: tickingClock() })
const codeOf = (opened: ReturnType<typeof open>) => {
  if (!opened.ok) return opened.refusal.code
  opened.value.close()
  return 'opened'
}

test('what was stored is there after closing and opening again', () => {
  const folder = newFolder()
  const store = openTestStore(folder)
  store.transact((writing) => keepSetting(writing, 'desk', { name: '收发室' }))
  store.close()
  const again = openTestStore(folder)
  expect(setting(again.reading, 'desk')).toEqual({ name: '收发室' })
  expect(again.check()).toEqual({ ok: true, value: true })
  again.close()
})

test('a wrong key is told as a wrong key, and the store opens with the right one afterwards', () => {
  const folder = newFolder()
  openTestStore(folder).close()
  expect(codeOf(open(folder, new Uint8Array(32).fill(8)))).toBe('store-key-wrong')
  expect(codeOf(open(folder))).toBe('opened')
})

test('a wrong key is still told apart when the key check file is lost', () => {
  const folder = newFolder()
  openTestStore(folder).close()
  rmSync(join(folder, 'office.check'))
  expect(codeOf(open(folder, new Uint8Array(32).fill(8)))).toBe('store-key-wrong')
  expect(codeOf(open(folder))).toBe('opened')
  expect(existsSync(join(folder, 'office.check'))).toBe(true)
})

test('a damaged store is told as damaged and left as it is', () => {
  for (const spoil of [0, 20, 100, 4096 + 50]) {
    const folder = newFolder()
    openTestStore(folder).close()
    const path = join(folder, storeFile)
    const bytes = readFileSync(path)
    bytes.fill(0xaa, spoil, spoil + 64)
    writeFileSync(path, bytes)
    const opened = open(folder)
    if (opened.ok) {
      expect(spoil).toBeGreaterThan(100)
      expect(opened.value.check()).toMatchObject({ ok: false, refusal: { code: 'store-damaged' } })
      opened.value.close()
    } else expect(opened.refusal.code).toBe('store-damaged')
    expect(readFileSync(path).subarray(spoil, spoil + 64)).toEqual(bytes.subarray(spoil, spoil + 64))
  }
})

test('a store that was emptied or removed is damaged, not new', () => {
  const folder = newFolder()
  openTestStore(folder).close()
  truncateSync(join(folder, storeFile), 0)
  expect(codeOf(open(folder))).toBe('store-damaged')
  rmSync(join(folder, storeFile))
  expect(codeOf(open(folder))).toBe('store-damaged')
  expect(existsSync(join(folder, storeFile))).toBe(false)
})

test('damage that shows in the middle of work is told as damage, not as a bug', () => {
  const folder = newFolder()
  const store = openTestStore(folder)
  store.transact((writing) => {
    for (let at = 0; at < 3_000; at++) keepSetting(writing, `setting ${at}`, 'x'.repeat(500))
  })
  store.close()
  const path = join(folder, storeFile)
  const bytes = readFileSync(path)
  for (let page = 200; page < bytes.length / 4096; page++) bytes[page * 4096 + 99]! ^= 1
  writeFileSync(path, bytes)
  const opened = openTestStore(folder)
  const read = () => opened.reading.all('SELECT * FROM settings')
  let trouble: unknown = 'none'
  try {
    read()
  } catch (error) {
    trouble = storeTrouble(error)
  }
  expect(trouble).toBe('store-damaged')
  expect(opened.check()).toMatchObject({ ok: false, refusal: { code: 'store-damaged' } })
  opened.close()
})

test('a second client on the same folder is told that the store is busy', () => {
  const folder = newFolder()
  const first = openTestStore(folder)
  expect(codeOf(open(folder))).toBe('store-busy')
  first.close()
  expect(codeOf(open(folder))).toBe('opened')
})

test('nothing on disk is plaintext: not the database, not its log, not the blob folder', async () => {
  const folder = newFolder()
  const store = openTestStore(folder)
  const title = '关于印发秋收防火方案的通知'
  const body = 'Plainly-legible-body 请各单位认真贯彻执行'
  const signed = await signLetter('a'.repeat(32), title)
  store.transact((writing) => {
    const saved = saveDraft(writing, {
      id: 'd1',
      person: 'writer',
      title,
      from: 0,
      content: { title, body },
    })
    expect(saved.ok).toBe(true)
    for (const each of signed) recordAct(writing, pending(each))
  })
  expect(draft(store.reading, 'd1')?.content).toEqual({ title, body })
  const search = (place: string): number => {
    let files = 0
    for (const each of readdirSync(place, { withFileTypes: true })) {
      const path = join(place, each.name)
      if (each.isDirectory()) files += search(path)
      else {
        files++
        const bytes = readFileSync(path)
        for (const words of [title, title.slice(2, 6), body, '请各单位认真', 'outgoing.submit'])
          for (const encoding of ['utf8', 'utf16le'] as const) {
            expect(bytes.includes(Buffer.from(words, encoding)), `${each.name}: ${words}`).toBe(false)
          }
        expect(bytes.includes(Buffer.from(signed[0].jws.split('.')[1]!.slice(0, 40)))).toBe(false)
      }
    }
    return files
  }
  expect(search(folder)).toBeGreaterThanOrEqual(3)
  expect(existsSync(join(folder, `${storeFile}-wal`))).toBe(true)
  store.close()
  expect(search(folder)).toBeGreaterThanOrEqual(2)
})

test('a store copied while the client runs opens again with what was committed', () => {
  const folder = newFolder()
  const store = openTestStore(folder)
  store.transact((writing) => keepSetting(writing, 'desk', 1))
  const copy = newFolder()
  for (const name of readdirSync(folder))
    if (name.startsWith('office')) copyFileSync(join(folder, name), join(copy, name))
  store.close()
  const opened = openTestStore(copy)
  expect(setting(opened.reading, 'desk')).toBe(1)
  opened.close()
})
