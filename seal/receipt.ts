/** The hub's receipts: signed by the hub, verified by everybody else with the certificate the directory lists for it. */
import type { Directory } from '../core/directory/directory.ts'
import { receipt, receiptType } from '../core/exchange/receipt.ts'
import type { Receipt } from '../core/exchange/receipt.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { verifyJws } from './jws.ts'
import type { Signer } from './jws.ts'
import { certificateOf } from './signer.ts'
import { readStatement, signStatement } from './statement.ts'

const kind = { typ: receiptType, maxBytes: 4096, maxDepth: 2, schema: receipt } as const

export const signReceipt = (value: Receipt, key: Signer): Promise<string> => signStatement(value, kind, key)

export type ReceiptRefusal =
  | 'receipt-malformed'
  /** The directory does not list the certificate: a newer one may. */
  | 'receipt-signer-unknown'
  | 'receipt-signature-broken'
  | 'receipt-differs'

/** `expected`: members the receipt must repeat exactly. The hub's certificate must hold at the receipt's own time. */
export function verifyReceipt(
  jws: string,
  expected: Partial<Receipt>,
  directory: Directory,
): Result<Receipt, ReceiptRefusal> {
  const read = readStatement(jws, kind)
  if (!read.ok) return refuse('receipt-malformed', undefined, read.refusal.detail)
  const { value, jws: parsed } = read.value
  const listed = directory.certificates.get(parsed.thumbprint)
  const certificate = listed && certificateOf(listed)
  if (!certificate) return refuse('receipt-signer-unknown', { hub: value.hub })
  if (listed.holder.kind !== 'hub' || listed.holder.hub !== value.hub)
    return refuse('receipt-signature-broken', { hub: value.hub }, 'not the certificate of that hub')
  const at = new Date(value.time)
  if (at < certificate.notBefore || at > certificate.notAfter)
    return refuse('receipt-signature-broken', { hub: value.hub }, 'certificate ended')
  const verified = verifyJws(parsed, certificate.publicKey)
  if (!verified.ok) return refuse('receipt-signature-broken', { hub: value.hub }, verified.refusal.code)
  for (const [name, wanted] of Object.entries(expected))
    if (value[name as keyof Receipt] !== wanted) return refuse('receipt-differs', { member: name })
  return ok(value)
}
