/**
 * The act (办理行为): one small immutable signed statement. This page is the shape of its payload; seal/packet.ts
 * signs and opens it. What a kind's body must hold stands with its kind of matter (outgoing/, incoming/).
 */
import { z } from 'zod'
import {
  actId,
  address,
  blobId,
  deviceId,
  instant,
  matterId,
  personId,
  roles,
  sha256Hex,
  unitId,
} from './identifiers.ts'

export const actType = 'sealpost-act+jws'
/** Bounds of one act, in bytes of its JWS: what is larger travels as a blob. */
export const actLimits = {
  jwsBytes: 8 * 1024 * 1024,
  recipients: 2_000,
  blobs: 1_000,
  after: 16,
  /** Of a file as it lies encrypted: 2 GiB and what encryption adds. */
  blobBytes: 2 * 1024 ** 3 + 64 * 1024 ** 2,
} as const

/** A blob an act refers to. Only the act carries the key. Sizes in bytes. */
export const blobRef = z.strictObject({
  id: blobId,
  size: z.number().int().min(0).max(actLimits.blobBytes),
  /** AES-256 key, base64url without padding. */
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  plainHash: sha256Hex,
  plainSize: z.number().int().min(0).max(actLimits.blobBytes),
  media: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,80}$/),
  name: z.string().min(1).max(200),
})
export type BlobRef = z.infer<typeof blobRef>

/** Who acts: a person in a role, or the workstation itself in the role `machine`. */
export const actor = z.union([
  z.strictObject({ unit: unitId, person: personId, role: z.enum(roles).exclude(['machine']) }),
  z.strictObject({ unit: unitId, device: deviceId, role: z.literal('machine') }),
])
export type Actor = z.infer<typeof actor>

export const act = z.strictObject({
  v: z.literal(1),
  matter: matterId,
  /** The unit the matter belongs to. */
  owner: unitId,
  kind: z.string().regex(/^[a-z]+\.[a-z-]{1,40}$/),
  /** Whether the act takes the pen: its `after[0]` is then the matter's head (or `after` is empty: it begins it). */
  pen: z.boolean(),
  after: z.array(actId).max(actLimits.after),
  /** The actor's claim; judged by the earliest hub receipt. */
  time: instant,
  actor,
  recipients: z.array(address).min(1).max(actLimits.recipients),
  /** 128 random bits, base64url: two equal statements are still two acts. */
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  blobs: z.array(blobRef).max(actLimits.blobs),
  body: z.record(z.string(), z.unknown()),
})
export type Act = z.infer<typeof act>

/** An act with its name, opened and checked: what the folds take. */
export type KnownAct = Act & { readonly id: string }
