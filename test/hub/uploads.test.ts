/** Blobs on their way in and out: resumed after a cut line, checked by hash, durable, never by a name of the peer's. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { byId } from '../../certs-dev/main.ts'
import { uploadGrant } from '../../core/exchange/protocol.ts'
import { startTestHub } from '../harness/hub.ts'
import type { TestHub } from '../harness/hub.ts'
import { blobOf, hexId, packetOf, signIn } from '../harness/line.ts'
import type { Desk } from '../harness/line.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

const idleMs = 700
let province: Province
let hub: TestHub
let sheng: Desk
let shi: Desk

beforeAll(async () => {
  province = await makeProvince()
  hub = await startTestHub({ pki: province.pki, pace: { idleMs, headersMs: 1000 } })
  sheng = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  shi = await signIn(province, hub.url, 'shi-registry', 'shi-desk-1')
})
afterAll(async () => {
  await Promise.all([sheng, shi].map((desk) => desk.line.close()))
  await hub.close()
  province.remove()
})

const begin = async (desk: Desk, blob: string, size: number): Promise<string> => {
  const answer = await desk.ask('POST', '/v1/uploads', { body: JSON.stringify({ blob, size }) })
  const grant = uploadGrant.parse(answer.json())
  if ('stored' in grant) throw new Error('stored already')
  return grant.upload
}
const put = (desk: Desk, upload: string, offset: number, body: Buffer) =>
  desk.ask('PATCH', `/v1/uploads/${upload}`, { body, headers: { 'upload-offset': String(offset) } })
const offsetOf = async (desk: Desk, upload: string) =>
  Number((await desk.ask('HEAD', `/v1/uploads/${upload}`)).headers['upload-offset'])
const placeOf = (blob: string) => join(hub.folder, 'blobs', blob.slice(0, 2), blob)
const parts = () => readdirSync(join(hub.folder, 'uploads'))
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A PATCH that declares more than it sends; ends by silence, or cut after `cutAfterMs`. */
function brokenPatch(upload: string, offset: number, declared: number, sent: Buffer, cutAfterMs?: number) {
  const { certificate, key } = byId(province.pki.devices, 'sheng-desk-1')
  const request = httpsRequest(`${hub.url}/v1/uploads/${upload}`, {
    method: 'PATCH',
    agent: false,
    ca: readFileSync(province.pki.authorities),
    cert: readFileSync(certificate),
    key: readFileSync(key),
    headers: {
      authorization: `Bearer ${sheng.token}`,
      'upload-offset': String(offset),
      'content-length': String(declared),
    },
  })
  request.write(sent)
  if (cutAfterMs !== undefined) setTimeout(() => request.destroy(), cutAfterMs)
  return new Promise<'cut' | number>((resolve) => {
    request.on('error', () => resolve('cut'))
    request.on('response', (response) => resolve(response.statusCode ?? 0))
  })
}

test('an upload whose line is cut goes on from the bytes that arrived', async () => {
  const { bytes, blob } = blobOf(3_000_000)
  const upload = await begin(sheng, blob, bytes.length)
  expect(await brokenPatch(upload, 0, bytes.length, bytes.subarray(0, 1_000_000), 200)).toBe('cut')
  const arrived = await offsetOf(sheng, upload)
  expect(arrived).toBe(1_000_000)
  expect((await put(sheng, upload, 0, bytes)).refusal).toBe('upload-offset-differs')
  expect(await begin(sheng, blob, bytes.length)).toBe(upload)
  expect((await put(sheng, upload, arrived, bytes.subarray(arrived))).status).toBe(204)
  expect(
    createHash('sha256')
      .update(readFileSync(placeOf(blob)))
      .digest('hex'),
  ).toBe(blob)
  const again = await sheng.ask('POST', '/v1/uploads', { body: JSON.stringify({ blob, size: bytes.length }) })
  expect([again.status, again.json()]).toEqual([200, { stored: true }])
  expect((await put(sheng, upload, 0, bytes)).refusal).toBe('upload-unknown')
})

