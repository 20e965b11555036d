/** What the sender's dispatch says of the letter, and how it is registered here. */
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { Facts } from '../frame/Facts.tsx'
import { Urgency } from '../matter/MatterListRow.tsx'
import { dateWords, exactMoment } from '../words/moments.ts'

export function LetterFacts({ view }: { readonly view: MatterView }) {
  const { t } = useTranslation()
  const { letter, state } = view
  const registration = state.kind === 'incoming' ? state.registration : undefined
  return (
    <section className="side-part" aria-label={t('incoming.letter')}>
      <h3>{t('incoming.letter')}</h3>
      <p className="side-title">
        <Urgency urgency={view.row.urgency} />
        {view.row.title}
      </p>
      <Facts
        facts={[
          [t('incoming.registration'), registration && <strong key="number">{registration.number}</strong>],
          [t('sign.number'), letter?.number ?? view.row.number],
          [t('incoming.from'), letter?.fromName ?? view.row.from],
          [t('incoming.issuer'), letter && letter.issuer !== letter.fromName && letter.issuer],
          [t('sign.type'), letter?.documentType],
          [t('incoming.date'), letter && dateWords(letter.date)],
          [t('incoming.addressedAs'), letter && t(`recipientKind.${letter.addressedAs}`)],
          [t('incoming.dispatchedBy'), letter?.dispatchedBy],
          [t('incoming.dispatchedAt'), letter && exactMoment(letter.dispatchedAt)],
        ]}
      />
    </section>
  )
}
