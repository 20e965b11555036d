import { expect, test } from 'vitest'
import { hubStatus } from '../../../core/exchange/protocol.ts'
import type { HubRefusal } from '../../../core/exchange/protocol.ts'
import { failureOf, kindOf } from '../../../main/exchange/failures.ts'
import { delayAfter, makeSleeper } from '../../../main/exchange/pace.ts'
import { firstView, nextView, statusOf } from '../../../main/exchange/status.ts'
import type { ExchangeReport } from '../../../main/exchange/status.ts'

const at = (minute: number): string => `2026-11-21T04:${String(minute).padStart(2, '0')}:00.000Z`
/** The status after reports a minute apart. */
const after = (...reports: ExchangeReport[]) =>
  statusOf(reports.reduce((view, report, minute) => nextView(view, report, at(minute + 1)), firstView(at(0))))

const answered = (by: 'outbox' | 'inbox' | 'directory'): ExchangeReport => ({ kind: 'answered', by })
const failed = (by: 'outbox' | 'inbox', code: Parameters<typeof kindOf>[0]): ExchangeReport => ({
  kind: 'failed',
  by,
  refusal: { code },
  until: at(59),
})
const counted = (sending: number, parked = 0): ExchangeReport => ({ kind: 'counted', sending, parked })

test('connecting, in step, sending, in step again, each since its own time', () => {
  expect(after()).toMatchObject({ state: 'connecting', since: at(0), lastSync: null })
  expect(after(counted(2))).toMatchObject({ state: 'connecting', sending: 2 })
  expect(after(answered('inbox'))).toMatchObject({ state: 'in-step', since: at(1), lastSync: at(1) })
  expect(after(answered('inbox'), answered('inbox'))).toMatchObject({ since: at(1), lastSync: at(2) })
  expect(after(answered('inbox'), counted(3))).toMatchObject({ state: 'sending', since: at(2), sending: 3 })
  expect(after(answered('inbox'), counted(3), counted(0, 1))).toMatchObject({
    state: 'in-step',
    since: at(3),
    parked: 1,
  })
})

test('offline holds from the first loss to the first answer to anybody', () => {
  const lost = [answered('inbox'), counted(1), failed('outbox', 'offline'), failed('inbox', 'offline')]
  expect(after(...lost)).toMatchObject({
    state: 'offline',
    since: at(3),
    waiting: { for: 'line', code: 'offline', until: at(59) },
    refusal: null,
  })
  expect(after(...lost, answered('directory'))).toMatchObject({ state: 'sending', waiting: null })
})

test('a hub that is not ours is shown as refused, not as a line that is down', () => {
  expect(after(failed('inbox', 'hub-not-trusted'))).toMatchObject({
    state: 'refused',
    refusal: { code: 'hub-not-trusted' },
  })
})

test('a workstation that is refused stays refused until its own question is answered', () => {
  const refused = [answered('directory'), failed('inbox', 'device-not-admitted')]
  expect(after(...refused, answered('directory'))).toMatchObject({
    state: 'refused',
    waiting: { for: 'session', code: 'device-not-admitted' },
  })
  expect(after(...refused, answered('inbox'))).toMatchObject({ state: 'in-step', refusal: null })
})

test('what the hub puts off leaves the state and names what is waited for', () => {
  expect(after(answered('inbox'), counted(1), failed('outbox', 'busy'))).toMatchObject({
    state: 'sending',
    waiting: { for: 'retry', code: 'busy' },
  })
})

test('what the hub serves and does not hold is shown', () => {
  expect(
    after(answered('inbox'), { kind: 'distrusted', by: 'directory', refusal: { code: 'directory-forked' } }),
  ).toMatchObject({ state: 'refused', refusal: { code: 'directory-forked' } })
})

test('every refusal of the protocol has its kind, and only the packet itself is ever given up', () => {
  const final = (Object.keys(hubStatus) as HubRefusal[]).filter((code) => kindOf(code) === 'final')
  expect(final.toSorted()).toEqual([
    'body-differs-from-header',
    'head-moved',
    'header-signature-broken',
    'owner-differs',
    'packet-id-taken',
    'packet-malformed',
    'packet-too-large',
    'recipient-key-ended',
    'recipient-unknown',
    'request-malformed',
    'request-too-large',
    'route-not-permitted',
    'sender-is-another-unit',
  ])
})

test('waits double up to a minute, and spread by chance', () => {
  const least = (bytes: number) => new Uint8Array(bytes)
  const most = (bytes: number) => new Uint8Array(bytes).fill(255)
  expect([1, 2, 3, 4].map((attempt) => delayAfter(attempt, most))).toEqual([1_000, 2_000, 4_000, 8_000])
  expect([1, 2, 3, 4].map((attempt) => delayAfter(attempt, least))).toEqual([500, 1_000, 2_000, 4_000])
  for (const attempts of [7, 50, 100_000]) expect(delayAfter(attempts, most)).toBe(60_000)
})

test('news that comes while nobody sleeps is not slept through', async () => {
  const sleeper = makeSleeper()
  sleeper.wake()
  await sleeper.sleep(Infinity)
  let woke = false
  const sleeping = sleeper.sleep(Infinity).then(() => (woke = true))
  await Promise.resolve()
  expect(woke).toBe(false)
  sleeper.stop()
  await sleeping
  await sleeper.sleep(Infinity)
})

test('an error that is neither of TLS nor of the line is a bug and passes on', () => {
  expect(() => failureOf(new TypeError('x is not a function'))).toThrow('x is not a function')
  expect(failureOf(Object.assign(new Error(), { code: 'ECONNRESET' })).code).toBe('offline')
  expect(
    failureOf(Object.assign(new Error(), { cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } })).code,
  ).toBe('hub-not-trusted')
})