test('a peer that falls silent in mid-upload is cut off, and what it sent is kept', async () => {
  const { bytes, blob } = blobOf(400_000)
  const upload = await begin(sheng, blob, bytes.length)
  const begun = Date.now()
  expect(await brokenPatch(upload, 0, bytes.length, bytes.subarray(0, 100_000))).toBe('cut')
  expect(Date.now() - begun).toBeGreaterThanOrEqual(idleMs - 50)
  expect(await offsetOf(sheng, upload)).toBe(100_000)
})

test('a line that is dead but has not noticed does not keep its sender out', async () => {
  const { bytes, blob } = blobOf(400_000)
  const upload = await begin(sheng, blob, bytes.length)
  const dead = brokenPatch(upload, 0, bytes.length, bytes.subarray(0, 100_000))
  await pause(150)
  expect(await offsetOf(sheng, upload)).toBe(100_000)
  expect((await put(sheng, upload, 100_000, bytes.subarray(100_000))).status).toBe(204)
  expect(await dead).toBe('cut')
})

test('two who send the same piece at once do not mix: the blob is whole or not there', async () => {
  const { bytes, blob } = blobOf(2_000_000)
  const upload = await begin(sheng, blob, bytes.length)
  await Promise.allSettled([
    put(sheng, upload, 0, bytes),
    put(sheng, upload, 0, bytes),
    put(sheng, upload, 0, bytes),
  ])
  if (!existsSync(placeOf(blob))) {
    const next = await begin(sheng, blob, bytes.length)
    const offset = await offsetOf(sheng, next)
    expect((await put(sheng, next, offset, bytes.subarray(offset))).status).toBe(204)
  }
  expect(
    createHash('sha256')
      .update(readFileSync(placeOf(blob)))
      .digest('hex'),
  ).toBe(blob)
})

test('bytes that are not the blob that was named are thrown away, and the upload begins anew', async () => {
  const { bytes, blob } = blobOf(5000)
  const upload = await begin(sheng, blob, bytes.length)
  const changed = Buffer.from(bytes)
  changed[2500]! ^= 1
  expect((await put(sheng, upload, 0, changed)).refusal).toBe('blob-hash-differs')
  expect(existsSync(placeOf(blob))).toBe(false)
  expect(parts()).not.toContain(upload)
  const next = await begin(sheng, blob, bytes.length)
  expect((await put(sheng, next, 0, bytes)).status).toBe(204)
})

test('an upload belongs to whom it was granted, and an unknown one is unknown', async () => {
  const { bytes, blob } = blobOf(5000)
  const upload = await begin(sheng, blob, bytes.length)
  expect((await put(shi, upload, 0, bytes)).refusal).toBe('upload-not-yours')
  expect((await shi.ask('HEAD', `/v1/uploads/${upload}`)).status).toBe(403)
  expect((await put(sheng, hexId(), 0, bytes)).refusal).toBe('upload-unknown')
  for (const name of ['..%2f..%2fhub.sqlite', 'x', '%00', 'a'.repeat(90)])
    expect((await put(sheng, name, 0, bytes)).refusal).toMatch(
      /^(upload-unknown|not-found|request-malformed)$/,
    )
  expect((await put(sheng, upload, 0, bytes)).status).toBe(204)
})

test('a piece that says no offset, a wrong one, or is larger than the blob is refused', async () => {
  const { bytes, blob } = blobOf(5000)
  const upload = await begin(sheng, blob, bytes.length)
  const bare = await sheng.ask('PATCH', `/v1/uploads/${upload}`, { body: bytes })
  expect(bare.refusal).toBe('request-malformed')
  for (const offset of ['-1', '1e3', '0x10', '', '99999999999999999999'])
    expect(
      (
        await sheng.ask('PATCH', `/v1/uploads/${upload}`, {
          body: bytes,
          headers: { 'upload-offset': offset },
        })
      ).refusal,
    ).toBe('request-malformed')
  expect((await put(sheng, upload, 10, bytes.subarray(10))).refusal).toBe('upload-offset-differs')
  expect((await put(sheng, upload, 0, Buffer.concat([bytes, bytes]))).refusal).toBe('request-too-large')
  expect(await offsetOf(sheng, upload)).toBe(0)
})

