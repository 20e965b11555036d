import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PDFDocument } from 'pdf-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import { fieldsOf, formOf, pagesOf } from '../../seal/pdf/structure.ts'
import { findSignatures } from '../../seal/pdf/signatures.ts'
import { isArray, isReference, isStream } from '../../seal/pdf/syntax.ts'
import { serialise, serialiseDictionary } from '../../seal/pdf/write.ts'
import { verifyPdf, type VerifyOptions } from '../../seal/pdf/verify.ts'
import { signWithTransform } from '../harness/certified.ts'
import { findMaterial } from '../harness/material.ts'
import { issue, makeProvince, signedAt, type Bent } from '../harness/pki.ts'
import { open, revise, rootOf } from '../harness/revise.ts'
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
let unsignedForm: Uint8Array
let sealedForm: Uint8Array
beforeAll(async () => {
  sealed = await seal(await makePdf(), province.rsaSeal, province)
  const form = await PDFDocument.create({ updateMetadata: false })
  const page = form.addPage([595.28, 841.89])
  form.getForm().createTextField('opinion').addToPage(page, { x: 50, y: 500, width: 200, height: 30 })
  unsignedForm = await form.save({ useObjectStreams: false })
  sealedForm = await seal(unsignedForm, province.rsaSeal, province)
})

describe('a later revision that may be', () => {
  it('fills a form field', () => {
    const filled = revise(sealedForm, ({ document, change }) => {
      change(fieldsOf(document.latest)[0]?.reference, { V: '(agreed)' })
    })
    expect(judge(filled)).toMatchObject({ verdict: 'good', uncovered: [] })
    expect(first(filled)).toMatchObject({ covers: 'earlier-revision', integrity: 'intact' })
  })

  it('adds validation material or a note to the file properties', () => {
    const added = revise(sealed, ({ document, change }) => {
      change(rootOf(document), { DSS: '<< /VRI << >> >>' })
    })
    expect(judge(added).verdict).toBe('good')
  })
})

const textOf = (pdf: Uint8Array) => {
  const document = open(pdf)
  const page = pagesOf(document.latest)[0]
  if (!page) throw new Error('no page')
  return { document, page }
}

/** What somebody without the key appends; each is a change. */
const attacks: readonly (readonly [string, (pdf: Uint8Array) => Uint8Array])[] = [
  [
    'the page gets another text',
    (pdf) => {
      const { page } = textOf(pdf)
      return revise(pdf, ({ free, put, change }) => {
        put(free, '<< /Length 9 >>\nstream\nBT ET q Q\nendstream')
        change(page.reference, { Contents: `${free} 0 R` })
      })
    },
  ],
  [
    'the text of the page is overwritten in its place',
    (pdf) => {
      const { document, page } = textOf(pdf)
      const contents = page.dictionary.entries.get('Contents')
      const held = document.latest.resolve(contents)
      const reference = isArray(held) ? held.items[0] : contents
      const stream = document.latest.resolve(reference)
      if (!isReference(reference) || !isStream(stream)) throw new Error('no text')
      // As many bytes under the same dictionary: only the data differs.
      const data = Buffer.from(stream.raw).reverse().toString('latin1')
      const body = `${serialiseDictionary(stream.entries)}\nstream\n${data}\nendstream`
      return revise(pdf, ({ put }) => put(reference.number, body))
    },
  ],
  [
    'a font is exchanged behind the text (shadow: replace)',
    (pdf) => {
      const { document, page } = textOf(pdf)
      const fonts = document.latest.dictionary(
        document.latest.dictionary(page.inherited.get('Resources'))?.entries.get('Font'),
      )
      const font = [...(fonts?.entries.values() ?? [])][0]
      return revise(pdf, ({ change }) => change(font, { BaseFont: '/Symbol' }))
    },
  ],
  [
    'the page catalogue is replaced (shadow: hide and replace)',
    (pdf) =>
      revise(pdf, ({ document, free, put, change }) => {
        put(free, '<< /Type /Pages /Kids [] /Count 0 >>')
        change(rootOf(document), { Pages: `${free} 0 R` })
      }),
  ],
  [
    'a picture is laid over the page as an annotation (shadow: hide)',
    (pdf) => {
      const { page } = textOf(pdf)
      return revise(pdf, ({ free, put, change }) => {
        put(free, '<< /Type /Annot /Subtype /Stamp /Rect [0 0 600 800] >>')
        const kept = serialise(page.dictionary.entries.get('Annots') ?? null)
        change(page.reference, { Annots: `${kept.slice(0, -1)} ${free} 0 R]` })
      })
    },
  ],
  [
    'the look of the seal is exchanged',
    (pdf) => {
      const { document } = textOf(pdf)
      const field = fieldsOf(document.latest).find(({ kind }) => kind === 'Sig')
      return revise(pdf, ({ free, put, change }) => {
        put(free, '<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream')
        change(field?.reference, { AP: `<< /N ${free} 0 R >>` })
      })
    },
  ],
  [
    'the seal is moved to another place',
    (pdf) => {
      const field = fieldsOf(open(pdf).latest).find(({ kind }) => kind === 'Sig')
      return revise(pdf, ({ change }) => change(field?.reference, { Rect: '[0 0 100 100]' }))
    },
  ],
  [
    'the seal is taken out of the form',
    (pdf) => {
      const { document } = textOf(pdf)
      const form = formOf(document.latest)
      const fields = form?.entries.get('Fields')
      if (!fields) throw new Error('no fields')
      return revise(pdf, ({ change }) => change(rootOf(document), { AcroForm: '<< /Fields [] >>' }))
    },
  ],
  [
    'a page is added',
    (pdf) => {
      const { document, page } = textOf(pdf)
      const pages = document.latest.catalog().entries.get('Pages')
      return revise(pdf, ({ free, put, change }) => {
        put(free, `<< /Type /Page /Parent ${serialise(pages ?? null)} /MediaBox [0 0 100 100] >>`)
        change(pages, { Kids: `[${serialise(page.reference)} ${free} 0 R]`, Count: '2' })
      })
    },
  ],
  [
    'a script runs when the file is opened',
    (pdf) =>
      revise(pdf, ({ document, change }) =>
        change(rootOf(document), { OpenAction: '<< /S /JavaScript /JS (1) >>' }),
      ),
  ],
  [
    'an object of the page is freed by overriding it with nothing',
    (pdf) => {
      const { page } = textOf(pdf)
      const resources = page.inherited.get('Resources')
      if (isReference(resources)) return revise(pdf, ({ put }) => put(resources.number, 'null'))
      return revise(pdf, ({ change }) => change(page.reference, { Resources: null }))
    },
  ],
]

