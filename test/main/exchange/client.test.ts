import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { directoryAct, directoryType } from '../../../core/directory/directory.ts'
import type { DirectoryAct } from '../../../core/directory/directory.ts'
import { auditPage } from '../../../main/store/audit.ts'
import { directoryVersion } from '../../../main/store/directory-acts.ts'
import { packetsOfAct, waitingCount } from '../../../main/store/outbox.ts'
import { standingOf } from '../../../main/store/acts.ts'
import { createPrivateKey } from 'node:crypto'
import { keySigner } from '../../../seal/jws.ts'
import { readStatement, signStatement } from '../../../seal/statement.ts'
import { issue } from '../../harness/pki.ts'
import { toPem } from '../../harness/pki.ts'
import { makeProvince } from '../../harness/province.ts'
import type { Province } from '../../harness/province.ts'
import { signerOf } from '../../harness/line.ts'
import { startTestHub } from '../../harness/hub.ts'
import { clientOf, openDesk, queueLetter, until } from './desk.ts'
import type { Desk } from './desk.ts'
import { lyingHub, say } from './lying-hub.ts'
import type { Lie } from './lying-hub.ts'

let province: Province
const open: { close(): Promise<void> }[] = []
beforeAll(async () => void (province = await makeProvince()))
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})
afterAll(() => province.remove())

const liar = async (lies: Readonly<Record<string, Lie>>) => {
  const hub = await lyingHub(province, lies)
  open.push(hub)
  return hub
}
const clientAt = (
  url: string,
  timeouts = { idleMs: 400, answerMs: 1_500, pageMs: 1_500, connectMs: 1_000 },
) => {
  const client = clientOf(province, url, 'sheng-registry', 'sheng-desk-1', { timeouts })
  open.push(client)
  return client
}
const deskAt = (url: string): Desk => {
  const desk = openDesk({ province, url, person: 'sheng-registry', device: 'sheng-desk-1' })
  open.push(desk)
  return desk
}
const codeOf = (answer: { ok: true } | { ok: false; refusal: { code: string } }) =>
  answer.ok ? 'ok' : answer.refusal.code

test('nobody at the address is offline', async () => {
  expect(codeOf(await clientAt('https://localhost:1').boxes())).toBe('offline')
  expect(codeOf(await clientAt('https://no-such-host.invalid:1').boxes())).toBe('offline')
})

test('a hub whose certificate is of another authority, or for another name, is not trusted', async () => {
  const hub = await startTestHub({ pki: province.pki })
  open.push(hub)
  const stranger = issue('示范省另一根', 'root')
  const { certificate, key } = province.pki.devices[0]!
  const device = {
    cert: readFileSync(certificate, 'utf8'),
    key: readFileSync(key, 'utf8'),
    ca: toPem(stranger.certificate),
  }
  const foreign = clientOf(province, hub.url, 'sheng-registry', 'sheng-desk-1', { device })
  const elsewhere = clientOf(
    province,
    hub.url.replace('localhost', '127.0.0.2'),
    'sheng-registry',
    'sheng-desk-1',
  )
  open.push(foreign, elsewhere)
  expect(codeOf(await foreign.boxes())).toBe('hub-not-trusted')
  // The test hub listens on 127.0.0.1 only; Linux routes all of 127/8 to it, other systems have nobody there.
  expect(['hub-not-trusted', 'offline']).toContain(codeOf(await elsewhere.boxes()))
})

