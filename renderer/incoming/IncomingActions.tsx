/** The registry's actions on an incoming document: check item by item and sign for, refuse, register, and on. */
import { WordsField } from '../frame/WordsField.tsx'
import { Checkbox, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { checkedItems, refusalCauses } from '../../core/incoming/acts.ts'
import type { ActionName, MatterView } from '../../preload/contract/views.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { Facts } from '../frame/Facts.tsx'
import { ActionButtons } from '../matter/ActionButtons.tsx'
import { ReasonDialog } from '../matter/ReasonDialog.tsx'
import { useAction } from '../matter/useAction.ts'

type CheckedItem = (typeof checkedItems)[number]
type Cause = (typeof refusalCauses)[number]
const signingFor: ReadonlySet<ActionName> = new Set(['sign-for'])
const hasBadSeal = ({ state }: MatterView): boolean =>
  state.kind === 'incoming' && state.verdict.verdict === 'bad'
type Asking = 'refuse' | 'register-incoming' | 'return-to-sender' | null

export function IncomingActions({ view }: { readonly view: MatterView }) {
  const { t } = useTranslation()
  const { inDialog, atOnce } = useAction()
  const [checked, setChecked] = useState<readonly CheckedItem[]>([])
  const [asking, setAsking] = useState<Asking>(null)
  const matter = view.row.matter
  const left = checkedItems.length - checked.length
  // Main refuses to sign for a letter whose seal does not hold.
  const bad = hasBadSeal(view)
  const signs = view.actions.includes('sign-for') && !bad
  const close = () => setAsking(null)

  const run = (action: ActionName) => {
    switch (action) {
      case 'sign-for':
        return void atOnce(action, 'incoming.signFor', { matter, checked: [...checked] })
      case 'check':
        return void atOnce(action, 'incoming.check', { matter })
      case 'close':
        return void atOnce(action, 'incoming.close', { matter })
      case 'refuse':
      case 'register-incoming':
      case 'return-to-sender':
        return setAsking(action)
      default:
        return
    }
  }
  return (
    <>
      {signs && (
        <fieldset className="side-part check-items">
          <legend>{t('incoming.checkEach')}</legend>
          <Checkbox.Group
            className="choices"
            value={[...checked]}
            onChange={(items) => setChecked(checkedItems.filter((item) => items.includes(item)))}
            options={checkedItems.map((item) => ({ value: item, label: t(`checked.${item}`) }))}
          />
          {left > 0 && <p className="faint">{t('incoming.checkLeft', { count: left })}</p>}
        </fieldset>
      )}
      <ActionButtons
        view={view}
        onAction={run}
        nothing={t('incoming.nothing')}
        {...(bad || (signs && left > 0) ? { blocked: signingFor } : {})}
        {...(bad && view.actions.includes('refuse')
          ? { lead: 'refuse' as const, note: t('incoming.mustRefuse') }
          : {})}
      />
      {asking === 'refuse' && <RefuseDialog view={view} onClose={close} />}
      {asking === 'register-incoming' && <RegisterIncomingDialog view={view} onClose={close} />}
      {asking === 'return-to-sender' && (
        <ReasonDialog
          title={t('action.return-to-sender')}
          hint={t('incoming.returnHint')}
          onConfirm={(reason) => inDialog('return-to-sender', 'incoming.return', { matter, reason })}
          onClose={close}
        />
      )}
    </>
  )
}

type OnViewProps = { readonly view: MatterView; readonly onClose: () => void }

function RefuseDialog({ view, onClose }: OnViewProps) {
  const { t } = useTranslation()
  const { inDialog } = useAction()
  const [cause, setCause] = useState<Cause | null>(hasBadSeal(view) ? 'broken-seal' : null)
  return (
    <ReasonDialog
      title={t('action.refuse')}
      hint={t('incoming.refuseHint')}
      ready={cause !== null}
      onConfirm={async (reason) =>
        cause === null
          ? null
          : inDialog('refuse', 'incoming.refuse', { matter: view.row.matter, cause, reason })
      }
      onClose={onClose}
    >
      <fieldset className="field">
        <legend>{t('incoming.cause')}</legend>
        <Radio.Group
          className="choices"
          value={cause}
          onChange={(event) => setCause(event.target.value as Cause)}
          options={refusalCauses.map((each) => ({ value: each, label: t(`cause.${each}`) }))}
        />
      </fieldset>
    </ReasonDialog>
  )
}

function RegisterIncomingDialog({ view, onClose }: OnViewProps) {
  const { t } = useTranslation()
  const { inDialog } = useAction()
  const [words, setWords] = useState('')
  const given = words.trim()
  return (
    <Dialog
      title={t('action.register-incoming')}
      confirm={t('action.register-incoming')}
      onConfirm={() =>
        inDialog('register-incoming', 'incoming.register', {
          matter: view.row.matter,
          ...(given === '' ? {} : { words: given }),
        })
      }
      onClose={onClose}
    >
      <Facts
        facts={[
          [t('sign.title'), view.row.title],
          [t('sign.number'), view.letter?.number],
          [t('incoming.willTake'), view.nextNumber && <strong key="number">{view.nextNumber}</strong>],
        ]}
      />
      <WordsField label={t('common.words')} value={words} onChange={setWords} />
    </Dialog>
  )
}
