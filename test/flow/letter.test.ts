/** One letter's whole way, on real parts: three offices, a hub in a process of its own, certificates, TLS, SQLite, PDF. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDevelopmentPki } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { inStep, letterFields, sendLetter, startTestOffice, untilReceived } from '../harness/office.ts'
import type { TestOffice } from '../harness/office.ts'

let folder: string
let pki: Pki
let hub: TestHub
const offices: TestOffice[] = []
const open = async (device: string): Promise<TestOffice> => {
  const office = await startTestOffice({ pki, hubUrl: hub.url, device })
  offices.push(office)
  return office
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-flow-'))
  pki = await makeDevelopmentPki({ out: join(folder, 'pki'), now: new Date() })
  hub = await startTestHub({ pki, asProcess: true })
})
afterAll(async () => {
  for (const office of offices) await office.close()
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a letter from the province to a city and a county', () => {
  test('is drafted, signed, sealed, sent, received once, verified, signed for and registered', async () => {
    const sheng = await open('sheng-desk-1')
    const shi = await open('shi-desk-1')
    const xian = await open('xian-desk-1')
    const matter = await sendLetter(sheng, pki)
    await inStep(sheng)

    for (const [office, registry] of [
      [shi, 'shi-registry'],
      [xian, 'xian-registry'],
    ] as const) {
      await office.signIn(registry)
      const received = await untilReceived(office)
      expect(received.row.title).toBe(letterFields.title)
      expect(received.row.number).toMatch(/^示政办发〔\d{4}〕1号$/)
      expect(received.actions).toEqual(['sign-for', 'refuse'])
      const verdict = await office.must('matters.verify', { matter: received.row.matter })
      expect(verdict).toMatchObject({
        verdict: 'good',
        signatures: [{ integrity: 'intact', signature: 'valid', chain: 'trusted' }],
      })
      await office.must('incoming.signFor', {
        matter: received.row.matter,
        checked: ['addressee', 'seal', 'pages'],
      })
      const registered = await office.must('incoming.register', { matter: received.row.matter })
      expect(registered.row.status).toBe('registered')
      await inStep(office)
      const page = await office.must('matters.list', { desk: 'incoming', limit: 50 })
      expect(page.rows).toHaveLength(1)
    }

    const view = await sheng.until('both registered at the sender', async () => {
      const found = await sheng.must('matters.open', { matter })
      return found.recipients.every((each) => each.status === 'registered') ? found : null
    })
    expect(view.recipients.map((each) => each.unit).toSorted()).toEqual(['shi', 'xian'])
    for (const each of view.recipients) expect(each.receipt?.position).toBeGreaterThan(0)
    expect(await sheng.must('exchange.parked', {})).toEqual([])

    const file = await sheng.must('matters.file', { matter, which: 'sealed' })
    const path = join(folder, 'sealed.pdf')
    writeFileSync(path, Buffer.from(file.bytes, 'base64'))
    expect(execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' })).toContain('Signature is Valid')
  })
})
