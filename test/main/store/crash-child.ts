/** Submits a draft and dies at the n-th place: `node crash-child.ts FOLDER N PREPARED`. Prints the place. */
import { readFileSync } from 'node:fs'
import { removeDraft } from '../../../main/store/drafts.ts'
import { recordAct } from '../../../main/store/record.ts'
import { queuePacket } from '../../../main/store/outbox.ts'
import { noteBlob } from '../../../main/store/blobs.ts'
import { openTestStore, pending } from './office.ts'
import type { Signed } from './office.ts'

const [folder, at, prepared] = process.argv.slice(2) as [string, string, string]
const signed = JSON.parse(readFileSync(prepared, 'utf8')) as Signed
let left = Number(at)
const probe = (place: string): void => {
  if (left-- > 0) return
  process.stdout.write(`${place}\n`, () => undefined)
  process.kill(process.pid, 'SIGKILL')
}
const store = openTestStore(folder, { probe })
const { id, size } = await store.blobs.put(Buffer.from('ciphertext of a page'))
store.transact((writing) => {
  noteBlob(writing, { id, size, state: 'needs-upload' })
  recordAct(writing, pending(signed))
  queuePacket(writing, {
    lane: signed.act.matter,
    packet: '1'.repeat(32),
    act: signed.act.id,
    urgency: 'normal',
    blobs: [id],
    raw: 'raw',
  })
  removeDraft(writing, 'd')
})
store.close()
process.stdout.write('through\n')
