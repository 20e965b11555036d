/** A store in a folder of its own, and a letter's acts really signed, each after the one before. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Act, KnownAct } from '../../../core/act/act.ts'
import type { IncomingKind } from '../../../core/incoming/acts.ts'
import type { OutgoingKind } from '../../../core/outgoing/acts.ts'
import type { NewAct } from '../../../main/store/acts.ts'
import { openStore } from '../../../main/store/store.ts'
import type { Store, StoreOptions } from '../../../main/store/store.ts'
import { keySigner } from '../../../seal/jws.ts'
import { sealAct } from '../../../seal/packet.ts'
import { actOf } from '../../core/acts.ts'
import type { Changes } from '../../core/acts.ts'

export const storeKey = new Uint8Array(32).fill(7)
export const noon = Date.parse('2026-11-21T04:00:00.000Z')

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'sealpost-store-'))

/** A clock that goes on one second with every question. */
export function tickingClock(start = noon): () => number {
  let at = start
  return () => (at += 1_000)
}

export function openTestStore(folder = newFolder(), changes: Partial<StoreOptions> = {}): Store {
  const opened = openStore({ folder, key: storeKey, clock: tickingClock(), ...changes })
  if (!opened.ok) throw new Error(`no store: ${opened.refusal.code} ${opened.refusal.detail ?? ''}`)
  return opened.value
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signer = keySigner(privateKey, 'ab'.repeat(32))

export type Signed = Pick<NewAct, 'act' | 'jws' | 'verification'>

/** Signs an act of the kind after `head`. */
export async function sign(
  kind: OutgoingKind | IncomingKind,
  head: KnownAct | null,
  changes: Changes = {},
): Promise<Signed> {
  const { id: _id, ...act } = actOf(kind, head?.id ?? null, changes)
  const sealed = await sealAct(act as Act, signer)
  return { ...sealed, verification: { signer: 'test' } }
}

export const accepted = (signed: Signed, position: number): NewAct => ({
  ...signed,
  accepted: { position, time: '2026-11-21T04:00:00.000Z' },
})
export const pending = (signed: Signed): NewAct => ({ ...signed, accepted: null })

/** Submitted, approved, re-checked, registered: four acts of one matter in their order. */
export async function signLetter(
  matter = 'a'.repeat(32),
  title = '关于做好测试工作的通知',
  time = '2026-11-21T01:00:00.000Z',
): Promise<[Signed, Signed, Signed, Signed]> {
  const plain = actOf('outgoing.submit', null).body as { content: object }
  const common = { matter, time }
  const submit = await sign('outgoing.submit', null, {
    ...common,
    body: { content: { ...plain.content, title } },
  })
  const approve = await sign('outgoing.approve', submit.act, {
    ...common,
    body: { submission: submit.act.id },
  })
  const recheck = await sign('outgoing.recheck', approve.act, common)
  const register = await sign('outgoing.register', recheck.act, common)
  return [submit, approve, recheck, register]
}
