import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issue, makeProvince, signedAt, toPem } from '../harness/pki.ts'
import { makePdf, seal } from '../harness/sealed.ts'

const province = makeProvince()
const folder = mkdtempSync(join(tmpdir(), 'verify-'))
const trust = join(folder, 'trust')
const script = join(import.meta.dirname, '../../scripts/verify.ts')

function verify(...args: readonly string[]) {
  const done = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' })
  return { code: done.status, out: done.stdout, err: done.stderr }
}
const json = (...args: readonly string[]) => {
  const { code, out } = verify(...args, '--json')
  return { code, ...(JSON.parse(out) as Record<string, unknown>) }
}

beforeAll(async () => {
  mkdirSync(trust)
  writeFileSync(join(trust, 'root.crt'), province.root.certificate.der)
  writeFileSync(join(trust, 'issuing.pem'), toPem(province.intermediate.certificate))
  const sealed = Buffer.from(await seal(await makePdf(), province.rsaSeal, province))
  writeFileSync(join(folder, 'sealed.pdf'), sealed)
  sealed[100] = (sealed[100] ?? 0) ^ 1
  writeFileSync(join(folder, 'flipped.pdf'), sealed)
  const old = issue('示范省旧印章', 'seal', province.intermediate, {
    notAfter: new Date('2026-06-01T00:00:00Z'),
  })
  writeFileSync(join(folder, 'expired.pdf'), await seal(await makePdf(), old, province))
  writeFileSync(join(folder, 'plain.pdf'), await makePdf())
  writeFileSync(join(folder, 'text.pdf'), '示范省')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('npm run verify', () => {
  it('says of a sealed notice what it found, and leaves with 0', () => {
    expect(json('sealed.pdf', '--trust', trust)).toEqual({
      code: 0,
      file: 'sealed.pdf',
      format: 'pdf',
      signatures: [
        {
          index: 0,
          signer: '示范省人民政府办公厅印章',
          signedAt: signedAt.toISOString(),
          covers: 'whole-file',
          integrity: 'intact',
          signature: 'valid',
          chain: 'trusted',
          verdict: 'good',
          reasons: [],
        },
      ],
      uncovered: [],
      verdict: 'good',
      reasons: [],
    })
  })

  it('calls a flipped byte "changed after signing" in both forms, and leaves with 1', () => {
    const found = json('flipped.pdf', '--trust', trust)
    expect(found).toMatchObject({
      code: 1,
      verdict: 'bad',
      signatures: [{ reasons: ['changed-after-signing'] }],
    })
    const { code, out } = verify('flipped.pdf', '--trust', trust)
    expect(code).toBe(1)
    expect(out).toContain('changed after signing')
  })

  it('is unknown, 2, without the anchor; the intermediate alone is none', () => {
    expect(json('sealed.pdf')).toMatchObject({ code: 2, verdict: 'unknown' })
    const other = join(folder, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'issuing.cer'), province.intermediate.certificate.der)
    writeFileSync(join(other, 'broken.crt'), 'no certificate')
    const found = json('sealed.pdf', '--trust', other)
    expect(found).toMatchObject({
      code: 2,
      signatures: [{ chain: 'unknown', reasons: ['chain-anchor-missing'] }],
    })
    expect(verify('sealed.pdf', '--trust', other).err).toContain('broken.crt')
  })

  it('judges certificates at the time asked for', () => {
    expect(json('sealed.pdf', '--trust', trust, '--at', '2040-01-01')).toMatchObject({
      code: 1,
      verdict: 'bad',
    })
    expect(json('expired.pdf', '--trust', trust)).toMatchObject({
      code: 1,
      signatures: [
        { integrity: 'intact', signature: 'valid', chain: 'untrusted', reasons: ['chain-expired'] },
      ],
    })
    expect(json('expired.pdf', '--trust', trust, '--at', '2026-05-01T08:00:00+08:00')).toMatchObject({
      code: 0,
    })
  })

  it('calls an unsigned file bad and names what is not covered', () => {
    expect(json('plain.pdf')).toMatchObject({
      code: 1,
      verdict: 'bad',
      signatures: [],
      reasons: ['no-signature'],
    })
    expect(verify('plain.pdf').out).toMatch(/not covered: bytes 0-\d+/)
  })

  it.each([
    [['text.pdf'], 'pdf-unreadable'],
    [['missing.pdf'], 'file-unreadable'],
    [['.'], 'file-unreadable'],
    [['sealed.pdf', '--trust', 'nowhere'], 'trust-unreadable'],
    [['sealed.pdf', '--at', 'yesterday'], 'time-unreadable'],
    [['sealed.pdf', 'flipped.pdf'], 'usage'],
    [['--unheard'], 'usage'],
    [[], 'usage'],
  ])('leaves with 3 and says why: %j', (args, code) => {
    expect(json(...args)).toMatchObject({ code: 3, verdict: 'unreadable', error: { code } })
    const plain = verify(...args)
    expect(plain).toMatchObject({ code: 3, out: '' })
    expect(plain.err).toMatch(/^verify: .{10,}\n$/)
  })
})
