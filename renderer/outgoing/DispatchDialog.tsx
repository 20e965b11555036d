/** 分发, and later 补发: to which units, as main recipient or copy; states what is signed and takes the PIN. */
import { Input, Radio } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { recipientKinds } from '../../core/outgoing/acts.ts'
import type { MatterView } from '../../preload/contract/views.ts'
import { useCertificateFacts } from '../approvals/ApproveDialog.tsx'
import { Dialog } from '../frame/Dialog.tsx'
import { Facts } from '../frame/Facts.tsx'
import { useAction } from '../matter/useAction.ts'
import { useDirectory } from '../state/directory.ts'
import { shortHash } from '../words/moments.ts'
import { choosableUnits, proposeAddressees } from './addressees.ts'
import type { Addressed } from './addressees.ts'

type DispatchDialogProps = { readonly view: MatterView; readonly onClose: () => void }

/** Above this many units a field to narrow the list is worth its place. */
const many = 8

export function DispatchDialog({ view, onClose }: DispatchDialogProps) {
  const { t } = useTranslation()
  const { inDialog } = useAction()
  const units = useDirectory((state) => state.units)
  const certificate = useCertificateFacts()
  const content = view.state.kind === 'outgoing' ? view.state.submission.body.content : null
  const sealed = view.state.kind === 'outgoing' ? view.state.sealed : undefined
  const choosable = useMemo(() => choosableUnits(units, view.recipients), [units, view.recipients])
  const proposal = useMemo(
    () => proposeAddressees(choosable, content?.mainRecipients ?? [], content?.copies ?? []),
    [choosable, content],
  )
  const [chosen, setChosen] = useState<Addressed | null>(null)
  const [narrow, setNarrow] = useState('')
  const addressed = chosen ?? proposal.to
  const to = Object.entries(addressed).map(([unit, kind]) => ({ unit, kind }))
  const count = (kind: 'main' | 'copy') => to.filter((each) => each.kind === kind).length
  const address = (unit: string, kind: 'main' | 'copy' | 'none') => {
    const { [unit]: _before, ...rest } = addressed
    setChosen(kind === 'none' ? rest : { ...rest, [unit]: kind })
  }
  const firstTime = view.recipients.length === 0
  return (
    <Dialog
      title={t(firstTime ? 'outgoing.dispatchTitle' : 'outgoing.dispatchAgain')}
      confirm={t(firstTime ? 'action.dispatch' : 'outgoing.dispatchAgain')}
      pin={t('sign.pin')}
      ready={to.length > 0}
      width={640}
      onConfirm={(pin) => inDialog('dispatch', 'outgoing.dispatch', { matter: view.row.matter, to, pin })}
      onClose={onClose}
    >
      <p className="dialog-hint">{t('outgoing.willDispatch')}</p>
      <Facts
        facts={[
          [t('sign.title'), <strong key="title">{view.row.title}</strong>],
          [t('sign.number'), view.row.number],
          [t('sign.fileHash'), sealed && <code key="hash">{shortHash(sealed.body.file.plainHash)}</code>],
          ...certificate,
        ]}
      />
      <fieldset className="field">
        <legend>
          {t('outgoing.chooseUnits')}
          <span className="count">
            {' '}
            {t('outgoing.chosenUnits', { main: count('main'), copy: count('copy') })}
          </span>
        </legend>
        {firstTime && proposal.unmatched.length > 0 && (
          <p className="dialog-hint">
            {t('outgoing.unmatched', { names: proposal.unmatched.join(t('common.separator')) })}
          </p>
        )}
        {choosable.length > many && (
          <Input
            allowClear
            aria-label={t('common.filter')}
            placeholder={t('common.filterShort')}
            value={narrow}
            onChange={(event) => setNarrow(event.target.value)}
          />
        )}
        <ul className="unit-choices" hidden={choosable.length === 0}>
          {choosable
            .filter((unit) => unit.name.includes(narrow.trim()))
            .map((unit) => (
              <li key={unit.unit}>
                <span>{unit.name}</span>
                <Radio.Group
                  aria-label={unit.name}
                  size="small"
                  optionType="button"
                  buttonStyle="solid"
                  value={addressed[unit.unit] ?? 'none'}
                  onChange={(event) => address(unit.unit, event.target.value as 'main' | 'copy' | 'none')}
                  options={[
                    ...recipientKinds.map((kind) => ({ value: kind, label: t(`recipientKind.${kind}`) })),
                    { value: 'none', label: t('outgoing.notSent') },
                  ]}
                />
              </li>
            ))}
        </ul>
        {to.length === 0 && (
          <p className="dialog-hint">{t(choosable.length > 0 ? 'outgoing.noUnits' : 'outgoing.allSent')}</p>
        )}
      </fieldset>
    </Dialog>
  )
}
