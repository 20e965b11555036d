/** The matters that stand on the stage when the curtain goes up: one outgoing in every state, letters that came. */
import { canonical } from '../../../core/canonical.ts'
import type { KnownAct } from '../../../core/act/act.ts'
import type { Content } from '../../../core/outgoing/content.ts'
import { notice, otherTitles } from './fixtures.ts'
import { sha256, take } from './matters.ts'
import type { Step } from './matters.ts'

export const contentHash = (content: Content): string => sha256(canonical(content))

const province = 'province'
const by = {
  zhou: { unit: province, role: 'secretary', person: 'zhou' },
  li: { unit: province, role: 'leader', person: 'li' },
  wang: { unit: province, role: 'registry', person: 'wang' },
  keeper: { unit: province, role: 'seal-keeper', person: 'wang' },
  machine: { unit: province, role: 'machine', person: 'desk-1' },
} as const satisfies Record<string, Step['by']>

export const file = { blob: sha256('blob'), plainHash: sha256('plain') }
const fonts = [{ role: 'fangsong', name: 'FandolFang-Regular.otf', sha256: sha256('font') }]

/** How far an outgoing document has come. */
export const stages = [
  'submit',
  'approve',
  'recheck',
  'register',
  'press',
  'seal',
  'release',
  'dispatch',
  'answered',
] as const
export type Stage = (typeof stages)[number]

/** Times run backwards from now: the last act an hour ago. */
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()

export function outgoing(id: string, content: Content, stage: Stage): KnownAct[] {
  const acts: KnownAct[] = []
  const ids: Record<string, string> = {}
  const last = stages.indexOf(stage)
  const act = (name: string, who: Step['by'], body: Record<string, unknown>) => {
    ids[name] = take(acts, id, province, {
      kind: `outgoing.${name}`,
      by: who,
      body,
      time: hoursAgo(12 - acts.length),
    })
  }
  const hash = contentHash(content)
  const number = {
    number: '示政办发〔2026〕17号',
    year: 2026,
    serial: 17,
    date: '2026-11-20',
    printedOn: '2026-11-20',
  }
  const steps: Record<Exclude<Stage, 'answered'>, () => void> = {
    submit: () => act('submit', by.zhou, { content, contentHash: hash, to: 'li', words: '请审签。' }),
    approve: () =>
      act('approve', by.li, {
        submission: ids['submit'],
        contentHash: hash,
        layout: 'gb9704-2012/1',
        fonts,
        mode: 'opinion',
        words: '同意。请抓紧印发。',
      }),
    recheck: () => act('recheck', by.wang, { contentHash: hash }),
    register: () => act('register', by.wang, { ...number, copies: 60 }),
    press: () =>
      act('press', by.wang, {
        approval: ids['approve'],
        contentHash: hash,
        layout: 'gb9704-2012/1',
        fonts,
        file,
        pages: 2,
      }),
    seal: () =>
      act('seal', by.keeper, {
        approval: ids['approve'],
        pressed: ids['press'],
        file,
        seal: 'seal-province',
        certificate: sha256('seal'),
      }),
    release: () => act('release', by.wang, { sealed: ids['seal'], plainHash: file.plainHash }),
    dispatch: () =>
      act('dispatch', by.wang, {
        document: {
          title: content.title,
          number: number.number,
          documentType: content.documentType,
          issuer: content.issuer,
          date: number.date,
          urgency: content.urgency,
        },
        file,
        to: [
          { unit: 'city', kind: 'main' },
          { unit: 'county', kind: 'copy' },
        ],
      }),
  }
  for (const name of stages.slice(0, last + 1)) if (name !== 'answered') steps[name]()
  if (stage === 'answered') {
    const answer = (unit: string, kind: string, extra: Record<string, unknown> = {}) =>
      take(acts, id, province, {
        kind: `outgoing.${kind}`,
        beside: true,
        time: hoursAgo(1),
        body: { dispatch: ids['dispatch'], ...extra },
        by:
          kind === 'delivered'
            ? { unit, role: 'machine', person: `${unit}-desk` }
            : { unit, role: 'registry', person: `${unit}-clerk` },
      })
    answer('city', 'delivered')
    answer('city', 'signed-for')
    answer('city', 'registered', { number: '收〔2026〕208号' })
    answer('county', 'delivered')
  }
  return acts
}

export function incoming(id: string, verdict: 'good' | 'bad' | 'unknown'): KnownAct[] {
  const acts: KnownAct[] = []
  take(acts, id, province, {
    kind: 'incoming.receive',
    by: by.machine,
    time: hoursAgo(0.5),
    body: {
      dispatch: sha256(`dispatch ${id}`),
      from: 'city',
      letter: 'letter',
      verdict: { verdict, reasons: [] },
    },
  })
  return acts
}

export const matterId = (name: string): string => sha256(name).slice(0, 32)

/** Every stage once, the first two of them twice, with titles of every length. */
export function allMatters(): Map<string, KnownAct[]> {
  const matters = new Map<string, KnownAct[]>()
  for (const [index, stage] of [...stages, 'submit' as const, 'submit' as const].entries()) {
    const id = matterId(`outgoing ${index}`)
    const title = index === 0 ? notice.title : otherTitles[index % otherTitles.length]!
    const urgency = (['urgent', 'normal', 'extra-urgent'] as const)[index % 3]!
    matters.set(id, outgoing(id, { ...notice, title, urgency }, stage))
  }
  for (const [name, verdict] of [
    ['good', 'good'],
    ['changed', 'bad'],
    ['unknown', 'unknown'],
  ] as const)
    matters.set(matterId(`incoming ${name}`), incoming(matterId(`incoming ${name}`), verdict))
  return matters
}
