/**
 * At rest and in transit: after a letter's whole way nothing of it can be read on the disks of the offices and of the
 * hub, nor on the line between them; and what happens to a disk that was damaged.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDevelopmentPki } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import { say } from '../../renderer/words/index.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { listeningLine } from '../harness/listening-line.ts'
import type { ListeningLine } from '../harness/listening-line.ts'
import { inStep, letterFields, pinOf, sendLetter, startTestOffice, untilReceived } from '../harness/office.ts'
import type { TestOffice } from '../harness/office.ts'
import { openedDatabase, openedStore } from '../harness/opened-store.ts'
import { filesIn, foundBelow, foundIn, formsOf } from '../harness/plaintext.ts'

/** Of title, body and opinions; nothing that also stands in the directory or in a certificate. */
const secret = [
  '关于做好政务信息系统整合共享工作的通知',
  '加快推进政务信息系统整合共享',
  '明确工作目标',
  '底前完成本单位政务信息系统自查',
  '请认真贯彻执行',
  '此件公开发布',
]

let folder: string
let pki: Pki
let hub: TestHub
let line: ListeningLine
let sheng: TestOffice
let shi: TestOffice
/** The incoming matter at the city. */
let matter: string

const folderOf = (device: string): string => join(folder, device)
const open = (device: string, at = folderOf(device)): Promise<TestOffice> =>
  startTestOffice({ pki, hubUrl: line.url, device, folder: at })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-at-rest-'))
  pki = await makeDevelopmentPki({ out: join(folder, 'pki'), now: new Date() })
  hub = await startTestHub({ pki, folder: join(folder, 'hub') })
  line = await listeningLine(hub.port)
  sheng = await open('sheng-desk-1')
  shi = await open('shi-desk-1')
  await sendLetter(sheng, pki, { to: ['shi'] })
  await inStep(sheng)
  await shi.signIn('shi-registry')
  ;({
    row: { matter },
  } = await untilReceived(shi))
  await shi.must('incoming.signFor', { matter, checked: ['addressee', 'seal', 'pages'] })
  await shi.must('incoming.register', { matter })
  await inStep(shi)
})
afterAll(async () => {
  await sheng?.close()
  await shi?.close()
  await line?.close()
  await hub?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the search finds words in every form it looks for', () => {
  const at = join(folder, 'control')
  for (const words of secret)
    for (const { name, bytes } of formsOf(words)) {
      writeFileSync(at, Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('xyz')]))
      expect(
        foundBelow(folder, [words]).filter((found) => found.startsWith(at)),
        name,
      ).not.toEqual([])
    }
  rmSync(at)
})

