/**
 * Blobs of an act: encrypted under a key of their own, the ciphertext flushed to the blob folder before the
 * transaction that records the act, the reference with the key in the act and nowhere else.
 */
import type { BlobRef } from '../../core/act/act.ts'
import { sealBlob } from '../../seal/blob.ts'
import type { Desk } from './desk.ts'

export async function keepPdf(desk: Desk, bytes: Uint8Array, name: string): Promise<BlobRef> {
  const sealed = await sealBlob(bytes, desk.random)
  await desk.store.blobs.put(sealed.cipher)
  return {
    id: sealed.name,
    size: sealed.size,
    key: sealed.key,
    plainHash: sealed.plainHash,
    plainSize: sealed.plainSize,
    media: 'application/pdf',
    name: name.slice(0, 200),
  }
}
