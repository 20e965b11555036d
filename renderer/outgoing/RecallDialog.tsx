/** 撤回: from the units that have not signed for it yet. */
import { Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MatterView, RecipientView } from '../../preload/contract/views.ts'
import { ReasonDialog } from '../matter/ReasonDialog.tsx'
import { useAction } from '../matter/useAction.ts'

const recallable = (each: RecipientView): boolean =>
  !each.recallRequested &&
  (each.status === 'waiting' || each.status === 'accepted' || each.status === 'delivered')

type RecallDialogProps = { readonly view: MatterView; readonly onClose: () => void }

export function RecallDialog({ view, onClose }: RecallDialogProps) {
  const { t } = useTranslation()
  const { inDialog } = useAction()
  const open = view.recipients.filter(recallable)
  const [units, setUnits] = useState(() => open.map((each) => each.unit))
  return (
    <ReasonDialog
      title={t('outgoing.recallTitle')}
      hint={open.length > 0 ? t('outgoing.recallHint') : t('outgoing.recallNone')}
      pin={t('sign.pin')}
      ready={units.length > 0}
      onConfirm={(reason, pin) =>
        inDialog('recall', 'outgoing.recall', { matter: view.row.matter, units, reason, pin })
      }
      onClose={onClose}
    >
      <fieldset className="field">
        <legend>{t('outgoing.recallUnits')}</legend>
        <Checkbox.Group
          className="choices"
          value={units}
          onChange={(chosen) => setUnits(chosen as string[])}
          options={open.map((each) => ({ value: each.unit, label: each.unitName }))}
        />
      </fieldset>
    </ReasonDialog>
  )
}
