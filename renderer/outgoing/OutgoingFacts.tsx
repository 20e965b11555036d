/** What the document is: the facts of its registration and content. */
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { Facts } from '../frame/Facts.tsx'
import { Urgency } from '../matter/MatterListRow.tsx'
import { dateWords, shortHash } from '../words/moments.ts'

export function OutgoingFacts({ view }: { readonly view: MatterView }) {
  const { t } = useTranslation()
  if (view.state.kind !== 'outgoing') return null
  const { submission, registration } = view.state
  const { content } = submission.body
  return (
    <section className="side-part" aria-label={t('outgoing.facts')}>
      <h3>{t('outgoing.facts')}</h3>
      <p className="side-title">
        <Urgency urgency={view.row.urgency} />
        {content.title}
      </p>
      <Facts
        facts={[
          [t('sign.number'), registration?.number ?? t('sign.noNumber')],
          [t('sign.type'), content.documentType],
          [t('sign.date'), registration && dateWords(registration.date)],
          [t('sign.to'), content.mainRecipients.join(t('common.separator'))],
          [t('field.publicity'), t(`publicity.${content.publicity.kind}`)],
          [t('sign.hash'), <code key="hash">{shortHash(submission.body.contentHash)}</code>],
        ]}
      />
    </section>
  )
}
