/** 登记编号: the number that will be taken, and how many copies are printed. */
import { InputNumber } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { Facts } from '../frame/Facts.tsx'
import { useAction } from '../matter/useAction.ts'

type RegisterDialogProps = { readonly view: MatterView; readonly onClose: () => void }

export function RegisterDialog({ view, onClose }: RegisterDialogProps) {
  const { t } = useTranslation()
  const { inDialog } = useAction()
  const [copies, setCopies] = useState(1)
  const id = useId()
  return (
    <Dialog
      title={t('outgoing.registerTitle')}
      confirm={t('action.register')}
      onConfirm={() => inDialog('register', 'outgoing.register', { matter: view.row.matter, copies })}
      onClose={onClose}
    >
      <Facts
        facts={[
          [t('sign.title'), view.row.title],
          [t('outgoing.willTake'), view.nextNumber && <strong key="number">{view.nextNumber}</strong>],
        ]}
      />
      <div className="field">
        <label htmlFor={id}>{t('outgoing.copies')}</label>
        <InputNumber
          id={id}
          min={0}
          max={100_000}
          precision={0}
          value={copies}
          suffix={t('outgoing.copiesUnit')}
          onChange={(value) => setCopies(value ?? 0)}
        />
      </div>
    </Dialog>
  )
}
