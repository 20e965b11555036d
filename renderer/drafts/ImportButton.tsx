/** 导入文本: picks a text file and hands its bytes to main, which reads it or refuses it. */
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { importDraft } from '../state/drafts.ts'
import { go, useNavigation } from '../state/navigation.ts'
import { tellDone, tellRefused } from '../state/notices.ts'

/** Bytes; base64 of it is what the contract takes. */
const largest = 6_000_000

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 32_768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(text)
}

export function ImportButton() {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const take = async (file: File | undefined) => {
    if (!file) return
    if (file.size > largest) return tellRefused({ code: 'too-long' })
    setBusy(true)
    const imported = await importDraft(file.name.slice(0, 255), await base64Of(file))
    setBusy(false)
    if (typeof imported === 'string') {
      go('drafts', imported)
      tellDone(t('drafts.imported'))
    } else if (imported.code === 'classified-mark') useNavigation.setState({ stopped: true, desk: 'drafts' })
    else tellRefused(imported)
  }
  return (
    <>
      <Button loading={busy} title={t('drafts.importHint')} onClick={() => input.current?.click()}>
        {t('drafts.import')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".txt,text/plain"
        hidden
        aria-label={t('drafts.importHint')}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          void take(file)
        }}
      />
    </>
  )
}
