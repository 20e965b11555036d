/** What the status bar says of the exchange. A pure reducer over what the pumps report. */
import type { Refusal } from '../../core/result.ts'
import { kindOf } from './failures.ts'
import type { HubFailure } from './failures.ts'

export type ExchangeState = 'connecting' | 'in-step' | 'sending' | 'offline' | 'refused'
export type Waiting = {
  /** line: the hub is not reached. session: the workstation or the person is refused. retry: the hub said "later". */
  readonly for: 'line' | 'retry' | 'session'
  readonly code: string
  /** When it is tried again, ISO. */
  readonly until?: string
}
export type ExchangeStatus = {
  readonly state: ExchangeState
  /** Since when this state holds, ISO. */
  readonly since: string
  /** Packets that wait to be sent. */
  readonly sending: number
  readonly waiting: Waiting | null
  /** When the hub last answered as it should, ISO. */
  readonly lastSync: string | null
  readonly parked: number
  /** Why the hub (or the directory it serves) is not accepted, or does not accept us. */
  readonly refusal: Refusal | null
}

export type ExchangeReport =
  | { readonly kind: 'answered'; readonly by: Asker }
  | {
      readonly kind: 'failed'
      readonly by: Asker
      readonly refusal: Refusal<HubFailure>
      readonly until?: string
    }
  /** The hub serves something that does not hold: a directory act, a receipt. */
  | { readonly kind: 'distrusted'; readonly by: Asker; readonly refusal: Refusal }
  | { readonly kind: 'counted'; readonly sending: number; readonly parked: number }

/** Who asks the hub; each answers for its own failures. */
export type Asker = 'outbox' | 'inbox' | 'directory' | 'blobs'

/** The status and what it is made of. */
type Trouble = { readonly refusal: Refusal; readonly waiting: Waiting | null }
type Troubles = Readonly<Partial<Record<Asker, Trouble>>>
export type ExchangeView = ExchangeStatus & { readonly troubles: Troubles }

export const firstView = (now: string): ExchangeView => ({
  state: 'connecting',
  since: now,
  sending: 0,
  waiting: null,
  lastSync: null,
  parked: 0,
  refusal: null,
  troubles: {},
})

export function nextView(view: ExchangeView, report: ExchangeReport, now: string): ExchangeView {
  switch (report.kind) {
    case 'answered': {
      const { [report.by]: _over, ...others } = view.troubles
      // An answer to one asker is a line for all of them.
      const troubles: Troubles = Object.fromEntries(
        (Object.entries(others) as [Asker, Trouble][]).filter(
          ([, trouble]) => trouble.waiting?.for !== 'line',
        ),
      )
      return settle({ ...view, troubles, lastSync: now }, now)
    }
    case 'failed': {
      const { refusal, until } = report
      const waiting: Waiting = {
        for: waitsFor[kindOf(refusal.code)],
        code: refusal.code,
        ...(until === undefined ? {} : { until }),
      }
      return settle({ ...view, troubles: { ...view.troubles, [report.by]: { refusal, waiting } } }, now)
    }
    case 'distrusted': {
      const trouble = { refusal: report.refusal, waiting: null }
      return settle({ ...view, troubles: { ...view.troubles, [report.by]: trouble } }, now)
    }
    case 'counted':
      return settle({ ...view, sending: report.sending, parked: report.parked }, now)
  }
}

const waitsFor = { line: 'line', ourselves: 'session', passing: 'retry', final: 'retry' } as const

const askers: readonly Asker[] = ['outbox', 'inbox', 'directory', 'blobs']

function settle(view: ExchangeView, now: string): ExchangeView {
  const troubles = askers.flatMap((asker) => view.troubles[asker] ?? [])
  const line = troubles.find((each) => each.waiting?.for === 'line')
  const refused = troubles.find((each) => each.waiting === null || each.waiting.for === 'session')
  const retry = troubles.find((each) => each.waiting?.for === 'retry')
  const notOurHub = line && line.refusal.code !== 'offline' ? line : undefined
  const state: ExchangeState =
    notOurHub || (refused && !line)
      ? 'refused'
      : line
        ? 'offline'
        : view.lastSync === null
          ? 'connecting'
          : view.sending > 0
            ? 'sending'
            : 'in-step'
  return {
    ...view,
    state,
    since: state === view.state ? view.since : now,
    waiting: (line ?? refused ?? retry)?.waiting ?? null,
    refusal: (notOurHub ?? refused)?.refusal ?? null,
  }
}

/** What leaves this module: the status without its parts. */
export function statusOf({ troubles: _parts, ...status }: ExchangeView): ExchangeStatus {
  return status
}
