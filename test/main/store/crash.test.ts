import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { standingOf } from '../../../main/store/acts.ts'
import { blob } from '../../../main/store/blobs.ts'
import { draft, saveDraft } from '../../../main/store/drafts.ts'
import { matterLine } from '../../../main/store/matters.ts'
import { packetsOfAct } from '../../../main/store/outbox.ts'
import { newFolder, openTestStore, signLetter } from './office.ts'

test('killed at any step of a submission, the document is in exactly one place', async () => {
  const [submit] = await signLetter()
  const prepared = join(newFolder(), 'act.json')
  writeFileSync(prepared, JSON.stringify(submit))
  const places: string[] = []
  let before = 0
  let after = 0
  for (let at = 0; ; at++) {
    const folder = newFolder()
    const store = openTestStore(folder)
    store.transact((writing) =>
      saveDraft(writing, { id: 'd', person: 'writer', title: 't', from: 0, content: {} }),
    )
    store.close()
    const child = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'crash-child.ts'), folder, `${at}`, prepared],
      {
        encoding: 'utf8',
      },
    )
    const reopened = openTestStore(folder)
    const drafted = draft(reopened.reading, 'd') !== null
    const acted = standingOf(reopened.reading, submit.act.id) !== null
    const listed = matterLine(reopened.reading, submit.act.matter) !== null
    const packets = packetsOfAct(reopened.reading, submit.act.id)
    expect([acted, listed, packets.length]).toEqual(drafted ? [false, false, 0] : [true, true, 1])
    for (const id of packets.flatMap((packet) => packet.blobs)) {
      expect(blob(reopened.reading, id)?.state).toBe('needs-upload')
      expect(await reopened.blobs.has(id)).toBe(true)
    }
    expect(reopened.check().ok).toBe(true)
    reopened.close()
    if (drafted) before++
    else after++
    places.push(child.stdout.trim())
    if (child.signal === null) {
      expect(child.stderr).toBe('')
      break
    }
    expect(child.signal).toBe('SIGKILL')
  }
  expect(places.at(-1)).toBe('through')
  expect(places).toEqual(
    expect.arrayContaining([
      'begin',
      'insert acts',
      'insert outbox',
      'delete drafts',
      'commit',
      'blob rename',
    ]),
  )
  expect([before > 10, after]).toEqual([true, 1])
}, 120_000)
