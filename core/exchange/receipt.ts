/**
 * The hub's receipt: where a packet stands in the hub's append-only log, when it was accepted, and the signed head
 * of the log's Merkle tree (hashing as RFC 9162, section 2.1) just after it.
 */
import { z } from 'zod'
import { hubId, instant, packetId, sha256Hex } from '../act/identifiers.ts'

export const receiptType = 'sealpost-receipt+jws'

export const receipt = z.strictObject({
  v: z.literal(1),
  hub: hubId,
  packet: packetId,
  /** SHA-256 of the header line, of the body line. */
  headerHash: sha256Hex,
  bodyHash: sha256Hex,
  /** 0-based place in the log; also the mailbox cursor. */
  position: z.number().int().min(0),
  /** The hub's trusted time. */
  time: instant,
  /** Tree size (position + 1) and root after this packet. */
  treeSize: z.number().int().min(1),
  root: sha256Hex,
})
export type Receipt = z.infer<typeof receipt>

/** What the log hashes as a leaf: canonical JSON of these members. */
export type LogLeaf = Pick<Receipt, 'packet' | 'headerHash' | 'bodyHash' | 'position' | 'time'>
