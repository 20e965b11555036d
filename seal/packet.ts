/**
 * Packets are sealed and opened here: the header that anybody may read and the hub routes by, and the body that only
 * its recipients can open (core/exchange/packet.ts has the shapes). Opening believes nothing that is not signed by
 * somebody the directory lists, and nothing the header says that the act does not say as well.
 *
 * Does not know folds, mailboxes or storage. Invariant: the lines received are the lines hashed; never re-serialised.
 */
import { act as actSchema, actLimits, actType } from '../core/act/act.ts'
import type { Act, Actor, KnownAct } from '../core/act/act.ts'
import type { Address, PacketId, Thumbprint } from '../core/act/identifiers.ts'
import { holdsRole } from '../core/directory/directory.ts'
import type { Directory } from '../core/directory/directory.ts'
import { packetHeader, packetLimits, packetType } from '../core/exchange/packet.ts'
import type { PacketHeader, PacketRefusal, Sender } from '../core/exchange/packet.ts'
import type { Random } from '../core/ports.ts'
import { ok, refuse } from '../core/result.ts'
import type { Refusal, Result } from '../core/result.ts'
import { sha256 } from './hash.ts'
import { decryptJwe, encryptJwe } from './jwe.ts'
import type { DecryptionKey, JweRecipient } from './jwe.ts'
import { jwsId } from './jws.ts'
import type { ParsedJws, Signer } from './jws.ts'
import { judgeSigner } from './signer.ts'
import type { ProvenSigner, SignerRefusal } from './signer.ts'
import { readStatement, signStatement } from './statement.ts'

const actKind = {
  typ: actType,
  maxBytes: actLimits.jwsBytes,
  maxDepth: packetLimits.jsonDepth,
  schema: actSchema,
} as const
const headerKind = {
  typ: packetType,
  maxBytes: packetLimits.headerBytes,
  maxDepth: packetLimits.jsonDepth,
  schema: packetHeader,
} as const

/** An act as it is stored: its bytes, its name, and what it says. */
export type SealedAct = { readonly jws: string; readonly act: KnownAct }
export type OpenedAct = SealedAct & { readonly signer: ProvenSigner }

/** Signs an act with the actor's key. Throws (a bug) for an act that is not of the shape. */
export async function sealAct(act: Act, key: Signer): Promise<SealedAct> {
  const jws = await signStatement(act, actKind, key)
  const id = sha256(jws.slice(0, jws.lastIndexOf('.')))
  return { jws, act: { ...act, id } }
}

/**
 * An act whose signer is proven and holds the role that is claimed. `at`: the hub's time where there is a receipt;
 * `claimed`, the actor's own time, for an act carried in another, whose receipt is elsewhere.
 */
export function openAct(
  jws: string,
  world: { readonly directory: Directory; readonly at: Date | 'claimed' },
): Result<OpenedAct, PacketRefusal> {
  const read = readStatement(jws, actKind)
  if (!read.ok) return refuse('act-malformed', undefined, read.refusal.detail)
  const act = { ...read.value.value, id: jwsId(read.value.jws) }
  const at = world.at === 'claimed' ? new Date(act.time) : world.at
  const signer = judgeSigner(read.value.jws, claimedBy(act.actor), world.directory, at)
  if (!signer.ok) return asPacketRefusal(signer.refusal, 'act-signature-broken')
  if ('person' in act.actor && !holdsRole(world.directory, act.actor.person, act.actor.role, at)) {
    return refuse('role-not-held', { person: act.actor.person, role: act.actor.role })
  }
  return ok({ jws, act, signer: signer.value })
}

const claimedBy = (actor: Actor): Sender =>
  'person' in actor ? { unit: actor.unit, person: actor.person } : { unit: actor.unit, device: actor.device }

export type PacketRecipient = JweRecipient & { readonly to: Address }

export type SealedPacket = {
  /** Header line, line feed, body line. */
  readonly raw: string
  readonly header: PacketHeader
}

