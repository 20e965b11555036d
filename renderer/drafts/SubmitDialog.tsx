/** 送审: to which leader, with what words. */
import { WordsField } from '../frame/WordsField.tsx'
import { Radio } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonView } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { Facts } from '../frame/Facts.tsx'
import { refreshDesk } from '../state/desk.ts'
import { forgetDraft, loadDrafts, saveNow } from '../state/drafts.ts'
import { go } from '../state/navigation.ts'
import { tellDone } from '../state/notices.ts'
import { useSession } from '../state/session.ts'

type SubmitDialogProps = { readonly draft: string; readonly title: string; readonly onClose: () => void }

export function SubmitDialog({ draft, title, onClose }: SubmitDialogProps) {
  const { t } = useTranslation()
  const unit = useSession((state) => state.me?.unit)
  const [leaders, setLeaders] = useState<readonly PersonView[] | null>(null)
  const [to, setTo] = useState<string | null>(null)
  const [words, setWords] = useState('')

  useEffect(() => {
    void call('directory.people', { role: 'leader' }).then((answer) => {
      const found = answer.ok ? answer.value.filter((person) => person.unit === unit) : []
      setLeaders(found)
      setTo(found[0]?.person ?? null)
    })
  }, [unit])

  const submit = async () => {
    if (to === null) return null
    const unsaved = await saveNow()
    if (unsaved) return unsaved
    const given = words.trim()
    const answer = await call('outgoing.submit', { draft, to, ...(given === '' ? {} : { words: given }) })
    if (!answer.ok) return answer.refusal
    forgetDraft()
    go('drafts', null)
    go('outgoing', answer.value.row.matter)
    tellDone(t('drafts.submitted', { name: leaders?.find((leader) => leader.person === to)?.name ?? '' }))
    void Promise.all([loadDrafts(), refreshDesk()])
    return null
  }
  return (
    <Dialog
      title={t('drafts.submitTo')}
      confirm={t('drafts.submit')}
      ready={to !== null}
      onConfirm={submit}
      onClose={onClose}
    >
      <Facts facts={[[t('sign.title'), title]]} />
      {leaders?.length === 0 && <p className="dialog-hint">{t('drafts.noLeaders')}</p>}
      <Radio.Group
        className="choices"
        aria-label={t('drafts.leaders')}
        value={to}
        onChange={(event) => setTo(event.target.value as string)}
        options={(leaders ?? []).map((leader) => ({
          value: leader.person,
          label: `${leader.name}　${leader.title}`,
        }))}
      />
      <WordsField label={t('drafts.submitWords')} value={words} onChange={setWords} />
    </Dialog>
  )
}
