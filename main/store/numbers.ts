/**
 * Numbers given: the serials of outgoing documents (from blocks the unit granted to one registry clerk) and of the
 * registers of incoming ones. A serial is given once; a matter that asks twice gets the one it has.
 */
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import type { Reading, Writing } from './handle.ts'

/** Last included. */
export type NumberBlock = { readonly first: number; readonly last: number }

const topSerialSql = `SELECT max(serial) AS serial FROM document_numbers
  WHERE unit = @unit AND year = @year AND serial BETWEEN @first AND @last`

/** The next free serial of the blocks, in their order. */
export function takeDocumentNumber(
  writing: Writing,
  asked: {
    readonly unit: string
    readonly year: number
    readonly matter: string
    readonly blocks: readonly NumberBlock[]
  },
): Result<number, 'numbers-used-up'> {
  const { unit, year, matter } = asked
  const had = writing.one<{ serial: number }>(
    'SELECT serial FROM document_numbers WHERE matter = @matter AND unit = @unit AND year = @year',
    { matter, unit, year },
  )
  if (had) return ok(had.serial)
  for (const { first, last } of asked.blocks) {
    const serial = nextDocumentSerial(writing, { unit, year, blocks: [{ first, last }] })
    if (serial === null) continue
    writing.run(
      'INSERT INTO document_numbers (unit, year, serial, matter) VALUES (@unit, @year, @serial, @matter)',
      { unit, year, serial, matter },
    )
    return ok(serial)
  }
  return refuse('numbers-used-up', { unit, year })
}

/** What taking would give, for the form; null where the blocks are used up. */
export function nextDocumentSerial(
  reading: Reading,
  asked: { readonly unit: string; readonly year: number; readonly blocks: readonly NumberBlock[] },
): number | null {
  for (const { first, last } of asked.blocks) {
    const top = reading.one<{ serial: number | null }>(topSerialSql, {
      unit: asked.unit,
      year: asked.year,
      first,
      last,
    })
    const serial = (top?.serial ?? first - 1) + 1
    if (serial <= last) return serial
  }
  return null
}

/** A number seen in an act of another workstation. `number-taken`: another matter has it already. */
export function noteDocumentNumber(
  writing: Writing,
  given: { readonly unit: string; readonly year: number; readonly serial: number; readonly matter: string },
): Result<true, 'number-taken'> {
  const { unit, year, serial } = given
  const holder = writing.one<{ matter: string }>(
    'SELECT matter FROM document_numbers WHERE unit = @unit AND year = @year AND serial = @serial',
    { unit, year, serial },
  )
  if (holder) return holder.matter === given.matter ? ok(true) : refuse('number-taken', { year, serial })
  writing.run(
    'INSERT INTO document_numbers (unit, year, serial, matter) VALUES (@unit, @year, @serial, @matter)',
    { ...given },
  )
  return ok(true)
}

/** The next serial of a register of incoming documents. */
export function takeRegisterNumber(
  writing: Writing,
  asked: { readonly register: string; readonly year: number; readonly matter: string },
): number {
  const { register, year, matter } = asked
  const had = writing.one<{ serial: number }>(
    'SELECT serial FROM register_numbers WHERE matter = @matter AND register = @register AND year = @year',
    { matter, register, year },
  )
  if (had) return had.serial
  const serial = nextRegisterSerial(writing, register, year)
  writing.run(
    'INSERT INTO register_numbers (register, year, serial, matter) VALUES (@register, @year, @serial, @matter)',
    { register, year, serial, matter },
  )
  return serial
}

/** What the next entry would get, for the form. */
export const nextRegisterSerial = (reading: Reading, register: string, year: number): number =>
  (reading.one<{ serial: number | null }>(
    'SELECT max(serial) AS serial FROM register_numbers WHERE register = @register AND year = @year',
    { register, year },
  )?.serial ?? 0) + 1

/** A register number seen in an act of another workstation of the unit. */
export function noteRegisterNumber(
  writing: Writing,
  given: {
    readonly register: string
    readonly year: number
    readonly serial: number
    readonly matter: string
  },
): Result<true, 'number-taken'> {
  const { register, year, serial } = given
  const holder = writing.one<{ matter: string }>(
    'SELECT matter FROM register_numbers WHERE register = @register AND year = @year AND serial = @serial',
    { register, year, serial },
  )
  if (holder) return holder.matter === given.matter ? ok(true) : refuse('number-taken', { year, serial })
  writing.run(
    'INSERT INTO register_numbers (register, year, serial, matter) VALUES (@register, @year, @serial, @matter)',
    { ...given },
  )
  return ok(true)
}
