import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureDevelopmentPki, issueFurther, loadPki, makeDevelopmentPki } from '../../certs-dev/main.ts'
import { directoryAct } from '../../core/directory/directory.ts'
import { minimumPinLength } from '../../main/keys/key-file.ts'
import { parseCertificate, readPem } from '../../seal/certificate.ts'
import type { Certificate } from '../../seal/certificate.ts'
import { judgeChain } from '../../seal/chain.ts'
import type { ChainPurpose } from '../../seal/chain.ts'
import { isDevelopmentCertificate } from '../../seal/development.ts'
import { foldSignedDirectory } from '../../seal/directory.ts'
import { emptyDirectory } from '../../core/directory/directory.ts'
import { parseJws } from '../../seal/jws.ts'
import { expectOk, makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

const now = new Date('2026-11-21T08:00:00.000Z')
let province: Province
let folder: string
beforeAll(async () => {
  province = await makeProvince(now)
  folder = mkdtempSync(join(tmpdir(), 'sealpost-certs-'))
})
afterAll(() => {
  province.remove()
  rmSync(folder, { recursive: true, force: true })
})

const filesIn = (out: string): string[] =>
  readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => relative(out, join(each.parentPath, each.name)))
    .sort()
const certificatesIn = (out: string): [string, Certificate][] =>
  filesIn(out)
    .filter((file) => file.endsWith('.pem'))
    .map((file) => [file, expectOk(parseCertificate(readPem(readFileSync(join(out, file), 'utf8'))[0]!))])

