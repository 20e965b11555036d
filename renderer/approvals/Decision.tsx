/** What the leader decides: opinion, history, and the buttons at the bottom. */
import { Button, Checkbox, Input } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { usePrimary } from '../frame/keyboard.ts'
import { ReasonDialog } from '../matter/ReasonDialog.tsx'
import { SignOffHistory } from '../matter/SignOffHistory.tsx'
import { act } from '../state/matter.ts'
import { tellDone } from '../state/notices.ts'
import { useAction } from '../matter/useAction.ts'
import { ApproveDialog } from './ApproveDialog.tsx'

type Asking = 'opinion' | 'circle' | 'return' | null

export function Decision({ view }: { readonly view: MatterView }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [asking, setAsking] = useState<Asking>(null)
  const can = view.actions.includes('approve')
  usePrimary(can ? () => setAsking('opinion') : null)
  const id = useId()
  const phrases = t('approvals.phrases', { returnObjects: true }) as readonly string[]
  const matter = view.row.matter

  return (
    <>
      <aside className="approvals-side" aria-label={t('approvals.opinion')}>
        <div className="field">
          <label htmlFor={id}>{t('approvals.opinion')}</label>
          <Input.TextArea
            id={id}
            value={words}
            maxLength={2_000}
            placeholder={t('approvals.opinionHint')}
            autoSize={{ minRows: 3, maxRows: 10 }}
            onChange={(event) => setWords(event.target.value)}
          />
          <div className="phrases" role="group" aria-label={t('approvals.phrasesLabel')}>
            {phrases.map((phrase) => (
              <Button key={phrase} size="small" onClick={() => setWords((given) => given + phrase)}>
                {phrase}
              </Button>
            ))}
          </div>
        </div>
        <SignOffHistory history={view.history} />
      </aside>
      <div className="approvals-actions" role="toolbar" aria-label={t('approvals.actions')}>
        <Button type="primary" disabled={!can} onClick={() => setAsking('opinion')}>
          {t('approvals.approve')}
        </Button>
        <Button disabled={!can} onClick={() => setAsking('circle')}>
          {t('approvals.circle')}
        </Button>
        <Button disabled={!view.actions.includes('return')} onClick={() => setAsking('return')}>
          {t('approvals.return')}
        </Button>
      </div>
      {(asking === 'opinion' || asking === 'circle') && (
        <ApproveDialog
          view={view}
          mode={asking}
          words={asking === 'opinion' ? words.trim() : ''}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'return' && <ReturnDialog matter={matter} onClose={() => setAsking(null)} />}
    </>
  )
}

type ReturnDialogProps = { readonly matter: string; readonly onClose: () => void }

/** 退回修改; shared with the registry's desk. */
export function ReturnDialog({ matter, onClose }: ReturnDialogProps) {
  const { t } = useTranslation()
  const { inDialog } = useAction()
  const [unsuited, setUnsuited] = useState(false)
  const giveBack = async (reason: string) => {
    const input = { matter, reason, unsuited }
    if (!unsuited) return inDialog('return', 'outgoing.return', input)
    const refusal = await act('outgoing.return', input)
    if (refusal === null) tellDone(t('approvals.ended'))
    return refusal
  }
  return (
    <ReasonDialog
      title={t('approvals.returnTitle')}
      label={t('approvals.returnReason')}
      onConfirm={giveBack}
      onClose={onClose}
    >
      <Checkbox checked={unsuited} onChange={(event) => setUnsuited(event.target.checked)}>
        {t('approvals.unsuited')}
      </Checkbox>
    </ReasonDialog>
  )
}
