/** Material that bears a classification mark fills the page with what to do. Nothing of it is shown or kept. */
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { RefusalCode } from '../frame/Refusal.tsx'

export function ClassifiedStop({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation()
  const steps = t('classified.steps', { returnObjects: true }) as readonly string[]
  return (
    <section className="stop" role="alert" aria-label={t('classified.title')}>
      <h1>{t('classified.title')}</h1>
      <p>{t('classified.first')}</p>
      <p>{t('classified.kept')}</p>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p className="faint">{t('classified.mistaken')}</p>
      <Button size="large" autoFocus onClick={onBack}>
        {t('classified.back')}
      </Button>
      <RefusalCode code="classified-mark" />
    </section>
  )
}
