/**
 * Where an act meets everything that depends on it, so that no caller can forget a part: storing it also releases
 * what was parked for it and moves the projection; an answer of the hub also reorders or lays aside.
 */
import type { Receipt } from '../../core/exchange/receipt.ts'
import type { Refusal } from '../../core/result.ts'
import { actIdsOf, insertAct, knownActOf, setAccepted, setRefused, standingOf, storedAct } from './acts.ts'
import type { NewAct } from './acts.ts'
import type { Writing } from './handle.ts'
import { releaseWaiting } from './inbox.ts'
import { projectAct, rebuildMatter } from './matters.ts'
import { endRow, waitingBehind } from './outbox.ts'
import type { OutboxRow } from './outbox.ts'

/**
 * Takes an act into the record. Twice gives the same: an act that is here already only learns of its acceptance.
 * The act was opened and checked by the caller; `jws` are its bytes as received.
 */
export function recordAct(writing: Writing, recorded: NewAct): 'new' | 'known' {
  const { act, accepted } = recorded
  if (standingOf(writing, act.id)) {
    if (accepted) acceptAct(writing, act.id, accepted)
    return 'known'
  }
  insertAct(writing, recorded)
  releaseWaiting(writing, act.id)
  projectAct(writing, act, accepted?.position ?? null)
  return 'new'
}

/**
 * The hub has the act. It counts from its earliest position (an act may travel in several packets), and the matter is
 * folded anew only where that changes the order.
 */
export function acceptAct(
  writing: Writing,
  id: string,
  accepted: { readonly position: number; readonly time: string },
): void {
  const known = standingOf(writing, id)
  if (!known) return
  if (known.position !== null && known.position <= accepted.position) return
  const before = actIdsOf(writing, known.matter)
  setAccepted(writing, id, accepted.position, accepted.time)
  const after = actIdsOf(writing, known.matter)
  if (before.length !== after.length || before.some((each, at) => each !== after[at]))
    rebuildMatter(writing, known.matter)
  writing.touch(known.matter)
}

/** A packet of ours was accepted. */
export function settleSent(writing: Writing, row: Pick<OutboxRow, 'seq' | 'act'>, receipt: Receipt): void {
  endRow(writing, row.seq, 'sent', null)
  acceptAct(writing, row.act, { position: receipt.position, time: receipt.time })
}

/**
 * A packet of ours was refused for good. Where its act was not accepted by another packet, the act becomes a branch,
 * and with it every waiting act of the lane that comes after it, and what another matter was to be told of these (an
 * act of another matter in this lane belongs to the lane's own act before it). Their packets are dropped, naming the
 * cause. Returns the acts laid aside.
 */
export function settleRefused(writing: Writing, row: OutboxRow, refusal: Refusal): readonly string[] {
  endRow(writing, row.seq, 'refused', refusal)
  if (standingOf(writing, row.act)?.standing === 'accepted') return []
  const cause: Refusal = { ...refusal, facts: { ...refusal.facts, cause: row.act } }
  const branch = new Set([row.act])
  let tellsOfBranch = standingOf(writing, row.act)?.matter === row.lane
  setRefused(writing, row.act, refusal)
  for (const behind of waitingBehind(writing, row)) {
    const stored = storedAct(writing, behind.act)
    const after = stored ? knownActOf(stored).after : []
    const descends = branch.has(behind.act) || after.some((id) => branch.has(id))
    if (stored?.matter === row.lane) tellsOfBranch = descends
    if (!descends && !tellsOfBranch) continue
    if (!branch.has(behind.act)) setRefused(writing, behind.act, cause)
    branch.add(behind.act)
    endRow(writing, behind.seq, 'dropped', cause)
  }
  const matters = new Set([...branch].map((id) => standingOf(writing, id)?.matter ?? row.lane))
  for (const matter of matters) {
    rebuildMatter(writing, matter)
    writing.touch(matter)
  }
  return [...branch]
}
