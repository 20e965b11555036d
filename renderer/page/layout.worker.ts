/**
 * Lays documents out beside the window's thread. Gets the font metrics once, then contents; answers each with its
 * pages as SVG. Pure work: no storage, no network.
 */
import type { Content, Registration } from '../../core/outgoing/content.ts'
import { layOut } from '../../paper/layout.ts'
import type { FontMetrics } from '../../paper/metrics.ts'
import type { MissingGlyph } from '../../paper/page.ts'
import { pageToSvg } from '../../paper/svg.ts'

export type SettingOrder =
  | { readonly metrics: FontMetrics }
  | { readonly id: number; readonly content: Content; readonly registration: Registration | null }
export type SettingDone = {
  readonly id: number
  readonly pages: readonly string[]
  readonly missing: readonly MissingGlyph[]
}

type Scope = {
  onmessage: ((event: MessageEvent<SettingOrder>) => void) | null
  postMessage(done: SettingDone): void
}
const scope = globalThis as unknown as Scope
let metrics: FontMetrics | null = null

scope.onmessage = ({ data }) => {
  if ('metrics' in data) {
    metrics = data.metrics
    return
  }
  if (!metrics) return
  const layout = layOut(data.content, data.registration, metrics)
  scope.postMessage({ id: data.id, pages: layout.pages.map(pageToSvg), missing: layout.missing })
}
