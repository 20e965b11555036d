/** One row: urgency, title, number and when, status and deadline, from whom. */
import { useTranslation } from 'react-i18next'
import type { MatterRow } from '../../preload/contract/views.ts'
import { useNow } from '../frame/useNow.ts'
import { statusWords } from '../words/index.ts'
import { deadlineWords, momentWords } from '../words/moments.ts'
import { rowHeight } from './rowHeight.ts'

export function Urgency({ urgency }: { readonly urgency: string }) {
  const { t } = useTranslation()
  return urgency === 'normal' || urgency === '' ? null : (
    <span className={`urgency urgency-${urgency}`}>{t(`urgency.${urgency}`)}</span>
  )
}

export function Deadline({ deadline }: { readonly deadline: string | undefined }) {
  const now = useNow()
  if (deadline === undefined) return null
  const { words, overdue } = deadlineWords(deadline, now)
  return <span className={overdue ? 'deadline overdue' : 'deadline'}>{words}</span>
}

type RowProps = {
  readonly row: MatterRow
  readonly top: number
  readonly chosen: boolean
  /** The one row of the list the Tab key reaches. */
  readonly reachable: boolean
  readonly onOpen: (row: MatterRow) => void
}

export function MatterListRow({ row, top, chosen, reachable, onOpen }: RowProps) {
  const { t } = useTranslation()
  const now = useNow()
  return (
    <div
      id={`row-${row.matter}`}
      role="option"
      aria-selected={chosen}
      tabIndex={reachable ? 0 : -1}
      className={row.mine ? 'row row-mine' : 'row'}
      style={{ top, height: rowHeight }}
      onClick={() => onOpen(row)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.ctrlKey) onOpen(row)
      }}
    >
      <p className="row-title" title={row.title}>
        <Urgency urgency={row.urgency} />
        {row.title}
      </p>
      <p className="row-facts">
        <span className="row-number">
          {row.number || t(row.kind === 'outgoing' ? 'sign.noNumber' : 'common.noNumber')}
        </span>
        <time dateTime={row.updated}>{momentWords(row.updated, now)}</time>
      </p>
      <p className="row-facts">
        <span className="row-status">{statusWords(row)}</span>
        {row.pending && <span className="tag">{t('common.pending')}</span>}
        <Deadline deadline={row.deadline} />
        <span className="row-from">{row.from}</span>
      </p>
    </div>
  )
}
