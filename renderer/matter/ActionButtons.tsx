/** What can be done now: the first is the primary one and answers Ctrl+Enter; while one is done the others wait. */
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ActionName, MatterView } from '../../preload/contract/views.ts'
import { usePrimary } from '../frame/keyboard.ts'
import { useMatter } from '../state/matter.ts'

type ActionButtonsProps = {
  readonly view: MatterView
  readonly onAction: (action: ActionName) => void
  /** Said where nothing can be done here. */
  readonly nothing: string
  /** Actions that have to wait for something on the screen. */
  readonly blocked?: ReadonlySet<ActionName>
  /** What to do first here, where it is not the first that may be done. */
  readonly lead?: ActionName
  /** Other words than the usual on a button. */
  readonly words?: Partial<Readonly<Record<ActionName, string>>>
  /** Said above the buttons. */
  readonly note?: string
}

/** Turning back is never the first thing offered. */
const quiet: ReadonlySet<ActionName> = new Set(['return', 'recall', 'refuse', 'return-to-sender'])

export function ActionButtons(props: ActionButtonsProps) {
  const { view, onAction, nothing, blocked, lead, words, note } = props
  const { t } = useTranslation()
  const doing = useMatter((state) => state.doing)
  const [first] = view.actions
  const leads = first !== undefined && !quiet.has(first) && view.row.status !== 'dispatched'
  const primary = lead ?? (leads ? first : undefined)
  const others = view.actions.filter((action) => action !== primary)
  const word = (action: ActionName): string => words?.[action] ?? t(`action.${action}`)
  const free = (action: ActionName) => doing === null && !blocked?.has(action)
  usePrimary(primary && free(primary) ? () => onAction(primary) : null)
  return (
    <section className="side-part side-actions" aria-label={t('outgoing.status')}>
      <p className="side-status">
        <strong>{t(`status.${view.row.kind}.${view.row.status}`)}</strong>
        {!view.row.mine && view.row.holder && view.row.status !== 'dispatched' && (
          <span className="faint">{t('workbench.holder', { name: view.row.holder })}</span>
        )}
        {view.row.pending && <span className="tag">{t('common.pending')}</span>}
      </p>
      {note && <p>{note}</p>}
      {primary && (
        <Button
          type="primary"
          block
          loading={doing !== null}
          disabled={!free(primary)}
          onClick={() => onAction(primary)}
        >
          {word(primary)}
        </Button>
      )}
      {others.length > 0 && (
        <div className="side-others">
          {others.map((action) => (
            <Button key={action} disabled={!free(action)} onClick={() => onAction(action)}>
              {word(action)}
            </Button>
          ))}
        </div>
      )}
      {view.actions.length === 0 && <p className="faint">{nothing}</p>}
      {doing && (
        <p className="faint" role="status">
          {t(`doing.${doing}`)}
        </p>
      )}
    </section>
  )
}
