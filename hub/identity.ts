/** Who the hub is and whom it believes: keys and certificates handed in. */
import { fromBase64 } from '../core/directory/directory.ts'
import type { Certificate } from '../seal/certificate.ts'
import type { Signer } from '../seal/jws.ts'
import { sha256 } from '../seal/hash.ts'

export type HubIdentity = {
  readonly hub: string
  /** PEM; the certificate with its intermediates after it. */
  readonly tls: { readonly key: string; readonly certificate: string }
  /** Signs receipts. */
  readonly receipts: Signer
  readonly anchors: readonly Certificate[]
  /** Issuing certificates besides those the directory lists. */
  readonly intermediates: readonly Certificate[]
  /** Whose signature makes a directory act. */
  readonly authority: Certificate
}

export const validAt = ({ notBefore, notAfter }: Certificate, now: number): boolean =>
  notBefore.getTime() <= now && now <= notAfter.getTime()

const thumbprints = new Map<string, string>()

/** Thumbprint of a certificate as the directory writes it (base64 DER). */
export function thumbprintOf(certificate: string): string {
  const found = thumbprints.get(certificate)
  if (found !== undefined) return found
  const thumbprint = sha256(fromBase64(certificate))
  if (thumbprints.size >= 20_000) thumbprints.clear()
  thumbprints.set(certificate, thumbprint)
  return thumbprint
}

/** Thumbprint of the last of a list of certificates: the current one; those before it only serve what is old. */
export function currentOf(certificates: readonly string[] | undefined): string | undefined {
  const last = certificates?.at(-1)
  return last === undefined ? undefined : thumbprintOf(last)
}
