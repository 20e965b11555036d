import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signDetached } from '../../seal/cms.ts'
import { judgeSignedData, parseSignedData } from '../../seal/cms-read.ts'
import { makeProvince, toPem, type Holder } from '../harness/pki.ts'

const province = makeProvince()
const folder = mkdtempSync(join(tmpdir(), 'cms-'))
const letter = Buffer.from('示范省人民政府办公厅关于试用的通知')
const digest = createHash('sha256').update(letter).digest()
const signWith = (holder: Holder) =>
  signDetached({
    certificate: holder.certificate,
    chain: [province.intermediate.certificate],
    digest,
    sign: holder.sign,
  })
const judge = (der: Uint8Array, content: Uint8Array = letter) => {
  const parsed = parseSignedData(der)
  if (!parsed.ok) return parsed.refusal.code
  return judgeSignedData(parsed.value, (name) => createHash(name).update(content).digest(), true)
}

beforeAll(() => {
  writeFileSync(join(folder, 'root.pem'), toPem(province.root.certificate))
  writeFileSync(join(folder, 'letter'), letter)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.each([
  ['RSA', province.rsaSeal],
  ['ECDSA P-256', province.ecSeal],
] as const)('a detached signature with %s', (_, holder) => {
  it('is accepted by OpenSSL as CAdES and by us', async () => {
    const der = await signWith(holder)
    writeFileSync(join(folder, 'signature'), der)
    const args = [
      '-cades',
      '-binary',
      '-inform',
      'DER',
      '-in',
      'signature',
      '-content',
      'letter',
      '-out',
      'out',
    ]
    execFileSync('openssl', ['cms', '-verify', ...args, '-CAfile', 'root.pem', '-purpose', 'any'], {
      cwd: folder,
      stdio: 'pipe',
    })
    expect(judge(der)).toMatchObject({ signature: 'valid', digestMatches: true, reasons: [] })
  })

  it('tells another content from a wrong value', async () => {
    const der = await signWith(holder)
    expect(judge(der, Buffer.from('别的内容'))).toMatchObject({ signature: 'valid', digestMatches: false })
    const last = Buffer.from(der)
    last[last.length - 1] = (last[last.length - 1] ?? 0) ^ 1
    expect(judge(last)).toMatchObject({
      signature: 'broken',
      digestMatches: true,
      reasons: ['signature-broken'],
    })
  })

  it('carries no signing time: in PAdES the dictionary does', async () => {
    const parsed = parseSignedData(await signWith(holder))
    expect(parsed.ok && [...(parsed.value.signer.attributes?.keys() ?? [])].sort()).toEqual([
      '1.2.840.113549.1.9.16.2.47',
      '1.2.840.113549.1.9.3',
      '1.2.840.113549.1.9.4',
    ])
  })

  it('never comes out valid with a byte flipped outside the carried intermediate', async () => {
    const der = Buffer.from(await signWith(holder))
    const carried = der.indexOf(province.intermediate.certificate.der)
    const size = province.intermediate.certificate.der.length
    for (let place = 0; place < der.length; place++) {
      if (place >= carried && place < carried + size) continue
      const flipped = Buffer.from(der)
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8))
      const judged = judge(flipped)
      const valid =
        typeof judged === 'object' && judged.signature === 'valid' && judged.digestMatches === true
      // The list of digest algorithms before the content is a hint that nothing relies on.
      if (valid) expect(place).toBeLessThan(50)
    }
  })
})

describe('signatures that are none', () => {
  it('refuses trailing bytes, BER and truncation at every length', async () => {
    const der = await signWith(province.ecSeal)
    expect(judge(Buffer.concat([der, Buffer.of(0)]))).toBe('cms-unreadable')
    expect(judge(Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)]))).toBe(
      'cms-unreadable',
    )
    for (let length = 0; length < der.length; length++)
      expect(judge(der.subarray(0, length))).toBe('cms-unreadable')
  })

  it('does not take another certificate of the same key for the one that was named', async () => {
    const { certificate } = province.ecSeal
    const der = Buffer.from(await signWith(province.ecSeal))
    // The same certificate with another last byte of its signature: same issuer and number, same key, other hash.
    const twin = Buffer.from(certificate.der)
    twin[twin.length - 1] = (twin[twin.length - 1] ?? 0) ^ 1
    der.set(twin, der.indexOf(certificate.der))
    expect(judge(der)).toMatchObject({ signature: 'broken', reasons: ['signer-certificate-mismatch'] })
  })

  it('calls SHA-1 weak, made by OpenSSL', () => {
    writeFileSync(
      join(folder, 'key.pem'),
      province.rsaSeal.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    )
    writeFileSync(join(folder, 'cert.pem'), toPem(province.rsaSeal.certificate))
    const args = ['-sign', '-binary', '-md', 'sha1', '-signer', 'cert.pem', '-inkey', 'key.pem']
    const der = execFileSync('openssl', ['cms', ...args, '-in', 'letter', '-outform', 'DER'], { cwd: folder })
    expect(judge(der)).toMatchObject({ signature: 'unsupported', reasons: ['algorithm-weak'] })
  })

  it('reads OpenSSL signatures with SHA-512 and with PSS', () => {
    const base = [
      'cms',
      '-sign',
      '-binary',
      '-cades',
      '-signer',
      'cert.pem',
      '-inkey',
      'key.pem',
      '-in',
      'letter',
    ]
    for (const more of [
      ['-md', 'sha512'],
      ['-md', 'sha256', '-keyopt', 'rsa_padding_mode:pss'],
    ]) {
      const der = execFileSync('openssl', [...base, ...more, '-outform', 'DER'], { cwd: folder })
      expect(judge(der)).toMatchObject({ signature: 'valid', digestMatches: true })
    }
  })
})
