/** 工作台: what waits for me, and what moves. */
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MatterRow } from '../../preload/contract/views.ts'
import { beginDraft } from '../drafts/DraftsDesk.tsx'
import { ImportButton } from '../drafts/ImportButton.tsx'
import { Empty } from '../frame/Empty.tsx'
import { usePrimary, useKeys } from '../frame/keyboard.ts'
import { RefusalBox } from '../frame/Refusal.tsx'
import { useNow } from '../frame/useNow.ts'
import { Deadline, Urgency } from '../matter/MatterListRow.tsx'
import { loadList, useDesk } from '../state/desk.ts'
import { deskOf, go } from '../state/navigation.ts'
import { useSession } from '../state/session.ts'
import { statusWords } from '../words/index.ts'
import { momentWords } from '../words/moments.ts'

type BenchRowProps = { readonly row: MatterRow; readonly chosen: boolean; readonly onOpen: () => void }

function BenchRow({ row, chosen, onOpen }: BenchRowProps) {
  const { t } = useTranslation()
  const now = useNow()
  return (
    <li>
      <button
        type="button"
        className="bench-row"
        id={`bench-${row.matter}`}
        data-chosen={chosen}
        onClick={onOpen}
      >
        <span className="bench-kind">{t(`desks.${row.kind}`)}</span>
        <span className="bench-title" title={row.title}>
          <Urgency urgency={row.urgency} />
          {row.title}
        </span>
        <span className="bench-number">{row.number || row.from}</span>
        <span className="bench-status">{statusWords(row)}</span>
        <span className="bench-holder">
          {!row.mine && row.holder && row.status !== 'dispatched'
            ? t('workbench.holder', { name: row.holder })
            : ''}
          <Deadline deadline={row.deadline} />
        </span>
        <time dateTime={row.updated}>{momentWords(row.updated, now)}</time>
      </button>
    </li>
  )
}

const settled = new Set(['ended', 'closed', 'returned-to-sender', 'refused', 'recalled'])
const moves = (row: MatterRow): boolean =>
  !row.mine &&
  !settled.has(row.status) &&
  !(
    row.status === 'dispatched' &&
    row.progress &&
    row.progress.signedFor === row.progress.all &&
    !row.pending
  )

export function Workbench() {
  const { t } = useTranslation()
  const me = useSession((state) => state.me)
  const todo = useDesk((state) => state.lists.todo)
  const outgoing = useDesk((state) => state.lists.outgoing)
  const [at, setAt] = useState(-1)
  const roles = me?.roles ?? []
  const writes = roles.includes('secretary')

  useEffect(() => {
    void loadList('todo', { text: '', status: '' })
    void loadList('outgoing', { text: '', status: '' })
  }, [])

  const moving = outgoing.rows.filter(moves).slice(0, 20)
  const all = [...todo.rows, ...moving]
  const open = (row: MatterRow) => go(deskOf(row, roles), row.matter)
  const move = (by: number) => (event: KeyboardEvent) => {
    const next = Math.min(Math.max(at + by, 0), all.length - 1)
    const row = all[next]
    if (!row) return
    event.preventDefault()
    setAt(next)
    document.getElementById(`bench-${row.matter}`)?.focus()
  }
  useKeys({ j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1) })
  const first = all[Math.max(at, 0)]
  usePrimary(first ? () => open(first) : null)

  return (
    <div className="bench">
      <header className="bench-head">
        <h1>{t('desks.workbench')}</h1>
        <span className="status-space" />
        {writes && (
          <>
            <ImportButton />
            <Button type="primary" onClick={() => void beginDraft(me?.unitName ?? '')}>
              {t('workbench.draft')}
            </Button>
          </>
        )}
      </header>
      <section aria-label={t('workbench.waiting')}>
        <h2>
          {t('workbench.waiting')} <span className="count">{todo.total || ''}</span>
        </h2>
        {todo.refusal && <RefusalBox refusal={todo.refusal} />}
        <ul className="bench-rows">
          {todo.rows.map((row, index) => (
            <BenchRow key={row.matter} row={row} chosen={index === at} onOpen={() => open(row)} />
          ))}
        </ul>
        {todo.loaded && todo.rows.length === 0 && (
          <Empty title={t('workbench.waitingNone')} hint={t('workbench.waitingNoneHint')} />
        )}
      </section>
      <section aria-label={t('workbench.moving')}>
        <h2>
          {t('workbench.moving')} <span className="count">{moving.length || ''}</span>
        </h2>
        <ul className="bench-rows">
          {moving.map((row, index) => (
            <BenchRow
              key={row.matter}
              row={row}
              chosen={todo.rows.length + index === at}
              onOpen={() => open(row)}
            />
          ))}
        </ul>
        {outgoing.loaded && moving.length === 0 && (
          <Empty title={t('workbench.movingNone')} hint={t('workbench.movingNoneHint')} />
        )}
      </section>
    </div>
  )
}
