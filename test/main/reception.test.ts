/** Who may sit down: certificates, PINs and key files at sign-in, each refused in its own way. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDevelopmentPki } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import { setUpWorkstation } from '../../certs-dev/workstation.ts'
import { noProbe } from '../../core/ports.ts'
import { openReception } from '../../main/reception.ts'
import type { Reception } from '../../main/reception.ts'
import { random } from './exchange/desk.ts'
import { pinOf } from '../harness/office.ts'
import { issue, toPem } from '../harness/pki.ts'
import { expectWords } from '../harness/receiving.ts'

const person = 'sheng-secretary'
let folder: string
let pki: Pki
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-reception-'))
  pki = await makeDevelopmentPki({ out: join(folder, 'pki'), now: new Date() })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type At = { readonly development?: boolean; readonly clock?: () => number; readonly folder?: string }
function setUp(): string {
  const at = mkdtempSync(join(folder, 'desk-'))
  setUpWorkstation(pki, { folder: at, device: 'sheng-desk-1', hubUrl: 'https://localhost:1' })
  return at
}
function reception({ development = true, clock = Date.now, folder: at = setUp() }: At = {}): Reception {
  return openReception({
    folder: at,
    development,
    clock,
    random,
    probe: noProbe,
    log: () => undefined,
    tell: () => undefined,
  })
}
async function codeOf(at: At, pin = pinOf(pki, person), who = person): Promise<string> {
  const desk = reception(at)
  const answer = await desk.signIn(who, pin)
  await desk.signOut(null)
  if (answer.ok) return 'ok'
  expectWords(answer.refusal.code)
  return answer.refusal.code
}
const day = 86_400_000

describe('a certificate', () => {
  test('of one’s own office opens the desk', async () => expect(await codeOf({})).toBe('ok'))

  test('that has ended, or whose time has not come, is told so', async () => {
    expect(await codeOf({ clock: () => Date.parse(pki.notAfter) + day })).toBe('certificate-expired')
    expect(await codeOf({ clock: () => Date.parse(pki.notBefore) - day })).toBe('certificate-not-yet-valid')
    // The clock is wrong by more than the certificate's life, or the year is gone: both ends, to the day.
    expect(await codeOf({ clock: () => Date.parse(pki.notAfter) - day })).toBe('ok')
  })

  test('of a root this workstation does not trust is told so', async () => {
    const at = setUp()
    const stranger = issue('示范省另一根', 'root', undefined, { notBefore: new Date('2020-01-01') })
    writeFileSync(join(at, 'trust', 'anchors', 'root.crt'), toPem(stranger.certificate))
    expect(await codeOf({ folder: at })).toBe('certificate-not-trusted')
  })

  test('of the development PKI is refused outside development mode', async () => {
    expect(() => reception({ development: false })).toThrow(/development certificates/)
    // Also where the root is a real one, and only the person's certificate is not.
    const at = setUp()
    const root = join(at, 'trust', 'anchors', 'root.crt')
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '30',
      ].concat(['-subj', '/C=CN/O=Shifan/CN=Root', '-keyout', join(at, 'root.key'), '-out', root]),
      { stdio: 'ignore' },
    )
    expect(await codeOf({ folder: at, development: false })).toBe('development-certificate')
    expect(await codeOf({ folder: at, development: true })).toBe('certificate-not-trusted')
  })
})

describe('a PIN and a key file', () => {
  const keyFile = (at: string): string => join(at, 'people', person, 'key.p12')

  test('a wrong PIN is told as one, and the right one works afterwards', async () => {
    const at = setUp()
    for (const pin of ['x', '', pinOf(pki, 'sheng-leader'), `${pinOf(pki, person)} `])
      expect(await codeOf({ folder: at }, pin)).toBe('pin-wrong')
    expect(await codeOf({ folder: at })).toBe('ok')
  })

  test('a file damaged since its import is told as damaged, with the right PIN and with a wrong one', async () => {
    const at = setUp()
    const bytes = readFileSync(keyFile(at))
    for (const change of [
      () => bytes.subarray(0, -1),
      () => Buffer.concat([bytes, Buffer.of(0)]),
      () => Buffer.from(bytes).fill(0, 300, 301),
      () => Buffer.alloc(0),
    ]) {
      writeFileSync(keyFile(at), change())
      expect(await codeOf({ folder: at })).toBe('key-file-damaged')
      expect(await codeOf({ folder: at }, 'a wrong PIN')).toBe('key-file-damaged')
    }
    writeFileSync(keyFile(at), bytes)
    expect(await codeOf({ folder: at })).toBe('ok')
  })

  test('somebody else’s file in its place is damaged too; no file is missing', async () => {
    const at = setUp()
    copyFileSync(join(at, 'people', 'sheng-leader', 'key.p12'), keyFile(at))
    expect(await codeOf({ folder: at })).toBe('key-file-damaged')
    rmSync(keyFile(at))
    expect(await codeOf({ folder: at })).toBe('key-file-missing')
  })

  test('whoever is not of this workstation has no account, nor has a name that leads elsewhere', async () => {
    expect(await codeOf({}, 'x', 'shi-secretary')).toBe('account-unknown')
    expect(await codeOf({}, 'x', '../people/sheng-secretary')).toBe('account-unknown')
  })

  test('one person at a time; the desk is free again after signing out', async () => {
    const desk = reception()
    expect((await desk.signIn(person, pinOf(pki, person))).ok).toBe(true)
    expect(await desk.signIn('sheng-leader', pinOf(pki, 'sheng-leader'))).toMatchObject({
      refusal: { code: 'already-signed-in' },
    })
    expect(desk.me()?.person).toBe(person)
    await desk.signOut(null)
    expect(desk.me()).toBeNull()
    expect(desk.desk()).toBeNull()
    expect((await desk.signIn('sheng-leader', pinOf(pki, 'sheng-leader'))).ok).toBe(true)
    await desk.signOut(null)
  })

  test('a second program on the same folder is told that the store is busy', async () => {
    const at = setUp()
    const first = reception({ folder: at })
    expect((await first.signIn(person, pinOf(pki, person))).ok).toBe(true)
    expect(await codeOf({ folder: at })).toBe('store-busy')
    await first.signOut(null)
    expect(await codeOf({ folder: at })).toBe('ok')
  })
})
