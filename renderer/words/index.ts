/**
 * The window's language: zh-CN, every string through i18next. A further language adds a table of the same shape.
 * Keys are `table.name`; a code is a key below `refusals`, `acts`, `status`.
 */
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn.js'
import { createInstance } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { MatterRow } from '../../preload/contract/views.ts'
import { deskWords } from './desks.ts'
import { frameWords } from './frame.ts'
import * as matters from './matters.ts'
import { refusalSentences } from './refusals.ts'
import * as verdicts from './verdicts.ts'

export const tables = {
  ...frameWords,
  ...deskWords,
  refusals: refusalSentences,
  status: { outgoing: matters.outgoingStatusWords, incoming: matters.incomingStatusWords },
  acts: { outgoing: matters.outgoingActWords, incoming: matters.incomingActWords },
  roles: matters.roleWords,
  action: matters.actionWords,
  done: matters.doneWords,
  doing: matters.doingWords,
  urgency: matters.urgencyWords,
  publicity: matters.publicityWords,
  recipientKind: matters.recipientKindWords,
  recipientStatus: matters.recipientStatusWords,
  recipientMark: matters.recipientMarks,
  standing: matters.standingWords,
  file: matters.fileWords,
  checked: matters.checkedItemWords,
  cause: matters.refusalCauseWords,
  reason: verdicts.reasonWords,
  integrity: verdicts.integrityWords,
  signature: verdicts.signatureWords,
  chain: verdicts.chainWords,
  covers: verdicts.coverWords,
  result: verdicts.resultWords,
} as const

dayjs.locale('zh-cn')

export const language = createInstance()
await language.use(initReactI18next).init({
  lng: 'zh-CN',
  resources: { 'zh-CN': { translation: tables } },
  // React escapes what it draws.
  interpolation: { escapeValue: false },
  returnNull: false,
})

/** A word outside a component. */
export const say = (key: string, values?: Readonly<Record<string, string | number>>): string =>
  language.t(key, { ...values })

/** Where a matter stands: 待用印; once dispatched, how many have signed for it says it all: 已签收 1/2. */
export const statusWords = (row: Pick<MatterRow, 'kind' | 'status' | 'progress'>): string =>
  row.status === 'dispatched' && row.progress
    ? say('workbench.progress', row.progress)
    : say(`status.${row.kind}.${row.status}`)
