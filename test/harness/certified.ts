/** Signatures with transforms (DocMDP, FieldMDP), which the product judges but does not write itself. */
import { createHash } from 'node:crypto'
import { signDetached } from '../../seal/cms.ts'
import { fieldsOf, formOf } from '../../seal/pdf/structure.ts'
import { isArray } from '../../seal/pdf/syntax.ts'
import { serialise } from '../../seal/pdf/write.ts'
import type { Holder } from './pki.ts'
import { open, revise, rootOf } from './revise.ts'

const room = 8_000

/** An invisible signature over the whole file. @param reference the /Reference array, as PDF syntax */
export async function signWithTransform(
  pdf: Uint8Array,
  holder: Holder,
  reference: string,
): Promise<Uint8Array> {
  const name = `Signed${fieldsOf(open(pdf).latest).length}`
  const revised = Buffer.from(
    revise(pdf, ({ document, free, put, change }) => {
      const fields = document.latest.resolve(formOf(document.latest)?.entries.get('Fields'))
      const old = isArray(fields) ? fields.items.map(serialise).join(' ') : ''
      put(
        free,
        `<< /FT /Sig /T (${name}) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /V ${free + 1} 0 R >>`,
      )
      put(
        free + 1,
        `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Reference ${reference} ` +
          `/M (D:20261120083000Z) /Contents <${'0'.repeat(room)}> /ByteRange [${' '.repeat(50)}] >>`,
      )
      change(rootOf(document), { AcroForm: `<< /Fields [${old} ${free} 0 R] /SigFlags 3 >>` })
    }),
  )
  const start = revised.lastIndexOf(`<${'0'.repeat(room)}>`)
  const end = start + room + 2
  revised.write(
    `0 ${start} ${end} ${revised.length - end}`,
    revised.indexOf('/ByteRange [', end) + 12,
    'latin1',
  )
  const digest = createHash('sha256')
    .update(revised.subarray(0, start))
    .update(revised.subarray(end))
    .digest()
  const { certificate, sign } = holder
  const cms = await signDetached({ certificate, chain: [], digest, sign })
  revised.write(Buffer.from(cms).toString('hex'), start + 1, 'latin1')
  return revised
}
