/**
 * The append-only log's Merkle tree (RFC 9162, 2.1), kept as a frontier: the roots of the full subtrees that stand
 * for the leaves so far, largest first. Adding a leaf and taking the root cost O(log n) hashes; no leaf is kept here.
 * Pure. Invariant: the frontier has as many members as the size has bits set.
 */
import { createHash } from 'node:crypto'
import { canonicalBytes } from '../core/canonical.ts'
import type { LogLeaf } from '../core/exchange/receipt.ts'

export type Frontier = {
  /** Leaves so far. */
  readonly size: number
  /** Hex hashes of the full subtrees, largest first. */
  readonly roots: readonly string[]
}

export const emptyFrontier: Frontier = { size: 0, roots: [] }

const leafMark = Buffer.of(0)
const nodeMark = Buffer.of(1)

/** SHA-256 of 0x00 and the canonical JSON of the leaf's members. */
export const leafHash = (leaf: LogLeaf): string =>
  createHash('sha256').update(leafMark).update(canonicalBytes(leaf)).digest('hex')

/** SHA-256 of 0x01 and the two children. */
export const nodeHash = (left: string, right: string): string =>
  createHash('sha256').update(nodeMark).update(left, 'hex').update(right, 'hex').digest('hex')

/** The frontier with one more leaf. */
export function withLeaf(frontier: Frontier, leaf: string): Frontier {
  const roots = [...frontier.roots]
  let carried = leaf
  for (let rest = frontier.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = roots.pop()
    if (left === undefined) throw new Error('the frontier does not fit its size')
    carried = nodeHash(left, carried)
  }
  return { size: frontier.size + 1, roots: [...roots, carried] }
}

/** The tree's root; of the empty tree, the hash of nothing. */
export function rootOf(frontier: Frontier): string {
  const root = frontier.roots.reduceRight<string | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(left, right)),
    undefined,
  )
  return root ?? createHash('sha256').digest('hex')
}
