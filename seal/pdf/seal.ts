/**
 * Seals a PDF: a PAdES B-B signature (ETSI EN 319 142-1) with a visible seal, appended as a further revision. The bytes
 * handed in stay the prefix of the result, so earlier signatures stay valid. The key stays with the caller.
 * Non-goals: timestamps and revocation data, seals over several pages, encrypted files.
 */
import { createHash } from 'node:crypto'
import { ok, refuse, type Result } from '../../core/result.ts'
import type { Certificate } from '../certificate.ts'
import { canSignWith, signDetached, type SignBytes } from '../cms.ts'
import type { SealPicture } from '../picture.ts'
import { appearanceOperators, pointsPerMm } from './appearance.ts'
import { readPdf, type PdfDocument, type PdfRefusal, type PdfView } from './read.ts'
import { certificationOf, fieldsOf, formOf, numbersIn, pagesOf, type Page } from './structure.ts'
import {
  isArray,
  isReference,
  MalformedPdf,
  type PdfArray,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
} from './syntax.ts'
import {
  firstFreeNumber,
  serialise,
  serialiseDictionary,
  textString,
  writeRevision,
  type WrittenObject,
} from './write.ts'

export type SealRequest = {
  readonly pdf: Uint8Array
  /** The seal's certificate: RSA or EC P-256. */
  readonly certificate: Certificate
  /** Intermediates to carry along. */
  readonly chain: readonly Certificate[]
  readonly sign: SignBytes
  /** Claimed time of signing, written as /M in UTC. */
  readonly at: Date
  /** 0 is the first. */
  readonly page: number
  /** Millimetres from the upper left corner of the page's visible box. */
  readonly centre: { readonly x: number; readonly y: number }
  readonly widthMm: number
  readonly picture: SealPicture
  readonly signerName: string
  readonly reason?: string
  readonly contact?: string
}

export type SealRefusal =
  | PdfRefusal
  | 'page-missing'
  | 'page-rotated'
  | 'changes-forbidden'
  | 'key-unsupported'
  | 'signature-too-large'

export async function sealPdf(request: SealRequest): Promise<Result<Uint8Array, SealRefusal>> {
  if (!canSignWith(request.certificate))
    return refuse('key-unsupported', { algorithm: request.certificate.algorithm })
  const read = readPdf(request.pdf)
  if (!read.ok) return read
  const prepared = prepare(request, read.value)
  if (!prepared.ok) return prepared
  const { bytes, contents } = prepared.value
  const digest = createHash('sha256')
    .update(bytes.subarray(0, contents.start))
    .update(bytes.subarray(contents.end))
    .digest()
  const cms = await signDetached({ ...request, digest })
  const room = (contents.end - contents.start - 2) / 2
  if (cms.length > room) return refuse('signature-too-large', { room, size: cms.length })
  bytes.write(Buffer.from(cms).toString('hex'), contents.start + 1, 'latin1')
  return ok(bytes)
}

/** The whole file with room for the signature; `contents` spans the hexadecimal string with its brackets. */
type Prepared = {
  readonly bytes: Buffer
  readonly contents: { readonly start: number; readonly end: number }
}

function prepare(request: SealRequest, document: PdfDocument): Result<Prepared, SealRefusal> {
  try {
    const { latest } = document
    if (forbidsChanges(latest)) return refuse('changes-forbidden')
    const page = pagesOf(latest)[request.page]
    if (!page) return refuse('page-missing', { page: request.page })
    const box = visibleBox(latest, page)
    if (!box) return refuse('page-rotated', { page: request.page })
    return ok(assemble(request, document, page, box))
  } catch (error) {
    if (error instanceof MalformedPdf) return refuse('pdf-unreadable', undefined, error.message)
    throw error
  }
}

function forbidsChanges(view: PdfView): boolean {
  const permissions = view.dictionary(view.catalog().entries.get('Perms'))
  const certifying = view.dictionary(permissions?.entries.get('DocMDP'))
  return certifying !== undefined && certificationOf(view, certifying) === 1
}

type Box = { readonly left: number; readonly top: number }

/** The upper left corner of the crop box in points; undefined for a rotated page. */
function visibleBox(view: PdfView, { inherited }: Page): Box | undefined {
  const rotation = view.resolve(inherited.get('Rotate'))
  if (typeof rotation === 'number' && rotation % 360 !== 0) return undefined
  const [a, b, c, d] =
    numbersIn(view, inherited.get('CropBox')) ?? numbersIn(view, inherited.get('MediaBox')) ?? []
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new MalformedPdf('MediaBox')
  return { left: Math.min(a, c), top: Math.max(b, d) }
}

const byteRangeWidth = 60

