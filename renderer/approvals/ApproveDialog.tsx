/** 签发: states exactly what is signed and with which certificate, and takes the PIN. */
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { Facts } from '../frame/Facts.tsx'
import type { Fact } from '../frame/Facts.tsx'
import { useSession } from '../state/session.ts'
import { act } from '../state/matter.ts'
import { tellDone } from '../state/notices.ts'
import { exactMoment, shortHash } from '../words/moments.ts'

/** The signer's certificate, for every dialog that signs. */
export function useCertificateFacts(): readonly Fact[] {
  const { t } = useTranslation()
  const me = useSession((state) => state.me)
  if (!me) return []
  return [
    [t('sign.certificate'), me.certificate.subject],
    [t('sign.thumbprint'), <code key="print">{shortHash(me.certificate.thumbprint)}</code>],
    [t('sign.until'), exactMoment(me.until)],
  ]
}

type ApproveDialogProps = {
  readonly view: MatterView
  readonly mode: 'opinion' | 'circle'
  readonly words: string
  readonly onClose: () => void
}

export function ApproveDialog({ view, mode, words, onClose }: ApproveDialogProps) {
  const { t } = useTranslation()
  const certificate = useCertificateFacts()
  if (view.state.kind !== 'outgoing') return null
  const { content, contentHash } = view.state.submission.body
  const approve = async (pin: string) => {
    const given = words === '' ? {} : { words }
    const refusal = await act('outgoing.approve', { matter: view.row.matter, mode, pin, ...given })
    if (refusal === null) tellDone(t(mode === 'circle' ? 'approvals.circled' : 'done.approve'))
    return refusal
  }
  return (
    <Dialog
      title={t(mode === 'circle' ? 'approvals.circleTitle' : 'approvals.approveTitle')}
      confirm={t(mode === 'circle' ? 'approvals.circle' : 'approvals.approve')}
      pin={t('sign.pin')}
      width={600}
      onConfirm={approve}
      onClose={onClose}
    >
      <p className="dialog-hint">{t('approvals.willSign')}</p>
      <Facts
        facts={[
          [t('sign.title'), <strong key="title">{content.title}</strong>],
          [t('sign.number'), view.row.number || t('sign.noNumber')],
          [t('sign.type'), content.documentType],
          [t('sign.to'), content.mainRecipients.join(t('common.separator')) || t('common.none')],
          [t('sign.hash'), <code key="hash">{shortHash(contentHash)}</code>],
          [t('approvals.mode'), t(mode === 'circle' ? 'approvals.modeCircle' : 'approvals.modeOpinion')],
          ...(mode === 'opinion' ? [[t('sign.opinion'), words || t('sign.none')] as const] : []),
          ...certificate,
        ]}
      />
    </Dialog>
  )
}
