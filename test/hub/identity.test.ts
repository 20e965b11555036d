/** Who may speak to the hub: workstations by certificate, people by signed statement, the directory by its authority. */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { issueFurther, nextDirectoryAct } from '../../certs-dev/main.ts'
import type { DirectoryEntry } from '../../core/directory/directory.ts'
import { canonical } from '../../core/canonical.ts'
import { sessionGrant } from '../../core/exchange/protocol.ts'
import { parseCertificate } from '../../seal/certificate.ts'
import { keySigner, signJws } from '../../seal/jws.ts'
import { sessionType } from '../../core/exchange/session.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import {
  askSession,
  deskWith,
  freshNonce,
  lineOf,
  lineWith,
  signIn,
  signerOf,
  statementOf,
} from '../harness/line.ts'
import type { Line } from '../harness/line.ts'
import { issue, toPem } from '../harness/pki.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

const hour = 3_600_000
let province: Province
let hub: TestHub
let acts: string[]
/** Added to the hub's clock. */
let ahead = 0
const lines: Line[] = []
const kept = <L extends Line>(line: L): L => (lines.push(line), line)

beforeAll(async () => {
  province = await makeProvince()
  acts = [...province.directoryActs]
  hub = await startTestHub({ pki: province.pki, clock: () => Date.now() + ahead })
})
afterEach(async () => {
  ahead = 0
  await Promise.all(lines.splice(0).map((line) => line.close()))
})
afterAll(async () => {
  await hub.close()
  province.remove()
})

const publish = async (...entries: DirectoryEntry[]): Promise<void> => {
  const act = await nextDirectoryAct(province.pki, acts, entries, new Date())
  const added = await hub.running().addDirectoryAct(act)
  expect(added.ok).toBe(true)
  acts.push(act)
}
const deviceEntry = (id: string) => province.directory.devices.get(id)!
const desk1 = () => kept(lineOf(province, hub.url, 'sheng-desk-1'))
const refusalOf = async (line: Line, method = 'GET', path = '/v1/hub') =>
  (await line.ask(method, path)).refusal
const lastRefused = () => hub.reports.findLast((report) => report.event === 'refused')
const withCertificate = (der: Uint8Array, key: Parameters<typeof lineWith>[2]['key']) =>
  kept(lineWith(province, hub.url, { certificate: toPem({ der } as Parameters<typeof toPem>[0]), key: key! }))

test('a workstation without a certificate is told that it is missing', async () => {
  const line = kept(lineWith(province, hub.url, {}))
  expect(await refusalOf(line)).toBe('device-missing')
  expect(await refusalOf(line, 'POST', '/v1/nonce')).toBe('device-missing')
  expect(await refusalOf(line, 'GET', '/nowhere')).toBe('device-missing')
  expect(lastRefused()).toMatchObject({ code: 'device-missing' })
})

test('a certificate from another authority is unknown, also when it bears the name of one of ours', async () => {
  const stranger = issue('别处根证书', 'root')
  const device = issue('省府办一号终端', 'device', stranger)
  expect(await refusalOf(withCertificate(device.certificate.der, device.privateKey))).toBe('device-unknown')
})

test('a certificate of ours that the directory does not list as a device is unknown', async () => {
  const further = issueFurther(province.pki, { profile: 'device', commonName: '未登记终端' })
  expect(await refusalOf(withCertificate(further.certificate, further.privateKey))).toBe('device-unknown')
  const person = issueFurther(province.pki, { profile: 'signing', commonName: '林晓雯' })
  expect(await refusalOf(withCertificate(person.certificate, person.privateKey))).toBe('device-unknown')
})

test('a certificate from another authority stays unknown, even where the directory lists it by mistake', async () => {
  const device = issue('误登终端', 'device', issue('别处根证书', 'root'))
  const certificate = Buffer.from(device.certificate.der).toString('base64')
  await publish({
    kind: 'device',
    id: 'sheng-other',
    unit: 'sheng',
    name: '误登终端',
    certificate,
    admitted: true,
  })
  expect(await refusalOf(withCertificate(device.certificate.der, device.privateKey))).toBe('device-unknown')
  const person = issueFurther(province.pki, { profile: 'signing', commonName: '签名证书' })
  const signing = person.certificate.toString('base64')
  await publish({
    kind: 'device',
    id: 'sheng-sign',
    unit: 'sheng',
    name: '签名',
    certificate: signing,
    admitted: true,
  })
  expect(await refusalOf(withCertificate(person.certificate, person.privateKey))).toBe('device-unknown')
})

