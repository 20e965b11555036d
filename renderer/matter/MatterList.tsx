/**
 * The list of a desk: compact rows, read on while scrolling, only what is seen is drawn. J, K or arrows move, Enter
 * opens; what is chosen is open beside it.
 */
import { Input, Select } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode, UIEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeskName, MatterRow } from '../../preload/contract/views.ts'
import { useKeys } from '../frame/keyboard.ts'
import { RefusalBox } from '../frame/Refusal.tsx'
import { loadList, loadMore, useDesk } from '../state/desk.ts'
import { MatterListRow } from './MatterListRow.tsx'
import { rowHeight } from './rowHeight.ts'

type MatterListProps = {
  readonly desk: DeskName
  readonly label: string
  readonly chosen: string | null
  readonly onOpen: (row: MatterRow) => void
  readonly empty: ReactNode
  /** Above the rows. */
  readonly above?: ReactNode
  /** Statuses to filter by, with their words. */
  readonly statuses?: Readonly<Record<string, string>>
}

const overscan = 6

export function MatterList({ desk, label, chosen, onOpen, empty, above, statuses }: MatterListProps) {
  const { t } = useTranslation()
  const list = useDesk((state) => state.lists[desk])
  const [text, setText] = useState(list.text)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(800)
  const box = useRef<HTMLDivElement>(null)
  const { rows } = list

  useEffect(() => {
    const timer = setTimeout(() => void loadList(desk, { text: text.trim() }), text === list.text ? 0 : 200)
    return () => clearTimeout(timer)
    // The text typed is what asks; the list's own text follows it.
  }, [desk, text])
  useEffect(() => {
    const element = box.current
    if (!element) return
    const watch = new ResizeObserver(() => setHeight(element.clientHeight))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])

  const at = rows.findIndex((row) => row.matter === chosen)
  const move = (by: number) => (event: KeyboardEvent) => {
    const row = rows[at === -1 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]
    if (!row) return
    event.preventDefault()
    onOpen(row)
  }
  useKeys({ j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1) })
  useEffect(() => {
    const element = box.current
    if (!element || at === -1) return
    if (at * rowHeight < element.scrollTop) element.scrollTop = at * rowHeight
    else if ((at + 1) * rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = (at + 1) * rowHeight - element.clientHeight
    if (element.contains(document.activeElement) && document.activeElement !== element)
      document.getElementById(`row-${chosen}`)?.focus()
  }, [at, chosen])

  const scrolled = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop, clientHeight, scrollHeight } = event.currentTarget
    setTop(scrollTop)
    if (scrollHeight - scrollTop - clientHeight < 20 * rowHeight) void loadMore(desk)
  }
  const from = Math.max(0, Math.floor(top / rowHeight) - overscan)
  const to = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + overscan)

  return (
    <section className="list-pane" aria-label={label}>
      <div className="list-filter">
        <Input
          allowClear
          aria-label={t('common.filter')}
          placeholder={t('common.filterShort')}
          value={text}
          maxLength={100}
          onChange={(event) => setText(event.target.value)}
        />
        {statuses && (
          <Select
            aria-label={t('common.filterStatus')}
            value={list.status}
            onChange={(status: string) => void loadList(desk, { status })}
            options={[
              { value: '', label: t('common.all') },
              ...Object.entries(statuses).map(([value, words]) => ({ value, label: words })),
            ]}
          />
        )}
      </div>
      {above && <div className="list-above">{above}</div>}
      {list.refusal && <RefusalBox refusal={list.refusal} />}
      <div ref={box} className="list-box" onScroll={scrolled}>
        {rows.length > 0 ? (
          <div
            role="listbox"
            aria-label={label}
            className="list-rows"
            style={{ height: rows.length * rowHeight }}
          >
            {rows.slice(from, to).map((row, index) => (
              <MatterListRow
                key={row.matter}
                row={row}
                top={(from + index) * rowHeight}
                chosen={row.matter === chosen}
                reachable={at === -1 ? from + index === 0 : row.matter === chosen}
                onOpen={onOpen}
              />
            ))}
          </div>
        ) : (
          list.loaded && empty
        )}
      </div>
      <p className="list-total">
        {list.loaded ? t('common.total', { count: list.total }) : t('common.loading')}
      </p>
    </section>
  )
}
