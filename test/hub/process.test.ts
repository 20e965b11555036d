/** The hub as a process: how it begins, takes further directory acts in, and ends. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextDirectoryAct } from '../../certs-dev/main.ts'
import { startTestHub } from '../harness/hub.ts'
import { packetOf, receiptIn, signIn } from '../harness/line.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

let province: Province
beforeAll(async () => {
  province = await makeProvince()
})
afterAll(() => province.remove())

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds() && tries < 500; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

test('SIGTERM lets waiting readers go with an empty page, and what was accepted is there afterwards', async () => {
  const hub = await startTestHub({ pki: province.pki, asProcess: true })
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  const { raw } = await packetOf(province, {
    sender: { unit: 'sheng', person: 'sheng-registry' },
    to: ['unit:shi'],
  })
  const receipt = receiptIn(await desk.send(raw))
  const waiting = desk.page('unit:sheng', 0, 30)
  await new Promise((resolve) => setTimeout(resolve, 200))
  hub.signal('SIGTERM')
  expect((await waiting).packets).toEqual([])
  await hub.ended()
  await hub.restart()
  expect(receiptIn(await desk.send(raw))).toBe(receipt)
  await desk.line.close()
  await hub.close()
})

test('SIGHUP takes in what the administrator added to the directory, and a stranger’s act only into the log', async () => {
  const hub = await startTestHub({ pki: province.pki, asProcess: true })
  const device = province.directory.devices.get('sheng-spare')!
  const act = await nextDirectoryAct(
    province.pki,
    province.directoryActs,
    [{ ...device, admitted: true }],
    new Date(),
  )
  const kept = readFileSync(province.pki.directory)
  writeFileSync(province.pki.directory, JSON.stringify({ acts: [...province.directoryActs, act, `${act}A`] }))
  hub.signal('SIGHUP')
  await until(() => hub.reports.some((report) => report.event === 'directory-refused'))
  expect(hub.reports).toContainEqual(expect.objectContaining({ event: 'directory-known', version: 2 }))
  writeFileSync(province.pki.directory, kept)
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-spare')
  expect((await desk.ask('GET', '/v1/directory?after=1')).json()).toEqual({ acts: [act] })
  await hub.restart()
  expect((await desk.ask('GET', '/v1/directory?after=1')).json()).toEqual({ acts: [act] })
  await desk.line.close()
  await hub.close()
})

test('without a PKI the hub says what to do, and does not start', () => {
  const empty = mkdtempSync(join(tmpdir(), 'sealpost-empty-'))
  const program = join(import.meta.dirname, '../../hub/main.ts')
  const done = spawnSync(process.execPath, [program, '--pki', empty, '--folder', empty, '--port', '0'])
  expect(done.status).toBe(1)
  expect(done.stderr.toString()).toMatch(/^The hub does not start: there is no PKI in .*npm run certs/)
  rmSync(empty, { recursive: true })
})

test('a folder whose log was shortened from outside is told, not used', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-hub-'))
  const hub = await startTestHub({ pki: province.pki, folder })
  const desk = await signIn(province, hub.url, 'sheng-registry', 'sheng-desk-1')
  for (let sent = 0; sent < 3; sent++) {
    const plan = { sender: { unit: 'sheng', person: 'sheng-registry' }, to: ['unit:shi'] } as const
    receiptIn(await desk.send((await packetOf(province, plan)).raw))
  }
  await desk.line.close()
  await hub.close()

  const database = new Database(join(folder, 'hub.sqlite'))
  database.exec('delete from packets where position = 1')
  database.close()
  await expect(startTestHub({ pki: province.pki, folder })).rejects.toThrow(
    'the log names 3 packets, the store holds 2',
  )
  rmSync(folder, { recursive: true })
})
