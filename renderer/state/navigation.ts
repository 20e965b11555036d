/** Which desk is shown and what lies open on it. */
import { create } from 'zustand'
import type { MatterRow } from '../../preload/contract/views.ts'

export const desksShown = ['workbench', 'drafts', 'outgoing', 'incoming', 'approvals'] as const
export type DeskShown = (typeof desksShown)[number]

type Navigation = {
  readonly desk: DeskShown
  /** The draft or matter that is open, a desk. */
  readonly open: Readonly<Partial<Record<DeskShown, string>>>
  /** Text that stopped the work: a classification mark. Fills the page until acknowledged. */
  readonly stopped: boolean
}

export const useNavigation = create<Navigation>(() => ({ desk: 'workbench', open: {}, stopped: false }))

/** Goes to a desk; `id` opens something there, null closes what is open, absent leaves it. */
export function go(desk: DeskShown, id?: string | null): void {
  const { open } = useNavigation.getState()
  if (id === undefined) useNavigation.setState({ desk })
  else if (id === null) {
    const { [desk]: _closed, ...rest } = open
    useNavigation.setState({ desk, open: rest })
  } else useNavigation.setState({ desk, open: { ...open, [desk]: id } })
}

export const resetNavigation = (): void =>
  useNavigation.setState({ desk: 'workbench', open: {}, stopped: false })

/** The desk where a person goes on with a matter. */
export function deskOf(row: MatterRow, roles: readonly string[]): DeskShown {
  if (row.kind === 'incoming') return 'incoming'
  return row.status === 'submitted' && row.mine && roles.includes('leader') ? 'approvals' : 'outgoing'
}
