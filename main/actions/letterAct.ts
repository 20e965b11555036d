/** An act carried inside another (the sender's dispatch act in ours): checked before it was stored, read again here. */
import type { KnownAct } from '../../core/act/act.ts'
import { knownActOf } from '../store/acts.ts'
import { sha256 } from '../../seal/hash.ts'

const nameOf = (jws: string): string => sha256(Buffer.from(jws.slice(0, jws.lastIndexOf('.')), 'latin1'))

export function actOfJws(jws: string): { readonly id: string; readonly act: KnownAct } {
  const id = nameOf(jws)
  return { id, act: knownActOf({ id, jws }) }
}
