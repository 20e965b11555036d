/** The paper of a matter: the sealed or pressed PDF where there is one, else the submitted content as it will look. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { MatterView } from '../../preload/contract/views.ts'
import { PagePreview } from '../page/PagePreview.tsx'
import { PdfPages } from '../page/PdfPages.tsx'

export function MatterPaper({ view }: { readonly view: MatterView }) {
  const { t } = useTranslation()
  const { state, files } = view
  const content = state.kind === 'outgoing' ? state.submission.body.content : null
  const registered = state.kind === 'outgoing' ? state.registration : undefined
  const registration = useMemo(
    () =>
      registered
        ? { number: registered.number, date: registered.date, printedOn: registered.printedOn }
        : null,
    [registered],
  )
  const file =
    files.find((each) => each.which === 'sealed') ??
    files.find((each) => each.which === 'received') ??
    files.find((each) => each.which === 'pressed')
  if (file)
    return (
      <PdfPages
        matter={state.matter}
        which={file.which}
        version={`${file.name} ${file.size} ${file.here}`}
        label={t(`file.${file.which}`)}
      />
    )
  if (content)
    return <PagePreview content={content} registration={registration} label={t('outgoing.preview')} />
  return <div className="pages" />
}