function assemble(request: SealRequest, document: PdfDocument, page: Page, box: Box): Prepared {
  const { latest } = document
  const free = firstFreeNumber(document)
  const [widget, signature, appearance] = [free, free + 1, free + 2].map((number): PdfReference => ({
    type: 'reference',
    number,
    generation: 0,
  })) as [PdfReference, PdfReference, PdfReference]
  const width = request.widthMm * pointsPerMm
  const height = (width * request.picture.heightMm) / request.picture.widthMm
  const left = box.left + request.centre.x * pointsPerMm - width / 2
  const bottom = box.top - request.centre.y * pointsPerMm - height / 2
  const rectangle = [left, bottom, left + width, bottom + height].map((place) => place.toFixed(3)).join(' ')
  const room =
    (request.certificate.der.length + request.chain.reduce((sum, { der }) => sum + der.length, 0) + 2_048) * 2

  const widgetBody =
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T ${textString(freshFieldName(latest))} /F 132 ` +
    `/Rect [${rectangle}] /P ${serialise(page.reference)} /V ${serialise(signature)} ` +
    `/AP << /N ${serialise(appearance)} >> >>`
  const optional = [
    ['Reason', request.reason],
    ['ContactInfo', request.contact],
  ].flatMap(([key, text]) => (text ? [` /${key} ${textString(text)}`] : []))
  const signatureHead = '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Contents '
  const signatureBody =
    `${signatureHead}<${'0'.repeat(room)}> /ByteRange ${' '.repeat(byteRangeWidth)} ` +
    `/M (${pdfDate(request.at)}) /Name ${textString(request.signerName)}${optional.join('')} >>`
  const drawing = appearanceOperators(request.picture, width)
  const appearanceBody =
    `<< /Type /XObject /Subtype /Form /BBox [0 0 ${width.toFixed(3)} ${height.toFixed(3)}] ` +
    `/Resources << /ExtGState << /Blend << /Type /ExtGState /BM /Multiply >> >> >> ` +
    `/Length ${drawing.length} >>\nstream\n${drawing}\nendstream`

  const objects = new Map<number, WrittenObject>()
  const put = ({ number, generation }: PdfReference, body: string): void => {
    objects.set(number, { number, generation, body })
  }
  put(widget, widgetBody)
  put(signature, signatureBody)
  put(appearance, appearanceBody)
  appendTo(latest, page.reference, page.dictionary, 'Annots', widget, put)
  addToForm(latest, widget, put)

  const identifier = createHash('sha256')
    .update(document.bytes)
    .update(request.at.toISOString())
    .digest()
    .subarray(0, 16)
  const revision = writeRevision(document, [...objects.values()], identifier)
  const bytes = Buffer.concat([document.bytes, revision.bytes])
  const start = (revision.bodies.get(signature.number) ?? 0) + signatureHead.length
  const end = start + room + 2
  const range = `[0 ${start} ${end} ${bytes.length - end}]`.padEnd(byteRangeWidth)
  bytes.write(range, end + ' /ByteRange '.length, 'latin1')
  return { bytes, contents: { start, end } }
}

type Put = (reference: PdfReference, body: string) => void

/** Adds a reference to an array that an entry of `owner` holds or refers to; writes whichever object changes. */
function appendTo(
  view: PdfView,
  ownerReference: PdfReference,
  owner: PdfDictionary,
  key: string,
  added: PdfReference,
  put: Put,
  further: readonly (readonly [string, PdfValue])[] = [],
): void {
  const held = owner.entries.get(key)
  const old = view.resolve(held)
  const items = isArray(old) ? old.items : []
  const array: PdfArray = { type: 'array', items: [...items, added] }
  const entries = new Map([...owner.entries, ...further])
  if (isReference(held) && isArray(old)) put(held, serialise(array))
  else entries.set(key, array)
  if (entries.get(key) !== held || further.length > 0) put(ownerReference, serialiseDictionary(entries))
}

function addToForm(view: PdfView, widget: PdfReference, put: Put): void {
  const root = view.revision.trailer.entries.get('Root')
  if (!isReference(root)) throw new MalformedPdf('Root')
  const catalog = view.catalog()
  const held = catalog.entries.get('AcroForm')
  const form = formOf(view) ?? { type: 'dictionary', entries: new Map<string, PdfValue>() }
  const flags: readonly [string, PdfValue] = ['SigFlags', 3]
  if (isReference(held) && formOf(view)) {
    appendTo(view, held, form, 'Fields', widget, put, [flags])
    return
  }
  const fields = form.entries.get('Fields')
  const old = view.resolve(fields)
  const array: PdfArray = { type: 'array', items: [...(isArray(old) ? old.items : []), widget] }
  const entries = new Map([...form.entries, flags])
  if (isReference(fields) && isArray(old)) put(fields, serialise(array))
  else entries.set('Fields', array)
  put(root, serialiseDictionary(new Map(catalog.entries).set('AcroForm', { type: 'dictionary', entries })))
}

function freshFieldName(view: PdfView): string {
  const taken = new Set(fieldsOf(view).map(({ name }) => name))
  for (let number = 1; ; number++) if (!taken.has(`Seal${number}`)) return `Seal${number}`
}

/** A date string in UTC (7.9.4). */
const pdfDate = (at: Date): string => `D:${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
