/**
 * What the hub sees of a packet and judges before the log is asked: a header signed by a sender of the session, and
 * for every recipient a key, a route and this hub as home. The body is ciphertext: only its length and hash count.
 * Pure but for the cryptography.
 */
import { routePermitted } from '../core/directory/directory.ts'
import type { Directory } from '../core/directory/directory.ts'
import type { PacketHeader } from '../core/exchange/packet.ts'
import type { HubRefusal } from '../core/exchange/protocol.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { judgeSender, readPacket } from '../seal/packet.ts'
import type { ReadPacket } from '../seal/packet.ts'
import { certificateOf } from '../seal/signer.ts'
import type { KnownDevice } from './devices.ts'
import { currentOf, validAt } from './identity.ts'
import type { Session } from './sessions.ts'

/** Taken apart; nothing is believed yet. `raw` is the two lines as they came. */
export type ReceivedPacket = ReadPacket & { readonly raw: string }

/** Two lines of printable ASCII: anything else would not come back from a mailbox byte for byte. */
export function receivePacket(bytes: Buffer): Result<ReceivedPacket, HubRefusal> {
  const read = readPacket(bytes)
  if (!read.ok) return read
  if (/[^\x20-\x7e]/.test(read.value.body)) return refuse('packet-malformed', undefined, 'not ASCII')
  return ok({ ...read.value, raw: bytes.toString('latin1') })
}

export type JudgedBy = {
  readonly hub: string
  readonly directory: Directory
  /** ms since 1970. */
  readonly now: number
}

/** Sender, recipients, owner. */
export function checkPacket(
  packet: ReadPacket,
  session: Session,
  device: KnownDevice,
  by: JudgedBy,
): Result<true, HubRefusal> {
  const { header } = packet
  const sent = checkSender(packet, session, device, by)
  if (!sent.ok) return sent
  for (const { to, kid } of header.recipients) {
    const reached = checkRecipient(to, kid, header.sender.unit, by)
    if (!reached.ok) return reached
  }
  const owner = by.directory.units.get(header.owner)
  if (!owner) return refuse('owner-differs', { owner: header.owner }, 'unknown unit')
  if (owner.homeHub !== by.hub) return refuse('owner-differs', { hub: owner.homeHub }, 'another home hub')
  if (header.archive !== undefined && header.archive !== currentOf(owner.archive))
    return refuse('recipient-key-ended', { recipient: `unit:${owner.id}` }, 'archive key')
  return ok(true)
}

/** A certificate that has been followed by a newer one still counts: what was signed offline is not lost by that. */
function checkSender(
  packet: ReadPacket,
  session: Session,
  device: KnownDevice,
  { directory, now }: JudgedBy,
): Result<true, HubRefusal> {
  const signed = judgeSender(packet, { directory, at: new Date(now) })
  if (!signed.ok) {
    const { code, facts, detail } = signed.refusal
    if (code === 'sender-is-another-unit') return refuse(code, facts, detail)
    if (code === 'sender-unknown') return refuse('person-unknown', facts, detail)
    if (code === 'sender-certificate-ended') return refuse('person-certificate-ended', facts, detail)
    return refuse('header-signature-broken', facts, detail)
  }
  const { sender } = packet.header
  const theirs = 'person' in sender ? sender.person === session.person : sender.device === device.device
  return theirs ? ok(true) : refuse('sender-differs-from-session')
}

function checkRecipient(
  to: string,
  kid: string,
  from: string,
  { hub, directory, now }: JudgedBy,
): Result<true, HubRefusal> {
  const facts = { recipient: to }
  const [kind, id = ''] = to.split(':')
  const person = kind === 'person' ? directory.people.get(id) : undefined
  if (kind === 'person' && !person?.active) return refuse('recipient-unknown', facts)
  const unit = directory.units.get(person ? person.unit : id)
  if (!unit) return refuse('recipient-unknown', facts)
  if (unit.homeHub !== hub) return refuse('recipient-unknown', { ...facts, hub: unit.homeHub })
  if (!routePermitted(directory, from, unit.id)) return refuse('route-not-permitted', facts)
  const listed = directory.certificates.get(kid)
  const certificate = listed && certificateOf(listed)
  const current = currentOf((person ?? unit).encryption) === kid
  if (!certificate || !current || !validAt(certificate, now)) return refuse('recipient-key-ended', facts)
  return ok(true)
}

/** The units whose people a packet reaches. */
export const unitsReached = (header: PacketHeader, directory: Directory): readonly string[] => [
  ...new Set(header.recipients.map(({ to }) => unitOf(to, directory)).filter((unit) => unit !== undefined)),
]

function unitOf(to: string, directory: Directory): string | undefined {
  const [kind, id = ''] = to.split(':')
  return kind === 'person' ? directory.people.get(id)?.unit : id
}
