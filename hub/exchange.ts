/**
 * The hub's verbs, one a line of the protocol page, without HTTP: who is asking has been judged, shapes have been
 * parsed. Each answers a value of the protocol or a refusal.
 */
import type { Directory } from '../core/directory/directory.ts'
import { boxesOf } from '../core/directory/directory.ts'
import { protocolLimits } from '../core/exchange/protocol.ts'
import type { HubRefusal, MailboxPage } from '../core/exchange/protocol.ts'
import type { Clock } from '../core/ports.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import type { BlobShelf } from './blobs.ts'
import type { KnownDevice } from './devices.ts'
import type { HubIdentity } from './identity.ts'
import type { MailboxDesk } from './mailboxes.ts'
import { checkPacket, receivePacket, unitsReached } from './packet-check.ts'
import type { Accepted, PacketDesk } from './packets.ts'
import type { Session } from './sessions.ts'

export type Exchange = {
  readonly identity: Pick<HubIdentity, 'hub'>
  readonly directory: () => Directory
  readonly clock: Clock
  readonly shelf: BlobShelf
  readonly packets: PacketDesk
  readonly mailboxes: MailboxDesk
}

/**
 * Judges a packet and takes it in. Exactly the bytes that were accepted before get their receipt before anything
 * else is asked: a sender who never saw the answer must get it although a certificate has ended meanwhile.
 */
export async function takePacket(
  exchange: Exchange,
  bytes: Buffer,
  session: Session,
  device: KnownDevice,
): Promise<Result<Accepted & { readonly packet: string }, HubRefusal>> {
  const read = receivePacket(bytes)
  if (!read.ok) return read
  const { packet } = read.value.header
  const known = await exchange.packets.known(read.value)
  if (known.ok && known.value) return ok({ ...known.value, packet })
  const directory = exchange.directory()
  const by = { hub: exchange.identity.hub, directory, now: exchange.clock() }
  const checked = checkPacket(read.value, session, device, by)
  if (!checked.ok) return checked
  const blobMissing = await firstMissing(exchange.shelf, read.value.header.blobs)
  const units = unitsReached(read.value.header, directory)
  const accepted = await exchange.packets.accept({
    ...read.value,
    units,
    ...(blobMissing === undefined ? {} : { blobMissing }),
  })
  return accepted.ok ? ok({ ...accepted.value, packet }) : accepted
}

async function firstMissing(shelf: BlobShelf, blobs: readonly string[]): Promise<string | undefined> {
  for (const blob of new Set(blobs)) if ((await shelf.sizeOf(blob)) === undefined) return blob
  return undefined
}

/** One page; waits for news up to `waitSeconds` where there is nothing from the position on. */
export async function readMailbox(
  { directory, mailboxes }: Exchange,
  asked: { readonly box: string; readonly after: number; readonly waitSeconds: number },
  session: Session,
  gone: AbortSignal,
): Promise<Result<MailboxPage, HubRefusal>> {
  const { box, after } = asked
  const theirs = () => boxesOf(directory(), session.person).some((each) => each === box)
  if (!theirs()) return refuse('mailbox-not-yours', { box })
  if (asked.waitSeconds <= 0) return ok(await mailboxes.page(box, after))
  const enough = new AbortController()
  const wait = Math.min(asked.waitSeconds, protocolLimits.waitSeconds) * 1000
  // The wait begins before the look: what is accepted in between is not slept through.
  const news = mailboxes.wait(box, wait, AbortSignal.any([gone, enough.signal]))
  const page = await mailboxes.page(box, after)
  if (page.packets.length > 0) {
    enough.abort()
    return ok(page)
  }
  await news
  return theirs() ? ok(await mailboxes.page(box, after)) : refuse('mailbox-not-yours', { box })
}
