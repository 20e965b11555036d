/**
 * The protocol page: everything a client and a hub say to one another. HTTP over mutual TLS 1.3 (the device
 * certificate identifies the workstation); all but `hub`, `nonce` and `session` need the session token
 * in `authorization: Bearer`. JSON bodies are the shapes below; a refusal is always
 * `{"refusal": {"code", "facts"?}}` with the status of `hubStatus`.
 *
 *   GET   /v1/hub                          -> HubFacts
 *   POST  /v1/nonce                        -> {nonce}
 *   POST  /v1/session   {statement: JWS}   -> SessionGrant
 *   GET   /v1/directory?after=VERSION      -> {acts: JWS[]}            oldest first, at most 500
 *   POST  /v1/uploads   {blob, size}       -> 201 {upload, offset} | 200 {stored: true}
 *   HEAD  /v1/uploads/:upload              -> upload-offset
 *   PATCH /v1/uploads/:upload              -> 204, upload-offset       body: octets, header upload-offset
 *   GET   /v1/blobs/:blob                  -> octets (Range honoured)
 *   POST  /v1/packets                      -> {receipt: JWS}           body: the raw packet; twice gives the same receipt
 *   GET   /v1/mailbox?box=ADDRESS&after=POSITION&wait=SECONDS -> MailboxPage
 *       packets from that position on (0 at first, then the page's `next`)
 */
import { z } from 'zod'
import { actLimits } from '../act/act.ts'
import { address, blobId, hubId, instant } from '../act/identifiers.ts'

export const protocolVersion = 1
export const protocolLimits = {
  /** Bytes of a JSON request. */
  requestBytes: 64 * 1024,
  /** Bytes of one PATCH. */
  patchBytes: 64 * 1024 * 1024,
  blobBytes: actLimits.blobBytes,
  /** Packets and bytes in one mailbox page. */
  pagePackets: 200,
  pageBytes: 8 * 1024 * 1024,
  waitSeconds: 30,
  /** Longest silence of a peer in mid-request, ms. */
  idleMs: 30_000,
} as const

export const hubFacts = z.strictObject({ hub: hubId, time: instant, protocol: z.literal(protocolVersion) })
export type HubFacts = z.infer<typeof hubFacts>
export const nonceGrant = z.strictObject({ nonce: z.string() })
export const sessionRequest = z.strictObject({ statement: z.string().max(4096) })
export const sessionGrant = z.strictObject({ token: z.string(), until: instant, boxes: z.array(address) })
export type SessionGrant = z.infer<typeof sessionGrant>
export const directoryPage = z.strictObject({ acts: z.array(z.string()) })
export const uploadRequest = z.strictObject({
  blob: blobId,
  size: z.number().int().min(0).max(protocolLimits.blobBytes),
})
export const uploadGrant = z.union([
  z.strictObject({ upload: z.string(), offset: z.number().int().min(0) }),
  z.strictObject({ stored: z.literal(true) }),
])
export const packetAnswer = z.strictObject({ receipt: z.string() })
export const mailboxPage = z.strictObject({
  /** In the order of the log. `raw` is the packet's two lines, byte for byte. */
  packets: z.array(z.strictObject({ position: z.number().int(), raw: z.string(), receipt: z.string() })),
  /** Ask next with this `after`. */
  next: z.number().int(),
  more: z.boolean(),
})
export type MailboxPage = z.infer<typeof mailboxPage>

/** Every refusal a hub gives, with its HTTP status. Closed. */
export const hubStatus = {
  'device-missing': 401,
  'device-unknown': 401,
  'device-expired': 401,
  'device-not-admitted': 403,
  'session-missing': 401,
  'session-expired': 401,
  'session-replayed': 401,
  'session-for-another-hub': 401,
  'session-for-another-device': 401,
  'session-signature-broken': 401,
  'session-too-long': 401,
  'session-malformed': 400,
  /** The workstation's clock is ahead of the hub's by more than `sessionLimits.clockSkewMs`. */
  'clock-differs': 401,
  'person-unknown': 403,
  'person-certificate-ended': 403,
  'mailbox-not-yours': 403,
  'request-malformed': 400,
  'request-too-large': 413,
  'not-found': 404,
  'packet-malformed': 400,
  'packet-too-large': 413,
  'header-signature-broken': 403,
  'body-differs-from-header': 400,
  'sender-is-another-unit': 403,
  'sender-differs-from-session': 403,
  'owner-differs': 409,
  'recipient-unknown': 422,
  'recipient-key-ended': 422,
  'route-not-permitted': 403,
  'packet-id-taken': 409,
  'head-moved': 409,
  'blob-missing': 409,
  'blob-hash-differs': 422,
  'upload-unknown': 404,
  'upload-not-yours': 403,
  'upload-offset-differs': 409,
  'disk-full': 507,
  busy: 503,
} as const
export type HubRefusal = keyof typeof hubStatus

export const refusalAnswer = z.strictObject({
  refusal: z.strictObject({
    code: z.enum(Object.keys(hubStatus) as [HubRefusal, ...HubRefusal[]]),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  }),
})

/** Refusals that may pass by themselves: the pump tries again; all others are final and shown. */
export const passing: ReadonlySet<HubRefusal> = new Set([
  'session-missing',
  'session-expired',
  'session-replayed',
  'blob-missing',
  'upload-unknown',
  'upload-offset-differs',
  'blob-hash-differs',
  'disk-full',
  'busy',
])
