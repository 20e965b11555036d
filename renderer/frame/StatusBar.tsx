/** The bar at the bottom: who I am, my certificate, the line. Each tells more when clicked. */
import { Button, Popover } from 'antd'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExchangeView, Me } from '../../preload/contract/views.ts'
import { ParkedDrawer } from '../incoming/ParkedDrawer.tsx'
import { useDesk } from '../state/desk.ts'
import { signOut } from '../state/session.ts'
import { daysLeftWords, exactMoment, momentWords, shortHash } from '../words/moments.ts'
import { lineMark, lineWords } from './exchangeWords.ts'
import { Facts } from './Facts.tsx'
import { RefusalText } from './Refusal.tsx'
import { useNow } from './useNow.ts'

type ItemProps = { readonly title: string; readonly content: ReactNode; readonly children: ReactNode }

function Item({ title, content, children }: ItemProps) {
  return (
    <Popover
      title={title}
      content={<div className="status-more">{content}</div>}
      trigger="click"
      placement="topLeft"
    >
      <button type="button" className="status-item">
        {children}
      </button>
    </Popover>
  )
}

function Line({ exchange, hub }: { readonly exchange: ExchangeView; readonly hub: string }) {
  const { t } = useTranslation()
  const now = useNow()
  const { waiting } = exchange
  return (
    <Item
      title={t('status.line')}
      content={
        <>
          <Facts
            facts={[
              [t('status.hub'), hub],
              [t('status.state'), t(`lineState.${exchange.state}`)],
              [t('status.since'), exactMoment(exchange.since)],
              [t('status.sending'), t('status.pieces', { count: exchange.sending })],
              [t('status.waiting'), waiting && t(`waitingFor.${waiting.for}`)],
              [t('status.retryAt'), waiting?.until && momentWords(waiting.until, now)],
            ]}
          />
          {waiting?.code && <RefusalText refusal={{ code: waiting.code }} />}
        </>
      }
    >
      <span aria-hidden className={`line-mark line-${exchange.state}`}>
        {lineMark[exchange.state]}
      </span>
      {lineWords(exchange, now)}
    </Item>
  )
}

type StatusBarProps = { readonly me: Me; readonly onFind: () => void; readonly onKeys: () => void }

export function StatusBar({ me, onFind, onKeys }: StatusBarProps) {
  const { t } = useTranslation()
  const exchange = useDesk((state) => state.exchange)
  const [parkedOpen, setParkedOpen] = useState(false)
  const term = daysLeftWords(me.daysLeft)
  const certificate = [
    [t('status.subject'), me.certificate.subject],
    [t('status.thumbprint'), <code key="print">{shortHash(me.certificate.thumbprint)}</code>],
    [t('status.until'), exactMoment(me.until)],
  ] as const
  return (
    <footer className="status-bar" aria-label={t('status.label')}>
      <Item
        title={t('status.person')}
        content={
          <>
            <Facts
              facts={[
                [t('status.person'), `${me.name} ${me.title}`],
                [t('status.unit'), me.unitName],
                [t('status.roles'), me.roles.map((role) => t(`roles.${role}`)).join(t('common.separator'))],
                [t('status.device'), me.device],
              ]}
            />
            <Button onClick={() => void signOut()}>{t('status.signOut')}</Button>
          </>
        }
      >
        {me.name} · {me.unitName}
      </Item>
      <Item
        title={t('sign.certificate')}
        content={
          <>
            <Facts facts={certificate} />
            <p>{t(me.development ? 'status.developmentHint' : 'status.termHint')}</p>
          </>
        }
      >
        <span className={`term term-${term.standing}`}>{t('status.certificate', { term: term.words })}</span>
        {me.development && <span className="tag">{t('status.development')}</span>}
      </Item>
      {exchange && <Line exchange={exchange} hub={me.hub} />}
      {exchange && exchange.parked > 0 && (
        <button type="button" className="status-item" onClick={() => setParkedOpen(true)}>
          {t('status.parked', { count: exchange.parked })}
        </button>
      )}
      <span className="status-space" />
      <button type="button" className="status-item" onClick={onFind}>
        {t('status.find')} <kbd>Ctrl K</kbd>
      </button>
      <button type="button" className="status-item" onClick={onKeys}>
        {t('status.keys')} <kbd>?</kbd>
      </button>
      {parkedOpen && <ParkedDrawer onClose={() => setParkedOpen(false)} />}
    </footer>
  )
}
