/** The files of a matter, to be saved elsewhere. */
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { FileView } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'
import { tellDone, tellRefused } from '../state/notices.ts'
import { sizeWords } from '../words/moments.ts'

type FilesProps = { readonly matter: string; readonly files: readonly FileView[] }

export function Files({ matter, files }: FilesProps) {
  const { t } = useTranslation()
  if (files.length === 0) return null
  const save = async (file: FileView) => {
    const answer = await call('matters.export', { matter, which: file.which })
    if (!answer.ok) tellRefused(answer.refusal)
    else if (answer.value) tellDone(t('outgoing.exported', { path: answer.value.path }))
  }
  return (
    <section className="side-part" aria-label={t('outgoing.files')}>
      <h3>{t('outgoing.files')}</h3>
      <ul className="files">
        {files.map((file) => (
          <li key={file.which}>
            <span>
              {t(`file.${file.which}`)} <span className="faint">{sizeWords(file.size)}</span>
            </span>
            <Button
              size="small"
              disabled={!file.here}
              aria-label={`${t('outgoing.export')} ${t(`file.${file.which}`)}`}
              onClick={() => void save(file)}
            >
              {t('outgoing.export')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
