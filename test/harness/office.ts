/**
 * A real client without a window: everything of main behind the contract, called as the window would call it (names
 * and JSON, through the router). For flow tests; end-to-end tests use the window.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { byId } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import { setUpWorkstation } from '../../certs-dev/workstation.ts'
import type { Clock, Probe } from '../../core/ports.ts'
import type { Host, HostOptions } from '../../main/host/host.ts'
import { startOffice } from '../../main/main.ts'
import type { Reception } from '../../main/reception.ts'
import type { CallAnswer, CallInput, CallName, CallOutput } from '../../preload/contract/office.ts'
import type { DraftFields, MatterView } from '../../preload/contract/views.ts'

export type TestOffice = {
  readonly folder: string
  /** What is behind the contract, for what no window shows. */
  readonly reception: Reception
  readonly saved: { readonly name: string; readonly bytes: Uint8Array }[]
  readonly events: { readonly event: string; readonly payload: unknown }[]
  readonly logged: { readonly event: string; readonly facts: Readonly<Record<string, unknown>> }[]
  readonly ask: <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<CallAnswer<Name>>
  /** As `ask`; throws where it is refused. */
  readonly must: <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<CallOutput<Name>>
  readonly signIn: (person: string) => Promise<void>
  readonly signOut: () => Promise<void>
  /** Asks again until the answer is not null; throws after `seconds`. */
  readonly until: <Value>(
    what: string,
    look: () => Promise<Value | null | false | undefined>,
    seconds?: number,
  ) => Promise<Value>
  readonly close: () => Promise<void>
}

export type TestOfficeOptions = {
  readonly pki: Pki
  readonly hubUrl: string
  readonly device: string
  /** Kept, and set up only where it is new; otherwise a temporary one, removed at the end. */
  readonly folder?: string
  readonly clock?: Clock
  readonly probe?: Probe
}

type Recorded = { host: Host; answer: HostOptions['answer'] }

