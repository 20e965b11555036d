/** An empty place says what would be here and offers the first step. */
import type { ReactNode } from 'react'

type EmptyProps = { readonly title: string; readonly hint?: string; readonly children?: ReactNode }

export function Empty({ title, hint, children }: EmptyProps) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {hint && <p className="empty-hint">{hint}</p>}
      {children}
    </div>
  )
}
