import { deflateSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { pdfLimits } from '../../seal/pdf/read.ts'
import { verifyPdf } from '../../seal/pdf/verify.ts'
import { makeProvince } from '../harness/pki.ts'
import { makePdf, seal } from '../harness/sealed.ts'

const province = makeProvince()
const anchors = [province.root.certificate]
let sealed: Buffer
beforeAll(async () => {
  sealed = Buffer.from(await seal(await makePdf(), province.ecSeal, province))
})

/** The answer, given within a second and never by throwing. */
function ask(pdf: Uint8Array): string {
  const started = performance.now()
  const verdict = verifyPdf(pdf, { anchors })
  expect(performance.now() - started).toBeLessThan(1_000)
  return verdict.ok ? verdict.value.verdict : verdict.refusal.code
}

/** A PDF with a classic table over the given object bodies, numbered from 1; object 1 is the catalogue. */
function build(bodies: readonly string[], trailer = '', tail?: (xref: number) => string): Buffer {
  let text = '%PDF-1.7\n'
  const offsets = bodies.map((body, place) => {
    const offset = text.length
    text += `${place + 1} 0 obj\n${body}\nendobj\n`
    return offset
  })
  const xref = text.length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  text += `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${rows}`
  text += `trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R ${trailer} >>\n`
  return Buffer.from(text + (tail?.(xref) ?? `startxref\n${xref}\n%%EOF\n`), 'latin1')
}

const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>'
const pages = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'
const signature = (range: string) =>
  `<< /Type /Sig /SubFilter /ETSI.CAdES.detached /Contents <00> /ByteRange ${range} >>`
const signed = (range: string) =>
  build([
    '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>',
    pages,
    page,
    '<< /FT /Sig /T (a) /V 5 0 R >>',
    signature(range),
  ])

describe('files that are no signed PDF', () => {
  it('are unreadable: nothing, text, an archive, a header alone', () => {
    for (const text of [
      '',
      '%PDF-',
      '示范省',
      'PK\u0003\u0004',
      '%PDF-1.7\n%%EOF',
      '%PDF-1.7\nstartxref\n0\n%%EOF',
    ])
      expect(ask(Buffer.from(text))).toBe('pdf-unreadable')
    expect(ask(Buffer.alloc(1_000_000))).toBe('pdf-unreadable')
    expect(ask(Buffer.alloc(1_000_000, 0x28))).toBe('pdf-unreadable')
  })

  it('are bad or unreadable wherever the file is cut off', () => {
    for (let length = 0; length < sealed.length - 1; length += 211)
      expect(['bad', 'pdf-unreadable']).toContain(ask(sealed.subarray(0, length)))
  })

  it('do not hide something before the header', () => {
    expect(ask(Buffer.concat([Buffer.from('junk\n'), sealed]))).not.toBe('good')
  })
})

describe('cross references that lead astray', () => {
  const catalogue = '<< /Type /Catalog /Pages 2 0 R >>'
  it('in a circle', () => {
    const circle = build([catalogue, pages, page], '', (xref) => `startxref\n${xref}\n%%EOF\n`)
    const place = circle.toString('latin1').indexOf('xref\n0')
    expect(ask(build([catalogue, pages, page], `/Prev ${place}`))).toBe('pdf-unreadable')
  })

  it('outside the file, negative, huge, not at a section', () => {
    for (const place of ['99999999', '-1', '99999999999999999999', '3', '1.5'])
      expect(ask(build([catalogue, pages, page], '', () => `startxref\n${place}\n%%EOF\n`))).toBe(
        'pdf-unreadable',
      )
    for (const previous of ['-5', '99999999', '1e9', '(a)', '[1]', '4'])
      expect(ask(build([catalogue, pages, page], `/Prev ${previous}`))).toBe('pdf-unreadable')
  })

  it('claims more objects than there are bytes', () => {
    const text =
      '%PDF-1.7\nxref\n0 8000000\n0000000000 65535 f \ntrailer\n<< /Size 1 >>\nstartxref\n9\n%%EOF\n'
    expect(ask(Buffer.from(text))).toBe('pdf-unreadable')
  })

  it('says two things of one object', () => {
    const twice = build([catalogue, pages, page])
      .toString('latin1')
      .replace('trailer', '1 1\n0000000009 00000 n \ntrailer')
    expect(ask(Buffer.from(twice, 'latin1'))).toBe('pdf-unreadable')
  })

  it('is a stream that swells beyond every measure', () => {
    const swollen = deflateSync(Buffer.alloc(200_000_000))
    const head = `<< /Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length ${swollen.length} >>`
    const pdf = Buffer.concat([
      Buffer.from(`%PDF-1.7\n1 0 obj\n${head}\nstream\n`),
      swollen,
      Buffer.from('\nendstream\nendobj\nstartxref\n9\n%%EOF\n'),
    ])
    expect(ask(pdf)).toBe('pdf-unreadable')
  })
})

describe('structures that lead astray', () => {
  const withCatalogue = (catalogue: string, ...more: readonly string[]) =>
    build([catalogue, pages, page, ...more])

  it('nest ten thousand deep', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['<< /A ', ' >>'],
    ] as const) {
      const deep = open.repeat(10_000) + '1' + close.repeat(10_000)
      expect(ask(withCatalogue(`<< /Type /Catalog /Pages 2 0 R /AcroForm ${deep} >>`))).toBe('pdf-unreadable')
    }
  })

  it('refer to themselves', () => {
    expect(ask(withCatalogue('<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>', '4 0 R'))).toBe('bad')
    expect(ask(withCatalogue('<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>', '5 0 R', '4 0 R'))).toBe(
      'bad',
    )
    const fields = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>'
    expect(ask(withCatalogue(fields, '<< /FT /Sig /Kids [4 0 R] >>'))).toBe('bad')
    expect(ask(withCatalogue(fields, '<< /FT /Sig /Kids [5 0 R] >>', '<< /Kids [4 0 R] >>'))).toBe('bad')
  })

  it('have a stream whose length is itself', () => {
    const catalogue = '<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>'
    expect(ask(withCatalogue(catalogue, '<< /Length 4 0 R >>\nstream\nabc\nendstream'))).toBe('bad')
  })

  it('state a key twice', () => {
    expect(ask(withCatalogue('<< /Type /Catalog /Pages 2 0 R /Pages 3 0 R >>'))).toBe('pdf-unreadable')
  })

  it('are encrypted, or larger than is read', () => {
    expect(ask(build(['<< /Type /Catalog /Pages 2 0 R >>', pages, page], '/Encrypt 3 0 R'))).toBe(
      'pdf-encrypted',
    )
    const pretended = Object.defineProperty(Buffer.alloc(1), 'length', { value: pdfLimits.bytes + 1 })
    expect(ask(pretended)).toBe('pdf-too-large')
  })
})

describe('byte ranges that lead astray', () => {
  it('are huge, negative, overlapping, fractional, nested, too few, too many, no numbers', () => {
    const ranges = [
      '[0 99999999999999999999 1 1]',
      '[0 -1 5 5]',
      '[-5 10 20 30]',
      '[0 400 200 400]',
      '[0 1.5 2 3]',
      '[[0 1] 2 3]',
      '[0 1 2]',
      '[0 1 2 3 4]',
      '[]',
      '(0 1 2 3)',
      'null',
      '5 0 R',
      '[0 281474976710655 281474976710655 281474976710655]',
      '[0 0 0 0]',
    ]
    for (const range of ranges) expect(['bad', 'pdf-unreadable'], range).toContain(ask(signed(range)))
  })
})