describe('nothing of a letter can be read', () => {
  test.each([
    ['the sending office', 'sheng-desk-1', /people.sheng-registry.store.office\.db-wal$/],
    ['the receiving office', 'shi-desk-1', /people.shi-registry.store.office\.db-wal$/],
    ['the hub', 'hub', /\.(db|sqlite)/],
  ])('on the disk of %s, while it runs: database, log, files, keys', (_whose, place, has) => {
    const files = filesIn(folderOf(place))
    expect(files.some((path) => has.test(path))).toBe(true)
    expect(files.some((path) => readFileSync(path).subarray(0, 6).toString() === 'SPBLOB')).toBe(true)
    expect(foundBelow(folderOf(place), secret)).toEqual([])
  })

  test('on the line: TLS records from the first byte to the last, and no word', () => {
    const heard = line.heard().filter(({ bytes }) => bytes.length > 0)
    expect(heard.length).toBeGreaterThan(4)
    expect(heard.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeGreaterThan(100_000)
    for (const { bytes } of heard) {
      expect(foundIn(bytes, secret)).toEqual([])
      // Every byte belongs to a TLS record (RFC 8446, 5.1); after the hellos all of them are application data.
      for (let at = 0, records = 0; at + 5 <= bytes.length; records++) {
        expect([20, 21, 22, 23]).toContain(bytes[at])
        expect(bytes[at + 1]).toBe(3)
        if (records >= 3) expect([20, 21, 23]).toContain(bytes[at])
        at += 5 + bytes.readUInt16BE(at + 3)
      }
    }
  })

  test('and whoever has the PIN reads all of it: the words are there, only not in the clear', async () => {
    await shi.signOut()
    const store = await openedStore(shi.folder, 'shi-registry', pinOf(pki, 'shi-registry'))
    const rows = store.reading.all<{ title: string }>('SELECT title FROM matters')
    store.close()
    expect(rows.map((row) => row.title)).toEqual([letterFields.title])
    expect(foundBelow(shi.folder, secret)).toEqual([])
    await shi.signIn('shi-registry')
  })
})

describe('a file damaged on the disk', () => {
  const blobOf = (id: string): string =>
    join(shi.folder, 'people', 'shi-registry', 'store', 'blobs', id.slice(0, 2), id.slice(2))
  const pdfs = () =>
    filesIn(join(shi.folder, 'people', 'shi-registry', 'store', 'blobs')).filter(
      (path) => /[0-9a-f]{62}$/.test(path) && !path.includes('damaged'),
    )
  const flip = (path: string): void => {
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(path, bytes)
  }
  const read = () => shi.ask('matters.file', { matter, which: 'received' })

  test('is told as damaged where the hub is away, laid aside, and fetched anew where it is there', async () => {
    const whole = await shi.must('matters.file', { matter, which: 'received' })
    const [path] = pdfs()
    const name = createHash('sha256').update(readFileSync(path!)).digest('hex')
    expect(path).toBe(blobOf(name))
    flip(path!)
    const spoiled = readFileSync(path!)
    await hub.kill()
    expect(await read()).toMatchObject({ ok: false, refusal: { code: 'blob-damaged' } })
    expect(say('refusals.blob-damaged.todo')).toContain('重新下载')
    expect(readFileSync(join(shi.folder, 'people/shi-registry/store/blobs/damaged', name))).toEqual(spoiled)
    // The client lives: lists, the matter and what is not damaged are there.
    expect((await shi.must('matters.list', { desk: 'incoming', limit: 10 })).rows).toHaveLength(1)
    expect((await shi.must('matters.open', { matter })).row.status).toBe('registered')
    expect(await read()).toMatchObject({ ok: false, refusal: { code: 'file-not-here' } })
    expect(await shi.ask('matters.verify', { matter })).toMatchObject({ ok: false })

    await hub.restart()
    await shi.until('the file fetched again', async () => (await read()).ok)
    expect(await shi.must('matters.file', { matter, which: 'received' })).toEqual(whole)
    expect(await shi.must('matters.verify', { matter })).toMatchObject({ verdict: 'good' })
  })

  test('or removed from it comes back by itself when it is opened', async () => {
    const whole = await shi.must('matters.file', { matter, which: 'received' })
    for (const path of pdfs()) rmSync(path)
    expect(await shi.must('matters.file', { matter, which: 'received' })).toEqual(whole)
  })
})

describe('a database', () => {
  const store = (office: TestOffice): string => join(office.folder, 'people', 'shi-registry', 'store')
  /** The city's workstation as it lay on the disk when nobody was signed in. */
  let asleep: string

  beforeAll(async () => {
    await shi.signOut()
    asleep = join(folder, 'asleep')
    cpSync(shi.folder, asleep, { recursive: true })
  })

  /** A copy of the workstation with its database changed; what signing in says, and that the file stays as it is. */
  async function signInWith(change: (path: string) => void | Promise<void>) {
    const at = mkdtempSync(join(folder, 'damaged-'))
    cpSync(asleep, at, { recursive: true })
    const path = join(at, 'people', 'shi-registry', 'store', 'office.db')
    await change(path)
    const before = readFileSync(path)
    const office = await open('shi-desk-1', at)
    const answer = await office.ask('session.signIn', {
      person: 'shi-registry',
      pin: pinOf(pki, 'shi-registry'),
    })
    const answers = [answer]
    if (!answer.ok)
      answers.push(
        await office.ask('session.signIn', { person: 'shi-registry', pin: pinOf(pki, 'shi-registry') }),
      )
    const after = readFileSync(path)
    await office.close()
    return { answer, answers, office, unchanged: before.equals(after), path }
  }
  const spoil =
    (pages: (count: number) => readonly number[]) =>
    (path: string): void => {
      const bytes = readFileSync(path)
      for (const page of pages(bytes.length / 4096)) bytes.fill(0x5a, page * 4096 + 700, page * 4096 + 760)
      writeFileSync(path, bytes)
    }
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at)

  test('that is whole opens (so that what follows can be told from it)', async () => {
    const { answer } = await signInWith(() => undefined)
    expect(answer.ok).toBe(true)
  })

  test.each([
    ['its first page', spoil(() => [0])],
    ['every page but the first', spoil((count) => range(1, count))],
    ['several pages', spoil((count) => range(0, count).filter((page) => page % 3 === 0))],
    ['half of it cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 4096 * 9))],
    ['nothing left in it', (path: string) => writeFileSync(path, '')],
  ])(
    'with damage to %s is told as damaged, again at the second try, and left as it is',
    async (_what, change) => {
      const { answer, answers, unchanged, path } = await signInWith(change)
      expect(answer).toMatchObject({ ok: false, refusal: { code: 'store-damaged' } })
      expect(answers[1]).toEqual(answer)
      expect(existsSync(path)).toBe(true)
      expect(unchanged).toBe(true)
      const words = ['what', 'means', 'todo'].map((part) => say(`refusals.store-damaged.${part}`)).join('')
      expect(words).toContain('没有删除')
      expect(words).toContain('从备份恢复')
    },
  )

  test('with one damaged page anywhere is told as damaged by whoever needs the page, and never as a bug', async () => {
    const told = new Set<string>()
    const count = readFileSync(join(asleep, 'people/shi-registry/store/office.db')).length / 4096
    const some = range(1, count).filter((page) => page % Math.ceil(count / 9) === 1)
    for (const change of [
      ...some.map((page) => spoil(() => [page])),
      (path: string) => writeFileSync(path, readFileSync(path).subarray(0, -100)),
    ]) {
      const at = mkdtempSync(join(folder, 'page-'))
      cpSync(asleep, at, { recursive: true })
      change(join(at, 'people', 'shi-registry', 'store', 'office.db'))
      const office = await open('shi-desk-1', at)
      const answers = [
        await office.ask('session.signIn', { person: 'shi-registry', pin: pinOf(pki, 'shi-registry') }),
        await office.ask('desk.counts', {}),
        await office.ask('matters.list', { desk: 'incoming', limit: 50 }),
        await office.ask('matters.open', { matter }),
        await office.ask('matters.file', { matter, which: 'received' }),
        await office.ask('drafts.save', { fields: letterFields as never }),
        await office.ask('session.signOut', {}),
        await office.ask('session.accounts', {}),
      ]
      for (const answer of answers) {
        if (answer.ok) continue
        expect(['store-damaged', 'not-signed-in', 'file-not-here']).toContain(answer.refusal.code)
        told.add(answer.refusal.code)
      }
      expect(answers.at(-1)).toMatchObject({ ok: true })
      await office.close()
    }
    expect(told).toContain('store-damaged')
  })

  test('whose key file is lost or damaged is told as damaged too, and no new one is begun', async () => {
    const lost = await signInWith((path) => rmSync(join(path, '../../store-key.json')))
    expect(lost.answer).toMatchObject({ ok: false, refusal: { code: 'store-damaged' } })
    expect(existsSync(join(lost.path, '../../store-key.json'))).toBe(false)
    const damaged = await signInWith((path) => {
      const key = join(path, '../../store-key.json')
      writeFileSync(key, readFileSync(key, 'utf8').replace(/"wrapped":"./, '"wrapped":"'))
    })
    expect(damaged.answer).toMatchObject({ ok: false, refusal: { code: 'store-damaged' } })
    expect(lost.unchanged && damaged.unchanged).toBe(true)
  })

  test('of a newer program is told as newer, and not touched', async () => {
    const { answer, unchanged } = await signInWith(async (path) => {
      const database = await openedDatabase(
        join(path, '../../../..'),
        'shi-registry',
        pinOf(pki, 'shi-registry'),
      )
      database.pragma('user_version = 99')
      database.pragma('wal_checkpoint(TRUNCATE)')
      database.close()
    })
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'store-newer-than-program' } })
    expect(unchanged).toBe(true)
    expect(say('refusals.store-newer-than-program.todo')).toContain('升级')
  })

  test('of one person is not opened by another’s PIN', async () => {
    const { answer } = await signInWith((path) => {
      // Somebody put the wrapped key of another database beside this one.
      const key = join(path, '../../store-key.json')
      const other = join(folder, 'sheng-desk-1', 'people', 'sheng-registry', 'store-key.json')
      writeFileSync(key, readFileSync(other))
    })
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'store-key-wrong' } })
    expect(existsSync(store(shi))).toBe(true)
  })
})