describe('the development PKI', () => {
  test('is whole: openssl finds every certificate good under the root', () => {
    const { pki } = province
    const leaves = filesIn(pki.folder)
      .filter((file) => file.endsWith('.pem') && file !== 'root.pem' && file !== 'authorities.pem')
      .map((file) => join(pki.folder, file))
    const said = execFileSync(
      'openssl',
      [
        ...['verify', '-x509_strict', '-attime', String(now.getTime() / 1000)],
        ...['-CAfile', pki.root.certificate, '-untrusted', pki.intermediate.certificate, ...leaves],
      ],
      { encoding: 'utf8' },
    )
    expect(said.trim().split('\n')).toHaveLength(leaves.length)
    expect(leaves.length).toBeGreaterThan(30)
  })

  test('is good for its purposes by our own judgement, and by openssl’s', () => {
    const { pki } = province
    const judge = (file: string, purpose: ChainPurpose) =>
      judgeChain(expectOk(parseCertificate(readPem(readFileSync(file, 'utf8'))[0]!)), {
        anchors: [province.root],
        intermediates: [province.intermediate],
        at: now,
        purpose,
      }).status
    const openssl = (file: string, purpose: string) =>
      spawnSync('openssl', [
        ...['verify', '-attime', String(now.getTime() / 1000), '-purpose', purpose],
        ...['-CAfile', pki.root.certificate, '-untrusted', pki.intermediate.certificate, file],
      ]).status === 0
    const [device] = pki.devices
    expect(judge(pki.hub.server.certificate, 'server')).toBe('trusted')
    expect(judge(device!.certificate, 'device')).toBe('trusted')
    expect(judge(pki.timestamp.certificate, 'timestamp')).toBe('trusted')
    expect(judge(pki.units[0]!.seal.certificate, 'seal')).toBe('trusted')
    expect(judge(pki.people[0]!.signing, 'sign')).toBe('trusted')
    expect(judge(pki.authority.certificate, 'sign')).toBe('trusted')
    expect(judge(pki.people[0]!.encryption, 'sign')).toBe('untrusted')
    expect(judge(device!.certificate, 'server')).toBe('untrusted')
    expect(openssl(pki.hub.server.certificate, 'sslserver')).toBe(true)
    expect(openssl(device!.certificate, 'sslclient')).toBe(true)
    expect(openssl(pki.timestamp.certificate, 'timestampsign')).toBe(true)
    expect(openssl(device!.certificate, 'sslserver')).toBe(false)
  })

  test('bears the development mark in every certificate, and a foreign certificate does not', () => {
    for (const [file, certificate] of certificatesIn(province.pki.folder)) {
      expect(isDevelopmentCertificate(certificate), file).toBe(true)
      expect(certificate.subject, file).toContain('O=示范省（开发）')
    }
    const pem = join(folder, 'foreign.pem')
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
        ...['-keyout', join(folder, 'foreign.key'), '-out', pem, '-subj', '/CN=foreign'],
      ],
      { stdio: 'ignore' },
    )
    const foreign = expectOk(parseCertificate(readPem(readFileSync(pem, 'utf8'))[0]!))
    expect(isDevelopmentCertificate(foreign)).toBe(false)
  })

  test('has every office the tour needs: secretary, leader, registry and seal-keeper in each unit', () => {
    for (const unit of province.pki.units) {
      const people = province.pki.people.filter((person) => person.unit === unit.id)
      expect(people.length).toBeGreaterThanOrEqual(2)
      const held = new Set(people.flatMap((person) => person.roles))
      expect([...held].sort(), unit.name).toEqual(['leader', 'registry', 'seal-keeper', 'secretary'])
      expect(province.pki.devices.some((device) => device.unit === unit.id && device.admitted)).toBe(true)
    }
    expect(province.pki.units.map((unit) => unit.name)).toEqual([
      '示范省人民政府办公厅',
      '示范市人民政府办公室',
      '示范县人民政府办公室',
    ])
    expect(province.pki.devices.filter((device) => device.unit === 'sheng' && device.admitted)).toHaveLength(
      2,
    )
  })

  test('gives each person separate keys for signing and encryption, and no key to two', () => {
    const keys = new Map<string, string>()
    for (const person of province.pki.people) {
      const { signingCertificate, decryption } = province.person(person.id)
      const own = decryption.find(
        (key) => province.directory.certificates.get(key.kid)?.holder.kind === 'person',
      )!
      for (const thumbprint of [signingCertificate.thumbprint, own.kid]) {
        expect(keys.has(thumbprint)).toBe(false)
        keys.set(thumbprint, person.id)
      }
    }
  })

  test('keeps private keys for the owner’s eyes and PINs of ten characters', () => {
    for (const file of filesIn(province.pki.folder).filter((each) => /\.(key|p12)$/.test(each))) {
      expect(statSync(join(province.pki.folder, file)).mode & 0o777, file).toBe(0o600)
    }
    const { units, people, devices } = province.pki
    for (const { pin } of [
      ...people,
      ...devices,
      ...units.map((unit) => unit.seal),
      ...units.map((unit) => unit.archive),
    ]) {
      expect(pin.length).toBeGreaterThanOrEqual(minimumPinLength)
    }
  })

  test('writes key files that openssl reads: AES-256, PBKDF2 with SHA-256, a MAC with SHA-256', () => {
    for (const holder of [
      ...province.pki.people,
      ...province.pki.devices,
      ...province.pki.units.map((unit) => unit.seal),
    ]) {
      const said = spawnSync(
        'openssl',
        ['pkcs12', '-info', '-noout', '-in', holder.file, '-passin', `pass:${holder.pin}`],
        { encoding: 'utf8' },
      )
      expect(said.status, holder.file).toBe(0)
      expect(said.stderr).toContain('MAC: sha256')
      expect(said.stderr).toContain('PBES2, PBKDF2, AES-256-CBC')
      const wrong = spawnSync('openssl', [
        'pkcs12',
        '-noout',
        '-in',
        holder.file,
        '-passin',
        'pass:wrong-wrong',
      ])
      expect(wrong.status).not.toBe(0)
    }
  })

  test('serves a directory that its authority signed, and no other', () => {
    expect(province.directory).toMatchObject({ version: 1 })
    expect([...province.directory.units.keys()]).toEqual(['sheng', 'shi', 'xian'])
    expect(province.directory.devices.get('sheng-spare')?.admitted).toBe(false)
    const [jws] = province.directoryActs
    expect(foldSignedDirectory(emptyDirectory, jws!, province.root)).toMatchObject({
      refusal: { code: 'directory-not-by-authority' },
    })
    const parsed = expectOk(parseJws(jws!, { typ: 'sealpost-directory+jws', maxBytes: 1e7 }))
    expect(directoryAct.safeParse(JSON.parse(Buffer.from(parsed.payload).toString())).success).toBe(true)
  })

  test('grants each unit’s registry numbers of this year and the next, never the same to two', () => {
    for (const unit of province.directory.units.values()) {
      expect([...new Set(unit.numbering.blocks.map((block) => block.year))]).toEqual([2026, 2027, 2028])
      for (const one of unit.numbering.blocks)
        for (const other of unit.numbering.blocks)
          if (one !== other && one.year === other.year)
            expect(one.last < other.first || other.last < one.first).toBe(true)
      for (const block of unit.numbering.blocks) {
        const clerk = province.directory.people.get(block.registry)
        expect(clerk).toMatchObject({ unit: unit.id })
        expect(clerk?.roles).toContain('registry')
        expect(province.directory.devices.get(block.device)).toMatchObject({ unit: unit.id })
      }
    }
  })

  test('issues further certificates for tests of the expired and the strange', () => {
    const { certificate } = issueFurther(province.pki, {
      profile: 'device',
      commonName: '过期终端',
      notBefore: new Date('2020-01-01'),
      notAfter: new Date('2021-01-01'),
    })
    const evidence = judgeChain(expectOk(parseCertificate(certificate)), {
      anchors: [province.root],
      intermediates: [province.intermediate],
      at: now,
      purpose: 'device',
    })
    expect(evidence).toMatchObject({ status: 'untrusted', reasons: ['expired'] })
  })
})

