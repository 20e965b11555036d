/** The three panes of a desk of documents: list, paper, side. */
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { Empty } from '../frame/Empty.tsx'
import { RefusalBox } from '../frame/Refusal.tsx'
import { openMatter, useMatter } from '../state/matter.ts'
import { go, useNavigation } from '../state/navigation.ts'
import { MatterList } from './MatterList.tsx'
import { MatterPaper } from './MatterPaper.tsx'

type DeskPanesProps = {
  readonly desk: 'outgoing' | 'incoming'
  readonly statuses: Readonly<Record<string, string>>
  /** The side pane of the matter that is open. */
  readonly children: (view: MatterView) => ReactNode
  /** Above the list. */
  readonly above?: ReactNode
  /** Drawers of the desk. */
  readonly after?: ReactNode
}

export function DeskPanes({ desk, statuses, children, above, after }: DeskPanesProps) {
  const { t } = useTranslation()
  const chosen = useNavigation((state) => state.open[desk] ?? null)
  const { id, view, refusal } = useMatter()
  useEffect(() => {
    void openMatter(chosen)
  }, [chosen])
  const current = id === chosen ? view : null
  return (
    <div className={current ? 'desk-panes has-open' : 'desk-panes'}>
      <MatterList
        desk={desk}
        label={t(`${desk}.list`)}
        chosen={chosen}
        statuses={statuses}
        onOpen={(row) => go(desk, row.matter)}
        above={above}
        empty={<Empty title={t(`${desk}.none`)} hint={t(`${desk}.noneHint`)} />}
      />
      {current ? (
        <>
          <MatterPaper key={current.row.matter} view={current} />
          <aside className="side" aria-label={current.row.title}>
            {refusal && <RefusalBox refusal={refusal} />}
            <div key={current.row.matter}>{children(current)}</div>
          </aside>
        </>
      ) : (
        <div className="pane-empty">
          {refusal && id === chosen ? (
            <RefusalBox refusal={refusal} />
          ) : chosen === null ? (
            <Empty title={t(`${desk}.choose`)} />
          ) : (
            <p className="faint">{t('common.loading')}</p>
          )}
        </div>
      )}
      {after}
    </div>
  )
}
