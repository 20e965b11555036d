/**
 * The one dialog. It states what will be done, takes the PIN where something is signed, and stays open with the
 * reason when it is refused. The PIN lives only in its field and is cleared after every attempt.
 */
import { Button, Input, Modal } from 'antd'
import type { InputRef } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeskRefusal } from '../bridge.ts'
import { usePrimary } from './keyboard.ts'
import { RefusalBox } from './Refusal.tsx'

type DialogProps = {
  readonly title: string
  /** The word on the button that does it. */
  readonly confirm: string
  /** Null when done: the dialog closes. */
  readonly onConfirm: (pin: string) => Promise<DeskRefusal | null>
  readonly onClose: () => void
  /** The label of the PIN field; without it nothing is signed here. */
  readonly pin?: string
  /** Whether all that is needed is filled in. */
  readonly ready?: boolean
  readonly width?: number
  readonly children?: ReactNode
}

export function Dialog(props: DialogProps) {
  const { title, confirm, onConfirm, onClose, pin: pinLabel, ready = true, width = 520, children } = props
  const { t } = useTranslation()
  const [pin, setPin] = useState('')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<DeskRefusal | null>(null)
  const field = useRef<InputRef>(null)
  const body = useRef<HTMLFormElement>(null)
  const id = useId()
  const can = ready && !busy && (pinLabel === undefined || pin !== '')

  const submit = async () => {
    if (!can) return
    setBusy(true)
    setRefusal(null)
    const refused = await onConfirm(pin)
    setPin('')
    setBusy(false)
    if (refused === null) return onClose()
    setRefusal(refused)
  }
  usePrimary(() => void submit(), true)
  // Only now is the field enabled again.
  useEffect(() => {
    if (refusal && !busy) field.current?.focus()
  }, [refusal, busy])

  return (
    <Modal
      open
      title={title}
      width={width}
      centered
      mask={{ closable: false }}
      keyboard={!busy}
      closable={!busy}
      onCancel={onClose}
      afterOpenChange={(open) => {
        if (open) body.current?.querySelector<HTMLElement>('textarea, input[type="password"]')?.focus()
      }}
      footer={[
        <Button key="cancel" onClick={onClose} disabled={busy}>
          {t('common.cancel')}
        </Button>,
        <Button key="confirm" type="primary" onClick={() => void submit()} disabled={!can} loading={busy}>
          {confirm}
        </Button>,
      ]}
    >
      <form
        ref={body}
        className="dialog-body"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {children}
        {pinLabel !== undefined && (
          <div className="field">
            <label htmlFor={id}>{pinLabel}</label>
            <Input.Password
              id={id}
              ref={field}
              value={pin}
              autoComplete="off"
              visibilityToggle={false}
              disabled={busy}
              onChange={(event) => setPin(event.target.value)}
            />
          </div>
        )}
        {refusal && <RefusalBox refusal={refusal} />}
      </form>
    </Modal>
  )
}
