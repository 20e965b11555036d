/**
 * The hub's tables and the connection to them, by Kysely so that PostgreSQL can take SQLite's place: text and whole
 * numbers only, no statement of one database alone outside this file. What stands here is what anybody on the line
 * may see: signed headers, ciphertext, hashes.
 * Invariant: a commit is on the disk when it returns (WAL, synchronous = FULL).
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { SqliteDatabase, SqliteStatement, Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from './migrations.ts'

export type HubTables = {
  directory_acts: { version: number; act: string; jws: string }
  /** `expires` in ms since 1970. */
  nonces: { nonce_hash: string; device: string; expires: number }
  sessions: {
    token_hash: string
    /** Thumbprints. */
    device: string
    signing: string
    person: string
    /** ms since 1970. */
    until: number
  }
  uploads: { upload: string; blob: string; size: number; person: string; begun: number }
  matters: { matter: string; owner: string; head: string }
  /** Units that a packet of the matter was sent to. */
  matter_units: { matter: string; unit: string }
  packets: {
    position: number
    packet: string
    matter: string
    act: string
    /** 1 where the act takes the pen. */
    pen: number
    sender: string
    unit: string
    header_hash: string
    body_hash: string
    /** Bytes of `raw`. */
    size: number
    raw: string
    receipt: string
    time: string
  }
  mailboxes: { box: string; position: number }
  /** One row: the log's size, frontier (JSON array of hex) and last time. */
  log: { one: number; size: number; roots: string; time: string }
}

export type HubDatabase = Kysely<HubTables>
export type HubTransaction = Transaction<HubTables>

/** Opens (or creates) `hub.sqlite` in the folder and brings it to the newest version. Throws where it cannot. */
export async function openHubDatabase(folder: string): Promise<HubDatabase> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sqlite = new Database(join(folder, 'hub.sqlite'))
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('busy_timeout = 5000')
  const database = new Kysely<HubTables>({
    dialect: new SqliteDialect({ database: keepingStatements(sqlite) }),
  })
  const done = await new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  }).migrateToLatest()
  if (done.error) {
    await database.destroy()
    throw done.error
  }
  return database
}

/**
 * Kysely prepares each statement anew; its texts are few, so the prepared ones are kept. SQLite has ended the
 * transaction by itself where the disk is full: rolling back once more would hide that reason behind another.
 */
function keepingStatements(sqlite: Database.Database): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  const prepare = (text: string): SqliteStatement => {
    const statement = sqlite.prepare(text)
    if (text !== 'rollback') return statement
    const nothing = { changes: 0, lastInsertRowid: 0 }
    return {
      reader: false,
      all: () => [],
      iterate: () => [].values(),
      run: () => (sqlite.inTransaction ? statement.run() : nothing),
    }
  }
  return {
    close: () => void sqlite.close(),
    prepare(text) {
      const statement = kept.get(text) ?? prepare(text)
      if (kept.size < 500) kept.set(text, statement)
      return statement
    },
  }
}

/** Whether an error says that the disk (or the quota) is full. */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL'
}
