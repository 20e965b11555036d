import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { noProbe } from '../../../core/ports.ts'
import { wordsOf } from '../../../main/store/bigrams.ts'
import { migrate, migrations, programVersion, versionOf } from '../../../main/store/migrate.ts'
import { openStore, storeFile } from '../../../main/store/store.ts'
import { newFolder, openTestStore, storeKey, tickingClock } from './office.ts'

/** A database as the program of `version` left it. */
function databaseAt(version: number): Database.Database {
  const database = new Database(':memory:')
  database.pragma('foreign_keys = ON')
  if (version > 0) expect(migrate(database, noProbe, version)).toEqual({ ok: true, value: version })
  return database
}
const up = (database: Database.Database, version: number) =>
  expect(migrate(database, noProbe, version)).toEqual({ ok: true, value: version })

const addMatter = (database: Database.Database, matter: string, title: string): void =>
  void database
    .prepare(
      `INSERT INTO matters (matter, kind, owner, status, title, urgency, created, updated)
       VALUES (?, 'outgoing', 'sheng', 'submitted', ?, 'normal', 't', 't')`,
    )
    .run(matter, title)

test('migrations are numbered one after another', () => {
  expect(migrations.map((each) => each.version)).toEqual(migrations.map((_, at) => at + 1))
  expect(programVersion).toBe(migrations.length)
})

test('1 documents: from an empty file', () => {
  const database = databaseAt(0)
  up(database, 1)
  addMatter(database, 'm', '通知')
  expect(database.prepare('SELECT title FROM matters').all()).toEqual([{ title: '通知' }])
})

test('2 exchange: acts and drafts stay as they were', () => {
  const database = databaseAt(1)
  database.exec(
    `INSERT INTO drafts VALUES ('d', 'writer', '标题', 1, '{}', 't', 't');
     INSERT INTO draft_versions VALUES ('d', 1, '{}', 't')`,
  )
  up(database, 2)
  expect(database.prepare('SELECT id, title FROM drafts').all()).toEqual([{ id: 'd', title: '标题' }])
  expect(database.prepare('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: 0 })
})

test('3 office: what waits to be sent stays waiting', () => {
  const database = databaseAt(2)
  database.exec(
    `INSERT INTO outbox (lane, packet, act, urgency, state, queued_at, blobs, raw)
     VALUES ('m', 'p', 'a', 'normal', 'waiting', 't', '[]', 'raw')`,
  )
  up(database, 3)
  expect(database.prepare('SELECT raw, state FROM outbox').all()).toEqual([{ raw: 'raw', state: 'waiting' }])
})

test('4 title search: the titles that are there can be found', () => {
  const database = databaseAt(3)
  addMatter(database, 'm1', '关于防汛的通知')
  addMatter(database, 'm2', '关于春耕的通知')
  up(database, 4)
  const found = database.prepare(`SELECT rowid FROM matter_words WHERE words MATCH '"防汛"'`).all()
  expect(found).toEqual([{ rowid: 1 }])
  expect(wordsOf('防汛')).toBe('防汛 汛')
})

test('5 list columns: writer and signatures of what was sent are read off the states that are there', () => {
  const database = databaseAt(4)
  addMatter(database, 'm', '关于防汛的通知')
  const recipients = [{ status: 'registered' }, { status: 'delivered' }, { status: 'signed-for' }]
  database
    .prepare(`INSERT INTO matter_states (matter, state, void) VALUES ('m', ?, '[]')`)
    .run(JSON.stringify({ writer: 'sheng-secretary', recipients }))
  up(database, 5)
  expect(database.prepare('SELECT writer, signed_for, addressed FROM matters').all()).toEqual([
    { writer: 'sheng-secretary', signed_for: 2, addressed: 3 },
  ])
  const counts = () => database.prepare(`SELECT kind, value, count FROM matter_counts WHERE count > 0`).all()
  const before = counts()
  expect(before).toHaveLength(1)
  database.exec(`UPDATE matters SET status = 'approved', holder = 'role:registry'`)
  expect(counts()).toEqual([
    { kind: '', value: 'role:registry', count: 1 },
    { kind: 'outgoing', value: 'approved', count: 1 },
  ])
  database.exec('DELETE FROM matters')
  expect(counts()).toEqual([])
})

test('a migration that is cut short leaves the version before it', () => {
  const database = databaseAt(1)
  const cut = (place: string) => {
    if (place === 'commit migration 2') throw new Error('cut')
  }
  expect(() => migrate(database, cut)).toThrow('cut')
  expect(versionOf(database)).toBe(1)
  expect(database.prepare(`SELECT name FROM sqlite_master WHERE name = 'outbox'`).all()).toEqual([])
  up(database, programVersion)
})

test('a store from a newer program is refused by name and not touched', () => {
  const folder = newFolder()
  openTestStore(folder).close()
  const database = new Database(join(folder, storeFile))
  database.pragma(`cipher = 'chacha20'`)
  database.pragma(`key = 'raw:${Buffer.from(storeKey).toString('hex')}'`)
  database.pragma(`user_version = ${programVersion + 1}`)
  database.close()
  expect(openStore({ folder, key: storeKey, clock: tickingClock() })).toMatchObject({
    ok: false,
    refusal: {
      code: 'store-newer-than-program',
      facts: { store: programVersion + 1, program: programVersion },
    },
  })
})
