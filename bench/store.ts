/** A store with many documents in it, by the product's own functions; signatures are filler, nobody verifies here. */
import { createHash } from 'node:crypto'
import type { Act } from '../core/act/act.ts'
import { recordAct } from '../main/store/record.ts'
import type { Store } from '../main/store/store.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = encode({ alg: 'ES256', typ: 'sealpost-act+jws', 'x5t#S256': 'A'.repeat(43) })

/** Signed in form only. */
export function filler(act: Act) {
  const input = `${header}.${encode(act)}`
  return { jws: `${input}.${'A'.repeat(86)}`, act: { ...act, id: digest(input) } }
}

const subjects = [
  '防汛物资',
  '秋收防火',
  '道路养护',
  '政务公开',
  '信息报送',
  '档案移交',
  '节能降耗',
  '安全生产',
]
const contentOf = (at: number) => ({
  documentType: '通知',
  issuer: '示范省人民政府办公厅',
  title: `关于做好第${at}批${subjects[at % subjects.length]}工作的通知`,
  mainRecipients: ['示范市人民政府办公室'],
  body: [{ kind: 'paragraph', text: '请认真做好有关工作。'.repeat(20) }],
  signature: '示范省人民政府办公厅',
  copies: [],
  urgency: 'normal',
  publicity: { kind: 'public' },
})

/** Submitted documents, every second one approved, a minute apart. */
export function fillStore(store: Store, documents: number, batch = 2_000): void {
  const began = Date.parse('2026-01-01T00:00:00.000Z')
  for (let from = 0; from < documents; from += batch)
    store.transact((writing) => {
      for (let at = from; at < Math.min(documents, from + batch); at++) {
        const time = new Date(began + at * 60_000).toISOString()
        const common = {
          v: 1 as const,
          matter: digest(`matter ${at}`).slice(0, 32),
          owner: 'sheng',
          pen: true,
          time,
          recipients: ['unit:sheng'],
          salt: 'A'.repeat(22),
          blobs: [],
        }
        const contentHash = digest(`content ${at}`)
        const submit = filler({
          ...common,
          kind: 'outgoing.submit',
          after: [],
          actor: { unit: 'sheng', person: 'writer', role: 'secretary' },
          body: { content: contentOf(at), contentHash, to: `leader-${at % 5}` },
        })
        recordAct(writing, { ...submit, verification: null, accepted: { position: 2 * at, time } })
        if (at % 2 === 0) continue
        const approve = filler({
          ...common,
          kind: 'outgoing.approve',
          after: [submit.act.id],
          actor: { unit: 'sheng', person: `leader-${at % 5}`, role: 'leader' },
          body: { submission: submit.act.id, contentHash, layout: 'layout/1', fonts: [], mode: 'circle' },
        })
        recordAct(writing, { ...approve, verification: null, accepted: { position: 2 * at + 1, time } })
      }
    })
}
