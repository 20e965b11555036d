/** The bar at the bottom: who I am, my certificate, the line. Each tells more when clicked. */
import { Button, Popover, Radio } from 'antd'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExchangeView, Me } from '../../preload/contract/views.ts'
import { ParkedDrawer } from '../incoming/ParkedDrawer.tsx'
import { useDesk } from '../state/desk.ts'
import { saveNow } from '../state/drafts.ts'
import { scales, setScale, useScale } from '../state/scale.ts'
import type { Scale } from '../state/scale.ts'
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
  const code = exchange.code ?? waiting?.code
  return (
    <Item
      title={t('bar.line')}
      content={
        <>
          <Facts
            facts={[
              [t('bar.hub'), hub],
              [t('bar.state'), t(`lineState.${exchange.state}`)],
              [t('bar.since'), exactMoment(exchange.since)],
              [t('bar.sending'), t('bar.pieces', { count: exchange.sending })],
              [t('bar.waiting'), waiting && t(`waitingFor.${waiting.for}`)],
              [t('bar.retryAt'), waiting?.until && momentWords(waiting.until, now)],
            ]}
          />
          {code && <RefusalText refusal={{ code }} />}
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
  const scale = useScale((state) => state.scale)
  const [parkedOpen, setParkedOpen] = useState(false)
  const term = daysLeftWords(me.daysLeft)
  const certificate = [
    [t('bar.subject'), me.certificate.subject],
    [t('bar.thumbprint'), <code key="print">{shortHash(me.certificate.thumbprint)}</code>],
    [t('bar.until'), exactMoment(me.until)],
  ] as const
  return (
    <footer className="status-bar" aria-label={t('bar.label')}>
      <Item
        title={t('bar.person')}
        content={
          <>
            <Facts
              facts={[
                [t('bar.name'), `${me.name} ${me.title}`],
                [t('bar.unit'), me.unitName],
                [t('bar.roles'), me.roles.map((role) => t(`roles.${role}`)).join(t('common.separator'))],
                [t('bar.device'), me.device],
              ]}
            />
            <Radio.Group
              aria-label={t('bar.scale')}
              optionType="button"
              buttonStyle="solid"
              value={scale}
              onChange={(event) => setScale(event.target.value as Scale)}
              options={scales.map((each) => ({ value: each, label: t('bar.scaleOf', { scale: each }) }))}
            />
            <Button onClick={() => void saveNow().then(signOut)}>{t('bar.signOut')}</Button>
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
            <p>{t(me.development ? 'bar.developmentHint' : 'bar.termHint')}</p>
          </>
        }
      >
        <span className={`term term-${term.standing}`}>{t('bar.certificate', { term: term.words })}</span>
        {me.development && <span className="tag">{t('bar.development')}</span>}
      </Item>
      {exchange && <Line exchange={exchange} hub={me.hub} />}
      {exchange && exchange.parked > 0 && (
        <button type="button" className="status-item" onClick={() => setParkedOpen(true)}>
          {t('bar.parked', { count: exchange.parked })}
        </button>
      )}
      <span className="status-space" />
      <button type="button" className="status-item" onClick={onFind}>
        {t('bar.find')} <kbd>Ctrl K</kbd>
      </button>
      <button type="button" className="status-item" onClick={onKeys}>
        {t('bar.keys')} <kbd>?</kbd>
      </button>
      {parkedOpen && <ParkedDrawer onClose={() => setParkedOpen(false)} />}
    </footer>
  )
}
