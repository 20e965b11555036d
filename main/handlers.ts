/** One handler a call of the contract: who may call it (somebody signed in), the action or the view behind it. */
import type { CallAnswer, CallInput, CallName } from '../preload/contract/office.ts'
import type { MatterView } from '../preload/contract/views.ts'
import { ok, refuse } from '../core/result.ts'
import { metricsOf } from '../paper/fonts.ts'
import { approve } from './actions/approve.ts'
import type { Answer, Desk } from './actions/desk.ts'
import { dispatch, recall, release } from './actions/dispatch.ts'
import { discardDraft, importDraft, saveFields } from './actions/drafts.ts'
import { check, close, refuseLetter, registerIncoming, returnToSender, signFor } from './actions/incoming.ts'
import { recheck, register } from './actions/numbering.ts'
import { press } from './actions/press.ts'
import { edit, returnToWriter } from './actions/returnToWriter.ts'
import { seal } from './actions/seal.ts'
import { submit } from './actions/submit.ts'
import { readFile, verifyFile } from './actions/files.ts'
import type { Host } from './host/host.ts'
import type { Handlers } from './router.ts'
import type { Reception } from './reception.ts'
import { appendAudit } from './store/audit.ts'
import type { AuditFacts } from './store/audit.ts'
import { storeTrouble } from './store/store.ts'
import { draftRows, draftView } from './views/drafts.ts'
import { deskCounts, listMatters } from './views/lists.ts'
import { matterView } from './views/matter.ts'
import { parkedRows, peopleViews, unitViews } from './views/office.ts'

export function makeHandlers(reception: Reception, host: Pick<Host, 'save'>): Handlers {
  /** A full disk or a damaged store strikes in the middle of anything: an answer, not a bug. Nothing was committed. */
  const guarded = async <Value>(
    work: () => Answer<Value> | Promise<Answer<Value>>,
  ): Promise<Answer<Value>> => {
    try {
      return await work()
    } catch (error) {
      const trouble = storeTrouble(error)
      if (trouble === null) throw error
      return refuse(trouble === 'store-full' ? 'disk-full' : 'store-damaged')
    }
  }
  /** Calls that need somebody at the desk. */
  const atDesk =
    <Name extends CallName>(
      work: (desk: Desk, input: CallInput<Name>) => CallAnswer<Name> | Promise<CallAnswer<Name>>,
    ) =>
    async (input: CallInput<Name>): Promise<CallAnswer<Name>> => {
      const desk = reception.desk()
      return desk ? guarded(() => work(desk, input)) : refuse('not-signed-in')
    }
  /** What is not an act goes into the audit log: reading, exporting, refusals. */
  const audit = (desk: Desk, kind: string, facts: AuditFacts): void =>
    desk.store.transact(
      (writing) => void appendAudit(writing, { kind, who: `person:${desk.me.person}`, facts }),
    )
  /** An action that answers with the matter as it is afterwards. */
  const acting =
    <Input>(work: (desk: Desk, input: Input) => Promise<Answer<string>>) =>
    async (input: Input): Promise<Answer<MatterView>> => {
      const desk = reception.desk()
      if (!desk) return refuse('not-signed-in')
      return guarded(async () => {
        const done = await work(desk, input)
        if (done.ok) return matterView(desk, done.value)
        audit(desk, 'refused', { code: done.refusal.code, action: work.name })
        return done
      })
    }

  return {
    'session.accounts': async () => ok(reception.accounts()),
    'session.current': async () => ok(reception.me()),
    'session.signIn': ({ person, pin }) => reception.signIn(person, pin),
    'session.signOut': async () => {
      await reception.signOut(null)
      return ok(null)
    },

    'drafts.list': atDesk<'drafts.list'>((desk) => ok(draftRows(desk))),
    'drafts.open': atDesk<'drafts.open'>((desk, { draft }) => draftView(desk, draft)),
    'drafts.save': atDesk<'drafts.save'>(saveFields),
    'drafts.discard': atDesk<'drafts.discard'>((desk, { draft }) => discardDraft(desk, draft)),
    'drafts.import': atDesk<'drafts.import'>((desk, input) => {
      const made = importDraft(desk, input)
      return made.ok ? draftView(desk, made.value) : made
    }),
    'paper.metrics': async () => ok(metricsOf(reception.fonts())),

    'desk.counts': atDesk<'desk.counts'>((desk) => ok(deskCounts(desk))),
    'matters.list': atDesk<'matters.list'>((desk, input) => ok(listMatters(desk, input))),
    'matters.open': atDesk<'matters.open'>((desk, { matter }) => matterView(desk, matter)),
    'matters.file': atDesk<'matters.file'>(async (desk, { matter, which }) => {
      const file = await readFile(desk, matter, which)
      if (file.ok) audit(desk, 'read', { matter, which })
      return file.ok
        ? ok({ name: file.value.name, bytes: Buffer.from(file.value.bytes).toString('base64') })
        : file
    }),
    'matters.verify': atDesk<'matters.verify'>((desk, { matter }) => verifyFile(desk, matter)),
    'matters.export': atDesk<'matters.export'>(async (desk, { matter, which }) => {
      const file = await readFile(desk, matter, which)
      if (!file.ok) return file
      const path = await host.save(file.value.name, file.value.bytes)
      if (path !== null) audit(desk, 'export', { matter, which })
      return ok(path === null ? null : { path })
    }),

    'outgoing.submit': acting(submit),
    'outgoing.return': acting(returnToWriter),
    'outgoing.edit': atDesk<'outgoing.edit'>((desk, { matter }) => {
      const draft = edit(desk, matter)
      return draft.ok ? draftView(desk, draft.value) : draft
    }),
    'outgoing.approve': acting(approve),
    'outgoing.recheck': acting(recheck),
    'outgoing.register': acting(register),
    'outgoing.press': acting(press),
    'outgoing.seal': acting(seal),
    'outgoing.release': acting(release),
    'outgoing.dispatch': acting(dispatch),
    'outgoing.recall': acting(recall),

    'incoming.signFor': acting(signFor),
    'incoming.refuse': acting(refuseLetter),
    'incoming.register': acting(registerIncoming),
    'incoming.check': acting(check),
    'incoming.return': acting(returnToSender),
    'incoming.close': acting(close),

    'exchange.status': async () => ok(reception.exchange()),
    'exchange.parked': atDesk<'exchange.parked'>((desk) => ok(parkedRows(desk))),
    'directory.units': atDesk<'directory.units'>((desk) => ok(unitViews(desk))),
    'directory.people': atDesk<'directory.people'>((desk, { role }) => ok(peopleViews(desk, role))),
  }
}
