/**
 * Writes the page model as PDF: subset fonts, one text operator a run, title and language set. The same layout,
 * fonts and facts give the same bytes. Non-goals: placing anything, signing.
 */
import { PDFDocument, PDFName, PDFOperator, PDFOperatorNames, PDFNumber } from 'pdf-lib'
import type { PDFFont } from 'pdf-lib'
import { forEmbedding } from './fonts.ts'
import type { Fonts } from './fonts.ts'
import { toPoints } from './grid.ts'
import { fontRoles } from './page.ts'
import type { FontRole, Ink, Layout, Page, Rule, Run } from './page.ts'

export type PdfFacts = {
  readonly title: string
  /** Written as the time of creation: the printing date, not the clock. */
  readonly date: Date
}

const inks: Readonly<Record<Ink, readonly [number, number, number]>> = {
  black: [0, 0, 0],
  red: [0.843, 0, 0.059],
}

const fine = (value: number) => PDFNumber.of(Math.round(value * 10_000) / 10_000)
const operator = (name: PDFOperatorNames, ...values: number[]) => PDFOperator.of(name, values.map(fine))

function inkOperator(ink: Ink): PDFOperator {
  return operator(PDFOperatorNames.NonStrokingColorRgb, ...inks[ink])
}

type Embedded = { readonly font: PDFFont; readonly key: PDFName }

function textOperators(page: Page, run: Run, { font, key }: Embedded): PDFOperator[] {
  return [
    inkOperator(run.ink),
    PDFOperator.of(PDFOperatorNames.SetFontAndSize, [key, fine(run.size)]),
    operator(PDFOperatorNames.SetCharacterSpacing, run.charSpacing),
    operator(
      PDFOperatorNames.SetTextMatrix,
      run.scaleX,
      0,
      0,
      1,
      toPoints(run.x),
      toPoints(page.height - run.y),
    ),
    PDFOperator.of(PDFOperatorNames.ShowText, [font.encodeText(run.text)]),
  ]
}

function ruleOperators(page: Page, rule: Rule): PDFOperator[] {
  return [
    inkOperator(rule.ink),
    operator(
      PDFOperatorNames.AppendRectangle,
      toPoints(rule.x),
      toPoints(page.height - rule.y - rule.thickness / 2),
      toPoints(rule.width),
      toPoints(rule.thickness),
    ),
    PDFOperator.of(PDFOperatorNames.FillNonZero),
  ]
}

/** Six capitals, as subset fonts are marked; fixed, so that bytes do not depend on chance. */
const subsetTag = (index: number) => `SEALP${String.fromCharCode(65 + index)}`

async function embedFonts(
  document: PDFDocument,
  layout: Layout,
  fonts: Fonts,
): Promise<Map<FontRole, Embedded>> {
  const used = new Set(
    layout.pages.flatMap((page) => page.lines.flatMap((line) => line.runs.map((run) => run.font))),
  )
  const embedded = new Map<FontRole, Embedded>()
  for (const [index, role] of fontRoles.entries()) {
    if (!used.has(role)) continue
    const parsed = fonts.parsed(role)
    document.registerFontkit({ create: () => forEmbedding(parsed) } as never)
    const customName = `${subsetTag(index)}+${parsed.postscriptName ?? role}`
    const font = await document.embedFont(new Uint8Array(0), { subset: true, customName })
    embedded.set(role, { font, key: PDFName.of(role) })
  }
  return embedded
}

/** Throws if the layout has missing glyphs: whoever presses refuses before (paper/press.ts). */
export async function writePdf(layout: Layout, fonts: Fonts, facts: PdfFacts): Promise<Uint8Array> {
  if (layout.missing.length > 0) throw new Error('a page with missing glyphs must not be written')
  const document = await PDFDocument.create({ updateMetadata: false })
  document.setTitle(facts.title, { showInWindowTitleBar: true })
  document.setLanguage('zh-CN')
  document.setCreator(`Sealpost ${layout.layoutVersion}`)
  document.setProducer('Sealpost')
  document.setCreationDate(facts.date)
  document.setModificationDate(facts.date)
  const embedded = await embedFonts(document, layout, fonts)
  for (const each of layout.pages) {
    const page = document.addPage([toPoints(each.width), toPoints(each.height)])
    const onPage = new Set(each.lines.flatMap((line) => line.runs.map((run) => run.font)))
    for (const role of fontRoles) {
      if (onPage.has(role)) page.node.setFontDictionary(embedded.get(role)!.key, embedded.get(role)!.font.ref)
    }
    page.pushOperators(
      PDFOperator.of(PDFOperatorNames.BeginText),
      ...each.lines.flatMap((line) =>
        line.runs.flatMap((run) => textOperators(each, run, embedded.get(run.font)!)),
      ),
      PDFOperator.of(PDFOperatorNames.EndText),
      ...each.rules.flatMap((rule) => ruleOperators(each, rule)),
    )
  }
  return document.save({ useObjectStreams: false })
}
