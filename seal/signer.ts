/**
 * Was this statement signed by the one it names, with a certificate that the directory lists for them and that was
 * valid at the time? The directory is believed because its authority signed it (directory.ts); so no chain is built
 * here. Revocation reaches the office as a new directory act.
 */
import { deviceAt, personAt } from '../core/directory/directory.ts'
import type {
  DeviceEntry,
  Directory,
  Holder,
  ListedCertificate,
  PersonEntry,
} from '../core/directory/directory.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { parseCertificate } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { verifyJws } from './jws.ts'
import type { ParsedJws } from './jws.ts'

/** A person or a workstation of a unit, as packets and acts name them. */
export type Claimed =
  { readonly unit: string; readonly person: string } | { readonly unit: string; readonly device: string }

export type SignerRefusal =
  /** The certificate is not listed, or the person is not in office, or the workstation not admitted. */
  | 'signer-unknown'
  | 'signer-certificate-ended'
  /** The certificate belongs to somebody of another unit than the one named. */
  | 'signer-of-another-unit'
  /** It is somebody else's in the same unit, or the bytes were changed. */
  | 'signature-broken'

/** Evidence: by whom, with which certificate. */
export type ProvenSigner = { readonly claimed: Claimed; readonly certificate: Certificate }

/** `at` is the time the statement is judged for: the hub's receipt where there is one. */
export function judgeSigner(
  jws: ParsedJws,
  claimed: Claimed,
  directory: Directory,
  at: Date,
): Result<ProvenSigner, SignerRefusal> {
  const facts = { certificate: jws.thumbprint, ...claimed }
  const listed = directory.certificates.get(jws.thumbprint)
  const certificate = listed && certificateOf(listed)
  if (!certificate) return refuse('signer-unknown', facts, 'certificate not listed')
  const { holder } = listed
  if (holder.use !== 'signing' && holder.use !== 'device') {
    return refuse('signer-unknown', facts, `certificate listed for ${holder.use}`)
  }
  const owner = entryOf(holder, directory, at)
  if (owner && owner.unit !== claimed.unit)
    return refuse('signer-of-another-unit', { ...facts, holder: owner.unit })
  const same =
    'person' in claimed
      ? holder.kind === 'person' && holder.person === claimed.person
      : holder.kind === 'device' && holder.device === claimed.device
  if (!same) return refuse('signature-broken', facts, 'certificate of somebody else')
  if (!owner || !('active' in owner ? owner.active : owner.admitted))
    return refuse('signer-unknown', facts, 'not active or not admitted then')
  if (at < certificate.notBefore || at > certificate.notAfter) {
    return refuse('signer-certificate-ended', { ...facts, until: certificate.notAfter.toISOString() })
  }
  const verified = verifyJws(jws, certificate.publicKey)
  if (!verified.ok) return refuse('signature-broken', facts, verified.refusal.code)
  return ok({ claimed, certificate })
}

/** The holder's entry as it stood then: what was signed in office stays good when somebody leaves or moves. */
const entryOf = (holder: Holder, directory: Directory, at: Date): PersonEntry | DeviceEntry | undefined =>
  holder.kind === 'person'
    ? personAt(directory, holder.person, at)
    : holder.kind === 'device'
      ? deviceAt(directory, holder.device, at)
      : undefined

const parsed = new WeakMap<Uint8Array, { readonly certificate: Certificate | undefined }>()

/** A listed certificate, parsed once as long as the directory holds it; undefined where it cannot be read. */
export function certificateOf(listed: ListedCertificate): Certificate | undefined {
  const known = parsed.get(listed.der)
  if (known) return known.certificate
  const read = parseCertificate(listed.der)
  const certificate = read.ok ? read.value : undefined
  parsed.set(listed.der, { certificate })
  return certificate
}
