/** Ctrl+K: desks, drafts and documents by a few letters. */
import { Input, Modal } from 'antd'
import type { InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DraftRow, MatterRow } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'
import { deskOf, desksShown, go } from '../state/navigation.ts'
import type { DeskShown } from '../state/navigation.ts'
import { useSession } from '../state/session.ts'

type Found = {
  readonly key: string
  readonly desk: DeskShown
  readonly id?: string
  readonly title: string
  readonly aside: string
}

const perDesk = 8

async function find(text: string, drafts: readonly DraftRow[], roles: readonly string[]): Promise<Found[]> {
  const wanted = text.trim()
  const [outgoing, incoming] = await Promise.all(
    (['outgoing', 'incoming'] as const).map((desk) =>
      call('matters.list', { desk, text: wanted, limit: perDesk }),
    ),
  )
  const rows: MatterRow[] = [outgoing, incoming].flatMap((answer) =>
    answer?.ok ? [...answer.value.rows] : [],
  )
  return [
    ...drafts
      .filter((draft) => draft.title.includes(wanted))
      .slice(0, perDesk)
      .map((draft): Found => ({
        key: draft.id,
        desk: 'drafts',
        id: draft.id,
        title: draft.title,
        aside: '',
      })),
    ...rows.map((row): Found => ({
      key: row.matter,
      desk: deskOf(row, roles),
      id: row.matter,
      title: row.title,
      aside: row.number || row.from,
    })),
  ]
}

export function QuickFind({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const roles = useSession((state) => state.me?.roles) ?? []
  const [text, setText] = useState('')
  const [found, setFound] = useState<readonly Found[]>([])
  const [drafts, setDrafts] = useState<readonly DraftRow[]>([])
  const [at, setAt] = useState(0)
  const field = useRef<InputRef>(null)

  useEffect(() => {
    void call('drafts.list', {}).then((answer) => answer.ok && setDrafts(answer.value))
  }, [])
  useEffect(() => {
    let stale = false
    const timer = setTimeout(() => {
      if (text.trim() === '') return setFound([])
      void find(text, drafts, roles).then((results) => !stale && setFound(results))
    }, 120)
    return () => {
      stale = true
      clearTimeout(timer)
    }
    // The roles do not change while the dialog is open.
  }, [text, drafts])

  const desks = desksShown
    .map((desk): Found => ({ key: desk, desk, title: t(`desks.${desk}`), aside: '' }))
    .filter((each) => each.title.includes(text.trim()))
  const options = [...desks, ...found]
  const chosen = Math.min(at, options.length - 1)
  const open = (each: Found | undefined) => {
    if (!each) return
    onClose()
    go(each.desk, each.id)
  }
  const keyed = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, options.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0))
    else if (event.key === 'Enter') open(options[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Modal
      open
      title={t('find.title')}
      footer={null}
      onCancel={onClose}
      width={640}
      style={{ top: 80 }}
      afterOpenChange={(open) => open && field.current?.focus()}
    >
      <Input
        ref={field}
        size="large"
        role="combobox"
        aria-label={t('find.title')}
        aria-expanded
        aria-controls="found"
        aria-activedescendant={options[chosen] ? `found-${chosen}` : undefined}
        placeholder={t('find.placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={keyed}
      />
      <ul id="found" role="listbox" aria-label={t('find.results')} className="found">
        {options.map((each, index) => (
          <li
            key={each.key}
            id={`found-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => open(each)}
          >
            <span className="found-desk">{each.id ? t(`desks.${each.desk}`) : t('find.desk')}</span>
            <span className="found-title">{each.title || t('drafts.untitled')}</span>
            <span className="found-aside">{each.aside}</span>
          </li>
        ))}
      </ul>
      {options.length === 0 && <p className="found-none">{t('find.none')}</p>}
      <p className="found-hint">{t('find.hint')}</p>
    </Modal>
  )
}