test('an empty blob, one byte, and pieces of one byte are stored like any other', async () => {
  for (const size of [0, 1, 3]) {
    const { bytes, blob } = blobOf(size)
    const upload = await begin(sheng, blob, size)
    if (size === 0) expect((await put(sheng, upload, 0, bytes)).status).toBe(204)
    for (let at = 0; at < size; at++)
      expect((await put(sheng, upload, at, bytes.subarray(at, at + 1))).status).toBe(204)
    const read = await shi.ask('GET', `/v1/blobs/${blob}`)
    expect([read.status, read.bytes.equals(bytes)]).toEqual([200, true])
  }
})

test('ranges are honoured, and what lies outside is refused', async () => {
  const { bytes, blob } = blobOf(1000)
  await put(sheng, await begin(sheng, blob, 1000), 0, bytes)
  const range = (text: string) => shi.ask('GET', `/v1/blobs/${blob}`, { headers: { range: text } })
  const slice = async (text: string) => (await range(text)).bytes
  expect((await slice('bytes=0-0')).equals(bytes.subarray(0, 1))).toBe(true)
  expect((await slice('bytes=100-199')).equals(bytes.subarray(100, 200))).toBe(true)
  expect((await slice('bytes=-10')).equals(bytes.subarray(990))).toBe(true)
  expect((await slice('bytes=990-5000')).equals(bytes.subarray(990))).toBe(true)
  expect((await range('bytes=1000-')).refusal).toBe('request-malformed')
  expect((await range('bytes=5-2')).refusal).toBe('request-malformed')
  expect((await range('bytes=0-1,5-6')).status).toBe(200)
  for (const name of [hexId(32), '..%2fhub.sqlite', 'x'])
    expect((await shi.ask('GET', `/v1/blobs/${name}`)).refusal).toBe('not-found')
})

test('a packet waits for its blob and is accepted when the blob is there', async () => {
  const { bytes, blob } = blobOf(700)
  const sender = { unit: 'sheng', person: 'sheng-registry' }
  const { raw } = await packetOf(province, { sender, to: ['unit:shi'], blobs: [blob] })
  const upload = await begin(sheng, blob, 700)
  await put(sheng, upload, 0, bytes.subarray(0, 300))
  expect((await sheng.send(raw)).refusal).toBe('blob-missing')
  await put(sheng, upload, 300, bytes.subarray(300))
  expect((await sheng.send(raw)).status).toBe(200)
})

test('an upload goes on after the hub was killed and started again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-hub-'))
  const other = await startTestHub({ pki: province.pki, folder, asProcess: true })
  try {
    const desk = await signIn(province, other.url, 'sheng-registry', 'sheng-desk-2')
    const { bytes, blob } = blobOf(500_000)
    const upload = await begin(desk, blob, bytes.length)
    await put(desk, upload, 0, bytes.subarray(0, 200_000))
    await other.restart()
    expect(await offsetOf(desk, upload)).toBe(200_000)
    expect((await put(desk, upload, 200_000, bytes.subarray(200_000))).status).toBe(204)
    expect((await desk.ask('GET', `/v1/blobs/${blob}`)).bytes.equals(bytes)).toBe(true)
    await desk.line.close()
  } finally {
    await other.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a full disk is told as such, the hub lives on, and the upload goes on when there is room', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true, force: true })
    console.log('skipped: no right to mount a small disk')
    return context.skip()
  }
  const small = await startTestHub({ pki: province.pki, folder })
  try {
    const desk = await signIn(province, small.url, 'sheng-registry', 'sheng-desk-2')
    const { bytes, blob } = blobOf(4_000_000)
    const upload = await begin(desk, blob, bytes.length)
    expect((await put(desk, upload, 0, bytes)).refusal).toBe('disk-full')
    const sender = { unit: 'sheng', person: 'sheng-registry' }
    const { raw } = await packetOf(province, { sender, to: ['unit:shi'], words: '公'.repeat(20_000) })
    expect((await desk.send(raw)).refusal).toBe('disk-full')
    expect((await desk.ask('GET', '/v1/directory')).status).toBe(200)
    execFileSync('mount', ['-o', 'remount,size=64m', folder])
    const offset = await offsetOf(desk, upload)
    expect(offset).toBeGreaterThan(0)
    expect((await put(desk, upload, offset, bytes.subarray(offset))).status).toBe(204)
    expect((await desk.send(raw)).status).toBe(200)
    await desk.line.close()
  } finally {
    await small.close()
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  }
})
