/** Matters on the stage: real acts folded by the real folds, in memory, unsigned. */
import { createHash } from 'node:crypto'
import type { KnownAct } from '../../../core/act/act.ts'
import type { Role } from '../../../core/act/identifiers.ts'
import { foldMatter, matterKindOf } from '../../../core/matter.ts'
import type { MatterState } from '../../../core/matter.ts'
import type { ActionName } from '../../../preload/contract/views.ts'

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex')

export type StagedMatter = {
  readonly id: string
  readonly acts: KnownAct[]
  readonly mine: (person: string) => boolean
}

export type Step = {
  readonly kind: string
  readonly by: { readonly unit: string; readonly role: Role; readonly person: string }
  readonly body: Record<string, unknown>
  readonly time: string
  readonly beside?: boolean
}

const fileOf = (body: Record<string, unknown>): KnownAct['blobs'] => {
  const file = body['file'] as { blob: string; plainHash: string } | undefined
  if (!file) return []
  return [
    {
      id: file.blob,
      plainHash: file.plainHash,
      size: 1,
      plainSize: 1,
      key: 'A'.repeat(43),
      media: 'application/pdf',
      name: 'a.pdf',
    },
  ]
}

/** One more act on the matter; throws where the fold refuses, for then the stage is wrong. */
export function take(matter: KnownAct[], id: string, owner: string, step: Step): string {
  const before = foldMatter(matterKindOf(step.kind)!, matter).state
  const { unit, role, person } = step.by
  const act = {
    v: 1 as const,
    matter: id,
    owner,
    kind: step.kind,
    pen: step.beside !== true,
    after: step.beside || !before?.head ? [] : [before.head],
    time: step.time,
    actor: role === 'machine' ? { unit, device: person, role } : { unit, person, role },
    recipients: [`unit:${unit}`],
    salt: 'A'.repeat(22),
    blobs: fileOf(step.body),
    body: step.body,
  }
  const known: KnownAct = { ...act, id: sha256(`${matter.length} ${JSON.stringify(act)}`) }
  matter.push(known)
  const folded = foldMatter(matterKindOf(step.kind)!, matter)
  if (folded.void.length > 0) {
    matter.pop()
    throw new Error(`${step.kind}: ${folded.void.map((each) => each.code).join()}`)
  }
  return known.id
}

export const stateOf = (matter: { readonly acts: readonly KnownAct[] }): MatterState => {
  const first = matter.acts[0]
  const state = first && foldMatter(matterKindOf(first.kind)!, matter.acts).state
  if (!state) throw new Error('a matter without acts')
  return state
}

type Desk = { readonly person: string; readonly roles: readonly string[] }

/** What the person may do now, as main would say. */
export function actionsOf(state: MatterState, me: Desk): ActionName[] {
  const has = (role: Role) => me.roles.includes(role)
  if (state.kind === 'incoming') {
    if (!has('registry')) return []
    switch (state.status) {
      case 'received':
        return ['sign-for', 'refuse']
      case 'signed-for':
        return ['register-incoming', 'return-to-sender']
      case 'registered':
        return ['check', 'return-to-sender']
      case 'checked':
        return ['close', 'return-to-sender']
      default:
        return []
    }
  }
  switch (state.status) {
    case 'submitted':
      return state.holder && 'person' in state.holder && state.holder.person === me.person
        ? ['approve', 'return']
        : []
    case 'returned':
      return state.writer === me.person ? ['edit'] : []
    case 'approved':
      return has('registry') ? ['recheck', 'return'] : []
    case 'rechecked':
      return has('registry') ? ['register', 'return'] : []
    case 'registered':
      return has('registry') ? ['press'] : []
    case 'pressed':
      return has('seal-keeper') ? ['seal'] : []
    case 'sealed':
      return has('registry') ? ['release'] : []
    case 'released':
      return has('registry') ? ['dispatch'] : []
    case 'dispatched':
      return has('registry') ? ['dispatch', 'recall'] : []
    case 'ended':
      return []
  }
}
