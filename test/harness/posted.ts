/** Letters from the province's registry, posted by hand: a dispatch act with any file, for a hub gone wrong to bring. */
import { randomBytes } from 'node:crypto'
import type { Act, BlobRef } from '../../core/act/act.ts'
import { sealBlob } from '../../seal/blob.ts'
import { sealPdf } from '../../seal/pdf/seal.ts'
import { expectOk } from './province.ts'
import type { Province } from './province.ts'
import { makePdf, sealPicture } from './sealed.ts'

export const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
const random = (bytes: number): Uint8Array => Uint8Array.from(randomBytes(bytes))

export type PostedFile = { readonly blob: BlobRef; readonly cipher: Uint8Array }

/** A file as the sender's client encrypts it. */
export async function postedFile(bytes: Uint8Array, name = '示政办发〔2026〕1号.pdf'): Promise<PostedFile> {
  const sealed = await sealBlob(bytes, random)
  const { key, size, plainHash, plainSize } = sealed
  return {
    blob: { id: sealed.name, size, key, plainHash, plainSize, media: 'application/pdf', name },
    cipher: sealed.cipher,
  }
}

export const postedTitle = '示范省人民政府办公厅关于召开防汛工作会议的通知'

/** A dispatch act as the registry of 示范省人民政府办公厅 makes it, for 示范市; the matter and the blob are new. */
export function dispatchAct(
  blob: BlobRef,
  changes: {
    readonly title?: string
    readonly to?: readonly string[]
    readonly file?: Partial<{ blob: string; plainHash: string }>
  } = {},
): Act {
  return {
    v: 1,
    matter: hex(16),
    owner: 'sheng',
    kind: 'outgoing.dispatch',
    pen: true,
    after: [hex(32)],
    time: new Date().toISOString(),
    actor: { unit: 'sheng', person: 'sheng-registry', role: 'registry' },
    recipients: ['unit:shi', 'unit:sheng'],
    salt: randomBytes(16).toString('base64url'),
    blobs: [blob],
    body: {
      document: {
        title: changes.title ?? postedTitle,
        number: '示政办发〔2026〕1号',
        documentType: '通知',
        issuer: '示范省人民政府办公厅',
        date: '2026-11-20',
        urgency: 'normal',
      },
      file: { blob: blob.id, plainHash: blob.plainHash, ...changes.file },
      to: (changes.to ?? ['shi']).map((unit) => ({ unit, kind: 'main' })),
    },
  }
}

/** A page sealed with the seal of a unit, by its own key. */
export async function pageSealedBy(province: Province, unit: string, pdf?: Uint8Array): Promise<Uint8Array> {
  const { entry, signer } = province.seal(unit)
  return expectOk(
    await sealPdf({
      pdf: pdf ?? (await makePdf()),
      certificate: entry.certificate,
      chain: [province.intermediate],
      sign: (bytes) => signer.sign(bytes),
      at: new Date(),
      page: 0,
      centre: { x: 140, y: 200 },
      widthMm: 42,
      picture: sealPicture(),
      signerName: province.directory.units.get(unit)!.name,
      reason: '用印',
    }),
  )
}
