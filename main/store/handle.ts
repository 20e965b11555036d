/**
 * The database handle in two strengths: a function that takes `Reading` cannot change anything, and `Writing` exists
 * only inside `store.transact`. The probe is told before every statement that changes something; the product passes
 * `noProbe`, the crash tests one that kills the process there. Not here: opening, tables, SQL of any aggregate.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { Clock, Probe } from '../../core/ports.ts'

export type Value = string | number | null | Uint8Array
export type Values = Readonly<Record<string, Value>>

declare const reading: unique symbol
declare const writing: unique symbol

export type Reading = {
  readonly [reading]: true
  readonly clock: Clock
  /** The first row, or undefined. */
  readonly one: <Row>(sql: string, values?: Values) => Row | undefined
  readonly all: <Row>(sql: string, values?: Values) => Row[]
  readonly each: <Row>(sql: string, values?: Values) => IterableIterator<Row>
}
export type Writing = Reading & {
  readonly [writing]: true
  /** Runs one changing statement; `row` is the last inserted rowid. */
  readonly run: (sql: string, values?: Values) => { readonly changes: number; readonly row: number }
  /** Tells, after the commit, that this matter looks different now. */
  readonly touch: (matter: string) => void
}

/** What a committed transaction changed: table names, and the matters whose projection moved. */
export type Changes = { readonly tables: ReadonlySet<string>; readonly matters: ReadonlySet<string> }

export type Handles = {
  readonly reading: Reading
  /**
   * Runs `work` in one transaction. A thrown error rolls back and passes on; a refusal (`{ok: false}`) rolls back and
   * is returned: what was refused leaves nothing behind.
   */
  readonly transact: <T>(work: (writing: Writing) => T) => { readonly result: T; readonly changes: Changes }
}

export function handlesOn(database: Database, clock: Clock, probe: Probe): Handles {
  const statements = new Map<string, { statement: Statement; place: string; table: string }>()
  const prepared = (sql: string) => {
    let found = statements.get(sql)
    if (!found) {
      const statement = database.prepare(sql)
      found = { statement, ...placeOf(sql) }
      statements.set(sql, found)
    }
    return found
  }
  const asking = (sql: string): Statement => {
    const { statement } = prepared(sql)
    if (!statement.readonly) throw new Error(`a reading handle was asked to change something: ${sql}`)
    return statement
  }
  const read = {
    clock,
    one: (sql: string, values: Values = {}) => asking(sql).get(values),
    all: (sql: string, values: Values = {}) => asking(sql).all(values),
    each: (sql: string, values: Values = {}) => asking(sql).iterate(values),
  }

  const transact = <T>(work: (writing: Writing) => T): { result: T; changes: Changes } => {
    if (database.inTransaction) throw new Error('a transaction inside a transaction')
    const tables = new Set<string>()
    const matters = new Set<string>()
    let open = true
    const run = (sql: string, values: Values = {}) => {
      if (!open) throw new Error('the transaction of this writing handle is over')
      const { statement, place, table } = prepared(sql)
      probe(place)
      const done = statement.run(values)
      if (done.changes > 0) tables.add(table)
      return { changes: done.changes, row: Number(done.lastInsertRowid) }
    }
    const write = { ...read, run, touch: (matter: string) => void matters.add(matter) } as unknown as Writing
    probe('begin')
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work(write)
      if (result instanceof Promise) throw new Error('a transaction cannot wait')
      if (isRefused(result)) {
        database.exec('ROLLBACK')
        return { result, changes: { tables: new Set(), matters: new Set() } }
      }
      probe('commit')
      database.exec('COMMIT')
      return { result, changes: { tables, matters } }
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    } finally {
      open = false
    }
  }
  return { reading: read as unknown as Reading, transact }
}

const isRefused = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'ok' in result && result.ok === false

/** "insert into acts ..." -> place `insert acts`, table `acts`. */
function placeOf(sql: string): { place: string; table: string } {
  const found = /^\s*(insert|update|delete|replace)\s+(?:or\s+\w+\s+)?(?:into\s+|from\s+)?(\w+)/i.exec(sql)
  const verb = found?.[1]?.toLowerCase() ?? 'statement'
  const table = found?.[2] ?? ''
  return { place: `${verb} ${table}`.trim(), table }
}
