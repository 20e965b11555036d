import { PDFDocument } from 'pdf-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import { fieldsOf, formOf, pagesOf } from '../../seal/pdf/structure.ts'
import { isArray, isReference, isStream } from '../../seal/pdf/syntax.ts'
import { serialise, serialiseDictionary } from '../../seal/pdf/write.ts'
import { verifyPdf, type VerifyOptions } from '../../seal/pdf/verify.ts'
import { signWithTransform } from '../harness/certified.ts'
import { makeProvince } from '../harness/pki.ts'
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