/**
 * Puts an act into a packet for some of its recipients; `key` is the actor's. The archive key of the owner unit opens
 * the body too. Throws (a bug) for recipients that the act does not have.
 */
export async function sealPacket(parts: {
  readonly sealed: SealedAct
  readonly packet: PacketId
  readonly recipients: readonly PacketRecipient[]
  readonly archive?: JweRecipient
  readonly urgency: PacketHeader['urgency']
  readonly time: string
  readonly key: Signer
  readonly random: Random
}): Promise<SealedPacket> {
  const { act, jws } = parts.sealed
  const exceeding = parts.recipients.find((recipient) => !act.recipients.includes(recipient.to))
  if (exceeding) throw new Error(`not a recipient of the act: ${exceeding.to}`)
  const readers = new Map<Thumbprint, JweRecipient>()
  for (const reader of [...parts.recipients, ...(parts.archive ? [parts.archive] : [])]) {
    readers.set(reader.kid, reader)
  }
  const body = encryptJwe(Buffer.from(jws, 'latin1'), [...readers.values()], parts.random)
  const header: PacketHeader = {
    v: 1,
    packet: parts.packet,
    matter: act.matter,
    owner: act.owner,
    act: act.id,
    pen: act.pen,
    after: act.after,
    sender: claimedBy(act.actor),
    recipients: parts.recipients.map(({ to, kid }) => ({ to, kid })),
    ...(parts.archive ? { archive: parts.archive.kid } : {}),
    size: body.length,
    bodyHash: sha256(body),
    blobs: act.blobs.map((blob) => blob.id),
    urgency: parts.urgency,
    time: parts.time,
  }
  return { raw: `${await signStatement(header, headerKind, parts.key)}\n${body}`, header }
}

/** A packet taken apart: whole, but not yet believed (the hub and the recipient go on from here). */
export type ReadPacket = {
  readonly header: PacketHeader
  readonly headerJws: ParsedJws
  readonly body: string
  /** SHA-256 of the two lines, as receipts carry them. */
  readonly headerHash: string
  readonly bodyHash: string
}

/** The two lines, the header's shape, and that the body is the one the header names. No signature is verified. */
export function readPacket(
  raw: string | Uint8Array,
): Result<ReadPacket, 'packet-malformed' | 'packet-too-large' | 'body-differs-from-header'> {
  const bytes =
    typeof raw === 'string' ? Buffer.from(raw) : Buffer.from(raw.buffer, raw.byteOffset, raw.length)
  if (bytes.length > packetLimits.headerBytes + 1 + packetLimits.bodyBytes) return refuse('packet-too-large')
  const end = bytes.indexOf(0x0a)
  if (end < 0) return refuse('packet-malformed', undefined, 'one line')
  // Latin-1 keeps every byte apart; what is not ASCII is then no base64url.
  const headerLine = bytes.toString('latin1', 0, end)
  const bodyBytes = bytes.subarray(end + 1)
  if (bodyBytes.length > packetLimits.bodyBytes) return refuse('packet-too-large')
  const read = readStatement(headerLine, headerKind)
  if (!read.ok) {
    const large = read.refusal.code === 'statement-too-large'
    return refuse(large ? 'packet-too-large' : 'packet-malformed', undefined, read.refusal.detail)
  }
  const { jws: headerJws, value: header } = read.value
  const bodyHash = sha256(bodyBytes)
  if (header.size !== bodyBytes.length || header.bodyHash !== bodyHash) {
    return refuse('body-differs-from-header', { size: bodyBytes.length, stated: header.size })
  }
  const headerHash = sha256(bytes.subarray(0, end))
  return ok({ header, headerJws, body: bodyBytes.toString('latin1'), headerHash, bodyHash })
}

