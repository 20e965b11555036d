/** 用印: states which pages get the seal, and takes the seal's PIN. */
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { Facts } from '../frame/Facts.tsx'
import { useAction } from '../matter/useAction.ts'
import { useSession } from '../state/session.ts'
import { dateWords, shortHash } from '../words/moments.ts'

type SealDialogProps = { readonly view: MatterView; readonly onClose: () => void }

export function SealDialog({ view, onClose }: SealDialogProps) {
  const { t } = useTranslation()
  const { inDialog } = useAction()
  const unitName = useSession((state) => state.me?.unitName)
  if (view.state.kind !== 'outgoing') return null
  const { pressed, registration } = view.state
  return (
    <Dialog
      title={t('outgoing.sealTitle')}
      confirm={t('action.seal')}
      pin={t('sign.sealPin')}
      width={600}
      onConfirm={(pin) => inDialog('seal', 'outgoing.seal', { matter: view.row.matter, pin })}
      onClose={onClose}
    >
      <p className="dialog-hint">{t('outgoing.willSeal')}</p>
      <Facts
        facts={[
          [t('sign.title'), <strong key="title">{view.row.title}</strong>],
          [t('sign.number'), view.row.number],
          [t('sign.date'), registration && dateWords(registration.date)],
          [t('sign.pages'), pressed && String(pressed.body.pages)],
          [t('sign.fileHash'), pressed && <code key="hash">{shortHash(pressed.body.file.plainHash)}</code>],
          [t('sign.seal'), unitName],
        ]}
      />
    </Dialog>
  )
}
