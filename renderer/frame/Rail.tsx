/** The left rail: the desks, with counts in grey. */
import {
  AuditOutlined,
  DesktopOutlined,
  EditOutlined,
  ExportOutlined,
  ImportOutlined,
  MenuFoldOutlined,
  MenuUnfoldOutlined,
} from '@ant-design/icons'
import type { ComponentType } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BrandSeal } from './BrandSeal.tsx'
import { useDesk } from '../state/desk.ts'
import { desksShown, go, useNavigation } from '../state/navigation.ts'
import { useScale } from '../state/scale.ts'
import type { DeskShown } from '../state/navigation.ts'
import type { Counts } from '../../preload/contract/views.ts'

const icons: Readonly<Record<DeskShown, ComponentType>> = {
  workbench: DesktopOutlined,
  drafts: EditOutlined,
  outgoing: ExportOutlined,
  incoming: ImportOutlined,
  approvals: AuditOutlined,
}
const countOf: Readonly<Record<DeskShown, keyof Counts>> = {
  workbench: 'todo',
  drafts: 'drafts',
  outgoing: 'outgoing',
  incoming: 'incoming',
  approvals: 'approvals',
}

/** Width of the window, px at the chosen scale, from which the rail shows its words. */
const roomForWords = 1_400

export function Rail() {
  const { t } = useTranslation()
  const current = useNavigation((state) => state.desk)
  const counts = useDesk((state) => state.counts)
  const scale = useScale((state) => state.scale)
  const [preferred, setPreferred] = useState<boolean | null>(null)
  const wide = preferred ?? (window.innerWidth * 100) / scale >= roomForWords
  return (
    <nav className={wide ? 'rail rail-wide' : 'rail'} aria-label={t('rail.label')}>
      <div className="rail-brand" aria-hidden>
        <BrandSeal />
        {wide && <span>{t('product')}</span>}
      </div>
      {desksShown.map((desk) => {
        const Icon = icons[desk]
        const count = counts?.[countOf[desk]] ?? 0
        const name = t(`desks.${desk}`)
        return (
          <button
            key={desk}
            type="button"
            className="rail-desk"
            aria-label={count > 0 ? t('rail.count', { desk: name, count }) : name}
            aria-current={desk === current ? 'page' : undefined}
            title={wide ? undefined : name}
            onClick={() => go(desk)}
          >
            <Icon aria-hidden />
            {wide && <span className="rail-name">{name}</span>}
            {count > 0 && <span className="rail-count">{count > 999 ? '999+' : count}</span>}
          </button>
        )
      })}
      <button
        type="button"
        className="rail-desk rail-fold"
        aria-label={t(wide ? 'rail.narrow' : 'rail.wide')}
        onClick={() => setPreferred(!wide)}
      >
        {wide ? <MenuFoldOutlined aria-hidden /> : <MenuUnfoldOutlined aria-hidden />}
      </button>
    </nav>
  )
}
