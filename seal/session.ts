/** The session statement is signed here (core/exchange/session.ts has its shape); the hub judges it. */
import { sessionLimits, sessionStatement, sessionType } from '../core/exchange/session.ts'
import type { SessionStatement } from '../core/exchange/session.ts'
import type { Signer } from './jws.ts'
import { readStatement, signStatement } from './statement.ts'

const sessionKind = {
  typ: sessionType,
  maxBytes: sessionLimits.bytes,
  maxDepth: 4,
  schema: sessionStatement,
} as const

export const signSession = (statement: SessionStatement, key: Signer): Promise<string> =>
  signStatement(statement, sessionKind, key)

/** Statement and JWS; who signed it, for which hub and how long is for the hub to judge. */
export const readSession = (text: string) => readStatement(text, sessionKind)
