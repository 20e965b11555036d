/** Peers that mean no good, or are broken: each is refused or cut off, and the hub serves the next one. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { byId } from '../../certs-dev/main.ts'
import { packetLimits } from '../../core/exchange/packet.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { hexId, packetOf, signIn } from '../harness/line.ts'
import type { Desk } from '../harness/line.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

const idleMs = 600
let province: Province
let hub: TestHub
let sheng: Desk
let failing = false

beforeAll(async () => {
  province = await makeProvince()
  hub = await startTestHub({
    pki: province.pki,
    pace: { idleMs, headersMs: 1000 },
    probe: () => {
      if (failing) throw new Error('the cable was pulled')
    },
  })
  sheng = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
})
afterEach(async () => {
  failing = false
  expect((await sheng.ask('GET', '/v1/directory')).status).toBe(200)
})
afterAll(async () => {
  await sheng.line.close()
  await hub.close()
  province.remove()
})

/** A bare TLS line of a workstation; `answer` is everything until the hub closes or `ms` have passed. */
async function bare(options: { readonly maxVersion?: 'TLSv1.2' } = {}) {
  const { certificate, key } = byId(province.pki.devices, 'sheng-desk-2')
  const socket: TLSSocket = connect({
    port: hub.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: readFileSync(province.pki.authorities),
    cert: readFileSync(certificate),
    key: readFileSync(key),
    ...options,
  })
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
  })
  let text = ''
  let closed = false
  socket.on('data', (data) => (text += data.toString('latin1')))
  const ended = new Promise<void>((resolve) => socket.once('close', () => ((closed = true), resolve())))
  socket.on('error', () => undefined)
  return {
    socket,
    say: (words: string) => void socket.write(words),
    answer: async (ms = 3000) => {
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ms))])
      return { text, closed }
    },
  }
}

