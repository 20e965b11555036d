/** Counts, the line to the hub, and the lists of matters: everything that changes without the person's doing. */
import { create } from 'zustand'
import type { Counts, DeskName, ExchangeView, MatterRow } from '../../preload/contract/views.ts'
import { call, listen } from '../bridge.ts'
import type { DeskRefusal } from '../bridge.ts'
import { refreshMatter } from './matter.ts'

export type MatterList = {
  readonly rows: readonly MatterRow[]
  readonly total: number
  readonly next: string | null
  readonly text: string
  readonly status: string
  readonly loading: boolean
  readonly loaded: boolean
  readonly refusal: DeskRefusal | null
}

const emptyList: MatterList = {
  rows: [],
  total: 0,
  next: null,
  text: '',
  status: '',
  loading: false,
  loaded: false,
  refusal: null,
}

type Desk = {
  readonly counts: Counts | null
  readonly exchange: ExchangeView | null
  readonly lists: Readonly<Record<DeskName, MatterList>>
}

const begin: Desk = {
  counts: null,
  exchange: null,
  lists: { outgoing: emptyList, incoming: emptyList, approvals: emptyList, todo: emptyList },
}

export const useDesk = create<Desk>(() => begin)

const pageSize = 100
/** Rows kept in step when the list changes under us; beyond it the rest is read again while scrolling. */
const refreshLimit = 200

function put(desk: DeskName, change: Partial<MatterList>): void {
  useDesk.setState(({ lists }) => ({ lists: { ...lists, [desk]: { ...lists[desk], ...change } } }))
}

const asked: Record<DeskName, number> = { outgoing: 0, incoming: 0, approvals: 0, todo: 0 }

/** Reads a list from its beginning. An answer that was overtaken by a later question is dropped. */
export async function loadList(
  desk: DeskName,
  filter: { readonly text?: string; readonly status?: string } = {},
): Promise<void> {
  put(desk, { ...filter, loading: true })
  const { text, status, rows } = useDesk.getState().lists[desk]
  const turn = ++asked[desk]
  const answer = await call('matters.list', {
    desk,
    limit: Math.min(Math.max(pageSize, rows.length), refreshLimit),
    ...(text === '' ? {} : { text }),
    ...(status === '' ? {} : { status }),
  })
  if (turn !== asked[desk]) return
  put(desk, {
    loading: false,
    loaded: true,
    ...(answer.ok ? { ...answer.value, refusal: null } : { refusal: answer.refusal }),
  })
}

/** Reads on where the list ended. */
export async function loadMore(desk: DeskName): Promise<void> {
  const { next, loading, text, status } = useDesk.getState().lists[desk]
  if (next === null || loading) return
  put(desk, { loading: true })
  const turn = ++asked[desk]
  const answer = await call('matters.list', {
    desk,
    after: next,
    limit: pageSize,
    ...(text === '' ? {} : { text }),
    ...(status === '' ? {} : { status }),
  })
  if (turn !== asked[desk]) return
  if (!answer.ok) return put(desk, { loading: false, refusal: answer.refusal })
  const { rows } = useDesk.getState().lists[desk]
  put(desk, {
    loading: false,
    refusal: null,
    rows: [...rows, ...answer.value.rows],
    next: answer.value.next,
    total: answer.value.total,
  })
}

export async function refreshCounts(): Promise<void> {
  const answer = await call('desk.counts', {})
  if (answer.ok) useDesk.setState({ counts: answer.value })
}

/** Counts and every list that was looked at. */
export async function refreshDesk(): Promise<void> {
  const { lists } = useDesk.getState()
  const shown = (Object.keys(lists) as DeskName[]).filter((desk) => lists[desk].loaded)
  await Promise.all([refreshCounts(), ...shown.map((desk) => loadList(desk))])
}

/** From signing in to signing out. Returns the function that ends it. */
export function followDesk(): () => void {
  let due: ReturnType<typeof setTimeout> | undefined
  const stops = [
    listen('exchange', (exchange) => useDesk.setState({ exchange })),
    listen('changed', ({ matters }) => {
      void refreshMatter(matters)
      // Many changes in one moment are one refresh.
      clearTimeout(due)
      due = setTimeout(() => void refreshDesk(), 120)
    }),
  ]
  void refreshCounts()
  void call('exchange.status', {}).then((answer) => {
    if (answer.ok) useDesk.setState({ exchange: answer.value })
  })
  return () => {
    clearTimeout(due)
    for (const stop of stops) stop()
    useDesk.setState(begin)
  }
}
