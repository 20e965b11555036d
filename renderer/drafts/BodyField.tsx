/** The body: one text, a paragraph a line; levels are recognised as they are typed and can be put in by a button. */
import { Button, Input } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Block } from '../../core/outgoing/content.ts'
import { changeDraft } from '../state/drafts.ts'
import { blocksOf, charactersOf, newPageSign, textOf, titleSign } from './blocks.ts'

const marks = {
  level1: '一、',
  level2: '（一）',
  level3: '1.',
  level4: '（1）',
  newPage: newPageSign,
  title: titleSign,
} as const
type Mark = keyof typeof marks

/** The text with the mark at the beginning of the line the caret is in, and where the caret then stands. */
export function withMark(
  text: string,
  caret: number,
  mark: string,
): { readonly text: string; readonly caret: number } {
  const start = text.lastIndexOf('\n', caret - 1) + 1
  return { text: text.slice(0, start) + mark + text.slice(start), caret: caret + mark.length }
}

const areaOf = (id: string): HTMLTextAreaElement | null => {
  const element = document.getElementById(id)
  return element instanceof HTMLTextAreaElement ? element : null
}

export function BodyField({ body }: { readonly body: readonly Block[] }) {
  const { t } = useTranslation()
  const id = useId()
  const [text, setText] = useState(() => textOf(body))
  const caretDue = useRef<number | null>(null)

  const change = (changed: string) => {
    setText(changed)
    changeDraft({ body: blocksOf(changed) })
  }
  const insert = (mark: Mark) => {
    const area = areaOf(id)
    const marked = withMark(text, area?.selectionStart ?? text.length, marks[mark])
    caretDue.current = marked.caret
    change(marked.text)
  }
  useEffect(() => {
    const area = areaOf(id)
    if (caretDue.current === null || !area) return
    area.focus()
    area.setSelectionRange(caretDue.current, caretDue.current)
    caretDue.current = null
  }, [text, id])

  return (
    <div className="body-field">
      <div className="body-bar">
        <label htmlFor={id}>{t('field.body')}</label>
        <div role="toolbar" aria-label={t('drafts.insert')} className="body-marks">
          {(Object.keys(marks) as Mark[]).map((mark) => (
            <Button key={mark} size="small" onClick={() => insert(mark)}>
              {t(`drafts.levels.${mark}`)}
            </Button>
          ))}
        </div>
        <span className="faint">{t('drafts.characters', { count: charactersOf(body) })}</span>
      </div>
      <Input.TextArea
        id={id}
        className="body-text"
        value={text}
        spellCheck={false}
        placeholder={t('drafts.bodyHint')}
        autoSize={{ minRows: 12 }}
        onChange={(event) => change(event.target.value)}
      />
    </div>
  )
}
