/** The log's tree against the definition, computed naively over all leaves (RFC 9162, 2.1.1). */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonical } from '../../core/canonical.ts'
import { emptyFrontier, leafHash, nodeHash, rootOf, withLeaf } from '../../hub/log.ts'

const leafOf = (position: number) => ({
  packet: position.toString(16).padStart(32, '0'),
  headerHash: 'a'.repeat(64),
  bodyHash: 'b'.repeat(64),
  position,
  time: '2026-11-20T08:00:00.000Z',
})

/** MTH(D[n]) as the RFC writes it: split at the largest power of two smaller than n. */
function naive(leaves: readonly string[]): string {
  if (leaves.length === 0) return createHash('sha256').digest('hex')
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(naive(leaves.slice(0, split)), naive(leaves.slice(split)))
}

test('the root after every leaf is the root of the whole tree computed anew', () => {
  let frontier = emptyFrontier
  const leaves: string[] = []
  expect(rootOf(frontier)).toBe(naive([]))
  for (let position = 0; position < 300; position++) {
    const leaf = leafHash(leafOf(position))
    leaves.push(leaf)
    frontier = withLeaf(frontier, leaf)
    expect(frontier.size).toBe(position + 1)
    expect(rootOf(frontier)).toBe(naive(leaves))
  }
})

test('the frontier keeps as many hashes as its size has bits set', () => {
  let frontier = emptyFrontier
  for (let size = 1; size <= 1025; size++) {
    frontier = withLeaf(frontier, leafHash(leafOf(size)))
    expect(frontier.roots.length).toBe([...size.toString(2)].filter((bit) => bit === '1').length)
  }
})

test('a leaf is hashed as the RFC says: a zero byte before its canonical bytes, a one before two children', () => {
  const leaf = leafOf(7)
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  expect(leafHash(leaf)).toBe(sha256(Buffer.concat([Buffer.of(0), Buffer.from(canonical(leaf))])))
  const [left, right] = ['11'.repeat(32), '22'.repeat(32)]
  const node = Buffer.concat([Buffer.of(1), Buffer.from(left + right, 'hex')])
  expect(nodeHash(left, right)).toBe(sha256(node))
})

test('another packet in one place changes every root from there on', () => {
  const roots = (changed: number) => {
    let frontier = emptyFrontier
    return Array.from({ length: 20 }, (_, position) => {
      const leaf = leafOf(position)
      frontier = withLeaf(
        frontier,
        leafHash(position === changed ? { ...leaf, bodyHash: 'c'.repeat(64) } : leaf),
      )
      return rootOf(frontier)
    })
  }
  const [right, wrong] = [roots(-1), roots(12)]
  expect(right.slice(0, 12)).toEqual(wrong.slice(0, 12))
  for (let position = 12; position < 20; position++) expect(wrong[position]).not.toBe(right[position])
})
