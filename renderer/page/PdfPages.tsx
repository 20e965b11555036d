/** A PDF as it is, page for page, drawn by pdf.js. Reads bytes only; opens no links and runs nothing from the file. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist'
import { call } from '../bridge.ts'
import type { DeskRefusal } from '../bridge.ts'
import { RefusalBox } from '../frame/Refusal.tsx'
import { readPdf } from './readPdf.ts'

function PdfPage({ document, number }: { readonly document: PDFDocumentProxy; readonly number: number }) {
  const { t } = useTranslation()
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)

  useEffect(() => {
    const element = box.current
    if (!element) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), {
      rootMargin: '100% 0px',
    })
    watch.observe(element)
    return () => watch.disconnect()
  }, [])

  useEffect(() => {
    if (!near) return
    let stale = false
    let drawing: ReturnType<PDFPageProxy['render']> | undefined
    const draw = async () => {
      const page = await document.getPage(number)
      const target = canvas.current
      if (stale || !target) return
      const plain = page.getViewport({ scale: 1 })
      const width = target.clientWidth * Math.min(window.devicePixelRatio, 3)
      const viewport = page.getViewport({ scale: Math.max(width, 600) / plain.width })
      target.width = Math.floor(viewport.width)
      target.height = Math.floor(viewport.height)
      drawing = page.render({ canvas: target, viewport })
      await drawing.promise
      target.dataset['drawn'] = 'true'
    }
    // A drawing that is cancelled rejects; that is not news.
    draw().catch(() => undefined)
    return () => {
      stale = true
      drawing?.cancel()
    }
  }, [document, number, near])

  return (
    <div ref={box} className="sheet">
      <canvas
        ref={canvas}
        role="img"
        aria-label={t('common.page', { page: number, pages: document.numPages })}
      />
    </div>
  )
}

type PdfPagesProps = {
  readonly matter: string
  readonly which: 'pressed' | 'sealed' | 'received'
  /** Changes when the file did: its hash, or the act that made it. */
  readonly version: string
  readonly label: string
}

export function PdfPages({ matter, which, version, label }: PdfPagesProps) {
  const { t } = useTranslation()
  const [document, setDocument] = useState<PDFDocumentProxy | null>(null)
  const [refusal, setRefusal] = useState<DeskRefusal | null>(null)

  useEffect(() => {
    let stale = false
    let opened: PDFDocumentProxy | undefined
    setDocument(null)
    setRefusal(null)
    const open = async () => {
      const answer = await call('matters.file', { matter, which })
      if (stale) return
      if (!answer.ok) return setRefusal(answer.refusal)
      const read = await readPdf(answer.value.bytes)
      if (!read) return setRefusal({ code: 'pdf-unreadable' })
      opened = read
      if (stale) void read.loadingTask.destroy()
      else setDocument(read)
    }
    void open()
    return () => {
      stale = true
      void opened?.loadingTask.destroy()
    }
  }, [matter, which, version])

  return (
    <div className="pages" role="region" aria-label={label} tabIndex={0}>
      {refusal && <RefusalBox refusal={refusal} />}
      {document
        ? Array.from({ length: document.numPages }, (_each, index) => (
            <PdfPage key={index} document={document} number={index + 1} />
          ))
        : !refusal && <div className="sheet sheet-empty">{t('common.loading')}</div>}
    </div>
  )
}
