/** 签核历程: who did what when, newest last, with the hub's receipt time and what did not take effect;
 * the unit is named where it is not our own. */
import { useTranslation } from 'react-i18next'
import type { HistoryView } from '../../preload/contract/views.ts'
import { useNow } from '../frame/useNow.ts'
import { useSession } from '../state/session.ts'
import { exactMoment, momentWords } from '../words/moments.ts'

const standingMarks = { pending: '○', accepted: '●', refused: '✕' } as const

function Entry({ line }: { readonly line: HistoryView }) {
  const ownUnit = useSession((state) => state.me?.unit)
  const { t } = useTranslation()
  const now = useNow()
  const accepted = line.acceptedAt
    ? t('outgoing.accepted', { time: exactMoment(line.acceptedAt) })
    : undefined
  return (
    <li className={line.voidFor ? 'history-line history-void' : 'history-line'}>
      <span className="history-mark" aria-hidden title={accepted}>
        {standingMarks[line.standing]}
      </span>
      <div>
        <p>
          <strong>{t(`acts.${line.kind}`, { defaultValue: line.kind })}</strong>
          <span>{line.name}</span>
          {line.actor.unit !== ownUnit && <span className="faint">{line.unitName}</span>}
        </p>
        {line.words && <p className="history-words">{line.words}</p>}
        {line.voidFor && (
          <p className="history-words">
            {t('outgoing.void')}：{t(`refusals.${line.voidFor}.what`)}
          </p>
        )}
      </div>
      <div className="history-time">
        <time dateTime={line.time} title={exactMoment(line.time)}>
          {momentWords(line.time, now)}
        </time>
        <span className="faint" title={accepted}>
          {t(`standing.${line.standing}`)}
        </span>
      </div>
    </li>
  )
}

export function SignOffHistory({ history }: { readonly history: readonly HistoryView[] }) {
  const { t } = useTranslation()
  return (
    <section className="side-part" aria-label={t('outgoing.history')}>
      <h3>{t('outgoing.history')}</h3>
      <ol className="history">
        {history.map((line) => (
          <Entry key={line.act} line={line} />
        ))}
      </ol>
    </section>
  )
}
