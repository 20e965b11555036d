/** Makes acts for fold tests: complete ones, each body valid for its kind, so that only the fold decides. */
import { createHash } from 'node:crypto'
import type { Actor, KnownAct } from '../../core/act/act.ts'
import type { IncomingKind } from '../../core/incoming/acts.ts'
import { incomingRoles } from '../../core/incoming/acts.ts'
import type { OutgoingKind } from '../../core/outgoing/acts.ts'
import { isBeside, outgoingRoles } from '../../core/outgoing/acts.ts'
import type { Content } from '../../core/outgoing/content.ts'

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
export const sheng = 'sheng'
export const shi = 'shi'

export const letterContent: Content = {
  documentType: '通知',
  issuer: '示范省人民政府办公厅',
  title: '关于做好测试工作的通知',
  mainRecipients: ['示范市人民政府办公室'],
  body: [{ kind: 'paragraph', text: '请认真做好测试工作。' }],
  signature: '示范省人民政府办公厅',
  copies: [],
  urgency: 'normal',
  publicity: { kind: 'public' },
}
const contentHash = hash('content')
const file = { blob: hash('sealed blob'), plainHash: hash('sealed page') }
const pressedFile = { blob: hash('pressed blob'), plainHash: hash('pressed page') }
const fonts = [{ role: 'fangsong', name: 'FandolFang', sha256: hash('font') }]
const blob = (ref: { blob: string; plainHash: string }) => ({
  id: ref.blob,
  size: 10,
  key: 'A'.repeat(43),
  plainHash: ref.plainHash,
  plainSize: 10,
  media: 'application/pdf',
  name: '正文.pdf',
})

/** Act names as the happy way makes them, so that bodies can point at one another. */
export const idOf = (kind: string): string => hash(`act ${kind}`)

const outgoingBody: Readonly<Record<OutgoingKind, Record<string, unknown>>> = {
  'outgoing.submit': { content: letterContent, contentHash, to: 'leader' },
  'outgoing.return': { reason: '请补充依据。', unsuited: false },
  'outgoing.approve': {
    submission: idOf('outgoing.submit'),
    contentHash,
    layout: 'layout/1',
    fonts,
    mode: 'opinion',
    words: '同意。',
  },
  'outgoing.recheck': { contentHash },
  'outgoing.register': {
    number: '示政办发〔2026〕1号',
    year: 2026,
    serial: 1,
    date: '2026-11-21',
    printedOn: '2026-11-21',
    copies: 0,
  },
  'outgoing.press': {
    approval: idOf('outgoing.approve'),
    contentHash,
    layout: 'layout/1',
    fonts,
    file: pressedFile,
    pages: 1,
  },
  'outgoing.seal': {
    approval: idOf('outgoing.approve'),
    pressed: idOf('outgoing.press'),
    file,
    seal: 'seal',
    certificate: hash('seal'),
  },
  'outgoing.release': { sealed: idOf('outgoing.seal'), plainHash: file.plainHash },
  'outgoing.dispatch': {
    document: {
      title: letterContent.title,
      number: '示政办发〔2026〕1号',
      documentType: '通知',
      issuer: letterContent.issuer,
      date: '2026-11-21',
      urgency: 'normal',
    },
    file,
    to: [{ unit: shi, kind: 'main' }],
  },
  'outgoing.recall': { dispatch: idOf('outgoing.dispatch'), units: [shi], reason: '内容有误。' },
  'outgoing.delivered': { dispatch: idOf('outgoing.dispatch') },
  'outgoing.refused': { dispatch: idOf('outgoing.dispatch'), reason: '主送有误。' },
  'outgoing.signed-for': { dispatch: idOf('outgoing.dispatch') },
  'outgoing.registered': { dispatch: idOf('outgoing.dispatch'), number: '收〔2026〕1号' },
  'outgoing.returned': { dispatch: idOf('outgoing.dispatch'), reason: '不属我单位职责。' },
  'outgoing.recalled': { dispatch: idOf('outgoing.dispatch'), recall: idOf('outgoing.recall') },
}

const incomingBody: Readonly<Record<IncomingKind, Record<string, unknown>>> = {
  'incoming.receive': {
    dispatch: idOf('outgoing.dispatch'),
    from: sheng,
    letter: 'a.b.c',
    verdict: { verdict: 'good', reasons: [] },
  },
  'incoming.withdraw': { recall: idOf('outgoing.recall'), letter: 'a.b.c', reason: '内容有误。' },
  'incoming.refuse': { cause: 'wrong-addressee', reason: '主送有误。' },
  'incoming.sign-for': { checked: ['seal'] },
  'incoming.register': { register: '收', number: '收〔2026〕1号', serial: 1 },
  'incoming.check': {},
  'incoming.return': { reason: '不属我单位职责。' },
  'incoming.close': { words: '已办结。' },
}

const personFor = {
  secretary: 'writer',
  leader: 'leader',
  registry: 'clerk',
  'seal-keeper': 'keeper',
} as const

export function actorFor(kind: OutgoingKind | IncomingKind, unit: string): Actor {
  const roles =
    kind in outgoingRoles ? outgoingRoles[kind as OutgoingKind] : incomingRoles[kind as IncomingKind]
  const role = roles[0]!
  return role === 'machine' ? { unit, device: 'desk-1', role } : { unit, person: personFor[role], role }
}

export type Changes = Partial<Omit<KnownAct, 'body'>> & { readonly body?: Record<string, unknown> }

/** An act of the kind after `head`, as the right person would make it; `changes` spoils it. */
export function actOf(
  kind: OutgoingKind | IncomingKind,
  head: string | null,
  changes: Changes = {},
): KnownAct {
  const outgoing = kind in outgoingRoles
  const beside = outgoing && isBeside(kind as OutgoingKind)
  const owner = outgoing ? sheng : shi
  const body = outgoing ? outgoingBody[kind as OutgoingKind] : incomingBody[kind as IncomingKind]
  return {
    v: 1,
    id: idOf(kind),
    matter: (outgoing ? 'a' : 'b').repeat(32),
    owner,
    kind,
    pen: !beside,
    after: beside ? [idOf('outgoing.dispatch')] : head === null ? [] : [head],
    time: '2026-11-21T01:00:00.000Z',
    actor: actorFor(kind, beside ? shi : owner),
    recipients: ['unit:sheng'],
    salt: 'A'.repeat(22),
    blobs:
      kind === 'outgoing.press'
        ? [blob(pressedFile)]
        : kind === 'outgoing.seal' || kind === 'outgoing.dispatch'
          ? [blob(file)]
          : [],
    ...changes,
    body: changes.body ? { ...body, ...changes.body } : body,
  }
}