export async function startTestOffice(options: TestOfficeOptions): Promise<TestOffice> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sealpost-office-'))
  setUpWorkstation(options.pki, { folder, device: options.device, hubUrl: options.hubUrl })
  const events: TestOffice['events'] = []
  const saved: TestOffice['saved'] = []
  const logged: TestOffice['logged'] = []
  const recorded: Partial<Recorded> = {}
  const office = await startOffice({
    folder,
    development: true,
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.probe ? { probe: options.probe } : {}),
    log: (event, facts) => void logged.push({ event, facts }),
    openHost: async (hostOptions) => {
      recorded.answer = hostOptions.answer
      return {
        send: (event, payload) =>
          void events.push({ event, payload: JSON.parse(JSON.stringify(payload)) as unknown }),
        save: async (name, bytes) => (saved.push({ name, bytes }), `/saved/${name}`),
        print: async () => undefined,
        notify: () => undefined,
        keepSecret: async () => false,
        readSecret: async () => null,
        closed: new Promise(() => undefined),
        close: async () => undefined,
      }
    },
  })
  const ask: TestOffice['ask'] = async (name, input) =>
    JSON.parse(JSON.stringify(await recorded.answer!(name, JSON.parse(JSON.stringify(input))))) as never
  const must: TestOffice['must'] = async (name, input) => {
    const answer = await ask(name, input)
    if (!answer.ok) throw new Error(`${name} was refused: ${JSON.stringify(answer.refusal)}`)
    return answer.value as never
  }
  let pin = ''
  return {
    folder,
    reception: office.reception,
    events,
    saved,
    logged,
    ask,
    must,
    signIn: async (person) => {
      pin = byId(options.pki.people, person).pin
      await must('session.signIn', { person, pin })
    },
    signOut: async () => void (await must('session.signOut', {})),
    until: async (what, look, seconds = 30) => {
      const end = Date.now() + seconds * 1000
      for (;;) {
        const found = await look()
        if (found !== null && found !== false && found !== undefined) return found as never
        if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    close: async () => {
      await office.close()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const pinOf = (pki: Pki, person: string): string => byId(pki.people, person).pin
export const sealPinOf = (pki: Pki, unit: string): string => byId(pki.units, unit).seal.pin

/** A complete draft's fields. */
export const letterFields = {
  documentType: '通知',
  issuer: '示范省人民政府办公厅',
  title: '示范省人民政府办公厅关于做好政务信息系统整合共享工作的通知',
  mainRecipients: ['示范市人民政府办公室', '示范县人民政府办公室'],
  body: [
    { kind: 'paragraph', text: '为贯彻落实有关要求，加快推进政务信息系统整合共享，现将有关事项通知如下：' },
    { kind: 'level1', text: '一、明确工作目标' },
    { kind: 'paragraph', text: '各单位要在2026年12月底前完成本单位政务信息系统自查。' },
    { kind: 'paragraph', text: '请认真贯彻执行。' },
  ],
  signature: '示范省人民政府办公厅',
  annotation: '此件公开发布',
  copies: [],
  urgency: 'normal',
  publicity: 'public',
  publicityReason: '',
  contact: '林晓雯 010-00000000',
} as const satisfies DraftFields

const find = async (office: TestOffice, desk: 'outgoing' | 'incoming' | 'approvals', matter?: string) => {
  const page = await office.must('matters.list', { desk, limit: 50 })
  return matter === undefined ? page.rows[0] : page.rows.find((row) => row.matter === matter)
}

/** Waits until the matter has reached the status at this desk. */
export const untilStatus = (
  office: TestOffice,
  matter: string,
  status: string,
  seconds?: number,
): Promise<MatterView> =>
  office.until(
    `${matter} ${status}`,
    async () => {
      const view = await office.ask('matters.open', { matter })
      return view.ok && view.value.row.status === status ? view.value : null
    },
    seconds,
  )

/** The acts that carry a submitted letter out of the sending office: whose each is, and between which statuses. */
export const lettersWay = [
  { deed: 'approve', by: 'leader', from: 'submitted', to: 'approved' },
  { deed: 'recheck', by: 'registry', from: 'approved', to: 'rechecked' },
  { deed: 'register', by: 'registry', from: 'rechecked', to: 'registered' },
  { deed: 'press', by: 'registry', from: 'registered', to: 'pressed' },
  { deed: 'seal', by: 'seal-keeper', from: 'pressed', to: 'sealed' },
  { deed: 'release', by: 'registry', from: 'sealed', to: 'released' },
  { deed: 'dispatch', by: 'registry', from: 'released', to: 'dispatched' },
] as const
export type LetterStep = (typeof lettersWay)[number]

/** Who does it in the sending office. */
export const shengPerson = (pki: Pki, role: LetterStep['by']): string =>
  role === 'seal-keeper'
    ? pki.people.find((person) => person.unit === 'sheng' && person.roles.includes(role))!.id
    : `sheng-${role}`

/** One of these acts, asked for as the window asks. */
export function callOf(
  pki: Pki,
  matter: string,
  deed: LetterStep['deed'],
  to: readonly string[] = ['shi', 'xian'],
): { readonly name: CallName; readonly input: unknown } {
  const pin = pinOf(pki, deed === 'approve' ? 'sheng-leader' : 'sheng-registry')
  const inputs: Record<LetterStep['deed'], unknown> = {
    approve: { matter, mode: 'opinion', words: '同意。', pin },
    recheck: { matter },
    register: { matter, copies: 2 },
    press: { matter },
    seal: { matter, pin: sealPinOf(pki, 'sheng') },
    release: { matter },
    dispatch: { matter, to: to.map((unit) => ({ unit, kind: 'main' })), pin },
  }
  return { name: `outgoing.${deed}`, input: inputs[deed] }
}

export type LetterOptions = {
  readonly to?: readonly string[]
  readonly upTo?: LetterStep['to']
  /** Told before each act, with its person at the desk and everything in step. */
  readonly before?: (step: LetterStep, matter: string) => Promise<void>
}

/**
 * Carries a letter on through the sending office from a status, one person after the other at one workstation. Ends
 * with the last act's person at the desk.
 */
export async function carryLetter(
  office: TestOffice,
  pki: Pki,
  matter: string,
  from: LetterStep['from'],
  options: LetterOptions = {},
): Promise<void> {
  const steps = lettersWay.slice(lettersWay.findIndex((step) => step.from === from))
  for (const step of steps) {
    const person = shengPerson(pki, step.by)
    const now = office.reception.me()?.person
    if (now !== person) {
      if (now !== undefined) {
        await inStep(office)
        await office.signOut()
      }
      await office.signIn(person)
    }
    await untilStatus(office, matter, step.from)
    if (options.before) {
      await inStep(office)
      await options.before(step, matter)
    }
    const { name, input } = callOf(pki, matter, step.deed, options.to)
    await office.must(name, input as never)
    if (step.to === options.upTo) break
  }
}

/** A letter from its draft up to its dispatch (or less); returns its matter. */
export async function sendLetter(office: TestOffice, pki: Pki, options: LetterOptions = {}): Promise<string> {
  await office.signIn('sheng-secretary')
  const draft = await office.must('drafts.save', { fields: letterFields as never })
  const { row } = await office.must('outgoing.submit', { draft: draft.id, to: 'sheng-leader' })
  await carryLetter(office, pki, row.matter, 'submitted', options)
  return row.matter
}

/** Waits until everything of this desk is at the hub. */
export const inStep = (office: TestOffice, seconds?: number): Promise<true> =>
  office.until(
    'in step with the hub',
    async () => {
      const status = await office.must('exchange.status', {})
      return status.state === 'in-step' && status.sending === 0 ? (true as const) : null
    },
    seconds,
  )

/** The one incoming document of an office. */
export const untilReceived = (office: TestOffice, seconds?: number): Promise<MatterView> =>
  office.until(
    'a letter received',
    async () => {
      const row = await find(office, 'incoming')
      return row ? office.must('matters.open', { matter: row.matter }) : null
    },
    seconds,
  )