test('TLS older than 1.3 gets no connection', async () => {
  await expect(bare({ maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol/i)
})

test('JSON that is no JSON, 10,000 levels deep, of the wrong shape or doubled is malformed', async () => {
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{"blob":1}',
    `{"blob":"${hexId(32)}"}`,
    `{"blob":"${hexId(32)}","size":-1}`,
    `{"blob":"${hexId(32)}","size":1.5}`,
    `{"blob":"${hexId(32)}","size":1e300}`,
    `{"blob":"../../etc/passwd","size":1}`,
    `{"blob":"${hexId(32)}","size":1,"more":1}`,
    `{"blob":"${hexId(32)}","size":1,"size":2}`,
    `{"__proto__":{},"blob":"${hexId(32)}","size":1}`,
    '['.repeat(10_000),
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    Buffer.from([0xff, 0xfe, 0x00]),
  ]
  for (const body of bodies) {
    expect((await sheng.ask('POST', '/v1/uploads', { body })).refusal).toBe('request-malformed')
    expect((await sheng.line.ask('POST', '/v1/session', { body })).refusal).toBe('request-malformed')
  }
  const large = ' '.repeat(70_000)
  expect((await sheng.ask('POST', '/v1/uploads', { body: large })).refusal).toBe('request-too-large')
})

test('a declared length of 3 GB is refused before it is sent', async () => {
  const line = await bare()
  const begun = Date.now()
  line.say(`POST /v1/packets HTTP/1.1\r\nhost: x\r\ncontent-length: 3221225472\r\n\r\n`)
  const { text } = await line.answer(1500)
  // This line has no session: that is said first, and the 3 GB are not waited for.
  expect(text).toContain('session-missing')
  expect(Date.now() - begun).toBeLessThan(1400)
  const answer = await sheng.ask('POST', '/v1/packets', {
    body: Buffer.alloc(packetLimits.headerBytes + packetLimits.bodyBytes + 2, 0x61),
  })
  expect(answer.refusal).toBe('packet-too-large')
  line.socket.destroy()
})

test('a header line or a body over its limit is too large', async () => {
  const { raw } = await packetOf(province, {
    sender: { unit: 'sheng', person: 'sheng-registry' },
    to: ['unit:shi'],
  })
  const [header = '', body = ''] = raw.split('\n')
  const send = async (text: string) => (await sheng.send(text)).refusal
  expect(await send(`${header}${'A'.repeat(packetLimits.headerBytes)}\n${body}`)).toBe('packet-too-large')
  expect(await send(`${header}\n${'A'.repeat(packetLimits.bodyBytes + 1)}`)).toBe('packet-too-large')
})

test('a body that drips or stops is cut off', async () => {
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-2')
  await desk.line.close()
  for (const drip of [false, true]) {
    const line = await bare()
    line.say(
      `POST /v1/packets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${desk.token}\r\ncontent-length: 100000\r\n\r\nabc`,
    )
    const dripping = drip ? setInterval(() => line.socket.writable && line.say('x'), 100) : undefined
    const { closed } = await line.answer(8000)
    clearInterval(dripping)
    expect(closed).toBe(true)
  }
})

test('headers that do not end, are too large, or are no HTTP are answered with a refusal and the end', async () => {
  const large = await bare()
  large.say(`GET /v1/hub HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`)
  expect(await large.answer()).toMatchObject({
    closed: true,
    text: expect.stringContaining('request-malformed'),
  })
  const noise = await bare()
  noise.say('\x16\x03\x01 hello \0\0\r\n\r\n')
  expect(await noise.answer()).toMatchObject({
    closed: true,
    text: expect.stringContaining('request-malformed'),
  })
  const twice = await bare()
  twice.say(
    'POST /v1/nonce HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  )
  expect(await twice.answer()).toMatchObject({
    closed: true,
    text: expect.stringContaining('request-malformed'),
  })
})

test('a line that says nothing at all is closed', async () => {
  const silent = await bare()
  silent.say('GET /v1/hub HTTP/1.1\r\nhost: x\r\n')
  expect((await silent.answer(5000)).closed).toBe(true)
})

test('paths that lead elsewhere lead nowhere', async () => {
  const paths = [
    '/',
    '/v1',
    '/v1/blobs',
    '/v1/blobs/../../hub.sqlite',
    '/v1/blobs/%2e%2e%2f%2e%2e%2fhub.sqlite',
    '/v1/blobs/..\\..\\hub.sqlite',
    '/hub.sqlite',
    '//etc/passwd',
  ]
  for (const path of paths) expect((await sheng.ask('GET', path)).refusal).toBe('not-found')
  for (const name of ['%E0%A4%A', 'a'.repeat(5000)])
    expect((await sheng.ask('GET', `/v1/blobs/${name}`)).refusal).toBe('request-malformed')
  expect((await sheng.ask('DELETE', '/v1/packets')).refusal).toBe('not-found')
})

test('queries of the wrong form are malformed', async () => {
  const queries = [
    'mailbox',
    'mailbox?box=unit:sheng&after=x',
    'mailbox?box=unit:sheng&after=-2',
    'mailbox?box=unit:sheng&wait=-1',
    'mailbox?box=unit:sheng&box=unit:shi',
    'mailbox?box=unit:Sheng%00',
    'mailbox?box=unit:sheng&other=1',
    'directory?after=1.5',
    'directory?after=1&after=2',
  ]
  for (const query of queries)
    expect((await sheng.ask('GET', `/v1/${query}`)).refusal).toBe('request-malformed')
})

test('a fault inside is told as busy, named in the log without what was sent, and passes', async () => {
  const { raw } = await packetOf(province, {
    sender: { unit: 'sheng', person: 'sheng-registry' },
    to: ['unit:shi'],
  })
  failing = true
  expect((await sheng.send(raw)).refusal).toBe('busy')
  failing = false
  expect((await sheng.send(raw)).status).toBe(200)
  const fault = hub.reports.find((report) => report.event === 'failed')
  expect(JSON.stringify(fault)).toContain('the cable was pulled')
  expect(JSON.stringify(hub.reports)).not.toContain(raw.slice(-40))
})

test('one workstation cannot take all the places', async () => {
  const lines = await Promise.all(Array.from({ length: 70 }, () => bare()))
  const first = await Promise.race(lines.map((line) => line.answer(5000)))
  expect(first.closed).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(lines.filter(({ socket }) => !socket.destroyed).length).toBeLessThanOrEqual(64)
  expect(hub.reports).toContainEqual({
    event: 'connection-refused',
    error: 'too many connections of one workstation',
  })
  for (const { socket } of lines) socket.destroy()
})

test('readers who go away while they wait leave nothing behind', async () => {
  const end = (await sheng.page('unit:sheng', 0)).next
  for (let round = 0; round < 20; round++) {
    const gone = new AbortController()
    const waiting = sheng.ask('GET', `/v1/mailbox?box=unit:sheng&after=${end}&wait=30`, {
      signal: gone.signal,
    })
    setTimeout(() => gone.abort(), 20)
    await expect(waiting).rejects.toThrow()
  }
})