const deep = '['.repeat(10_000)
const answers: [string, Lie, string][] = [
  ['no JSON', say('<html>'), 'hub-answer-malformed'],
  ['nothing', say(''), 'hub-answer-malformed'],
  ['another shape', say({ token: 1 }), 'hub-answer-malformed'],
  ['an unknown member', say({ packets: [], next: 0, more: false, extra: 1 }), 'hub-answer-malformed'],
  ['a doubled member', say('{"packets":[],"next":0,"next":1,"more":false}'), 'hub-answer-malformed'],
  ['10,000 levels', say(deep), 'hub-answer-malformed'],
  ['positions that fall', say({ packets: [row(5), row(4)], next: 6, more: false }), 'hub-answer-malformed'],
  ['a position twice', say({ packets: [row(5), row(5)], next: 6, more: false }), 'hub-answer-malformed'],
  ['a next question behind', say({ packets: [row(5)], next: 5, more: false }), 'hub-answer-malformed'],
  ['a refusal nobody knows', say({ refusal: { code: 'because' } }, 403), 'hub-answer-malformed'],
  ['a refusal in the wrong shape', say({ refusal: 'busy' }, 503), 'hub-answer-malformed'],
  ['a page of somebody else', say('<h1>502</h1>', 502), 'hub-answer-malformed'],
  ['a refusal of the protocol', say({ refusal: { code: 'busy' } }, 503), 'busy'],
  [
    'a redirection',
    (_request, reply) => void reply.writeHead(302, { location: 'https://elsewhere/' }).end(),
    'hub-answer-malformed',
  ],
  [
    'a line cut in mid-answer',
    (_request, reply) => void reply.writeHead(200).write('{"pack', () => reply.destroy()),
    'offline',
  ],
  ['silence', () => undefined, 'offline'],
  ['silence in mid-answer', (_request, reply) => void reply.writeHead(200).write('{"pack'), 'offline'],
  [
    'a byte now and then for ever',
    (_request, reply) => {
      const timer = setInterval(() => reply.write(' '), 50)
      reply.on('close', () => clearInterval(timer))
    },
    'offline',
  ],
]
function row(position: number) {
  return { position, raw: 'a\nb', receipt: 'r' }
}

test.each(answers)('a hub that answers with %s is refused and the client lives', async (_name, lie, code) => {
  const hub = await liar({ '/v1/mailbox': lie })
  const client = clientAt(hub.url)
  expect(codeOf(await client.mailbox('unit:sheng', 0, 0))).toBe(code)
  expect(codeOf(await client.boxes())).toBe('ok')
})

test('a small answer without end is not read to its end', async () => {
  let sent = 0
  const endless: Lie = (_request, reply) => {
    const more = (): void => {
      while (!reply.destroyed && reply.write('x'.repeat(65_536))) sent += 65_536
      if (!reply.destroyed) reply.once('drain', more)
    }
    more()
  }
  const hub = await liar({ '/v1/nonce': endless })
  expect(codeOf(await clientAt(hub.url).boxes())).toBe('hub-answer-malformed')
  expect(sent).toBeLessThan(20_000_000)
})

test('a session the hub has forgotten is opened anew, once', async () => {
  let left = 1
  const forgetful: Lie = (request, reply) =>
    left-- > 0
      ? say({ refusal: { code: 'session-expired' } }, 401)(request, reply)
      : say({ acts: [] })(request, reply)
  const hub = await liar({ '/v1/directory': forgetful })
  const client = clientAt(hub.url)
  expect(codeOf(await client.directory(0))).toBe('ok')
  expect(hub.asked.filter((path) => path === '/v1/session')).toHaveLength(2)
  const never = await liar({ '/v1/directory': say({ refusal: { code: 'session-expired' } }, 401) })
  expect(codeOf(await clientAt(never.url).directory(0))).toBe('session-expired')
  expect(never.asked.filter((path) => path === '/v1/directory')).toHaveLength(2)
})

test('a blob that is not the one asked for, or longer, is not filed', async () => {
  const id = 'a'.repeat(64)
  const long: Lie = (_request, reply) => void reply.writeHead(200).end(Buffer.alloc(100_000, 1))
  const hub = await liar({ [`/v1/blobs/${id}`]: long })
  const desk = deskAt(hub.url)
  desk.store.transact((writing) =>
    writing.run(`INSERT INTO blobs (id, size, state, since) VALUES ('${id}', 1000, 'wanted', 't')`),
  )
  expect(codeOf(await desk.exchange().fetchBlob(id))).toBe('blob-damaged')
  expect(await desk.store.blobs.has(id)).toBe(false)
  expect(await desk.store.blobs.partSize(id)).toBe(0)
  expect(codeOf(await desk.exchange().fetchBlob('b'.repeat(64)))).toBe('blob-unknown')
})

test('a packet is not sent before its receipt is right', async () => {
  const hub = await liar({ '/v1/packets': say({ receipt: 'a.b.c' }) })
  const desk = deskAt(hub.url)
  const letter = await queueLetter(province, desk, { to: [['unit:shi']] })
  await until('asked', () => packetsOfAct(desk.store.reading, letter.act)[0]!.attempts > 0)
  expect(packetsOfAct(desk.store.reading, letter.act)).toMatchObject([
    { state: 'waiting', lastRefusal: { code: 'receipt-malformed' } },
  ])
  expect(desk.exchange().status()).toMatchObject({ state: 'refused', refusal: { code: 'receipt-malformed' } })
})

