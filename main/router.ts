/**
 * The door between the window and main: every call is measured, named and parsed by the contract before a handler
 * sees it, and every outcome is a Result.
 *
 * Non-goals: no rights (handlers judge who may do what), no transport (hosts bring it).
 * Invariants: the returned function never throws; nothing of an input and no stack goes back to the window or, for a
 * refused input, into the log: its shape is told by path and code only.
 */
import type { z } from 'zod'
import { refuse } from '../core/result.ts'
import type { Refused } from '../core/result.ts'
import { office } from '../preload/contract/office.ts'
import type { CallAnswer, CallInput, CallName } from '../preload/contract/office.ts'

/** One handler a call of the contract, exhaustive by type. */
export type Handlers = { readonly [Name in CallName]: (input: CallInput<Name>) => Promise<CallAnswer<Name>> }

export type RouterLog = (event: string, facts: Readonly<Record<string, unknown>>) => void

/** What an input may hold at most, before anything looks at its shape: text in UTF-16 units, values, levels. */
export const inputLimits = { text: 9_000_000, values: 200_000, depth: 24 } as const

const isCallName = (name: unknown): name is CallName =>
  typeof name === 'string' && Object.hasOwn(office, name)

/**
 * Answers calls as they come from a host: `(name, input)`, both unknown. Refuses with `contract-violated` what the
 * contract does not have, with `program-fault` what a handler threw (a bug, logged with its stack).
 */
export function makeRouter(
  handlers: Handlers,
  log: RouterLog,
): (name: unknown, input: unknown) => Promise<unknown> {
  const violated = (name: string, detail: string): Refused<'contract-violated'> => {
    log('contract-violated', { name, detail })
    return refuse('contract-violated', undefined, detail)
  }
  return async (name, input) => {
    if (!isCallName(name)) return violated(shortName(name), 'no such call')
    const excess = excessOf(input)
    if (excess) return violated(name, excess)
    const parsed = office[name].input.safeParse(input)
    if (!parsed.success) return violated(name, shapeOf(parsed.error))
    try {
      // The name chose both the schema and the handler: the pair agrees, which the compiler cannot follow.
      const handle = handlers[name] as (input: unknown) => Promise<unknown>
      return await handle(parsed.data)
    } catch (error) {
      log('handler-threw', { name, error: stackOf(error) })
      return refuse('program-fault', undefined, 'the log has it')
    }
  }
}

function shortName(name: unknown): string {
  return typeof name === 'string' ? name.slice(0, 60) : `(${typeof name})`
}

function stackOf(error: unknown): string {
  return String(error instanceof Error ? (error.stack ?? error.message) : error).slice(0, 4_000)
}

function shapeOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.code} at ${issue.path.map(String).join('.').slice(0, 100) || 'input'}`)
    .join('; ')
}

/** Why an input is too much to be parsed, or null. Stops at the first excess, so its cost is bounded too. */
function excessOf(input: unknown): string | null {
  let text = 0
  let values = 0
  const walk = (value: unknown, depth: number): string | null => {
    if (++values > inputLimits.values) return 'too many values'
    if (typeof value === 'string') {
      text += value.length
      return text > inputLimits.text ? 'too much text' : null
    }
    if (typeof value !== 'object' || value === null) return null
    if (depth >= inputLimits.depth) return 'too deep'
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'bytes travel as base64'
    for (const key in value) {
      text += key.length
      const excess = walk((value as Record<string, unknown>)[key], depth + 1)
      if (excess) return excess
    }
    return null
  }
  return walk(input, 0)
}