/** That the header was signed by the sender it names. */
export function judgeSender(
  packet: ReadPacket,
  world: { readonly directory: Directory; readonly at: Date },
): Result<ProvenSigner, PacketRefusal> {
  const signer = judgeSigner(packet.headerJws, packet.header.sender, world.directory, world.at)
  return signer.ok ? signer : asPacketRefusal(signer.refusal, 'header-signature-broken')
}

export type OpenedPacket = OpenedAct & {
  readonly header: PacketHeader
  readonly headerHash: string
  readonly bodyHash: string
  /** The key that opened it. */
  readonly kid: Thumbprint
}

/**
 * Opens a packet with the first of `keys` it is encrypted to and checks all of it: the sender's signature, body and
 * act against the header, the act's signature, the role. `at` is the time of the hub's receipt, or now without one;
 * offices and roles are judged as the directory stands. What is refused here is parked by the caller, never dropped.
 */
export function openPacket(
  raw: string | Uint8Array,
  world: { readonly directory: Directory; readonly keys: readonly DecryptionKey[]; readonly at: Date },
): Result<OpenedPacket, PacketRefusal> {
  const read = readPacket(raw)
  if (!read.ok) return read
  const { header, headerHash, bodyHash, body } = read.value
  const sender = judgeSender(read.value, world)
  if (!sender.ok) return sender
  const decrypted = decryptJwe(body, world.keys, { maxBytes: packetLimits.bodyBytes })
  if (!decrypted.ok) {
    if (decrypted.refusal.code === 'jwe-not-for-us') return refuse('not-addressed-to-us')
    const damaged = decrypted.refusal.code === 'jwe-damaged'
    return refuse(damaged ? 'cannot-decrypt' : 'packet-malformed', undefined, decrypted.refusal.code)
  }
  const { plaintext, kid, kids } = decrypted.value
  const announced = new Set([
    ...header.recipients.map((each) => each.kid),
    ...(header.archive ? [header.archive] : []),
  ])
  if (kids.length !== announced.size || !kids.every((each) => announced.has(each))) {
    return refuse('body-differs-from-header', { readers: kids.length, stated: announced.size })
  }
  const opened = openAct(Buffer.from(plaintext).toString('latin1'), world)
  if (!opened.ok) return opened
  const { act } = opened.value
  if (act.id !== header.act) return refuse('act-id-differs', { act: act.id, stated: header.act })
  const difference = disagreement(header, act)
  if (difference) return refuse('header-and-act-disagree', { member: difference })
  const exceeding = header.recipients.find(({ to }) => !act.recipients.includes(to))
  if (exceeding) return refuse('recipients-exceed-act', { recipient: exceeding.to })
  return ok({ ...opened.value, header, headerHash, bodyHash, kid })
}

/** The member in which header and act differ, if any. */
function disagreement(header: PacketHeader, act: KnownAct): keyof PacketHeader | undefined {
  if (header.matter !== act.matter) return 'matter'
  if (header.owner !== act.owner) return 'owner'
  if (header.pen !== act.pen) return 'pen'
  if (!sameList(header.after, act.after)) return 'after'
  const claimed = claimedBy(act.actor)
  const { sender } = header
  const same =
    sender.unit === claimed.unit &&
    ('person' in sender
      ? 'person' in claimed && sender.person === claimed.person
      : 'device' in claimed && sender.device === claimed.device)
  if (!same) return 'sender'
  if (
    !sameList(
      header.blobs,
      act.blobs.map((blob) => blob.id),
    )
  )
    return 'blobs'
  return undefined
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each, at) => each === other[at])

function asPacketRefusal(
  { code, facts, detail }: Refusal<SignerRefusal>,
  broken: 'header-signature-broken' | 'act-signature-broken',
): Result<never, PacketRefusal> {
  const codes = {
    'signer-unknown': 'sender-unknown',
    'signer-certificate-ended': 'sender-certificate-ended',
    'signer-of-another-unit': 'sender-is-another-unit',
    'signature-broken': broken,
  } as const
  return refuse(codes[code], facts, detail)
}