describe('making it', () => {
  test('takes under six seconds, gives the same structure and other keys', async () => {
    const started = performance.now()
    const again = await makeDevelopmentPki({ out: join(folder, 'again'), now })
    expect(performance.now() - started).toBeLessThan(6_000)
    expect(filesIn(again.folder)).toEqual(filesIn(province.pki.folder))
    const names = (out: string) => certificatesIn(out).map(([file, { subject }]) => [file, subject])
    expect(names(again.folder)).toEqual(names(province.pki.folder))
    const prints = (out: string) => certificatesIn(out).map(([, { thumbprint }]) => thumbprint)
    expect(prints(again.folder).filter((each) => prints(province.pki.folder).includes(each))).toEqual([])
  })

  test('is kept while it is valid, made anew when it has ended or is not of this version', async () => {
    const out = join(folder, 'kept')
    const first = await ensureDevelopmentPki({ out, now })
    expect(first.notAfter.slice(0, 4)).toBe('2028')
    const root = () => readFileSync(first.root.certificate, 'utf8')
    const before = root()
    await ensureDevelopmentPki({ out, now })
    expect(root()).toBe(before)
    const later = await ensureDevelopmentPki({ out, now: new Date('2029-01-01') })
    expect(root()).not.toBe(before)
    expect(later.notAfter.slice(0, 10)).toBe('2031-01-01')
    const newer = root()
    writeFileSync(join(out, 'pki.json'), '{"v":2}')
    await ensureDevelopmentPki({ out, now })
    expect(root()).not.toBe(newer)
  })

  test('by two at once ends with one that is whole', async () => {
    const out = join(folder, 'race')
    const made = await Promise.all([1, 2, 3].map(() => ensureDevelopmentPki({ out, now })))
    expect(new Set(made.map((pki) => pki.folder))).toEqual(new Set([out]))
    expect(filesIn(out)).toEqual(filesIn(province.pki.folder))
    expect(readdirSync(folder).filter((name) => name.includes('making'))).toEqual([])
    const pki = loadPki(out, now)!
    const verified = spawnSync('openssl', [
      ...['verify', '-attime', String(now.getTime() / 1000), '-CAfile', pki.root.certificate],
      ...['-untrusted', pki.intermediate.certificate, ...pki.people.map((person) => person.signing)],
    ])
    expect(verified.status).toBe(0)
  })

  test('is one command', () => {
    const out = join(folder, 'command')
    const run = (...args: string[]) =>
      execFileSync(process.execPath, ['certs-dev/main.ts', '--out', out, ...args], { encoding: 'utf8' })
    expect(run()).toMatch(/^made: /)
    expect(existsSync(join(out, 'pki.json'))).toBe(true)
    expect(run()).toMatch(/^kept: /)
    expect(run('--force')).toMatch(/^made: /)
  })
})
