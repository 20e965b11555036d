/**
 * Keys: what a plain letter does outside of text fields, and the one primary action Ctrl+Enter does. While a dialog
 * is open only the dialog's own keys work.
 */
import { useEffect, useRef } from 'react'

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))

const dialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null

/** Plain keys (`j`, `ArrowDown`, `?`) for as long as the component stands. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys)
  useEffect(() => {
    current.current = keys
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event.target) || dialogOpen()) return
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      current.current[key]?.(event)
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}

type Primary = { readonly run: () => void; readonly inDialog: boolean }
const primaries: Primary[] = []

/** What Ctrl+Enter does while this stands; the last that was put up counts. Null: nothing. */
export function usePrimary(run: (() => void) | null, inDialog = false): void {
  const current = useRef(run)
  useEffect(() => {
    current.current = run
  })
  const active = run !== null
  useEffect(() => {
    if (!active) return
    const entry: Primary = { run: () => current.current?.(), inDialog }
    primaries.push(entry)
    return () => {
      primaries.splice(primaries.indexOf(entry), 1)
    }
  }, [active, inDialog])
}

/** Keys that work everywhere, text fields included: Ctrl+Enter and those handed in, such as `ctrl+k`, `alt+1`. */
export function useGlobalKeys(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys)
  useEffect(() => {
    current.current = keys
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const control = event.ctrlKey || event.metaKey
      if (control && event.key === 'Enter') {
        const top = primaries.at(-1)
        if (!top || (dialogOpen() && !top.inDialog)) return
        event.preventDefault()
        top.run()
        return
      }
      if (dialogOpen()) return
      const name = `${control ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${event.key.toLowerCase()}`
      const action = control || event.altKey ? current.current[name] : undefined
      if (!action) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
