/**
 * A main for the window to talk to while it is looked at: answers every call of the contract from memory, typed and
 * parsed by the contract, moved on by the real folds. It signs nothing and sends nothing; it is for eyes and for axe,
 * not for proof.
 */
import { office } from '../../../preload/contract/office.ts'
import type {
  CallAnswer,
  CallInput,
  CallName,
  CallOutput,
  OfficeEvents,
} from '../../../preload/contract/office.ts'
import type { OfficeRefusal } from '../../../preload/contract/refusals.ts'
import type * as view from '../../../preload/contract/views.ts'
import { ok, refuse } from '../../../core/result.ts'
import type { KnownAct } from '../../../core/act/act.ts'
import { importText } from '../../../paper/import.ts'
import { people, units } from './fixtures.ts'
import { sha256, stateOf, take } from './matters.ts'
import { stagedFile, verdictOn } from './files.ts'
import { allMatters, contentHash, file, matterId } from './scenes.ts'
import { matterView, rowOf } from './views.ts'
import { previewOf, emptyFields } from '../../../renderer/drafts/fields.ts'
import { fonts } from '../../paper/letter.ts'
import { metricsOf } from '../../../paper/fonts.ts'

export const stagePin = '2468101214'

type Answers = {
  [Name in CallName]?: (input: CallInput<Name>) => CallAnswer<Name> | Promise<CallAnswer<Name>>
}
type Listener = (event: string, payload: unknown) => void

export type Scene = {
  /** Signed in as this person; null: nobody yet. */
  readonly person?: string | null
  readonly exchange?: view.ExchangeView
  /** Nothing anywhere: empty lists. */
  readonly empty?: boolean
  readonly parked?: readonly view.ParkedRow[]
}

