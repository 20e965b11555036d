/** What is told at the edge of the window: done, or refused with its code. */
import { create } from 'zustand'
import type { DeskRefusal } from '../bridge.ts'

export type Notice =
  | { readonly id: number; readonly kind: 'done'; readonly words: string }
  | { readonly id: number; readonly kind: 'refused'; readonly refusal: DeskRefusal }

export const useNotices = create<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }))

let last = 0
const stayFor = { done: 4_000, refused: 20_000 } as const

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}

/** Nothing told to one person stays for the next. */
export const forgetNotices = (): void => useNotices.setState({ notices: [] })

/** What was done last is what counts: it takes the place of what was done before. Refusals stay beside it. */
function tell(notice: Notice): void {
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((each) => each.kind === 'refused').slice(-2), notice],
  }))
  setTimeout(() => dismiss(notice.id), stayFor[notice.kind])
}

export const tellDone = (words: string): void => tell({ id: ++last, kind: 'done', words })
export const tellRefused = (refusal: DeskRefusal): void => tell({ id: ++last, kind: 'refused', refusal })
