import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findSignatures } from '../../seal/pdf/signatures.ts'
import { verifyPdf, type VerifyOptions } from '../../seal/pdf/verify.ts'
import { findMaterial } from '../harness/material.ts'
import { issue, makeProvince, signedAt, type Bent } from '../harness/pki.ts'
import { open } from '../harness/revise.ts'
import { makePdf, seal } from '../harness/sealed.ts'

const province = makeProvince()
const anchors = [province.root.certificate]
const judge = (pdf: Uint8Array, options: Partial<VerifyOptions> = {}) => {
  const verdict = verifyPdf(pdf, { anchors, ...options })
  if (!verdict.ok) throw new Error(verdict.refusal.code)
  return verdict.value
}
const first = (pdf: Uint8Array, options: Partial<VerifyOptions> = {}) => judge(pdf, options).signatures[0]

let sealed: Uint8Array
beforeAll(async () => {
  sealed = await seal(await makePdf(), province.rsaSeal, province)
})

describe('bytes that no signature covers', () => {
  it('are told where something is appended without a revision', () => {
    for (const tail of ['\n', 'trailing', '\n%%EOF\n', '\n1 0 obj\n<< >>\nendobj\n%%EOF\n']) {
      const longer = Buffer.concat([sealed, Buffer.from(tail)])
      const verdict = judge(longer)
      expect(verdict.verdict).toBe('bad')
      expect(verdict.uncovered).toEqual([{ from: sealed.length, to: longer.length }])
    }
  })

  it('are the whole file where there is no signature', async () => {
    const pdf = await makePdf()
    expect(judge(pdf)).toMatchObject({
      verdict: 'bad',
      signatures: [],
      reasons: ['no-signature'],
      uncovered: [{ from: 0, to: pdf.length }],
    })
  })

  it('cannot hide behind a byte range that was bent', () => {
    const text = Buffer.from(sealed).toString('latin1')
    const [whole = '', a = '', b = '', c = ''] = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(text) ?? []
    const bent = [
      `[0 ${a} ${b} ${Number(c) - 40}]`,
      `[0 ${a} ${Number(b) + 2} ${Number(c) - 2}]`,
      `[0 ${Number(a) - 1} ${b} ${c}]`,
      `[1 ${Number(a) - 1} ${b} ${c}]`,
      `[0 ${a} ${b} ${Number(c) + 1}]`,
      `[0 ${a} -1 ${c}]`,
      `[0 ${a} ${b}]`,
      `[0 ${a} ${b} 99999999999]`,
      `[0 ${a} ${b} 1e3]`,
      `[0 ${a} 0 ${c}]`,
    ]
    for (const range of bent) {
      const changed = Buffer.from(
        text.replace(whole, `/ByteRange ${range}`.padEnd(whole.length).slice(0, whole.length)),
        'latin1',
      )
      expect(changed.length).toBe(sealed.length)
      const verdict = judge(changed)
      expect(verdict.verdict).toBe('bad')
      expect(verdict.signatures[0]?.reasons ?? verdict.reasons).not.toEqual([])
    }
  })
})

describe('the signature value and the signer', () => {
  it('is broken where the value is wrong, and the content still called intact', () => {
    const bytes = Buffer.from(sealed)
    const { contents } = findSignatures(open(sealed))[0] ?? {}
    if (!contents) throw new Error('no contents')
    const size = 4 + Buffer.from(contents.bytes).readUInt16BE(2)
    const place = contents.start + 1 + size * 2 - 1
    bytes.write(bytes.toString('latin1', place, place + 1) === '0' ? '1' : '0', place, 'latin1')
    expect(first(bytes)).toMatchObject({
      integrity: 'intact',
      signature: 'broken',
      verdict: 'bad',
      reasons: ['signature-broken'],
    })
  })

  it('is unreadable where the padding holds something', () => {
    const bytes = Buffer.from(sealed)
    const { contents } = findSignatures(open(sealed))[0] ?? {}
    bytes.write('1', (contents?.end ?? 0) - 2, 'latin1')
    expect(first(bytes)).toMatchObject({ signature: 'broken', reasons: ['signature-unreadable'] })
  })

  const sealedBy = async (profile: 'seal' | 'device', bent: Bent = {}) =>
    seal(await makePdf(), issue('示范省旧印章', profile, province.intermediate, bent), province)

  it('is unknown without an anchor, and only then', () => {
    expect(judge(sealed, { anchors: [] }).verdict).toBe('unknown')
    expect(first(sealed, { anchors: [] })).toMatchObject({
      chain: 'unknown',
      reasons: ['chain-anchor-missing'],
    })
  })

  it('says why a signer is not trusted', async () => {
    const expired = await sealedBy('seal', { notAfter: new Date('2026-06-01T00:00:00Z') })
    expect(first(expired)).toMatchObject({ chain: 'untrusted', verdict: 'bad', reasons: ['chain-expired'] })
    const early = await sealedBy('seal', { notBefore: new Date('2026-12-01T00:00:00Z') })
    expect(first(early)).toMatchObject({ chain: 'untrusted', reasons: ['chain-not-yet-valid'] })
    expect(first(await sealedBy('device'))).toMatchObject({
      chain: 'untrusted',
      reasons: ['chain-usage-not-allowed'],
    })
  })

  it('is good at the claimed time though expired now, and bad where asked for a later time', async () => {
    const lapsed = await sealedBy('seal', { notAfter: new Date('2026-12-01T00:00:00Z') })
    expect(judge(lapsed, { now: new Date('2030-01-01T00:00:00Z') }).verdict).toBe('good')
    expect(first(lapsed, { at: new Date('2027-01-01T00:00:00Z') })?.reasons).toEqual(['chain-expired'])
  })

  it('does not believe a time in the future', () => {
    const now = new Date(signedAt.getTime() - 3_600_000)
    expect(first(sealed, { now })).toMatchObject({ verdict: 'bad', reasons: ['signed-in-future'] })
    expect(first(sealed, { now: signedAt })).toMatchObject({ verdict: 'good' })
  })

  it('is not fooled by certificates of the same names under another root', async () => {
    const double = makeProvince()
    const forged = await seal(await makePdf(), double.rsaSeal, double)
    expect(first(forged)).toMatchObject({
      chain: 'untrusted',
      verdict: 'bad',
      reasons: ['chain-signature-broken'],
    })
  })
})

