/** 起草: the drafts at the left, the open one in the middle, its pages beside it. */
import { Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../frame/Empty.tsx'
import { useKeys } from '../frame/keyboard.ts'
import { RefusalBox } from '../frame/Refusal.tsx'
import { useNow } from '../frame/useNow.ts'
import { closeDraft, forgetDraft, loadDrafts, newDraft, openDraft, useDrafts } from '../state/drafts.ts'
import { go, useNavigation } from '../state/navigation.ts'
import { tellRefused } from '../state/notices.ts'
import { useSession } from '../state/session.ts'
import { momentWords } from '../words/moments.ts'
import { ClassifiedStop } from './ClassifiedStop.tsx'
import { DraftEditor } from './DraftEditor.tsx'
import { emptyFields } from './fields.ts'
import { ImportButton } from './ImportButton.tsx'

/** Begins a draft with what is known of the unit, and opens it. */
export async function beginDraft(unitName: string): Promise<void> {
  const made = await newDraft(emptyFields(unitName))
  if (typeof made === 'string') go('drafts', made)
  else tellRefused(made)
}

export function DraftsDesk() {
  const { t } = useTranslation()
  const now = useNow()
  const unitName = useSession((state) => state.me?.unitName ?? '')
  const chosen = useNavigation((state) => state.open.drafts ?? null)
  const stopped = useNavigation((state) => state.stopped)
  const { rows, loaded, open, refusal } = useDrafts()

  useEffect(() => {
    void loadDrafts()
  }, [])
  useEffect(() => {
    void (chosen === null ? closeDraft() : openDraft(chosen))
  }, [chosen])
  useEffect(() => () => void closeDraft(), [])

  const at = rows.findIndex((row) => row.id === chosen)
  const move = (by: number) => (event: KeyboardEvent) => {
    const row = rows[at === -1 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]
    if (!row) return
    event.preventDefault()
    go('drafts', row.id)
  }
  useKeys({ j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1) })

  if (stopped)
    return (
      <ClassifiedStop
        onBack={() => {
          forgetDraft()
          useNavigation.setState({ stopped: false })
          go('drafts', null)
        }}
      />
    )
  return (
    <div className={open ? 'desk-panes drafts-desk has-open' : 'desk-panes drafts-desk'}>
      <section className="list-pane" aria-label={t('drafts.list')}>
        <div className="list-actions">
          <Button type={open ? 'default' : 'primary'} onClick={() => void beginDraft(unitName)}>
            {t('drafts.new')}
          </Button>
          <ImportButton />
        </div>
        <div className="list-box">
          {rows.length > 0 ? (
            <div role="listbox" aria-label={t('drafts.list')} className="draft-rows">
              {rows.map((row, index) => (
                <div
                  key={row.id}
                  role="option"
                  aria-selected={row.id === chosen}
                  tabIndex={(at === -1 ? index === 0 : row.id === chosen) ? 0 : -1}
                  className="row row-draft"
                  onClick={() => go('drafts', row.id)}
                  onKeyDown={(event) => event.key === 'Enter' && go('drafts', row.id)}
                >
                  <p className="row-title">{row.title || t('drafts.untitled')}</p>
                  <p className="row-facts">
                    <span>{row.documentType}</span>
                    {row.matter && <span className="tag">{t('status.outgoing.returned')}</span>}
                    <time dateTime={row.updated}>{momentWords(row.updated, now)}</time>
                  </p>
                </div>
              ))}
            </div>
          ) : (
            loaded && <Empty title={t('drafts.none')} hint={t('drafts.noneHint')} />
          )}
        </div>
        <p className="list-total">{t('common.total', { count: rows.length })}</p>
      </section>
      {open ? (
        <DraftEditor key={open.id} draft={open} />
      ) : (
        <div className="pane-empty">
          {refusal ? (
            <RefusalBox refusal={refusal} />
          ) : (
            <Empty title={t('drafts.choose')} hint={t('drafts.chooseHint')} />
          )}
        </div>
      )}
    </div>
  )
}
