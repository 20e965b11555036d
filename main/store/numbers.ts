/**
 * Numbers given: the serials of outgoing documents and of the registers of incoming ones. Both come from blocks the
 * directory grants to one registry clerk at one workstation, so that two stores offline never give the same number.
 * A serial is given once; a matter that asks twice gets the one it has.
 */
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import type { Reading, Writing } from './handle.ts'

/** Last included. */
export type NumberBlock = { readonly first: number; readonly last: number }

/** Where a kind of number is kept, and what its series are named by: a unit, or a register. */
export type Series = {
  readonly table: 'document_numbers' | 'register_numbers'
  readonly column: 'unit' | 'register'
}
export const documentNumbers: Series = { table: 'document_numbers', column: 'unit' }
export const registerNumbers: Series = { table: 'register_numbers', column: 'register' }

export type Asked = { readonly name: string; readonly year: number; readonly blocks: readonly NumberBlock[] }

/** What taking would give, for the form; null where the blocks are used up. */
export function nextNumber(reading: Reading, { table, column }: Series, asked: Asked): number | null {
  for (const { first, last } of asked.blocks) {
    const top = reading.one<{ serial: number | null }>(
      `SELECT max(serial) AS serial FROM ${table}
       WHERE ${column} = @name AND year = @year AND serial BETWEEN @first AND @last`,
      { name: asked.name, year: asked.year, first, last },
    )
    const serial = (top?.serial ?? first - 1) + 1
    if (serial <= last) return serial
  }
  return null
}

/** The next free serial of the blocks, in their order. */
export function takeNumber(
  writing: Writing,
  series: Series,
  asked: Asked & { readonly matter: string },
): Result<number, 'numbers-used-up'> {
  const { table, column } = series
  const { name, year, matter } = asked
  const had = writing.one<{ serial: number }>(
    `SELECT serial FROM ${table} WHERE matter = @matter AND ${column} = @name AND year = @year`,
    { matter, name, year },
  )
  if (had) return ok(had.serial)
  const serial = nextNumber(writing, series, asked)
  if (serial === null) return refuse('numbers-used-up', { name, year })
  insert(writing, series, { name, year, serial, matter })
  return ok(serial)
}

type Given = {
  readonly name: string
  readonly year: number
  readonly serial: number
  readonly matter: string
}

const insert = (writing: Writing, { table, column }: Series, given: Given): void =>
  void writing.run(
    `INSERT INTO ${table} (${column}, year, serial, matter) VALUES (@name, @year, @serial, @matter)`,
    { ...given },
  )

/** A number seen in an act of another workstation. `number-taken`: another matter has it already. */
export function noteNumber(writing: Writing, series: Series, given: Given): Result<true, 'number-taken'> {
  const { name, year, serial } = given
  const holder = writing.one<{ matter: string }>(
    `SELECT matter FROM ${series.table} WHERE ${series.column} = @name AND year = @year AND serial = @serial`,
    { name, year, serial },
  )
  if (holder)
    return holder.matter === given.matter ? ok(true) : refuse('number-taken', { name, year, serial })
  insert(writing, series, given)
  return ok(true)
}
