/**
 * 复核 and 登记编号. A number is the next free one of a block the directory grants to this registry clerk, so two
 * registries offline never give the same number; giving it and recording the act are one transaction.
 */
import type { UnitEntry } from '../../core/directory/directory.ts'
import { calendarDateOf, instantOf } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import { documentNumbers, nextNumber, takeNumber } from '../store/numbers.ts'
import type { NumberBlock } from '../store/numbers.ts'
import type { Answer, Desk } from './desk.ts'
import { outgoingState, recordNext } from './record.ts'

export async function recheck(
  desk: Desk,
  input: { readonly matter: string; readonly words?: string | undefined },
): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  if (!state?.approval) return refuse('matter-unknown')
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.recheck',
    role: 'registry',
    body: { contentHash: state.approval.body.contentHash, ...(input.words ? { words: input.words } : {}) },
  })
  return recorded.ok ? ok(input.matter) : recorded
}

/** 发文字号: the organ's code, the year in 〔〕, the serial without leading zeros and without 第. */
export const documentNumber = (unit: UnitEntry, year: number, serial: number): string =>
  `${unit.numbering.code}〔${year}〕${serial}号`

/** What was granted to this clerk at this workstation. */
export const blocksOf = (desk: Desk, year: number): readonly NumberBlock[] =>
  desk
    .directory()
    .units.get(desk.me.unit)
    ?.numbering.blocks.filter(
      (block) => block.registry === desk.me.person && block.device === desk.device.id && block.year === year,
    ) ?? []

/** What registering would give now, for the form. */
export function nextDocumentNumber(desk: Desk, year: number): string | null {
  const unit = desk.directory().units.get(desk.me.unit)
  const asked = { name: desk.me.unit, year, blocks: blocksOf(desk, year) }
  const serial = nextNumber(desk.store.reading, documentNumbers, asked)
  return unit && serial !== null ? documentNumber(unit, year, serial) : null
}

/**
 * The number is taken for the matter first, in a transaction of its own (asked again, the matter gets the same one),
 * then signed: a number is never lost and never given twice, wherever the power fails.
 */
export async function register(
  desk: Desk,
  input: { readonly matter: string; readonly copies: number },
): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  const unit = desk.directory().units.get(desk.me.unit)
  if (!state?.approval || !unit) return refuse('matter-unknown')
  if (state.status !== 'rechecked') return refuse('not-in-this-state', { status: state.status })
  const date = calendarDateOf(state.approval.time)
  const year = Number(date.slice(0, 4))
  const taken = desk.store.transact((writing) =>
    takeNumber(writing, documentNumbers, {
      name: unit.id,
      year,
      matter: input.matter,
      blocks: blocksOf(desk, year),
    }),
  )
  if (!taken.ok) return refuse('no-number-left', { year })
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.register',
    role: 'registry',
    body: {
      number: documentNumber(unit, year, taken.value),
      year,
      serial: taken.value,
      date,
      printedOn: calendarDateOf(instantOf(desk.clock)),
      copies: input.copies,
    },
  })
  return recorded.ok ? ok(input.matter) : recorded
}
