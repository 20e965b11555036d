/** The registry's, the seal-keeper's and the writer's actions on an outgoing document. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { unreachable } from '../../core/result.ts'
import type { ActionName, MatterView } from '../../preload/contract/views.ts'
import { ReturnDialog } from '../approvals/Decision.tsx'
import { call } from '../bridge.ts'
import { ActionButtons } from '../matter/ActionButtons.tsx'
import { useAction } from '../matter/useAction.ts'
import { go } from '../state/navigation.ts'
import { tellDone, tellRefused } from '../state/notices.ts'
import { loadDrafts } from '../state/drafts.ts'
import { DispatchDialog } from './DispatchDialog.tsx'
import { RecallDialog } from './RecallDialog.tsx'
import { RegisterDialog } from './RegisterDialog.tsx'
import { SealDialog } from './SealDialog.tsx'

type Asking = 'register' | 'seal' | 'dispatch' | 'recall' | 'return' | null

export function OutgoingActions({ view }: { readonly view: MatterView }) {
  const { t } = useTranslation()
  const { atOnce } = useAction()
  const [asking, setAsking] = useState<Asking>(null)
  const matter = view.row.matter
  const close = () => setAsking(null)
  const again = view.row.status === 'dispatched' && view.actions.includes('dispatch')

  const edit = async () => {
    const answer = await call('outgoing.edit', { matter })
    if (!answer.ok) return tellRefused(answer.refusal)
    await loadDrafts()
    go('drafts', answer.value.id)
    tellDone(t('done.edit'))
  }
  const run = (action: ActionName) => {
    switch (action) {
      case 'approve':
        return go('approvals', matter)
      case 'recheck':
        return void atOnce(action, 'outgoing.recheck', { matter })
      case 'press':
        return void atOnce(action, 'outgoing.press', { matter })
      case 'release':
        return void atOnce(action, 'outgoing.release', { matter })
      case 'edit':
        return void edit()
      case 'register':
      case 'seal':
      case 'dispatch':
      case 'recall':
      case 'return':
        return setAsking(action)
      case 'sign-for':
      case 'refuse':
      case 'register-incoming':
      case 'check':
      case 'return-to-sender':
      case 'close':
        return
      default:
        return unreachable(action)
    }
  }
  return (
    <>
      <ActionButtons
        view={view}
        onAction={run}
        nothing={t('outgoing.nothing')}
        {...(again
          ? { words: { dispatch: t('outgoing.dispatchAgain') }, note: t('outgoing.againNote') }
          : {})}
      />
      {asking === 'register' && <RegisterDialog view={view} onClose={close} />}
      {asking === 'seal' && <SealDialog view={view} onClose={close} />}
      {asking === 'dispatch' && <DispatchDialog view={view} onClose={close} />}
      {asking === 'recall' && <RecallDialog view={view} onClose={close} />}
      {asking === 'return' && <ReturnDialog matter={matter} onClose={close} />}
    </>
  )
}
