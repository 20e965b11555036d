/** Sealing a 10-page PDF, against the bare RSA operation plus a copy of the file. */
import { createHash, sign } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFontFiles } from '../main/fonts.ts'
import { loadFonts } from '../paper/fonts.ts'
import { press } from '../paper/press.ts'
import { sealPdf } from '../seal/pdf/seal.ts'
import { drawSeal } from '../seal/picture.ts'
import { contentOf } from '../main/actions/submit.ts'
import { letterFields } from '../test/harness/office.ts'
import { makeProvince } from '../test/harness/province.ts'
import { inFolder, inTurns } from './measure.ts'
import type { Row } from './measure.ts'

export async function benchSeal(rounds = 15): Promise<Row[]> {
  const province = await makeProvince()
  try {
    return await inFolder(async (folder) => {
      const fonts = loadFonts(readFontFiles())
      const paragraph = letterFields.body[0]!
      const content = contentOf({
        ...letterFields,
        body: Array.from({ length: 80 }, () => ({
          kind: 'paragraph' as const,
          text: paragraph.text.repeat(2),
        })),
      })
      if (!content.ok) throw new Error(content.refusal.code)
      const registration = { number: '示政办发〔2026〕1号', date: '2026-11-21', printedOn: '2026-11-21' }
      const pressed = await press(content.value, registration, fonts)
      if (!pressed.ok) throw new Error(pressed.refusal.code)
      const { pdf, layout } = pressed.value
      const { entry, signer } = province.seal('sheng')
      const picture = drawSeal({
        text: '示范省人民政府办公厅',
        font: fonts.files.find((file) => file.role === 'songti')!.bytes,
      })
      if (!picture.ok) throw new Error(picture.refusal.code)
      const place = layout.sealPlaces[0]!
      const source = join(folder, 'pressed.pdf')
      writeFileSync(source, pdf)
      const ours = async (): Promise<void> => {
        const sealed = await sealPdf({
          pdf: readFileSync(source),
          certificate: entry.certificate,
          chain: [province.intermediate],
          sign: (bytes) => signer.sign(bytes),
          at: new Date(),
          page: place.page,
          centre: { x: place.x, y: place.y },
          widthMm: place.width,
          picture: picture.value,
          signerName: '示范省人民政府办公厅',
        })
        if (!sealed.ok) throw new Error(sealed.refusal.code)
        writeFileSync(join(folder, 'sealed.pdf'), sealed.value)
      }
      const peer = (): void => {
        copyFileSync(source, join(folder, 'copy.pdf'))
        sign('sha256', createHash('sha256').update('attributes').digest(), entry.privateKey)
      }
      const times = await inTurns(rounds, ours, peer)
      return [
        {
          name: `seal a PDF of ${layout.pages.length} pages (${Math.round(pdf.length / 1024)} KB)`,
          value: times.ours,
          unit: 'ms',
          peer: 'the bare RSA-2048 signature and a copy of the file',
          peerValue: times.peer,
          ratio: times.ours / times.peer,
        },
      ]
    })
  } finally {
    province.remove()
  }
}
