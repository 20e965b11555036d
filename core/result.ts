/**
 * Expected failures are values: a closed code, and facts that help the person. The sentence a clerk reads is made
 * from the code in the interface's language (renderer/words); `detail` is for the log and never holds document text.
 * A thrown error is a bug.
 */
export type Refusal<Code extends string = string> = {
  readonly code: Code
  /** Facts for the sentence: names, places, limits. Never document content. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>
  /** For the log, in English. */
  readonly detail?: string
}

export type Ok<Value> = { readonly ok: true; readonly value: Value }
export type Refused<Code extends string = string> = { readonly ok: false; readonly refusal: Refusal<Code> }
export type Result<Value, Code extends string = string> = Ok<Value> | Refused<Code>

export const ok = <Value>(value: Value): Ok<Value> => ({ ok: true, value })

export const refuse = <Code extends string>(
  code: Code,
  facts?: Refusal['facts'],
  detail?: string,
): Refused<Code> => ({
  ok: false,
  refusal: { code, ...(facts ? { facts } : {}), ...(detail === undefined ? {} : { detail }) },
})

/** For switches over closed unions: the compiler complains when a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
