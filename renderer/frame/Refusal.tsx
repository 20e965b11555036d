/** A refusal in words: what happened, what it means, what to do; the code small, to be copied. Never a stack. */
import { CopyOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeskRefusal } from '../bridge.ts'
import { factWords } from '../words/refusals.ts'

export function RefusalCode({ code }: { readonly code: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = () =>
    void navigator.clipboard?.writeText(code).then(
      () => setCopied(true),
      () => undefined,
    )
  return (
    <span className="refusal-code">
      {t('notice.code')} <code>{code}</code>
      <button type="button" className="bare" aria-label={t('notice.copy')} onClick={copy}>
        {copied ? t('notice.copied') : <CopyOutlined aria-hidden />}
      </button>
    </span>
  )
}

export function RefusalText({ refusal }: { readonly refusal: DeskRefusal }) {
  const { t } = useTranslation()
  const facts = factWords(refusal.facts)
  return (
    <div className="refusal-text">
      <strong>{t(`refusals.${refusal.code}.what`)}</strong>
      {facts && <span>{facts}</span>}
      <span>
        {t(`refusals.${refusal.code}.means`)}
        {t(`refusals.${refusal.code}.todo`)}
      </span>
      <RefusalCode code={refusal.code} />
    </div>
  )
}

/** Inside a pane or a dialog. */
export function RefusalBox({ refusal }: { readonly refusal: DeskRefusal }) {
  return (
    <div className="refusal-box" role="alert">
      <span className="refusal-mark" aria-hidden>
        !
      </span>
      <RefusalText refusal={refusal} />
    </div>
  )
}
