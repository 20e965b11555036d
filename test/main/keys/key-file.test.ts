import { execFileSync } from 'node:child_process'
import { createHash, randomBytes, sign, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { byId } from '../../../certs-dev/main.ts'
import { isPinLongEnough, listedKeys, openKeyFile, personKeys } from '../../../main/keys/key-file.ts'
import { pkcs12Limits, readPkcs12 } from '../../../main/keys/pkcs12.ts'
import { expectOk, makeProvince } from '../../harness/province.ts'
import type { Province } from '../../harness/province.ts'

let province: Province
let folder: string
beforeAll(async () => {
  province = await makeProvince()
  folder = mkdtempSync(join(tmpdir(), 'sealpost-keys-'))
})
afterAll(() => {
  province.remove()
  rmSync(folder, { recursive: true, force: true })
})

const clerk = () => byId(province.pki.people, 'sheng-registry')
const codeOf = (bytes: Uint8Array, pin: string, importedHash?: string) => {
  const opened = openKeyFile(bytes, pin, importedHash === undefined ? {} : { importedHash })
  return opened.ok ? 'ok' : opened.refusal.code
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A key file written by openssl from the registry clerk's PEM parts, as authorities issue them. */
function foreign(name: string, ...options: string[]): Buffer {
  const out = join(folder, `${name}.p12`)
  const pem = join(folder, `${name}.pem`)
  const { file, pin } = clerk()
  execFileSync('openssl', ['pkcs12', '-in', file, '-passin', `pass:${pin}`, '-nodes', '-out', pem])
  const issuers = province.pki.authorities
  execFileSync('openssl', [
    ...['pkcs12', '-export', '-in', pem, '-certfile', issuers, '-out', out],
    ...['-passout', `pass:${pin}`, '-name', '陈立言', ...options],
  ])
  return readFileSync(out)
}

describe('a key file', () => {
  test('opens with its PIN: each key with its certificate, sorted by what it is for', () => {
    const { file, pin } = clerk()
    const opened = expectOk(openKeyFile(readFileSync(file), pin))
    expect(opened.entries.map((entry) => [entry.use, entry.certificate.commonName])).toEqual([
      ['sign', '陈立言'],
      ['encrypt', '陈立言'],
      ['encrypt', '示范省人民政府办公厅加密'],
    ])
    expect(opened.issuers.map((issuer) => issuer.isAuthority)).toEqual([true, true])
    const [signing] = opened.entries
    const signature = sign('sha256', Buffer.from('公文'), signing!.privateKey)
    expect(verify('sha256', Buffer.from('公文'), signing!.certificate.publicKey, signature)).toBe(true)
  })

  test('of a seal holds an RSA key, and Chinese names come out byte for byte', () => {
    const seal = byId(province.pki.units, 'sheng').seal
    const [entry] = expectOk(openKeyFile(readFileSync(seal.file), seal.pin)).entries
    expect(entry?.privateKey.asymmetricKeyType).toBe('rsa')
    expect(entry?.certificate.commonName).toBe('示范省人民政府办公厅印章')
    expect(province.directory.certificates.get(entry!.certificate.thumbprint)?.holder).toEqual({
      kind: 'unit',
      unit: 'sheng',
      use: 'seal',
    })
  })

  test('of a workstation is known by its use', () => {
    expect(province.device('sheng-desk-1').entry.use).toBe('device')
  })

  test('tells by the directory whose it is: the clerk reads for the unit, the secretary does not', () => {
    const registry = province.person('sheng-registry')
    expect(registry).toMatchObject({ person: 'sheng-registry', unit: 'sheng' })
    expect(
      registry.decryption.map((key) => province.directory.certificates.get(key.kid)?.holder.kind),
    ).toEqual(['person', 'unit'])
    expect(province.person('sheng-secretary').decryption).toHaveLength(1)
    const seal = byId(province.pki.units, 'sheng').seal
    const file = expectOk(openKeyFile(readFileSync(seal.file), seal.pin))
    expect(personKeys(file, province.directory)).toBeNull()
    expect(listedKeys(file, province.directory)).toHaveLength(1)
  })

  test.each([
    ['AES-256 with SHA-256', []],
    [
      '3DES for keys and certificates',
      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1', '-legacy'],
    ],
    ['3DES for keys, RC2 for certificates', ['-legacy']],
    [
      'AES-128 and a MAC with SHA-512',
      ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512'],
    ],
    ['certificates in the clear', ['-certpbe', 'NONE']],
    ['keys in the clear', ['-keypbe', 'NONE']],
  ])('as authorities issue them opens too: %s', (name, options) => {
    const bytes = foreign(name.replaceAll(' ', '-'), ...options)
    const opened = expectOk(openKeyFile(bytes, clerk().pin))
    // openssl exports one key with its certificate.
    expect(opened.entries.map((entry) => entry.certificate.commonName)).toEqual(['陈立言'])
    expect(codeOf(bytes, 'wrong-wrong', sha256(bytes))).toBe('pin-wrong')
  })
})

describe('a wrong PIN and a damaged file are told apart', () => {
  test('by the hash kept at import', () => {
    const bytes = readFileSync(clerk().file)
    const { hash } = expectOk(openKeyFile(bytes, clerk().pin))
    expect(hash).toBe(sha256(bytes))
    expect(codeOf(bytes, clerk().pin, hash)).toBe('ok')
    expect(codeOf(bytes, 'not-this-one', hash)).toBe('pin-wrong')
    const damaged = Buffer.from(bytes)
    damaged[2000]! ^= 1
    expect(codeOf(damaged, clerk().pin, hash)).toBe('key-file-damaged')
    expect(codeOf(damaged, 'not-this-one', hash)).toBe('key-file-damaged')
  })

  test('at the first import the answer names both, unless it is no key file at all', () => {
    const bytes = readFileSync(clerk().file)
    expect(codeOf(bytes, 'not-this-one')).toBe('pin-wrong-or-key-file-damaged')
    const damaged = Buffer.from(bytes)
    damaged[1000]! ^= 1
    expect(['pin-wrong-or-key-file-damaged', 'key-file-damaged']).toContain(codeOf(damaged, clerk().pin))
    expect(codeOf(Buffer.from('这不是证书文件'), clerk().pin)).toBe('key-file-damaged')
  })

  test('the empty PIN is a wrong one', () => {
    expect(codeOf(readFileSync(clerk().file), '')).toBe('pin-wrong-or-key-file-damaged')
  })
})

describe('hostile key files', () => {
  test('cut anywhere, flipped anywhere, random: refused, never accepted, nothing falls over', () => {
    const bytes = readFileSync(clerk().file)
    for (let at = 0; at < bytes.length; at += 331) {
      expect(codeOf(bytes.subarray(0, at), clerk().pin), `cut at ${at}`).toBe('key-file-damaged')
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 0x40
      expect(codeOf(flipped, clerk().pin), `flipped at ${at}`).not.toBe('ok')
    }
    for (let round = 0; round < 50; round++) expect(codeOf(randomBytes(300), 'x')).toBe('key-file-damaged')
  })

  test('100,000 nested elements, a megabyte and more, a declared length of 3 GB', () => {
    const nested = Buffer.concat(Array.from({ length: 100_000 }, () => Buffer.from([0x30, 0x80])))
    expect(codeOf(nested, 'x')).toBe('key-file-damaged')
    expect(codeOf(Buffer.alloc(pkcs12Limits.bytes + 1, 0x30), 'x')).toBe('key-file-damaged')
    expect(codeOf(Buffer.from([0x30, 0x84, 0xc0, 0, 0, 0, 2, 1, 3]), 'x')).toBe('key-file-damaged')
  })

  test('more rounds of key derivation than a person can wait for are not begun', () => {
    expect(codeOf(foreign('some-rounds', '-iter', '5000'), clerk().pin)).toBe('ok')
    const bytes = foreign('many-rounds', '-iter', String(pkcs12Limits.iterations + 1))
    const started = performance.now()
    expect(readPkcs12(bytes, clerk().pin)).toMatchObject({ refusal: { detail: 'MAC iterations' } })
    expect(performance.now() - started).toBeLessThan(50)
  })
})

test('a new PIN needs ten characters, however they are written', () => {
  expect(isPinLongEnough('kaifa-2026')).toBe(true)
  expect(isPinLongEnough('kaifa-202')).toBe(false)
  expect(isPinLongEnough('印'.repeat(9))).toBe(false)
  expect(isPinLongEnough('𠮷'.repeat(9))).toBe(false)
})

test('the file is never written to', () => {
  const copy = join(folder, 'copy.p12')
  writeFileSync(copy, readFileSync(clerk().file), { mode: 0o400 })
  expectOk(openKeyFile(readFileSync(copy), clerk().pin))
  expect(sha256(readFileSync(copy))).toBe(sha256(readFileSync(clerk().file)))
})