describe('flipped bytes', () => {
  /** Numbers from a stated seed, so that a failure can be repeated (mulberry32). */
  const random = (seed: number) => () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const intermediates = [province.intermediate.certificate]

  it('never leave a file good, and are called changes wherever they hit the signed range', async () => {
    const files = [sealed, await seal(await makePdf({ compact: true }), province.ecSeal, province)]
    const next = random(20_261_120)
    for (const file of files) {
      const { contents } = findSignatures(open(file))[0] ?? { contents: undefined }
      if (!contents) throw new Error('no contents')
      for (let i = 0; i < 1_500; i++) {
        const place = Math.floor(next() * file.length)
        const bytes = Buffer.from(file)
        const old = bytes[place] ?? 0
        bytes[place] = old ^ (1 << Math.floor(next() * 8))
        const label = `byte ${place}: ${old} to ${bytes[place]}`
        const verdict = judge(bytes, { intermediates, now: signedAt })
        if (place < contents.start || place >= contents.end) {
          expect(verdict.verdict, label).toBe('bad')
          expect(
            verdict.signatures.flatMap(({ reasons }) => reasons),
            label,
          ).toContain('changed-after-signing')
        } else if (verdict.verdict === 'good') {
          // The case of a hexadecimal digit: the same signature.
          expect(String.fromCharCode(bytes[place] ?? 0).toLowerCase(), label).toBe(
            String.fromCharCode(old).toLowerCase(),
          )
        }
      }
    }
  })
})

const vectors = findMaterial('vectors/pdf')
describe.skipIf(!vectors)('signed files made by others', () => {
  const judgeVector = (name: string) =>
    judge(readFileSync(join(vectors ?? '', `${name}.pdf`)), { anchors: [] })
  const states = (name: string) =>
    judgeVector(name).signatures.map(
      ({ integrity, signature, verdict }) => `${integrity} ${signature} ${verdict}`,
    )

  it('two signatures, the second revision only adds the second', () => {
    expect(states('minimal-signed-twice-both-created')).toEqual([
      'intact valid unknown',
      'intact valid unknown',
    ])
    expect(judgeVector('minimal-signed-twice-both-created')).toMatchObject({
      verdict: 'unknown',
      uncovered: [],
    })
  })

  it('a signature and a document timestamp with validation material', () => {
    const { signatures, verdict } = judgeVector('pades-lta-dss-indirect-arrs-test')
    expect(signatures.map(({ kind }) => kind)).toEqual(['signature', 'timestamp'])
    expect(states('pades-lta-dss-indirect-arrs-test')).toEqual([
      'intact valid unknown',
      'intact valid unknown',
    ])
    expect(verdict).toBe('unknown')
  })

  it('a form filled later, as permitted', () => {
    expect(judgeVector('form-update-override-appearance-stream')).toMatchObject({
      verdict: 'unknown',
      uncovered: [],
    })
    expect(states('form-update-override-appearance-stream')[0]).toBe('intact valid unknown')
  })

  it('the same, but the looks of the field are used elsewhere too: changed', () => {
    const verdict = judgeVector('form-update-override-appearance-stream-sneaky')
    expect(verdict.verdict).toBe('bad')
    expect(verdict.signatures[0]).toMatchObject({ integrity: 'changed', signature: 'valid', verdict: 'bad' })
  })

  it('a range that stops before the end of its own revision: uncovered', () => {
    const verdict = judgeVector('tail-uncovered')
    expect(verdict).toMatchObject({ verdict: 'bad', uncovered: [{ from: 7_092, to: 7_195 }] })
    expect(verdict.signatures[0]).toMatchObject({ integrity: 'uncovered', signature: 'valid' })
  })

  // Its sheet calls base.pdf signed and valid, but the copy at hand has nothing except zeros in /Contents.
  it('a signature field whose value is all zeros is no valid signature', () => {
    const file = readFileSync(join(vectors ?? '', 'base.pdf'))
    const zeros = /\/Contents <0+>/.test(file.toString('latin1'))
    const [state] = states('base')
    expect(state).toBe(zeros ? 'intact broken bad' : 'intact valid unknown')
  })
})
