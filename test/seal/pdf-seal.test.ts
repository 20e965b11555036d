import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealPdf } from '../../seal/pdf/seal.ts'
import { findSignatures } from '../../seal/pdf/signatures.ts'
import { verifyPdf } from '../../seal/pdf/verify.ts'
import { issue, makeProvince, signedAt, toPem, type Holder } from '../harness/pki.ts'
import { makePdf, seal, sealPicture } from '../harness/sealed.ts'
import { open, revise, rootOf } from '../harness/revise.ts'

const province = makeProvince()
const folder = mkdtempSync(join(tmpdir(), 'seal-'))
const anchors = [province.root.certificate]
const judge = (pdf: Uint8Array) => {
  const verdict = verifyPdf(pdf, { anchors })
  return verdict.ok ? verdict.value : undefined
}
const put = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}
const pdfsig = (pdf: Uint8Array) =>
  spawnSync('pdfsig', ['-nocert', put('asked.pdf', pdf)], { encoding: 'utf8' }).stdout
const count = (text: string, part: string) => text.split(part).length - 1

beforeAll(() => put('root.pem', toPem(province.root.certificate)))
afterAll(() => rmSync(folder, { recursive: true }))

/** Each signature's CMS and the bytes it covers, put before OpenSSL. */
function opensslAccepts(pdf: Uint8Array): boolean {
  return findSignatures(open(pdf)).every(({ contents, byteRange }) => {
    if (!contents || !byteRange) return false
    const [from, length, second, rest] = byteRange
    put('content', Buffer.concat([pdf.subarray(from, from + length), pdf.subarray(second, second + rest)]))
    put('signature', contents.bytes.subarray(0, 4 + Buffer.from(contents.bytes).readUInt16BE(2)))
    const args = [
      '-cades',
      '-binary',
      '-inform',
      'DER',
      '-in',
      'signature',
      '-content',
      'content',
      '-out',
      'out',
    ]
    const done = spawnSync('openssl', ['cms', '-verify', ...args, '-CAfile', 'root.pem', '-purpose', 'any'], {
      cwd: folder,
    })
    return done.status === 0
  })
}

describe.each([
  ['RSA', province.rsaSeal, false],
  ['ECDSA', province.ecSeal, false],
  ['RSA in a compact file', province.rsaSeal, true],
] as const)('a notice sealed with %s', (_, holder, compact) => {
  it('is found valid by poppler, OpenSSL and us, for the whole file', async () => {
    const pdf = await makePdf({ pages: 2, compact })
    const sealed = await seal(pdf, holder, province, { page: 1 })
    const said = pdfsig(sealed)
    expect(said).toContain('Signature is Valid.')
    expect(said).toContain('Total document signed')
    expect(said).toContain('ETSI.CAdES.detached')
    expect(said).toContain('Nov 20 2026 08:30:00')
    expect(opensslAccepts(sealed)).toBe(true)
    expect(judge(sealed)).toMatchObject({
      verdict: 'good',
      uncovered: [],
      signatures: [
        {
          signer: holder.certificate.commonName,
          covers: 'whole-file',
          signedAt,
          reasons: [],
          verdict: 'good',
        },
      ],
    })
    expect(Buffer.compare(sealed.subarray(0, pdf.length), pdf)).toBe(0)
    expect(execFileSync('qpdf', ['--check', put('asked.pdf', sealed)], { encoding: 'utf8' })).not.toContain(
      'WARNING',
    )
  })

  it('keeps its first seal valid when a second is set, and a third', async () => {
    let pdf = await makePdf({ pages: 2, compact })
    for (const number of [1, 2, 3]) {
      pdf = await seal(pdf, number === 2 ? province.ecSeal : holder, province, { page: number % 2 })
      expect(count(pdfsig(pdf), 'Signature is Valid.')).toBe(number)
      expect(opensslAccepts(pdf)).toBe(true)
      const verdict = judge(pdf)
      expect(verdict?.verdict).toBe('good')
      expect(verdict?.signatures.map(({ covers }) => covers)).toEqual(
        Array.from({ length: number }, (_unused, i) =>
          i === number - 1 ? 'whole-file' : 'earlier-revision',
        ),
      )
    }
  })

  it('is refused by poppler and by us after one byte of the notice was flipped', async () => {
    const sealed = Buffer.from(await seal(await makePdf({ compact }), holder, province))
    const place = 100
    sealed[place] = (sealed[place] ?? 0) ^ 1
    expect(pdfsig(sealed)).not.toContain('Signature is Valid.')
    expect(judge(sealed)).toMatchObject({ verdict: 'bad' })
    expect(judge(sealed)?.signatures[0]?.reasons).toContain('changed-after-signing')
  })
})