test('an expired certificate and one whose time has not come are told as expired', async () => {
  ahead = 4 * 365 * 24 * hour
  expect(await refusalOf(desk1())).toBe('device-expired')
  ahead = -10 * 24 * hour
  expect(await refusalOf(desk1())).toBe('device-expired')
})

test('a listed certificate that ended yesterday is expired, not unknown', async () => {
  const ended = issueFurther(province.pki, {
    profile: 'device',
    commonName: '到期终端',
    notBefore: new Date(Date.now() - 72 * hour),
    notAfter: new Date(Date.now() - 24 * hour),
  })
  const certificate = ended.certificate.toString('base64')
  await publish({
    kind: 'device',
    id: 'sheng-old',
    unit: 'sheng',
    name: '到期终端',
    certificate,
    admitted: true,
  })
  expect(await refusalOf(withCertificate(ended.certificate, ended.privateKey))).toBe('device-expired')
})

test('a workstation that is not admitted is told so; one that loses admission is refused on its open line', async () => {
  expect(await refusalOf(kept(lineOf(province, hub.url, 'sheng-spare')))).toBe('device-not-admitted')
  const line = kept(lineOf(province, hub.url, 'xian-desk-1', 1))
  expect(await refusalOf(line)).toBeUndefined()
  await publish({ ...deviceEntry('xian-desk-1'), admitted: false })
  expect(await refusalOf(line)).toBe('device-not-admitted')
  await publish({ ...deviceEntry('xian-desk-1'), admitted: true })
  expect(await refusalOf(line)).toBeUndefined()
})

test('a certificate that was replaced by another is unknown', async () => {
  const line = kept(lineOf(province, hub.url, 'shi-desk-2'))
  const next = issueFurther(province.pki, { profile: 'device', commonName: '市府办二号终端' })
  await publish({ ...deviceEntry('shi-desk-2'), certificate: next.certificate.toString('base64') })
  expect(await refusalOf(line)).toBe('device-unknown')
  expect(await refusalOf(withCertificate(next.certificate, next.privateKey))).toBeUndefined()
})

const secretary = { person: 'sheng-secretary', device: 'sheng-desk-1' } as const
type Statement = Parameters<typeof statementOf>
const attempt = async (changes: Statement[2] = {}, who: Partial<Statement[1]> = {}, line = desk1()) => {
  const nonce = await freshNonce(line)
  const statement = await statementOf(province, { ...secretary, nonce, ...who }, changes, Date.now() + ahead)
  return { statement, answer: await askSession(line, statement) }
}
const codeOf = async (...parameters: Parameters<typeof attempt>) =>
  (await attempt(...parameters)).answer.refusal
const at = (ms: number) => new Date(Date.now() + ms).toISOString()

test('a statement opens one session; the same statement again is a replay', async () => {
  const { statement, answer } = await attempt()
  expect(answer.status).toBe(200)
  expect((await askSession(desk1(), statement)).refusal).toBe('session-replayed')
  const parallel = await statementOf(province, { ...secretary, nonce: await freshNonce(desk1()) })
  const both = await Promise.all([askSession(desk1(), parallel), askSession(desk1(), parallel)])
  expect(both.map(({ refusal }) => refusal).toSorted()).toEqual(['session-replayed', undefined])
})

test('a nonce is worth nothing when made up, given to another workstation, or older than five minutes', async () => {
  const other = kept(lineOf(province, hub.url, 'sheng-desk-2'))
  expect(await codeOf({ nonce: 'A'.repeat(32) })).toBe('session-replayed')
  expect(await codeOf({ nonce: await freshNonce(other) })).toBe('session-replayed')
  const line = desk1()
  const nonce = await freshNonce(line)
  ahead = 6 * 60_000
  const statement = await statementOf(province, { ...secretary, nonce })
  expect((await askSession(line, statement)).refusal).toBe('session-replayed')
})

test('a statement for another hub or another workstation is refused by name', async () => {
  expect(await codeOf({ hub: 'other-hub' })).toBe('session-for-another-hub')
  expect(await codeOf({}, { device: 'sheng-desk-2' })).toBe('session-for-another-device')
})

