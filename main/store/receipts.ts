/** The hub's receipts, verified before they are stored: proof, later, that a packet was accepted and when. */
import type { Receipt } from '../../core/exchange/receipt.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import type { Reading, Writing } from './handle.ts'

export type StoredReceipt = Pick<Receipt, 'hub' | 'position' | 'packet' | 'time' | 'treeSize' | 'root'> & {
  readonly jws: string
}
type ReceiptRow = Omit<StoredReceipt, 'treeSize'> & { readonly tree_size: number }

const fromRow = ({ tree_size, ...row }: ReceiptRow): StoredReceipt => ({ ...row, treeSize: tree_size })
const columns = 'hub, position, packet, time, tree_size, root, jws'

/**
 * Keeps a receipt. `receipt-contradicts`: this hub signed another packet, time or root for the same place of its log
 * before; both receipts are evidence, the first stays stored, the caller logs the second.
 */
export function keepReceipt(
  writing: Writing,
  receipt: Receipt,
  jws: string,
): Result<'new' | 'known', 'receipt-contradicts'> {
  const row = writing.one<ReceiptRow>(
    `SELECT ${columns} FROM receipts WHERE hub = @hub AND position = @position`,
    { hub: receipt.hub, position: receipt.position },
  )
  if (row) {
    const same =
      row.packet === receipt.packet &&
      row.time === receipt.time &&
      row.tree_size === receipt.treeSize &&
      row.root === receipt.root
    return same
      ? ok('known')
      : refuse('receipt-contradicts', { hub: receipt.hub, position: receipt.position })
  }
  const { hub, position, packet, time, treeSize, root } = receipt
  writing.run(
    `INSERT INTO receipts (${columns}) VALUES (@hub, @position, @packet, @time, @treeSize, @root, @jws)`,
    { hub, position, packet, time, treeSize, root, jws },
  )
  return ok('new')
}

export function receiptOfPacket(reading: Reading, packet: string): StoredReceipt | null {
  const row = reading.one<ReceiptRow>(
    `SELECT ${columns} FROM receipts WHERE packet = @packet ORDER BY position LIMIT 1`,
    { packet },
  )
  return row ? fromRow(row) : null
}
