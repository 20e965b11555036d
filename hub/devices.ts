/**
 * Which workstation is on the line (终端准入). TLS lets every certificate through, and none; here each is judged with
 * a code of its own, so that a clerk reads a sentence instead of a broken line.
 * A certificate must stand in the directory as that device's present one, and chain to the anchor.
 */
import type { TLSSocket } from 'node:tls'
import { fromBase64 } from '../core/directory/directory.ts'
import type { Directory } from '../core/directory/directory.ts'
import type { HubRefusal } from '../core/exchange/protocol.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { parseCertificate } from '../seal/certificate.ts'
import type { Certificate } from '../seal/certificate.ts'
import { judgeChain } from '../seal/chain.ts'
import { thumbprintOf, validAt } from './identity.ts'
import type { HubIdentity } from './identity.ts'

export type KnownDevice = { readonly device: string; readonly unit: string; readonly thumbprint: string }
type DeviceRefusal = Extract<HubRefusal, `device-${string}`>

/** Judges the peer of a connection; what does not change with the time is judged once a connection and directory. */
export function deviceJudge(world: {
  readonly identity: HubIdentity
  readonly directory: () => Directory
  readonly clock: () => number
}): (socket: TLSSocket) => Result<KnownDevice, DeviceRefusal> {
  const listed = new WeakMap<TLSSocket, { version: number; judged: Result<Listed, DeviceRefusal> }>()

  return (socket) => {
    const directory = world.directory()
    const now = world.clock()
    let kept = listed.get(socket)
    if (kept?.version !== directory.version) {
      kept = { version: directory.version, judged: judge(socket, directory, world.identity, now) }
      listed.set(socket, kept)
    }
    if (!kept.judged.ok) return kept.judged
    const { certificate, known, admitted } = kept.judged.value
    if (!validAt(certificate, now))
      return refuse('device-expired', { device: known.device, until: certificate.notAfter.toISOString() })
    if (!admitted) return refuse('device-not-admitted', { device: known.device })
    return ok(known)
  }
}

type Listed = { readonly certificate: Certificate; readonly known: KnownDevice; readonly admitted: boolean }

function judge(
  socket: TLSSocket,
  directory: Directory,
  identity: HubIdentity,
  now: number,
): Result<Listed, DeviceRefusal> {
  const peer = socket.getPeerX509Certificate()
  if (!peer) return refuse('device-missing')
  const parsed = parseCertificate(peer.raw)
  if (!parsed.ok) return refuse('device-unknown', undefined, parsed.refusal.detail)
  const certificate = parsed.value
  const { thumbprint } = certificate
  const intermediates = [...identity.intermediates]
  for (const issuer of directory.issuers.values()) {
    const read = parseCertificate(fromBase64(issuer.certificate))
    if (read.ok) intermediates.push(read.value)
  }
  // Of an ended certificate the chain is judged for its own last day; that it has ended is told apart from all else.
  const at = new Date(
    Math.min(Math.max(now, certificate.notBefore.getTime()), certificate.notAfter.getTime()),
  )
  const chain = judgeChain(certificate, { anchors: identity.anchors, intermediates, at, purpose: 'device' })
  if (chain.status !== 'trusted') return refuse('device-unknown', undefined, chain.reasons.join(' '))
  const holder = directory.certificates.get(thumbprint)?.holder
  if (holder?.kind !== 'device') return refuse('device-unknown', undefined, 'not in the directory')
  const entry = directory.devices.get(holder.device)
  if (!entry || thumbprintOf(entry.certificate) !== thumbprint)
    return refuse('device-unknown', { device: holder.device }, 'replaced by another certificate')
  const known = { device: entry.id, unit: entry.unit, thumbprint }
  return ok({ certificate, known, admitted: entry.admitted })
}
