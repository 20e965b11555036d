/**
 * The window's one way to main. A call never throws: what goes wrong on the way is a refusal like any other, so that
 * a screen handles one kind of failure.
 */
import type {
  CallAnswer,
  CallInput,
  CallName,
  CallOutput,
  EventName,
  OfficeEvents,
} from '../preload/contract/office.ts'
import type { OfficeRefusal } from '../preload/contract/refusals.ts'
import type { Refusal } from '../core/result.ts'

export type DeskRefusal = Refusal<OfficeRefusal>
export type Answer<Name extends CallName> = CallAnswer<Name>

export async function call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Answer<Name>> {
  try {
    return await window.office.call(name, input)
  } catch (error) {
    return { ok: false, refusal: { code: 'contract-violated', detail: String(error) } }
  }
}

/** Returns the function that stops listening. */
export function listen<Name extends EventName>(
  event: Name,
  listener: (payload: OfficeEvents[Name]) => void,
): () => void {
  return window.office.on(event, listener)
}

/** Calls whose answer is the matter as it now stands. */
export type MatterCall = {
  [Name in CallName]: CallOutput<Name> extends { readonly state: unknown; readonly row: unknown }
    ? Name
    : never
}[CallName]
