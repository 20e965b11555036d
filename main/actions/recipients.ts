/** From mailboxes to the keys a packet is encrypted for: the current encryption certificate of each. */
import type { Address } from '../../core/act/identifiers.ts'
import { fromBase64 } from '../../core/directory/directory.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { ok, refuse } from '../../core/result.ts'
import { certificateOf } from '../../seal/signer.ts'
import type { PacketRecipient } from '../../seal/packet.ts'
import type { JweRecipient } from '../../seal/jwe.ts'
import { sha256 } from '../../seal/hash.ts'
import type { Answer } from './desk.ts'

function keyOf(
  directory: Directory,
  certificates: readonly string[] | undefined,
  at: Date,
): JweRecipient | null {
  const current = certificates?.at(-1)
  const listed = current && directory.certificates.get(sha256(fromBase64(current)))
  const certificate = listed && certificateOf(listed)
  if (!certificate || at > certificate.notAfter) return null
  return { kid: certificate.thumbprint, publicKey: certificate.publicKey }
}

export function recipientOf(directory: Directory, to: Address, at: Date): Answer<PacketRecipient> {
  const [kind, id] = to.split(':') as ['unit' | 'person', string]
  const entry = kind === 'unit' ? directory.units.get(id) : directory.people.get(id)
  if (!entry || (entry.kind === 'person' && !entry.active))
    return refuse('recipient-unknown', { recipient: id })
  const key = keyOf(directory, entry.encryption, at)
  return key ? ok({ ...key, to }) : refuse('recipient-key-ended', { recipient: entry.name })
}

export function archiveOf(directory: Directory, unit: string, at: Date): Answer<JweRecipient> {
  const key = keyOf(directory, directory.units.get(unit)?.archive, at)
  return key ? ok(key) : refuse('recipient-key-ended', { recipient: unit })
}
