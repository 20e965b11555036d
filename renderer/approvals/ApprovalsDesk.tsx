/** The leader's desk: only what waits for a decision, one document a screen, large; the next comes by itself. */
import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button, ConfigProvider, Drawer } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../frame/Empty.tsx'
import { useKeys } from '../frame/keyboard.ts'
import { RefusalBox } from '../frame/Refusal.tsx'
import { MatterList } from '../matter/MatterList.tsx'
import { MatterPaper } from '../matter/MatterPaper.tsx'
import { loadList, useDesk } from '../state/desk.ts'
import { openMatter, useMatter } from '../state/matter.ts'
import { go, useNavigation } from '../state/navigation.ts'
import { leaderTheme } from '../theme.ts'
import { Decision } from './Decision.tsx'

export function ApprovalsDesk() {
  const { t } = useTranslation()
  const list = useDesk((state) => state.lists.approvals)
  const wanted = useNavigation((state) => state.open.approvals ?? null)
  const { id, view, refusal } = useMatter()
  const [listOpen, setListOpen] = useState(false)
  const { rows } = list
  /** Where the document that was decided stood: the next one moves up into its place. */
  const place = useRef(0)

  useEffect(() => {
    void loadList('approvals', { text: '', status: '' })
  }, [])

  const found = rows.findIndex((row) => row.matter === wanted)
  const at = found === -1 ? Math.min(place.current, Math.max(rows.length - 1, 0)) : found
  const shown = rows[at]?.matter ?? null
  useEffect(() => {
    place.current = at
    void openMatter(shown)
  }, [shown, at])

  const step = (by: number) => {
    const row = rows[at + by]
    if (row) go('approvals', row.matter)
  }
  const keyed = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    step(by)
  }
  useKeys({ j: keyed(1), k: keyed(-1) })

  if (rows.length === 0)
    return (
      <div className="pane-empty">
        {list.refusal && <RefusalBox refusal={list.refusal} />}
        {list.loaded && <Empty title={t('approvals.none')} hint={t('approvals.noneHint')} />}
      </div>
    )
  const current = id === shown ? view : null
  return (
    <ConfigProvider theme={leaderTheme}>
      <div className="approvals">
        <header className="approvals-head">
          <span className="approvals-position">
            {t('approvals.position', { position: at + 1, total: list.total })}
          </span>
          <h1 title={rows[at]?.title}>{rows[at]?.title}</h1>
          <Button
            icon={<LeftOutlined aria-hidden />}
            aria-label={t('approvals.previous')}
            disabled={at === 0}
            onClick={() => step(-1)}
          />
          <Button
            icon={<RightOutlined aria-hidden />}
            aria-label={t('approvals.next')}
            disabled={at >= rows.length - 1}
            onClick={() => step(1)}
          />
          <Button onClick={() => setListOpen(true)}>{t('approvals.openList')}</Button>
        </header>
        {id === shown && refusal && <RefusalBox refusal={refusal} />}
        {current ? (
          <>
            <MatterPaper key={current.row.matter} view={current} />
            <Decision key={`decision ${current.row.matter}`} view={current} />
          </>
        ) : (
          <div className="pages">
            <div className="sheet sheet-empty">{t('common.loading')}</div>
          </div>
        )}
        {listOpen && (
          <Drawer
            open
            title={t('approvals.list')}
            size={420}
            placement="left"
            onClose={() => setListOpen(false)}
          >
            <MatterList
              desk="approvals"
              label={t('approvals.list')}
              chosen={shown}
              empty={<Empty title={t('approvals.none')} />}
              onOpen={(row) => {
                go('approvals', row.matter)
                setListOpen(false)
              }}
            />
          </Drawer>
        )}
      </div>
    </ConfigProvider>
  )
}
