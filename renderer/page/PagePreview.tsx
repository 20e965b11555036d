/** The pages as they will be printed, laid out while one types. */
import { memo, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Content, Registration } from '../../core/outgoing/content.ts'
import type { MissingGlyph } from '../../paper/page.ts'
import type { DeskRefusal } from '../bridge.ts'
import { RefusalBox } from '../frame/Refusal.tsx'
import { forgetOrders, typeset } from './typesetter.ts'

const SvgPage = memo(function SvgPage({ svg, label }: { readonly svg: string; readonly label: string }) {
  // The text is made by paper/svg.ts, which escapes everything it writes.
  return <div className="sheet" role="img" aria-label={label} dangerouslySetInnerHTML={{ __html: svg }} />
})

type Shown = { readonly pages: readonly string[]; readonly missing: readonly MissingGlyph[] }

type PagePreviewProps = {
  readonly content: Content
  readonly registration: Registration | null
  readonly label: string
}

/** Characters a warning names, at most. */
const namedGlyphs = 12

export function PagePreview({ content, registration, label }: PagePreviewProps) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Shown | null>(null)
  const [refusal, setRefusal] = useState<DeskRefusal | null>(null)
  const place = useRef({})

  useEffect(() => {
    let stale = false
    typeset(place.current, content, registration, (setting) => {
      if (stale) return
      if ('code' in setting) setRefusal(setting)
      else {
        setRefusal(null)
        setShown(setting)
      }
    })
    return () => {
      stale = true
    }
  }, [content, registration])
  useEffect(() => {
    const mine = place.current
    return () => forgetOrders(mine)
  }, [])

  const missing = [...new Set(shown?.missing.map((glyph) => glyph.character))].slice(0, namedGlyphs)
  return (
    <div className="pages" role="region" aria-label={label} tabIndex={0}>
      {refusal && <RefusalBox refusal={refusal} />}
      {missing.length > 0 && (
        <p className="page-warning" role="status">
          {t('drafts.missingGlyphs', { glyphs: missing.join(' ') })}
        </p>
      )}
      {shown
        ? shown.pages.map((svg, index) => (
            <SvgPage
              key={index}
              svg={svg}
              label={t('common.page', { page: index + 1, pages: shown.pages.length })}
            />
          ))
        : !refusal && <div className="sheet sheet-empty">{t('drafts.setting')}</div>}
    </div>
  )
}