test('a statement that has ended, lasts too long, or comes from a clock ahead of ours is refused by name', async () => {
  expect(await codeOf({ from: at(-2 * hour), until: at(-hour) })).toBe('session-expired')
  expect(await codeOf({ from: at(0), until: at(12 * hour + 1000) })).toBe('session-too-long')
  expect(await codeOf({ from: at(10 * 60_000), until: at(hour) })).toBe('clock-differs')
  expect(await codeOf({ from: at(60_000), until: at(hour) })).toBeUndefined()
  expect(await codeOf({ from: at(hour / 10), until: at(0) })).toBe('session-malformed')
})

test('somebody who is not in the directory, or no longer in office, is unknown', async () => {
  expect(await codeOf({ person: 'nobody' }, { signer: signerOf(province, secretary) })).toBe('person-unknown')
  const { privateKey, certificate } = issueFurther(province.pki, { profile: 'signing', commonName: '外人' })
  const parsed = parseCertificate(certificate)
  if (!parsed.ok) throw new Error('certificate')
  expect(await codeOf({}, { signer: keySigner(privateKey, parsed.value.thumbprint) })).toBe('person-unknown')
  const desk = await signIn(province, hub.url, 'shi-secretary', 'shi-desk-1')
  kept(desk.line)
  const entry = province.directory.people.get('shi-secretary')!
  await publish({ ...entry, active: false })
  expect((await desk.ask('GET', '/v1/directory')).refusal).toBe('person-unknown')
  const nonce = await freshNonce(desk.line)
  const late = await statementOf(province, { person: 'shi-secretary', device: 'shi-desk-1', nonce })
  expect((await askSession(desk.line, late)).refusal).toBe('person-unknown')
  await publish(entry)
})

test('a statement signed by somebody else, with another key, or changed afterwards is broken', async () => {
  const leader = signerOf(province, { person: 'sheng-leader' })
  expect(await codeOf({}, { signer: leader })).toBe('session-signature-broken')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const forged = keySigner(privateKey, signerOf(province, secretary).thumbprint)
  expect(await codeOf({}, { signer: forged })).toBe('session-signature-broken')
  const line = desk1()
  const good = await statementOf(province, { ...secretary, nonce: await freshNonce(line) })
  const [header, , signature] = good.split('.')
  const longer = await statementOf(province, { ...secretary, nonce: await freshNonce(line) })
  const mixed = [header, longer.split('.')[1], signature].join('.')
  expect((await askSession(line, mixed)).refusal).toBe('session-signature-broken')
})

test('a signing certificate that ended or was replaced opens no session and ends the open one', async () => {
  const desk = await signIn(province, hub.url, 'shi-leader', 'shi-desk-1')
  kept(desk.line)
  const entry = province.directory.people.get('shi-leader')!
  const next = issueFurther(province.pki, { profile: 'signing', commonName: '孙国安' })
  await publish({ ...entry, signing: [...entry.signing, next.certificate.toString('base64')] })
  expect((await desk.ask('GET', '/v1/directory')).refusal).toBe('person-certificate-ended')
  const nonce = await freshNonce(desk.line)
  const old = await statementOf(province, { person: 'shi-leader', device: 'shi-desk-1', nonce })
  expect((await askSession(desk.line, old)).refusal).toBe('person-certificate-ended')

  const ended = issueFurther(province.pki, {
    profile: 'signing',
    commonName: '孙国安',
    notBefore: new Date(Date.now() - 72 * hour),
    notAfter: new Date(Date.now() - 24 * hour),
  })
  const parsed = parseCertificate(ended.certificate)
  if (!parsed.ok) throw new Error('certificate')
  await publish({ ...entry, signing: [ended.certificate.toString('base64')] })
  const signer = keySigner(ended.privateKey, parsed.value.thumbprint)
  const late = { person: 'shi-leader', device: 'shi-desk-1', nonce: await freshNonce(desk.line), signer }
  expect((await askSession(desk.line, await statementOf(province, late))).refusal).toBe(
    'person-certificate-ended',
  )
})

