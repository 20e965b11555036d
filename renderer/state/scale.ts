/** How large the whole interface is shown: a preference of the workstation, not of a document. */
import { create } from 'zustand'

export const scales = [100, 125, 150] as const
export type Scale = (typeof scales)[number]

const key = 'sealpost-scale'

export const useScale = create<{ readonly scale: Scale }>(() => ({ scale: 100 }))

export function setScale(scale: Scale): void {
  useScale.setState({ scale })
  document.documentElement.style.setProperty('zoom', `${scale}%`)
  try {
    localStorage.setItem(key, String(scale))
  } catch {
    // A host without storage: the choice lasts as long as the window.
  }
}

/** Once, before anything is drawn. */
export function restoreScale(): void {
  try {
    const kept = scales.find((scale) => String(scale) === localStorage.getItem(key))
    if (kept) setScale(kept)
  } catch {
    // as above
  }
}
