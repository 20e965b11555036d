/** The names everything else is keyed by. All are lower-case ASCII so that they compare byte for byte. */
import { z } from 'zod'

/** SHA-256 as 64 lower-case hex digits. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)
/** An act's name: SHA-256 of its JWS signing input. */
export const actId = sha256Hex
export type ActId = string
/** A blob's name: SHA-256 of its ciphertext. */
export const blobId = sha256Hex
export type BlobId = string
/** SHA-256 of a certificate's DER (the value of x5t#S256, in hex). */
export const thumbprint = sha256Hex
export type Thumbprint = string

/** 128 bits as 32 hex digits. */
export const matterId = z.string().regex(/^[0-9a-f]{32}$/)
export type MatterId = string
export const packetId = z.string().regex(/^[0-9a-f]{32}$/)
export type PacketId = string

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/)
export const unitId = name
export type UnitId = string
export const personId = name
export type PersonId = string
export const deviceId = name
export type DeviceId = string
export const hubId = name
export type HubId = string

/** A mailbox: a unit's (read by its registry) or a person's. */
export const address = z.string().regex(/^(unit|person):[a-z0-9][a-z0-9-]{0,47}$/)
export type Address = `unit:${UnitId}` | `person:${PersonId}`
export const unitAddress = (unit: UnitId): Address => `unit:${unit}`
export const personAddress = (person: PersonId): Address => `person:${person}`

/** UTC, milliseconds, as Date.prototype.toISOString writes it. */
export const instant = z.string().regex(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
/** A calendar date, YYYY-MM-DD. */
export const calendarDate = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)

export const roles = ['secretary', 'leader', 'registry', 'seal-keeper', 'machine'] as const
/** 秘书, 领导, 收发员, 印章管理员, and the workstation itself (delivery is by machine). */
export type Role = (typeof roles)[number]
