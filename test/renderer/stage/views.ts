/** Views made from staged matters, as main makes them from its projections. */
import type { KnownAct } from '../../../core/act/act.ts'
import type * as view from '../../../preload/contract/views.ts'
import { people, units } from './fixtures.ts'
import { actionsOf, stateOf } from './matters.ts'

const unitName = (unit: string): string => units.find((each) => each.unit === unit)?.name ?? unit
const personName = (person: string): string =>
  people.find((each) => each.person === person)?.name ?? (person.endsWith('clerk') ? '孙立' : '本机')

const roleHolder: Readonly<Record<string, string>> = { registry: '收发员', 'seal-keeper': '印章管理员' }

export function rowOf(matter: { readonly acts: readonly KnownAct[] }, me: view.Me): view.MatterRow {
  const state = stateOf(matter)
  const actions = actionsOf(state, me).filter((action) => action !== 'recall')
  const last = state.history.at(-1)?.time ?? ''
  const done = new Set(['dispatched', 'ended', 'closed', 'refused', 'recalled'])
  const shared = {
    matter: state.matter,
    status: state.status,
    updated: last,
    pending: false,
    mine: actions.length > 0 && !done.has(state.status),
  }
  if (state.kind === 'incoming')
    return {
      ...shared,
      kind: 'incoming',
      title: '示范市人民政府办公室关于报送2026年度政务信息系统整合共享工作进展情况的报告',
      number: '示市政办〔2026〕42号',
      urgency: 'normal',
      from: unitName(state.from),
      holder: '收发员',
      deadline: new Date(Date.now() + 2 * 86_400_000).toISOString(),
    }
  const { content } = state.submission.body
  const { holder, recipients } = state
  return {
    ...shared,
    kind: 'outgoing',
    title: content.title,
    number: state.registration?.number ?? '',
    urgency: content.urgency,
    from: personName(state.writer),
    holder:
      holder === null ? '' : 'person' in holder ? personName(holder.person) : (roleHolder[holder.role] ?? ''),
    ...(recipients.length === 0
      ? {}
      : {
          progress: {
            signedFor: recipients.filter(
              (each) => each.status === 'signed-for' || each.status === 'registered',
            ).length,
            all: recipients.length,
          },
        }),
  }
}

export function matterView(matter: { readonly acts: readonly KnownAct[] }, me: view.Me): view.MatterView {
  const state = stateOf(matter)
  const row = rowOf(matter, me)
  const files: view.FileView[] = []
  if (state.kind === 'incoming')
    files.push({ which: 'received', name: '来文.pdf', size: 412_300, here: true })
  else {
    if (state.sealed) files.push({ which: 'sealed', name: '盖章文件.pdf', size: 412_300, here: true })
    if (state.pressed) files.push({ which: 'pressed', name: '排版文件.pdf', size: 388_100, here: true })
  }
  return {
    row,
    state,
    files,
    actions: actionsOf(state, me),
    history: state.history.map((line, index) => ({
      ...line,
      name: 'person' in line.actor ? personName(line.actor.person) : '本机',
      unitName: unitName(line.actor.unit),
      standing: index === state.history.length - 1 ? 'pending' : 'accepted',
      ...(index === state.history.length - 1 ? {} : { acceptedAt: line.time }),
    })),
    recipients:
      state.kind === 'incoming'
        ? []
        : state.recipients.map((each, index) => ({
            unit: each.unit,
            unitName: unitName(each.unit),
            kind: each.kind,
            since: each.since,
            status: each.status === 'sent' ? 'accepted' : each.status,
            recallRequested: each.recall !== undefined,
            receipt: { position: 10_482 + index, time: each.since },
            ...(each.number ? { number: each.number } : {}),
            ...(each.words ? { words: each.words } : {}),
          })),
    ...(state.kind === 'incoming'
      ? {
          letter: {
            title: row.title,
            number: row.number,
            documentType: '报告',
            issuer: unitName(state.from),
            date: '2026-11-19',
            fromName: unitName(state.from),
            dispatchedBy: '孙立',
            dispatchedAt: state.receivedAt,
            addressedAs: 'main' as const,
          },
        }
      : {}),
    ...(row.status === 'rechecked' ? { nextNumber: '示政办发〔2026〕18号' } : {}),
    ...(row.status === 'signed-for' ? { nextNumber: '收〔2026〕309号' } : {}),
  }
}
