/**
 * The mark of development certificates: a policy that certs-dev puts into every certificate it makes, root included.
 * A client outside development mode refuses a certificate that bears it, or whose chain does. The mark protects
 * against mistakes (a made-up root left in an office), not against somebody who forges: forgers leave it out, and
 * fail at the trust anchor.
 */
import { oid } from './der.ts'

/** Under 2.25 anybody may name things by a UUID (ITU-T X.667); this one is b37c90d8-79a1-49ac-947d-e59b3ed10b87. */
export const developmentPolicy = '2.25.238578593873866959958991113464291855239'

const marker = Buffer.from(oid(developmentPolicy))

/** The mark is looked for in the whole DER: wherever it stands, nobody but certs-dev has a reason to write it. */
export const isDevelopmentCertificate = (certificate: { readonly der: Uint8Array }): boolean =>
  Buffer.from(certificate.der).includes(marker)
