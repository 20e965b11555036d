/** The matter that lies open, and doing something with it. */
import { create } from 'zustand'
import type { CallInput } from '../../preload/contract/office.ts'
import type { MatterView } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'
import type { DeskRefusal, MatterCall } from '../bridge.ts'
import { refreshDesk } from './desk.ts'

type Open = {
  readonly id: string | null
  readonly view: MatterView | null
  readonly refusal: DeskRefusal | null
  /** The call under way: one at a time. */
  readonly doing: MatterCall | null
}

const begin: Open = { id: null, view: null, refusal: null, doing: null }

export const useMatter = create<Open>(() => begin)

/** When the person leaves nothing of what was open stays in the window. */
export const leaveMatter = (): void => useMatter.setState(begin)

export async function openMatter(id: string | null): Promise<void> {
  if (useMatter.getState().id !== id) useMatter.setState({ id, view: null, refusal: null })
  if (id === null) return
  const answer = await call('matters.open', { matter: id })
  if (useMatter.getState().id !== id) return
  useMatter.setState(answer.ok ? { view: answer.value, refusal: null } : { refusal: answer.refusal })
}

/** After `changed`: reads the open matter anew if it is among those (or many changed). */
export async function refreshMatter(changed: readonly string[]): Promise<void> {
  const { id, doing } = useMatter.getState()
  if (id !== null && doing === null && (changed.length === 0 || changed.includes(id))) await openMatter(id)
}

/** Does it and shows the matter as it then stands. Null when done, else why not. */
export async function act<Name extends MatterCall>(
  name: Name,
  input: CallInput<Name>,
): Promise<DeskRefusal | null> {
  if (useMatter.getState().doing !== null) return { code: 'busy' }
  useMatter.setState({ doing: name })
  const answer = await call(name, input)
  useMatter.setState({ doing: null })
  if (!answer.ok) {
    // What we saw may be old: another person may have been quicker.
    void refreshMatter([])
    return answer.refusal
  }
  const view = answer.value as MatterView
  if (useMatter.getState().id === view.row.matter) useMatter.setState({ view, refusal: null })
  void refreshDesk()
  return null
}
