/** One draft: its fields and body at the left, the true pages at the right, saved by itself. */
import { ArrowLeftOutlined } from '@ant-design/icons'
import { Button, Popconfirm } from 'antd'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DraftView } from '../../preload/contract/views.ts'
import { usePrimary } from '../frame/keyboard.ts'
import { RefusalBox } from '../frame/Refusal.tsx'
import { useNow } from '../frame/useNow.ts'
import { PagePreview } from '../page/PagePreview.tsx'
import { discardDraft, useDrafts } from '../state/drafts.ts'
import { go, useNavigation } from '../state/navigation.ts'
import { tellDone, tellRefused } from '../state/notices.ts'
import { clockWords } from '../words/moments.ts'
import { BodyField } from './BodyField.tsx'
import { HeadFields, TailFields } from './DraftFields.tsx'
import { missingFields, previewOf } from './fields.ts'
import { SubmitDialog } from './SubmitDialog.tsx'

function SavingWords({ updated }: { readonly updated: string }) {
  const { t } = useTranslation()
  const now = useNow()
  const saving = useDrafts((state) => state.saving)
  const words = {
    saved: t('drafts.saved', { time: clockWords(updated, now) }),
    changed: t('drafts.unsaved'),
    saving: t('drafts.saving'),
    failed: t('drafts.saveFailed'),
  }
  return (
    <span className="faint" role="status">
      {words[saving]}
    </span>
  )
}

export function DraftEditor({ draft }: { readonly draft: DraftView }) {
  const { t } = useTranslation()
  const fields = useDrafts((state) => state.fields) ?? draft.fields
  const refusal = useDrafts((state) => state.refusal)
  const shown = useDeferredValue(fields)
  const content = useMemo(() => previewOf(shown), [shown])
  const missing = useMemo(() => missingFields(shown), [shown])
  const [submitting, setSubmitting] = useState(false)
  const ready = missing.length === 0
  usePrimary(ready ? () => setSubmitting(true) : null)

  useEffect(() => {
    if (refusal?.code === 'classified-mark') useNavigation.setState({ stopped: true })
  }, [refusal])

  const discard = async () => {
    const refused = await discardDraft(draft.id)
    if (refused) return tellRefused(refused)
    go('drafts', null)
    tellDone(t('drafts.discarded'))
  }
  return (
    <>
      <section className="editor" aria-label={t('drafts.heading')}>
        <div className="editor-bar">
          <Button
            className="editor-back"
            icon={<ArrowLeftOutlined aria-hidden />}
            aria-label={t('drafts.toList')}
            onClick={() => go('drafts', null)}
          />
          <Button type="primary" disabled={!ready} onClick={() => setSubmitting(true)}>
            {t('drafts.submit')}
          </Button>
          <SavingWords updated={draft.updated} />
          <span className="status-space" />
          {draft.matter === undefined && (
            <Popconfirm
              title={t('drafts.discardAsk')}
              okText={t('drafts.discard')}
              cancelText={t('common.cancel')}
              onConfirm={discard}
            >
              <Button>{t('drafts.discard')}</Button>
            </Popconfirm>
          )}
        </div>
        <div className="editor-fields">
          {draft.returned && (
            <div className="returned" role="note">
              <strong>{t('drafts.returnedBy', { name: draft.returned.by })}</strong>
              <span>{draft.returned.reason}</span>
            </div>
          )}
          {refusal && refusal.code !== 'classified-mark' && <RefusalBox refusal={refusal} />}
          <HeadFields fields={fields} />
          <BodyField key={draft.id} body={fields.body} />
          <TailFields fields={fields} />
          <p className={ready ? 'complete' : 'incomplete'} role="status">
            {ready
              ? t('drafts.complete')
              : t('drafts.missing', {
                  names: missing.map((name) => t(`field.${name}`)).join(t('common.separator')),
                })}
          </p>
        </div>
      </section>
      <PagePreview content={content} registration={null} label={t('drafts.preview')} />
      {submitting && (
        <SubmitDialog draft={draft.id} title={fields.title} onClose={() => setSubmitting(false)} />
      )}
    </>
  )
}
