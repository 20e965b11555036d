/** A dialog that asks for a reason: 退回修改, 拒收, 退文. */
import { Input } from 'antd'
import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeskRefusal } from '../bridge.ts'
import { Dialog } from '../frame/Dialog.tsx'

type ReasonDialogProps = {
  readonly title: string
  readonly hint?: string
  readonly label?: string
  readonly pin?: string
  readonly ready?: boolean
  readonly onConfirm: (reason: string, pin: string) => Promise<DeskRefusal | null>
  readonly onClose: () => void
  readonly children?: ReactNode
}

export function ReasonDialog({
  title,
  hint,
  label,
  pin,
  ready = true,
  onConfirm,
  onClose,
  children,
}: ReasonDialogProps) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const id = useId()
  return (
    <Dialog
      title={title}
      confirm={title}
      ready={ready && reason.trim() !== ''}
      onConfirm={(given) => onConfirm(reason.trim(), given)}
      onClose={onClose}
      {...(pin === undefined ? {} : { pin })}
    >
      {hint && <p className="dialog-hint">{hint}</p>}
      {children}
      <div className="field">
        <label htmlFor={id}>{label ?? t('common.reason')}</label>
        <Input.TextArea
          id={id}
          value={reason}
          maxLength={2_000}
          autoSize={{ minRows: 3, maxRows: 8 }}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Dialog>
  )
}