describe('a later revision that may not be: changed after signing', () => {
  it.each(attacks)('%s', (_, attack) => {
    const attacked = attack(sealed)
    expect(judge(attacked).verdict).toBe('bad')
    expect(first(attacked)).toMatchObject({
      integrity: 'changed',
      signature: 'valid',
      chain: 'trusted',
      verdict: 'bad',
    })
    expect(first(attacked)?.reasons).toContain('changed-after-signing')
  })

  it('also where somebody seals the changed file again with a trusted seal', async () => {
    const again = await seal(attacks[0]?.[1](sealed) ?? sealed, province.ecSeal, province)
    expect(judge(again).signatures.map(({ verdict }) => verdict)).toEqual(['bad', 'good'])
    expect(judge(again).verdict).toBe('bad')
  })

  it('also in the middle, where a still later revision puts the old text back', () => {
    const { page } = textOf(sealed)
    const old = page.dictionary.entries.get('Contents')
    const changed = attacks[0]?.[1](sealed) ?? sealed
    const back = revise(changed, ({ change }) => change(page.reference, { Contents: serialise(old ?? null) }))
    expect(first(back)?.reasons).toContain('changed-after-signing')
  })

  it('also where a field becomes another kind of field', () => {
    const turned = revise(sealedForm, ({ document, change }) => {
      change(fieldsOf(document.latest)[0]?.reference, { Ff: '1' })
    })
    expect(first(turned)?.reasons).toContain('changed-after-signing')
  })
})

describe('what a signature permits', () => {
  const intermediates = [province.intermediate.certificate]
  const docMdp = (level: number) => `[<< /TransformMethod /DocMDP /TransformParams << /P ${level} >> >>]`
  const fieldMdp = (names: string) =>
    `[<< /TransformMethod /FieldMDP /TransformParams << /Action /Include /Fields [${names}] >> >>]`
  const fill = (pdf: Uint8Array) =>
    revise(pdf, ({ document, change }) => change(fieldsOf(document.latest)[0]?.reference, { V: '(agreed)' }))
  const annotate = (pdf: Uint8Array) => {
    const { page } = textOf(pdf)
    return revise(pdf, ({ free, put, change }) => {
      put(free, '<< /Type /Annot /Subtype /Text /Rect [0 0 20 20] /Contents (seen) >>')
      const kept = serialise(page.dictionary.entries.get('Annots') ?? { type: 'array', items: [] })
      change(page.reference, { Annots: `${kept.slice(0, -1)} ${free} 0 R]` })
    })
  }

  it.each([
    [1, 'bad', 'bad'],
    [2, 'good', 'bad'],
    [3, 'good', 'good'],
  ] as const)('a certification of level %i: filling is %s, a note is %s', async (level, filled, noted) => {
    const certified = await signWithTransform(unsignedForm, province.ecSeal, docMdp(level))
    expect(judge(certified, { intermediates }).verdict).toBe('good')
    expect(judge(fill(certified), { intermediates }).verdict).toBe(filled)
    expect(judge(annotate(certified), { intermediates }).verdict).toBe(noted)
  })

  it('locks the fields that it names, and no others', async () => {
    const locked = await signWithTransform(unsignedForm, province.ecSeal, fieldMdp('(opinion)'))
    expect(judge(locked, { intermediates }).verdict).toBe('good')
    expect(first(fill(locked), { intermediates })?.reasons).toEqual(['changed-after-signing'])
    const other = await signWithTransform(unsignedForm, province.ecSeal, fieldMdp('(remark)'))
    expect(judge(fill(other), { intermediates }).verdict).toBe('good')
  })

  it('closes a document to nobody afterwards: a late certification is a change', async () => {
    const late = await signWithTransform(sealed, province.ecSeal, docMdp(2))
    expect(first(late)?.reasons).toContain('changed-after-signing')
  })
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
