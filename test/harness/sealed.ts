/** Real PDFs to seal and to judge: made with the PDF library, sealed with the small PKI. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PDFDocument, StandardFonts } from 'pdf-lib'
import { sealPdf, type SealRequest } from '../../seal/pdf/seal.ts'
import { drawSeal, type SealPicture } from '../../seal/picture.ts'
import { signedAt, type Holder, type Province } from './pki.ts'

export const songFont: Uint8Array = readFileSync(
  join(
    import.meta.dirname,
    '../../node_modules/@expo-google-fonts/noto-serif-sc/900Black/NotoSerifSC_900Black.ttf',
  ),
)

/** @param compact object streams and a cross-reference stream instead of a table */
export async function makePdf({ pages = 1, compact = false } = {}): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false })
  const font = await document.embedFont(StandardFonts.TimesRoman)
  for (let number = 1; number <= pages; number++)
    document
      .addPage([595.28, 841.89])
      .drawText(`Page ${number} of a fictional notice`, { x: 80, y: 700, font, size: 16 })
  return document.save({ useObjectStreams: compact })
}

let picture: SealPicture | undefined
export function sealPicture(): SealPicture {
  if (picture) return picture
  const drawn = drawSeal({ text: '示范省人民政府办公厅', font: songFont })
  if (!drawn.ok) throw new Error(drawn.refusal.code)
  return (picture = drawn.value)
}

/** Seals with what a test does not care about filled in. */
export async function seal(
  pdf: Uint8Array,
  holder: Holder,
  { intermediate }: Province,
  changes: Partial<SealRequest> = {},
): Promise<Uint8Array> {
  const sealed = await sealPdf({
    pdf,
    certificate: holder.certificate,
    chain: [intermediate.certificate],
    sign: holder.sign,
    at: signedAt,
    page: 0,
    centre: { x: 140, y: 200 },
    widthMm: 42,
    picture: sealPicture(),
    signerName: '示范省人民政府办公厅',
    reason: '用印',
    ...changes,
  })
  if (!sealed.ok) throw new Error(`not sealed: ${sealed.refusal.code} ${sealed.refusal.detail ?? ''}`)
  return sealed.value
}
