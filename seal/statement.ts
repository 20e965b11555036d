/**
 * A signed statement read as what it says: JWS, bounded JSON and schema in one step, for every kind of statement
 * (act, packet header, session, receipt, directory). Believes nothing yet: `judgeSigner` (signer.ts) or the caller
 * verifies with the key of a certificate it trusts.
 */
import type { z } from 'zod'
import { canonical } from '../core/canonical.ts'
import { parseBoundedJson } from '../core/json.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { parseJws, signJws } from './jws.ts'
import type { ParsedJws, Signer } from './jws.ts'

export type StatementKind<Schema extends z.ZodType> = {
  readonly typ: string
  /** Of the JWS, in bytes. */
  readonly maxBytes: number
  readonly maxDepth: number
  readonly schema: Schema
}
export type ReadStatement<Value> = { readonly jws: ParsedJws; readonly value: Value }
export type StatementRefusal = 'statement-too-large' | 'statement-malformed'

export function readStatement<Schema extends z.ZodType>(
  text: string,
  kind: StatementKind<Schema>,
): Result<ReadStatement<z.infer<Schema>>, StatementRefusal> {
  const jws = parseJws(text, kind)
  if (!jws.ok) {
    const large = jws.refusal.code === 'jws-too-large'
    return refuse(large ? 'statement-too-large' : 'statement-malformed', undefined, jws.refusal.code)
  }
  const json = parseBoundedJson(jws.value.payload, kind)
  if (!json.ok) return refuse('statement-malformed', undefined, json.refusal.code)
  const parsed = kind.schema.safeParse(json.value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refuse('statement-malformed', undefined, `${issue?.path.join('.')}: ${issue?.code}`)
  }
  return ok({ jws: jws.value, value: parsed.data })
}

/** Signs the canonical form of what the schema accepts; anything else is a bug and throws. */
export const signStatement = <Schema extends z.ZodType>(
  value: z.infer<Schema>,
  kind: StatementKind<Schema>,
  key: Signer,
): Promise<string> => signJws({ payload: canonical(kind.schema.parse(value)), typ: kind.typ, key })
