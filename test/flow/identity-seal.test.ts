/** Whose seal it is: a letter's file judged by the receiving office, and what its clerk reads of the verdict. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verdictWords } from '../../renderer/words/verdicts.ts'
import { dispatchAct, pageSealedBy, postedFile } from '../harness/posted.ts'
import { expectWords, startReceiving } from '../harness/receiving.ts'
import type { Receiving } from '../harness/receiving.ts'
import { makePdf } from '../harness/sealed.ts'

let at: Receiving
beforeAll(async () => void (at = await startReceiving()))
afterAll(() => at.close())

/** A letter with this file, received. */
async function receivedWith(pdf: Uint8Array) {
  const file = await postedFile(pdf)
  at.hub.serveBlob(file.blob.id, file.cipher)
  const { row, state } = await at.received(dispatchAct(file.blob))
  if (state.kind !== 'incoming') throw new Error('an incoming matter')
  return { matter: row.matter, stored: state.verdict }
}
async function judged(pdf: Uint8Array) {
  const { matter, stored } = await receivedWith(pdf)
  const verdict = await at.office.must('matters.verify', { matter })
  return { matter, stored, verdict, words: verdictWords(verdict) }
}
const signFor = (matter: string) =>
  at.office.ask('incoming.signFor', { matter, checked: ['addressee', 'seal', 'pages'] })

test('the sender’s own seal is good, and the letter can be signed for', async () => {
  const { matter, stored, verdict, words } = await judged(await pageSealedBy(at.province, 'sheng'))
  expect(stored).toEqual({ verdict: 'good', reasons: [] })
  expect(verdict).toMatchObject({ verdict: 'good' })
  expect(words.standing).toBe('good')
  expect(await signFor(matter)).toMatchObject({ ok: true })
})

test('another unit’s seal is bad, though valid in itself, and the clerk reads just that', async () => {
  const { matter, stored, verdict, words } = await judged(await pageSealedBy(at.province, 'xian'))
  expect(stored).toEqual({ verdict: 'bad', reasons: ['seal-not-of-sender'] })
  expect(verdict).toMatchObject({ verdict: 'bad', foreignSeal: true, signatures: [{ verdict: 'good' }] })
  expect(words).toMatchObject({
    standing: 'bad',
    sentence: '印章不是发文单位在通讯录中登记的印章，不能采信。',
  })
  expect(await signFor(matter)).toMatchObject({ ok: false, refusal: { code: 'verdict-bad' } })
  expectWords('verdict-bad')
})

test('no seal at all is bad', async () => {
  const { matter, stored, verdict, words } = await judged(await makePdf())
  expect(stored.verdict).toBe('bad')
  expect(stored.reasons).toContain('seal-not-of-sender')
  expect(verdict).toMatchObject({ verdict: 'bad', signatures: [] })
  expect(words).toMatchObject({ standing: 'bad', sentence: '文件上没有数字印章。' })
  expect(await signFor(matter)).toMatchObject({ ok: false, refusal: { code: 'verdict-bad' } })
})

test('a file changed after sealing is bad', async () => {
  const bytes = Buffer.from(await pageSealedBy(at.province, 'sheng'))
  bytes[bytes.indexOf('stream', bytes.indexOf('/Contents')) + 20]! ^= 1
  const { stored, verdict, words } = await judged(bytes)
  expect(stored.verdict).toBe('bad')
  expect(stored.reasons).toContain('changed-after-signing')
  expect(verdict).toMatchObject({ verdict: 'bad', signatures: [{ integrity: 'changed' }] })
  expect(words.sentence).toBe('文件在盖章后被改动过，印章无效。')
})

test('the sender’s seal on top of what another unit had sealed and somebody changed is bad', async () => {
  const bytes = Buffer.from(await pageSealedBy(at.province, 'xian'))
  bytes[bytes.indexOf('stream', bytes.indexOf('/Contents')) + 20]! ^= 1
  const { stored, verdict } = await judged(await pageSealedBy(at.province, 'sheng', bytes))
  expect(stored.verdict).toBe('bad')
  expect(verdict.signatures.map((each) => each.verdict)).toEqual(['bad', 'good'])
})

test.each([
  ['a program', Buffer.from('MZ not a page at all')],
  ['nothing', Buffer.alloc(0)],
  ['a page cut off', null],
  [
    'the first bytes of a page and then zeros',
    Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(50_000)]),
  ],
  ['10,000 open brackets', Buffer.from(`%PDF-1.7\n1 0 obj\n${'['.repeat(10_000)}\nstartxref\n9\n%%EOF`)],
])('a letter whose file is %s stands in the register as bad, and the client lives', async (_what, bytes) => {
  const pdf = bytes ?? (await pageSealedBy(at.province, 'sheng')).subarray(0, 5_000)
  const { matter, stored } = await receivedWith(pdf)
  expect(stored.verdict).toBe('bad')
  expect(await at.office.ask('matters.verify', { matter })).toMatchObject({
    ok: false,
    refusal: { code: 'pdf-unreadable' },
  })
  expect(await signFor(matter)).toMatchObject({ ok: false })
  expectWords('pdf-unreadable')
  expect((await at.office.must('matters.file', { matter, which: 'received' })).bytes).toBe(
    Buffer.from(pdf).toString('base64'),
  )
})
