/** 收文单位: where the document stands at each recipient, with the hub's receipt. */
import { useTranslation } from 'react-i18next'
import type { RecipientView } from '../../preload/contract/views.ts'
import { useNow } from '../frame/useNow.ts'
import { exactMoment, momentWords } from '../words/moments.ts'

const taken: ReadonlySet<RecipientView['status']> = new Set(['signed-for', 'registered'])

export function Recipients({ recipients }: { readonly recipients: readonly RecipientView[] }) {
  const { t } = useTranslation()
  const now = useNow()
  const signedFor = recipients.filter((each) => taken.has(each.status)).length
  return (
    <section className="side-part" aria-label={t('outgoing.recipients')}>
      <h3>
        {t('outgoing.recipients')}{' '}
        <span className="count">{t('outgoing.recipientsCount', { signedFor, all: recipients.length })}</span>
      </h3>
      <table className="recipients" aria-label={t('outgoing.recipients')}>
        <thead>
          <tr>
            <th scope="col">{t('outgoing.unit')}</th>
            <th scope="col">{t('outgoing.status')}</th>
          </tr>
        </thead>
        <tbody>
          {recipients.map((each) => (
            <tr key={each.unit}>
              <td>
                {each.unitName}
                <span className="faint"> {t(`recipientKind.${each.kind}`)}</span>
                {each.receipt && (
                  <span
                    className="receipt"
                    title={`${t('outgoing.receipt')} ${exactMoment(each.receipt.time)}`}
                  >
                    {t('outgoing.receiptAt', {
                      position: each.receipt.position,
                      time: momentWords(each.receipt.time, now),
                    })}
                  </span>
                )}
                {each.words && <span className="recipient-words">{each.words}</span>}
              </td>
              <td className={`recipient-${each.status}`}>
                <span aria-hidden>{t(`recipientMark.${each.status}`)} </span>
                {t(`recipientStatus.${each.status}`)}
                {each.number && <span className="receipt">{each.number}</span>}
                {each.recallRequested && <span className="receipt">{t('outgoing.recalling')}</span>}
                <time className="receipt" dateTime={each.since}>
                  {momentWords(each.since, now)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
