/** The line and the hub in words, from the exchange's state. Pure but for the language. */
import type { ExchangeView } from '../../preload/contract/views.ts'
import { clockWords } from '../words/moments.ts'
import { say } from '../words/index.ts'

/** For the status bar: 已同步 14:32 · 待发送 3 · 离线，自 09:10 起. */
export function lineWords(exchange: ExchangeView, now: Date): string {
  const time = clockWords(exchange.since, now)
  const state = say(`line.${exchange.state}`, { time, count: exchange.sending })
  const sends = exchange.sending > 0 && exchange.state !== 'sending'
  return sends ? `${state} · ${say('line.sending', { count: exchange.sending })}` : state
}

export const lineMark: Readonly<Record<ExchangeView['state'], string>> = {
  connecting: '○',
  'in-step': '●',
  sending: '◑',
  offline: '—',
  refused: '✕',
}
