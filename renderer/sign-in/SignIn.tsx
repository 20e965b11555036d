/** Signing in: choose a certificate, enter its PIN. */
import { Button, Input } from 'antd'
import type { InputRef } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Account } from '../../preload/contract/views.ts'
import type { DeskRefusal } from '../bridge.ts'
import { BrandSeal } from '../frame/BrandSeal.tsx'
import { Empty } from '../frame/Empty.tsx'
import { RefusalBox } from '../frame/Refusal.tsx'
import { signIn, useSession } from '../state/session.ts'
import { daysLeftWords } from '../words/moments.ts'

type ChoiceProps = { readonly account: Account; readonly chosen: boolean; readonly onChoose: () => void }

function Choice({ account, chosen, onChoose }: ChoiceProps) {
  const { t } = useTranslation()
  const term = daysLeftWords(account.daysLeft)
  return (
    <label className={chosen ? 'account account-chosen' : 'account'}>
      <input type="radio" name="account" checked={chosen} onChange={onChoose} />
      <span className="account-who">
        <strong>{account.name}</strong>
        <span>{account.title}</span>
      </span>
      <span className="account-unit">{account.unitName}</span>
      <span className="account-roles">
        {account.roles.map((role) => t(`roles.${role}`)).join(t('common.separator'))}
      </span>
      <span className={`term term-${term.standing}`}>{t('signIn.certificate', { term: term.words })}</span>
    </label>
  )
}

export function SignIn() {
  const { t } = useTranslation()
  const { accounts, ended } = useSession()
  const [chosen, setChosen] = useState<string | null>(null)
  const [pin, setPin] = useState('')
  const [busy, setBusy] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const [refusal, setRefusal] = useState<DeskRefusal | null>(null)
  const field = useRef<InputRef>(null)
  const id = useId()
  const account =
    accounts.find((each) => each.person === chosen) ??
    accounts.find((each) => each.daysLeft >= 0) ??
    accounts[0]

  useEffect(() => {
    field.current?.focus()
  }, [accounts])

  const choose = (person: string) => {
    setChosen(person)
    setRefusal(null)
    field.current?.focus()
  }
  const submit = async () => {
    if (!account || pin === '' || busy) return
    setBusy(true)
    setRefusal(null)
    const refused = await signIn(account.person, pin)
    if (refused === null) return
    setBusy(false)
    setPin('')
    setRefusal(refused)
    field.current?.focus()
  }
  return (
    <main className="sign-in">
      <form
        className="sign-in-card"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <header>
          <BrandSeal large />
          <div>
            <h1>{t('product')}</h1>
            <p>{t('productLine')}</p>
          </div>
        </header>
        {ended && <RefusalBox refusal={ended} />}
        {accounts.length === 0 ? (
          <Empty title={t('signIn.none')} hint={t('signIn.noneHint')} />
        ) : (
          <>
            <fieldset className="accounts">
              <legend>{t('signIn.choose')}</legend>
              {accounts.map((each) => (
                <Choice
                  key={each.person}
                  account={each}
                  chosen={each === account}
                  onChoose={() => choose(each.person)}
                />
              ))}
            </fieldset>
            <div className="field">
              <label htmlFor={id}>{t('signIn.pin')}</label>
              <Input.Password
                id={id}
                ref={field}
                size="large"
                value={pin}
                autoComplete="off"
                visibilityToggle={false}
                aria-invalid={refusal !== null}
                onChange={(event) => setPin(event.target.value)}
                onKeyUp={(event) => setCapsLock(event.getModifierState('CapsLock'))}
              />
              {capsLock && <p className="dialog-hint">{t('signIn.capsLock')}</p>}
            </div>
            {refusal && <RefusalBox refusal={refusal} />}
            <Button type="primary" htmlType="submit" size="large" block loading={busy} disabled={pin === ''}>
              {t('signIn.enter')}
            </Button>
          </>
        )}
      </form>
    </main>
  )
}
