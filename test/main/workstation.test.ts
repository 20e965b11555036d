/** The workstation's folder: what is missing or damaged in it is told by the name of the file, before anybody sits down. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDevelopmentPki } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import { setUpWorkstation } from '../../certs-dev/workstation.ts'
import { InstallationFault, readAccounts, readWorkstation } from '../../main/workstation.ts'

let folder: string
let pki: Pki
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-workstation-'))
  pki = await makeDevelopmentPki({ out: join(folder, 'pki'), now: new Date() })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function setUp(): string {
  const at = mkdtempSync(join(folder, 'desk-'))
  setUpWorkstation(pki, { folder: at, device: 'shi-desk-1', hubUrl: 'https://localhost:1' })
  return at
}
function faultOf(at: string): string {
  try {
    readWorkstation(at)
  } catch (error) {
    if (error instanceof InstallationFault) return error.message
    throw error
  }
  return 'none'
}
const files = [
  'workstation.json',
  'device.key.pem',
  'device.crt.pem',
  'trust/authority.crt',
  'trust/anchors/root.crt',
]

test('a workstation that was set up is read: device, hub, anchors, directory, the people of its unit', () => {
  const workstation = readWorkstation(setUp())
  expect(workstation).toMatchObject({ device: 'shi-desk-1', unit: 'shi', hub: { id: 'sheng-hub' } })
  expect(workstation.anchors).toHaveLength(1)
  expect(workstation.directoryActs.length).toBeGreaterThan(0)
  expect(readAccounts(workstation).map((account) => account.person)).toEqual([
    'shi-leader',
    'shi-registry',
    'shi-secretary',
  ])
})

describe('an installation', () => {
  test.each(files)('without %s is told', (file) => {
    const at = setUp()
    rmSync(join(at, file))
    expect(faultOf(at)).toContain(file === 'trust/anchors/root.crt' ? 'trust/anchors' : file)
  })

  test.each(
    files.flatMap((file) => ['', 'no such thing', '['.repeat(10_000)].map((text) => [file, text] as const)),
  )('whose %s holds %.20j is told', (file, text) => {
    const at = setUp()
    writeFileSync(join(at, file), text)
    expect(faultOf(at)).toContain(file.split('/').at(-1))
  })

  test.each([
    ['a member nobody knows', { note: 1 }],
    ['another version', { v: 2 }],
    ['a hub that is no address', { hub: { id: 'sheng-hub', url: 'nowhere' } }],
    ['a name that leads elsewhere', { device: '../../etc' }],
  ])('whose workstation.json has %s is told', (_what, change) => {
    const at = setUp()
    const path = join(at, 'workstation.json')
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }))
    expect(faultOf(at)).toContain('workstation.json')
  })
})

test('a damaged account takes nobody else’s away', () => {
  const at = setUp()
  writeFileSync(join(at, 'people', 'shi-leader', 'account.json'), '{"v":1,')
  writeFileSync(join(at, 'people', 'shi-secretary', 'account.json'), '{"v":1,"person":"shi-secretary"}')
  expect(readAccounts(readWorkstation(at)).map((account) => account.person)).toEqual(['shi-registry'])
  expect(readdirSync(join(at, 'people'))).toHaveLength(3)
})