test('what is no statement is malformed', async () => {
  const line = desk1()
  const key = signerOf(province, secretary)
  const signed = (payload: string, typ = sessionType) => signJws({ payload, typ, key })
  const good = await statementOf(province, { ...secretary, nonce: await freshNonce(line) })
  const payload = Buffer.from(good.split('.')[1]!, 'base64url').toString()
  const wrong = [
    'not a statement',
    `${good}.`,
    good.split('.').slice(0, 2).join('.'),
    await signed(payload, 'sealpost-act+jws'),
    await signed(payload.replace('"v":1', '"v":2')),
    await signed(payload.replace('"v":1', '"v":1,"x":1')),
    await signed(payload.replace('"v":1', '"v":1,"v":1')),
    await signed(canonical({ ...JSON.parse(payload), from: '2026-99-99T00:00:00.000Z' })),
    await signed('['.repeat(2000)),
  ]
  for (const statement of wrong) expect((await askSession(line, statement)).refusal).toBe('session-malformed')
})

test('a token is asked for, works at its workstation only, and ends with its time', async () => {
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  kept(desk.line)
  expect((await desk.line.ask('GET', '/v1/directory')).refusal).toBe('session-missing')
  for (const token of ['', 'x', 'A'.repeat(43), `${desk.token}A`]) {
    const made = deskWith(desk.line, desk.person, desk.device, token, [])
    expect((await made.ask('GET', '/v1/directory')).refusal).toBe('session-missing')
  }
  const elsewhere = kept(lineOf(province, hub.url, 'sheng-desk-2'))
  const stolen = deskWith(elsewhere, desk.person, 'sheng-desk-2', desk.token, [])
  expect((await stolen.ask('GET', '/v1/directory')).refusal).toBe('session-for-another-device')
  expect((await desk.ask('GET', '/v1/mailbox?box=unit:shi')).refusal).toBe('mailbox-not-yours')
  expect((await desk.ask('GET', '/v1/mailbox?box=person:sheng-leader')).refusal).toBe('mailbox-not-yours')
  ahead = 9 * hour
  expect((await desk.ask('GET', '/v1/directory')).refusal).toBe('session-expired')
  expect(lastRefused()).toMatchObject({ code: 'session-expired', device: 'sheng-desk-1' })
})

test('a token outlives a restart of the hub and stands nowhere in its folder', async () => {
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  kept(desk.line)
  await hub.restart()
  expect((await desk.ask('GET', '/v1/directory')).status).toBe(200)
  const line = desk1()
  const grant = sessionGrant.parse((await attempt({}, {}, line)).answer.json())
  const files = readdirSync(hub.folder).filter((name) => name.startsWith('hub.sqlite'))
  const bytes = Buffer.concat(files.map((name) => readFileSync(`${hub.folder}/${name}`)))
  expect(bytes.includes('sheng-registry')).toBe(true)
  expect(bytes.includes(grant.token)).toBe(false)
  expect(bytes.includes(desk.token)).toBe(false)
})

test('a directory act that is not the authority’s, not the next, or changed is refused and not served', async () => {
  const add = async (jws: string) => {
    const added = await hub.running().addDirectoryAct(jws)
    return added.ok ? undefined : added.refusal.code
  }
  const entry = province.directory.people.get('sheng-leader')!
  const act = await nextDirectoryAct(province.pki, acts, [entry], new Date())
  const payload = Buffer.from(act.split('.')[1]!, 'base64url').toString()
  const typ = 'sealpost-directory+jws'
  const person = signerOf(province, secretary)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const forged = keySigner(privateKey, province.authority.thumbprint)
  expect(await add(await signJws({ payload, typ, key: person }))).toBe('directory-not-by-authority')
  expect(await add(await signJws({ payload, typ, key: forged }))).toBe('directory-not-by-authority')
  expect(await add(acts[0]!)).toBe('directory-older-than-known')
  const gap = await nextDirectoryAct(province.pki, [...acts, act], [entry], new Date())
  expect(await add(gap)).toBe('directory-gap')
  const forked = await nextDirectoryAct(province.pki, [...acts.slice(0, -1), acts[0]!], [entry], new Date())
  expect(await add(forked)).toBe('directory-forked')
  expect(await add('nonsense')).toBe('directory-malformed')
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  kept(desk.line)
  expect((await desk.ask('GET', '/v1/directory')).json()).toEqual({ acts })
})
