/**
 * The packet: what travels. Two lines of text: the header (a JWS anybody may read: routing needs it) and the body
 * (a JWE only the recipients can open; its plaintext is the act's JWS). Refusals are a closed set; each has a
 * sentence in the interface.
 */
import { z } from 'zod'
import { actLimits } from '../act/act.ts'
import {
  actId,
  address,
  blobId,
  deviceId,
  instant,
  matterId,
  packetId,
  personId,
  sha256Hex,
  thumbprint,
  unitId,
} from '../act/identifiers.ts'
import { urgencies } from '../outgoing/content.ts'

export const packetType = 'sealpost-packet+jws'
export const packetMedia = 'application/vnd.sealpost.packet'
/** Bytes of the two parts. A header names at most 2,000 recipients; the body is an act and its wrapped keys. */
export const packetLimits = { headerBytes: 1024 * 1024, bodyBytes: 16 * 1024 * 1024, jsonDepth: 16 } as const

export const sender = z.union([
  z.strictObject({ unit: unitId, person: personId }),
  z.strictObject({ unit: unitId, device: deviceId }),
])
export type Sender = z.infer<typeof sender>

export const packetHeader = z.strictObject({
  v: z.literal(1),
  packet: packetId,
  matter: matterId,
  owner: unitId,
  act: actId,
  pen: z.boolean(),
  after: z.array(actId).max(actLimits.after),
  sender,
  /** Mailboxes, each with the thumbprint of the encryption certificate the body key was wrapped for. */
  recipients: z
    .array(z.strictObject({ to: address, kid: thumbprint }))
    .min(1)
    .max(actLimits.recipients),
  /** The owner unit's archive key, which also opens the body; absent on packets to other units. */
  archive: thumbprint.optional(),
  size: z.number().int().min(1).max(packetLimits.bodyBytes),
  bodyHash: sha256Hex,
  blobs: z.array(blobId).max(actLimits.blobs),
  urgency: z.enum(urgencies),
  time: instant,
})
export type PacketHeader = z.infer<typeof packetHeader>

/** Why a packet or an act is not accepted by the one who opens it. Closed. */
export const packetRefusals = [
  'packet-malformed',
  'packet-too-large',
  'header-signature-broken',
  'body-differs-from-header',
  'sender-unknown',
  'sender-certificate-ended',
  'sender-is-another-unit',
  'not-addressed-to-us',
  'cannot-decrypt',
  'act-malformed',
  'act-signature-broken',
  'act-id-differs',
  'header-and-act-disagree',
  'recipients-exceed-act',
  'role-not-held',
  'blob-missing',
  'blob-damaged',
  'classified-mark',
] as const
export type PacketRefusal = (typeof packetRefusals)[number]