describe('the visible seal', () => {
  it('prints red at the stated place, over the text, and only there', async () => {
    const sealed = await seal(await makePdf(), province.rsaSeal, province, { centre: { x: 140, y: 200 } })
    execFileSync('pdftoppm', ['-r', '25.4', '-singlefile', put('asked.pdf', sealed), join(folder, 'page')])
    const image = readFileSync(join(folder, 'page.ppm'))
    const [width = 0, height = 0] = (/^P6\s(\d+) (\d+)\s255\s/.exec(image.toString('latin1', 0, 30)) ?? [])
      .slice(1)
      .map(Number)
    expect(Math.abs(width - 210) + Math.abs(height - 297)).toBeLessThan(4)
    const pixels = image.subarray(image.length - width * height * 3)
    // One pixel is one millimetre.
    const red = (x: number, y: number): boolean => {
      const [r = 0, g = 0, b = 0] = pixels.subarray((y * width + x) * 3)
      return r > 180 && g < 150 && b < 150
    }
    const places: { x: number; y: number }[] = []
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (red(x, y)) places.push({ x, y })
    expect(places.length).toBeGreaterThan(150)
    for (const { x, y } of places) expect(Math.hypot(x + 0.5 - 140, y + 0.5 - 200)).toBeLessThan(22)
    expect(red(140, 200)).toBe(true) // the star
    expect(places.some(({ y }) => y < 182)).toBe(true)
    expect(places.some(({ y }) => y > 217)).toBe(true)
  })

  it('gives the same bytes for the same seal, time and page where the key gives the same value', async () => {
    const pdf = await makePdf()
    const once = await seal(pdf, province.rsaSeal, province)
    expect(Buffer.compare(once, await seal(pdf, province.rsaSeal, province))).toBe(0)
  })
})

describe('what is not sealed', () => {
  const ask = async (pdf: Uint8Array, changes: { page?: number; holder?: Holder } = {}) => {
    const holder = changes.holder ?? province.ecSeal
    const sealed = await sealPdf({
      pdf,
      certificate: holder.certificate,
      chain: [],
      sign: holder.sign,
      at: signedAt,
      page: changes.page ?? 0,
      centre: { x: 100, y: 100 },
      widthMm: 42,
      picture: sealPicture(),
      signerName: '示范省人民政府办公厅',
    })
    return sealed.ok ? 'sealed' : sealed.refusal.code
  }

  it('is refused by name: no PDF, no such page, a rotated page, an encrypted file', async () => {
    const pdf = await makePdf()
    expect(await ask(Buffer.from('示范省'))).toBe('pdf-unreadable')
    expect(await ask(pdf.subarray(0, pdf.length - 40))).toBe('pdf-unreadable')
    expect(await ask(pdf, { page: 1 })).toBe('page-missing')
    const pages = open(pdf).latest.catalog().entries.get('Pages')
    expect(await ask(revise(pdf, ({ change }) => change(pages, { Rotate: '90' })))).toBe('page-rotated')
    const source = put('plain.pdf', pdf)
    execFileSync('qpdf', ['--encrypt', 'a', 'b', '256', '--', source, join(folder, 'locked.pdf')])
    expect(await ask(readFileSync(join(folder, 'locked.pdf')))).toBe('pdf-encrypted')
  })

  it('is a document that a certification closed to every change', async () => {
    const closed = revise(await makePdf(), ({ document, change }) => {
      const reference = '/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>]'
      change(rootOf(document), { Perms: `<< /DocMDP << /Type /Sig ${reference} >> >>` })
    })
    expect(await ask(closed)).toBe('changes-forbidden')
  })

  it('uses a key of a kind that PAdES here does not write', async () => {
    const holder = issue('示范省印章', 'seal', province.intermediate)
    const certificate = { ...holder.certificate, algorithm: 'ed25519' as const }
    expect(await ask(await makePdf(), { holder: { ...holder, certificate } })).toBe('key-unsupported')
  })

  it('reads linearized and compacted files of another writer', async () => {
    const plain = put('plain.pdf', await makePdf({ pages: 3 }))
    for (const option of ['--linearize', '--object-streams=generate', '--object-streams=disable']) {
      execFileSync('qpdf', [option, plain, join(folder, 'other.pdf')])
      const sealed = await seal(readFileSync(join(folder, 'other.pdf')), province.ecSeal, province, {
        page: 2,
      })
      expect(pdfsig(sealed)).toContain('Signature is Valid.')
      expect(judge(sealed)?.verdict).toBe('good')
    }
  })
})