export function stageOffice({ person = null, exchange, empty = false, parked = [] }: Scene, tell: Listener) {
  const matters: Map<string, KnownAct[]> = empty ? new Map() : allMatters()
  const drafts = new Map<string, view.DraftView>()
  let me: view.Me | null = person === null ? null : meOf(person)
  const line: view.ExchangeView = exchange ?? {
    state: 'in-step',
    since: new Date().toISOString(),
    sending: 0,
    waiting: null,
    parked: parked.length,
  }

  const open = (matter: string) => {
    const acts = matters.get(matter)
    return acts && me ? ok(matterView({ acts }, me)) : refuse<OfficeRefusal>('matter-unknown')
  }
  const by = (role: 'secretary' | 'leader' | 'registry' | 'seal-keeper') => ({
    unit: 'province',
    role,
    person: me?.person ?? '',
  })
  /** Takes one more act and answers with the matter, as main does; with a PIN that must be right. */
  const acted = (
    matter: string,
    kind: string,
    role: Parameters<typeof by>[0],
    body: Record<string, unknown>,
    pin?: string,
  ) => {
    if (pin !== undefined && pin !== stagePin)
      return refuse<OfficeRefusal>(kind === 'outgoing.seal' ? 'seal-pin-wrong' : 'pin-wrong')
    const acts = matters.get(matter)
    if (!acts) return refuse<OfficeRefusal>('matter-unknown')
    take(acts, matter, 'province', { kind, by: by(role), body, time: new Date().toISOString() })
    setTimeout(() => tell('changed', { matters: [matter] } satisfies OfficeEvents['changed']), 10)
    return open(matter)
  }
  const sent = (matter: string) => {
    const state = stateOf({ acts: matters.get(matter) ?? [] })
    if (state.kind !== 'outgoing') throw new Error('not outgoing')
    return state
  }
  const rows = () => (me ? [...matters.values()].map((acts) => rowOf({ acts }, me!)) : [])
  const listed = (desk: view.DeskName) =>
    rows()
      .filter((row) =>
        desk === 'todo'
          ? row.mine
          : desk === 'approvals'
            ? row.mine && row.status === 'submitted'
            : row.kind === desk,
      )
      .toSorted((a, b) => b.updated.localeCompare(a.updated))

  const answers: Answers = {
    'session.accounts': () => ok(people.map((each) => accountOf(each.person))),
    'session.current': () => ok(me),
    'session.signIn': ({ person: who, pin }) => {
      if (pin !== stagePin) return refuse('pin-wrong')
      me = meOf(who)
      return me.daysLeft < 0 ? refuse('certificate-expired') : ok(me)
    },
    'session.signOut': () => {
      me = null
      return ok(null)
    },
    'drafts.list': () => ok([...drafts.values()].toSorted((a, b) => b.updated.localeCompare(a.updated))),
    'drafts.open': ({ draft }) => {
      const found = drafts.get(draft)
      return found ? ok(found) : refuse('draft-unknown')
    },
    'drafts.save': ({ draft, fields }) => {
      if (fields.title.startsWith('机密★')) return refuse('classified-mark')
      const id = draft ?? sha256(`draft ${drafts.size} ${Math.random()}`).slice(0, 32)
      const row = {
        id,
        title: fields.title,
        documentType: fields.documentType,
        updated: new Date().toISOString(),
      }
      drafts.set(id, { ...drafts.get(id), ...row, fields })
      return ok(row)
    },
    'drafts.discard': ({ draft }) => {
      drafts.delete(draft)
      return ok(null)
    },
    'drafts.import': ({ bytes }) => {
      const imported = importText(Buffer.from(bytes, 'base64').toString('utf8'))
      if (!imported.ok) return imported
      const { title, body, mainRecipients, copies, documentType, issuer, signature, annotation } =
        imported.value
      const fields = {
        ...emptyFields(units[0]!.name),
        title,
        body,
        mainRecipients,
        copies,
        ...(documentType ? { documentType } : {}),
        ...(issuer ? { issuer } : {}),
        ...(signature ? { signature } : {}),
        ...(annotation ? { annotation } : {}),
      }
      const id = sha256(bytes).slice(0, 32)
      drafts.set(id, {
        id,
        title,
        documentType: fields.documentType,
        updated: new Date().toISOString(),
        fields,
      })
      return ok(drafts.get(id)!)
    },
    'paper.metrics': () => ok(metricsOf(fonts)),
    'desk.counts': () =>
      ok({
        drafts: drafts.size,
        outgoing: listed('todo').filter((row) => row.kind === 'outgoing' && row.status !== 'submitted')
          .length,
        incoming: listed('todo').filter((row) => row.kind === 'incoming').length,
        approvals: listed('approvals').length,
        todo: listed('todo').length,
        parked: parked.length,
      }),
    'matters.list': ({ desk, text = '', status = '', after, limit }) => {
      const all = listed(desk).filter(
        (row) =>
          (text === '' || `${row.title}${row.number}${row.from}`.includes(text)) &&
          (status === '' || row.status === status),
      )
      const from = after === undefined ? 0 : Number(after)
      const end = from + limit
      return ok({
        rows: all.slice(from, end),
        total: all.length,
        next: end < all.length ? String(end) : null,
      })
    },
    'matters.open': ({ matter }) => open(matter),
    'matters.file': async ({ which, matter }) => {
      const bytes = await stagedFile(
        which === 'pressed' ? 'pressed' : 'sealed',
        matter === matterId('incoming changed'),
      )
      return ok({ name: `${which}.pdf`, bytes: Buffer.from(bytes).toString('base64') })
    },
    'matters.verify': ({ matter }) => ok(verdictOn(matter)),
    'matters.export': ({ which }) => ok({ path: `/home/office/公文/${which}.pdf` }),
    'outgoing.submit': ({ draft, to, words }) => {
      const found = drafts.get(draft)
      if (!found) return refuse('draft-unknown')
      const content = previewOf(found.fields)
      const matter = sha256(draft).slice(0, 32)
      matters.set(matter, matters.get(matter) ?? [])
      drafts.delete(draft)
      return acted(matter, 'outgoing.submit', 'secretary', {
        content,
        contentHash: contentHash(content),
        to,
        ...(words ? { words } : {}),
      })
    },
    'outgoing.return': ({ matter, reason, unsuited }) =>
      acted(matter, 'outgoing.return', me?.roles.includes('leader') ? 'leader' : 'registry', {
        reason,
        unsuited,
      }),
    'outgoing.approve': ({ matter, pin, mode, words }) => {
      const { submission } = sent(matter)
      const body = {
        submission: submission.act,
        contentHash: submission.body.contentHash,
        layout: 'gb9704-2012/1',
        fonts: [],
      }
      return acted(matter, 'outgoing.approve', 'leader', { ...body, mode, ...(words ? { words } : {}) }, pin)
    },
    'outgoing.recheck': ({ matter }) =>
      acted(matter, 'outgoing.recheck', 'registry', {
        contentHash: sent(matter).submission.body.contentHash,
      }),
    'outgoing.register': ({ matter, copies }) =>
      acted(matter, 'outgoing.register', 'registry', {
        number: '示政办发〔2026〕18号',
        year: 2026,
        serial: 18,
        date: '2026-11-21',
        printedOn: '2026-11-21',
        copies,
      }),
    'outgoing.press': ({ matter }) => {
      const { approval } = sent(matter)
      return acted(matter, 'outgoing.press', 'registry', {
        approval: approval?.act,
        contentHash: approval?.body.contentHash,
        layout: approval?.body.layout,
        fonts: approval?.body.fonts,
        file,
        pages: 2,
      })
    },
    'outgoing.seal': ({ matter, pin }) => {
      const { approval, pressed } = sent(matter)
      const body = {
        approval: approval?.act,
        pressed: pressed?.act,
        file,
        seal: 'seal-province',
        certificate: sha256('seal'),
      }
      return acted(matter, 'outgoing.seal', 'seal-keeper', body, pin)
    },
    'outgoing.release': ({ matter }) =>
      acted(matter, 'outgoing.release', 'registry', {
        sealed: sent(matter).sealed?.act,
        plainHash: file.plainHash,
      }),
    'outgoing.dispatch': ({ matter, to, pin }) => {
      const { submission, registration } = sent(matter)
      const { title, documentType, issuer, urgency } = submission.body.content
      const document = {
        title,
        documentType,
        issuer,
        urgency,
        number: registration?.number,
        date: registration?.date,
      }
      return acted(matter, 'outgoing.dispatch', 'registry', { document, file, to }, pin)
    },
    'outgoing.recall': ({ matter, units: from, reason, pin }) =>
      acted(
        matter,
        'outgoing.recall',
        'registry',
        { dispatch: sent(matter).recipients[0]?.dispatch, units: from, reason },
        pin,
      ),
    'incoming.signFor': ({ matter, checked }) => acted(matter, 'incoming.sign-for', 'registry', { checked }),
    'incoming.refuse': ({ matter, cause, reason }) =>
      acted(matter, 'incoming.refuse', 'registry', { cause, reason }),
    'incoming.register': ({ matter }) =>
      acted(matter, 'incoming.register', 'registry', {
        register: '收文',
        number: '收〔2026〕309号',
        serial: 309,
      }),
    'incoming.check': ({ matter }) => acted(matter, 'incoming.check', 'registry', {}),
    'incoming.return': ({ matter, reason }) => acted(matter, 'incoming.return', 'registry', { reason }),
    'incoming.close': ({ matter }) => acted(matter, 'incoming.close', 'registry', {}),
    'exchange.status': () => ok(line),
    'exchange.parked': () => ok(parked),
    'directory.units': () => ok(units),
    'directory.people': ({ role }) =>
      ok(people.filter((each) => role === undefined || each.roles.includes(role))),
  }

  return async <Name extends CallName>(name: Name, input: unknown): Promise<CallAnswer<Name>> => {
    const parsed = office[name]?.input.safeParse(input)
    const answer = answers[name] as
      ((given: unknown) => CallAnswer<Name> | Promise<CallAnswer<Name>>) | undefined
    if (!parsed?.success || !answer)
      return refuse('contract-violated', undefined, `${name} ${parsed?.error?.message}`)
    return answer(parsed.data)
  }
}

function accountOf(person: string): view.Account {
  const found = people.find((each) => each.person === person)
  if (!found) throw new Error(`nobody is called ${person}`)
  const { name, title, roles, daysLeft } = found
  const until = new Date(Date.now() + daysLeft * 86_400_000).toISOString()
  return { person, name, title, roles, daysLeft, until, unitName: units[0]!.name }
}

const meOf = (person: string): view.Me => {
  const account = accountOf(person)
  return {
    ...account,
    unit: 'province',
    device: '文电处 1 号机',
    hub: '示范省公文交换中心',
    development: true,
    certificate: { subject: `CN=${account.name}, OU=${account.unitName}, C=CN`, thumbprint: sha256(person) },
  }
}
export type StageCall = ReturnType<typeof stageOffice>
export type StageOutput<Name extends CallName> = CallOutput<Name>
