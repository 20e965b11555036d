/**
 * Brings a database to this program's version, one numbered migration after another, each in its own transaction.
 * Migrations are history: they are appended, never changed. A database from a newer program is refused by name.
 */
import type { Database } from 'better-sqlite3'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import type { Probe } from '../../core/ports.ts'
import { documents } from './migrations/0001-documents.ts'
import { exchange } from './migrations/0002-exchange.ts'
import { office } from './migrations/0003-office.ts'
import { titleSearch } from './migrations/0004-title-search.ts'
import { listColumns } from './migrations/0005-list-columns.ts'

export type Migration = {
  readonly version: number
  readonly name: string
  readonly up: (database: Database) => void
}

export const migrations: readonly Migration[] = [documents, exchange, office, titleSearch, listColumns]
export const programVersion = migrations.length

export const versionOf = (database: Database): number =>
  Number(database.pragma('user_version', { simple: true }))

export function migrate(
  database: Database,
  probe: Probe,
  target = programVersion,
): Result<number, 'store-newer-than-program'> {
  const version = versionOf(database)
  if (version > programVersion)
    return refuse('store-newer-than-program', { store: version, program: programVersion })
  for (const migration of migrations.slice(version, target)) {
    probe(`migration ${migration.version}`)
    database.exec('BEGIN IMMEDIATE')
    try {
      migration.up(database)
      database.pragma(`user_version = ${migration.version}`)
      probe(`commit migration ${migration.version}`)
      database.exec('COMMIT')
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
  return ok(versionOf(database))
}