test('what passes is tried again, what does not is laid aside', async () => {
  let busy = 3
  const hub = await liar({
    '/v1/packets': (request, reply) =>
      busy-- > 0
        ? say({ refusal: { code: busy === 1 ? 'disk-full' : 'busy' } }, 503)(request, reply)
        : say({ refusal: { code: 'recipient-key-ended', facts: { recipient: 'unit:shi' } } }, 422)(
            request,
            reply,
          ),
  })
  const desk = deskAt(hub.url)
  const letter = await queueLetter(province, desk, { to: [['unit:shi']] })
  await until('laid aside', () => waitingCount(desk.store.reading) === 0)
  expect(packetsOfAct(desk.store.reading, letter.act)).toMatchObject([
    {
      state: 'refused',
      attempts: 3,
      lastRefusal: { code: 'recipient-key-ended', facts: { recipient: 'unit:shi' } },
    },
  ])
  expect(standingOf(desk.store.reading, letter.act)).toMatchObject({ standing: 'refused' })
})

test('urgent letters do not wait behind others that hang', async () => {
  const hub = await liar({ '/v1/packets': () => undefined })
  const desk = deskAt(hub.url)
  const asked = () => hub.asked.filter((path) => path === '/v1/packets').length
  for (let at = 0; at < 6; at++) await queueLetter(province, desk, { to: [['unit:shi']] })
  await until('three under way', () => asked() === 3)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(asked()).toBe(3)
  await queueLetter(province, desk, { to: [['unit:shi']], urgency: 'urgent' })
  await until('the urgent one', () => asked() === 4)
})

/** The directory's first act with something changed, signed by the authority or by somebody. */
async function spoiled(changes: Partial<DirectoryAct>, by: 'authority' | 'somebody'): Promise<string> {
  const kind = { typ: directoryType, maxBytes: 8 * 1024 * 1024, maxDepth: 16, schema: directoryAct }
  const read = readStatement(province.directoryActs[0]!, kind)
  if (!read.ok) throw new Error('no directory')
  const key =
    by === 'somebody'
      ? signerOf(province, { person: 'sheng-leader' })
      : keySigner(createPrivateKey(readFileSync(province.pki.authority.key)), province.authority.thumbprint)
  return signStatement({ ...read.value.value, ...changes }, kind, key)
}

test('a directory that is forked, older or not by the authority is refused by name, logged and shown', async () => {
  const { version, last } = province.directory
  const next = { version: version + 1, previous: last }
  const cases: [string, string][] = [
    ['directory-not-by-authority', await spoiled(next, 'somebody')],
    ['directory-forked', await spoiled({ ...next, previous: 'f'.repeat(64) }, 'authority')],
    ['directory-older-than-known', await spoiled({ version, previous: null }, 'authority')],
    ['directory-gap', await spoiled({ ...next, version: version + 5 }, 'authority')],
    ['directory-malformed', 'no act'],
  ]
  for (const [code, jws] of cases) {
    const hub = await liar({
      '/v1/directory': (request, reply) =>
        say({ acts: request.url?.endsWith('after=0') ? [...province.directoryActs, jws] : [] })(
          request,
          reply,
        ),
    })
    const desk = deskAt(hub.url)
    await until(code, () => desk.exchange().status().refusal?.code === code)
    expect(desk.exchange().status().state).toBe('refused')
    expect(directoryVersion(desk.store.reading)).toBe(version)
    expect(auditPage(desk.store.reading)).toMatchObject([{ kind: 'refused', who: 'hub', facts: { code } }])
  }
  const hub = await liar({
    '/v1/directory': async (request, reply) =>
      say({
        acts: request.url?.endsWith('after=0')
          ? [...province.directoryActs, await spoiled(next, 'authority')]
          : [],
      })(request, reply),
  })
  const desk = deskAt(hub.url)
  await until('the next version', () => directoryVersion(desk.store.reading) === version + 1)
  await until('in step', () => desk.exchange().status().state === 'in-step')
})
