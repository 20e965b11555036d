/**
 * What can go wrong between this workstation and the hub, in three kinds: the line, the workstation or the person
 * (nothing is wrong with the packet, so it waits), and the packet itself (final unless the protocol says it passes).
 */
import { passing } from '../../core/exchange/protocol.ts'
import type { HubRefusal } from '../../core/exchange/protocol.ts'
import { lineFailures } from '../../core/exchange/trouble.ts'
import type { LineFailure } from '../../core/exchange/trouble.ts'
import type { Refusal } from '../../core/result.ts'

export type HubFailure = HubRefusal | LineFailure
export type HubFailed = Refusal<HubFailure>

export const isLineFailure = (code: HubFailure): code is LineFailure =>
  (lineFailures as readonly string[]).includes(code)

/** Said of the workstation or the person, whatever they send: a packet is never refused for it. */
const ofOurselves: ReadonlySet<HubRefusal> = new Set([
  'device-missing',
  'device-unknown',
  'device-expired',
  'device-not-admitted',
  'session-missing',
  'session-expired',
  'session-replayed',
  'session-for-another-hub',
  'session-for-another-device',
  'session-signature-broken',
  'session-too-long',
  'session-malformed',
  'clock-differs',
  'person-unknown',
  'person-certificate-ended',
  'mailbox-not-yours',
  'sender-differs-from-session',
])

/** Said of the question, not of the packet: the hub is another version, or an upload was begun by somebody else. */
const ofTheQuestion: ReadonlySet<HubRefusal> = new Set(['not-found', 'upload-not-yours'])

export type FailureKind = 'line' | 'ourselves' | 'passing' | 'final'

export function kindOf(code: HubFailure): FailureKind {
  if (isLineFailure(code)) return 'line'
  if (ofOurselves.has(code)) return 'ourselves'
  return passing.has(code) || ofTheQuestion.has(code) ? 'passing' : 'final'
}

/** Errors of TLS by which the other side is not the hub we know; everything else of the network is the line. */
const tlsCodes =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO$)/
const netCodes =
  /^(ECONN|EPIPE|ENOTFOUND|EAI_|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|ETIMEDOUT|EADDR|ENETRESET|UND_ERR_(SOCKET|CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|ABORTED|CLOSED|DESTROYED|INFO|RES_CONTENT_LENGTH_MISMATCH|HEADERS_OVERFLOW|REQ_CONTENT_LENGTH_MISMATCH))|^HPE_/

/** The failure of a request that threw. What is neither of TLS nor of the network is a bug and thrown on. */
export function failureOf(error: unknown): HubFailed {
  const seen = [error, (error as { cause?: unknown } | null)?.cause]
  for (const each of seen) {
    if (typeof each !== 'object' || each === null) continue
    const code = 'code' in each ? String(each.code) : ''
    const name = 'name' in each ? String(each.name) : ''
    if (tlsCodes.test(code)) return { code: 'hub-not-trusted', detail: code }
    if (netCodes.test(code)) return { code: 'offline', detail: code }
    if (name === 'AbortError' || name === 'TimeoutError') return { code: 'offline', detail: name }
  }
  throw error
}
