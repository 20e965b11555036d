/**
 * The window's end of the layout worker: fetches the font metrics once, sets one content at a time, and drops orders
 * that were overtaken before their turn came.
 */
import type { Content, Registration } from '../../core/outgoing/content.ts'
import type { FontMetrics } from '../../paper/metrics.ts'
import type { FontRole } from '../../paper/page.ts'
import { call } from '../bridge.ts'
import type { DeskRefusal } from '../bridge.ts'
import type { SettingDone, SettingOrder } from './layout.worker.ts'

export type Setting = SettingDone | DeskRefusal
type Order = {
  readonly content: Content
  readonly registration: Registration | null
  readonly done: (setting: Setting) => void
}

/** The names under which paper/svg.ts asks for the faces, and where the host serves them. */
const faces: Readonly<Record<FontRole, string>> = {
  fangsong: 'Sealpost FangSong',
  xiaobiaosong: 'Sealpost XiaoBiaoSong',
  heiti: 'Sealpost HeiTi',
  kaiti: 'Sealpost KaiTi',
  songti: 'Sealpost SongTi',
}

/** The paper's faces, fetched when a page first needs one. The cut of each is the file's own: any weight may ask. */
export function declareFaces(): void {
  for (const [role, family] of Object.entries(faces))
    document.fonts.add(new FontFace(family, `url(fonts/${role})`, { weight: '100 900', display: 'swap' }))
}

let worker: Promise<Worker | DeskRefusal> | undefined
let serial = 0
let current: { readonly id: number; readonly order: Order } | undefined
/** Waiting orders, the newest of each place. */
const waiting = new Map<object, Order>()

function begin(): Promise<Worker | DeskRefusal> {
  return call('paper.metrics', {}).then((answer) => {
    if (!answer.ok) {
      worker = undefined
      return answer.refusal
    }
    const made = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' })
    made.onmessage = ({ data }: MessageEvent<SettingDone>) => finish(data)
    // Content that breaks the layout is a bug, and so is a worker that does not load; the preview must not wait for
    // ever, and the next order gets a new worker.
    made.onerror = () => {
      made.terminate()
      worker = undefined
      if (current) finish({ id: current.id, pages: [], missing: [] })
    }
    made.postMessage({ metrics: answer.value as FontMetrics } satisfies SettingOrder)
    return made
  })
}

function finish(done: SettingDone): void {
  if (current?.id === done.id) {
    current.order.done(done)
    current = undefined
  }
  void next()
}

async function next(): Promise<void> {
  worker ??= begin()
  const ready = await worker
  if (current) return
  const [place, order] = waiting.entries().next().value ?? []
  if (!place || !order) return
  waiting.delete(place)
  if (!(ready instanceof Worker)) {
    order.done(ready)
    return next()
  }
  current = { id: ++serial, order }
  ready.postMessage({
    id: serial,
    content: order.content,
    registration: order.registration,
  } satisfies SettingOrder)
}

/** `place` names who asks: a newer order from the same place replaces one that still waits. */
export function typeset(
  place: object,
  content: Content,
  registration: Registration | null,
  done: (setting: Setting) => void,
): void {
  waiting.set(place, { content, registration, done })
  void next()
}

export const forgetOrders = (place: object): void => {
  waiting.delete(place)
}
