/**
 * Judges a certificate at a stated time: builds a path to a trust anchor and says which check failed where.
 * Non-goals for now: policies, name constraints (a certificate that carries them is refused), CRL and OCSP (revocation
 * is handed in). Invariant: the answer is evidence, `trusted` only where every check of one path passed.
 */
import type { Certificate, KeyUsage } from './certificate.ts'
import { judgeValue } from './signature-algorithm.ts'

export type ChainPurpose = 'seal' | 'sign' | 'device' | 'server' | 'timestamp' | 'any'

export type ChainReason =
  | 'anchor-missing'
  | 'not-yet-valid'
  | 'expired'
  | 'issuer-not-authority'
  | 'path-length'
  | 'signature-broken'
  | 'algorithm-unsupported'
  | 'algorithm-weak'
  | 'usage-not-allowed'
  | 'extension-unsupported'
  | 'revoked'

export type ChainCheck = {
  readonly name:
    'validity' | 'authority' | 'path-length' | 'signature' | 'usage' | 'extensions' | 'revocation' | 'anchor'
  /** Subject of the certificate that was checked. */
  readonly subject: string
  readonly passed: boolean
  /** In English, for the technical details. */
  readonly detail: string
}

export type ChainEvidence = {
  /** `unknown` only where no anchor is reached and nothing but dates is wrong beside (see `needsAnchor`). */
  readonly status: 'trusted' | 'untrusted' | 'unknown'
  readonly at: Date
  /** Leaf first. */
  readonly path: readonly { readonly subject: string; readonly serial: string; readonly thumbprint: string }[]
  readonly checks: readonly ChainCheck[]
  readonly reasons: readonly ChainReason[]
}

export type ChainOptions = {
  readonly anchors: readonly Certificate[]
  readonly intermediates: readonly Certificate[]
  /** The time for which everything is judged. */
  readonly at: Date
  readonly purpose: ChainPurpose
  /** When this certificate was revoked, as far as is known. */
  readonly revoked?: (certificate: Certificate) => Date | undefined
}

/** Certificates in a path, the anchor included; attempts to extend a path; complete paths looked at closely. */
export const chainLimits = { path: 10, attempts: 1_000, candidates: 32 } as const

export function judgeChain(leaf: Certificate, options: ChainOptions): ChainEvidence {
  let best: Judged | undefined
  for (const path of findPaths(leaf, options)) {
    const judged = judgePath(path, options)
    if (judged.reasons.length === 0) return evidence(judged, 'trusted', options.at)
    if (!best || rank(judged) < rank(best)) best = judged
  }
  if (!best) throw new Error('a leaf is a path of one')
  const open = !best.anchored && best.reasons.every((reason) => needsAnchor.has(reason))
  return evidence(best, open ? 'unknown' : 'untrusted', options.at)
}

/**
 * Findings that stay open as long as no anchor is reached: dates that nobody known vouches for prove nothing against
 * the signer. A forged signature or a wrong usage inside the path is wrong under any anchor.
 */
const needsAnchor: ReadonlySet<ChainReason> = new Set(['anchor-missing', 'not-yet-valid', 'expired'])

type Path = { readonly certificates: readonly Certificate[]; readonly anchored: boolean }
type Judged = Path & { readonly checks: readonly ChainCheck[]; readonly reasons: readonly ChainReason[] }

/** Anchored paths first, then the fewest failures. */
const rank = (judged: Judged): number => (judged.anchored ? 0 : 1_000) + judged.reasons.length

function evidence(judged: Judged, status: ChainEvidence['status'], at: Date): ChainEvidence {
  const path = judged.certificates.map(({ subject, serial, thumbprint }) => ({ subject, serial, thumbprint }))
  return { status, at, path, checks: judged.checks, reasons: judged.reasons }
}

/** Complete paths, and where there is none the longest attempt. Bounded by `chainLimits`. */
function findPaths(leaf: Certificate, { anchors, intermediates }: ChainOptions): readonly Path[] {
  const anchorPrints = new Set(anchors.map(({ thumbprint }) => thumbprint))
  const bySubject = new Map<string, Certificate[]>()
  const known = new Set<string>()
  for (const certificate of [...anchors, ...intermediates]) {
    if (known.has(certificate.thumbprint)) continue
    known.add(certificate.thumbprint)
    const name = certificate.subjectName.comparable
    bySubject.set(name, [...(bySubject.get(name) ?? []), certificate])
  }
  const complete: Path[] = []
  let longest: readonly Certificate[] = [leaf]
  let attempts = 0
  const extend = (certificates: readonly Certificate[]): void => {
    const last = certificates[certificates.length - 1]
    if (!last || ++attempts > chainLimits.attempts || complete.length >= chainLimits.candidates) return
    if (anchorPrints.has(last.thumbprint)) {
      complete.push({ certificates, anchored: true })
      return
    }
    if (certificates.length > longest.length) longest = certificates
    if (certificates.length >= chainLimits.path) return
    const issuers = (bySubject.get(last.issuerName.comparable) ?? []).filter(
      (issuer) => !certificates.some(({ thumbprint }) => thumbprint === issuer.thumbprint),
    )
    const likely = (issuer: Certificate): number =>
      last.authorityKeyId !== undefined && issuer.subjectKeyId === last.authorityKeyId ? 0 : 1
    for (const issuer of issuers.toSorted((a, b) => likely(a) - likely(b))) extend([...certificates, issuer])
  }
  extend([leaf])
  return complete.length > 0 ? complete : [{ certificates: longest, anchored: false }]
}

function judgePath(path: Path, options: ChainOptions): Judged {
  const checks: ChainCheck[] = []
  const reasons = new Set<ChainReason>()
  const { certificates } = path
  const note = (
    name: ChainCheck['name'],
    { subject }: Certificate,
    reason: ChainReason | undefined,
    detail: string,
  ): void => {
    checks.push({ name, subject, passed: reason === undefined, detail })
    if (reason) reasons.add(reason)
  }
  certificates.forEach((certificate, place) => {
    note('validity', certificate, judgeValidity(certificate, options.at), validityText(certificate))
    const critical = certificate.criticalUnknown
    note(
      'extensions',
      certificate,
      critical.length ? 'extension-unsupported' : undefined,
      critical.join(' ') || 'known',
    )
    if (options.revoked) {
      const revokedAt = options.revoked(certificate)
      const revoked = revokedAt !== undefined && revokedAt <= options.at
      note(
        'revocation',
        certificate,
        revoked ? 'revoked' : undefined,
        revokedAt?.toISOString() ?? 'not revoked',
      )
    }
    if (place === 0) {
      const allowed = allowsPurpose(certificate, options.purpose)
      note(
        'usage',
        certificate,
        allowed ? undefined : 'usage-not-allowed',
        usageText(certificate, options.purpose),
      )
    } else {
      const authority = certificate.isAuthority
      note(
        'authority',
        certificate,
        authority ? undefined : 'issuer-not-authority',
        `authority: ${authority}`,
      )
      const signs = !certificate.restrictsUsage || certificate.keyUsage.has('keyCertSign')
      note(
        'usage',
        certificate,
        signs ? undefined : 'usage-not-allowed',
        'may sign certificates: ' + String(signs),
      )
      const between = certificates.slice(1, place).filter((one) => !isSelfIssued(one)).length
      const long = certificate.pathLength !== undefined && between > certificate.pathLength
      note('path-length', certificate, long ? 'path-length' : undefined, `${between} authorities below`)
    }
    const issuer = certificates[place + 1]
    if (issuer) note('signature', certificate, ...judgeSignature(certificate, issuer))
  })
  const last = certificates[certificates.length - 1]
  if (last)
    note(
      'anchor',
      last,
      path.anchored ? undefined : 'anchor-missing',
      path.anchored ? 'reached' : last.issuer,
    )
  return { ...path, checks, reasons: [...reasons] }
}

function judgeValidity({ notBefore, notAfter }: Certificate, at: Date): ChainReason | undefined {
  if (at < notBefore) return 'not-yet-valid'
  // Whole seconds: notAfter's second still belongs to the validity (RFC 5280 4.1.2.5).
  return Math.floor(at.getTime() / 1000) > notAfter.getTime() / 1000 ? 'expired' : undefined
}

const validityText = ({ notBefore, notAfter }: Certificate): string =>
  `${notBefore.toISOString()} to ${notAfter.toISOString()}`

const isSelfIssued = ({ subjectName, issuerName }: Certificate): boolean =>
  subjectName.comparable === issuerName.comparable

/** Whether a certificate is signed with its own key, as roots are. */
export const isSelfSigned = (certificate: Certificate): boolean =>
  isSelfIssued(certificate) && judgeSignature(certificate, certificate)[0] === undefined

/**
 * Judges certificates that a signature carries along without needing them: `broken` where one bears the name of an
 * issuer at hand but not its signature, `unknown` where its issuer is not at hand.
 * @param known further certificates that may be issuers
 */
export function judgeCarried(
  carried: readonly Certificate[],
  { path }: ChainEvidence,
  known: readonly Certificate[],
): 'fine' | 'broken' | 'unknown' {
  const used = new Set(path.map(({ thumbprint }) => thumbprint))
  const judged = carried
    .filter(({ thumbprint }) => !used.has(thumbprint))
    .map((one) => {
      const issuers = [...carried, ...known].filter(
        ({ subjectName }) => subjectName.comparable === one.issuerName.comparable,
      )
      if (issuers.length === 0) return 'unknown'
      return issuers.some((issuer) => judgeSignature(one, issuer)[0] === undefined) ? 'fine' : 'broken'
    })
  return judged.includes('broken') ? 'broken' : judged.includes('unknown') ? 'unknown' : 'fine'
}

function judgeSignature(certificate: Certificate, issuer: Certificate): [ChainReason | undefined, string] {
  const { signatureAlgorithm, signed, signature } = certificate
  const judgement = judgeValue(signatureAlgorithm, signed, signature, issuer.publicKey)
  const detail = `${signatureAlgorithm.oid} by ${issuer.subject}`
  if (judgement === 'valid') return [undefined, detail]
  if (judgement === 'broken') return ['signature-broken', detail]
  return [judgement === 'weak' ? 'algorithm-weak' : 'algorithm-unsupported', detail]
}

export const extendedUsages = {
  any: '2.5.29.37.0',
  server: '1.3.6.1.5.5.7.3.1',
  device: '1.3.6.1.5.5.7.3.2',
  timestamp: '1.3.6.1.5.5.7.3.8',
  ocsp: '1.3.6.1.5.5.7.3.9',
} as const

/** Extended usages that by themselves say: not for signing documents. */
const machineOnly: ReadonlySet<string> = new Set([
  extendedUsages.server,
  extendedUsages.device,
  extendedUsages.timestamp,
  extendedUsages.ocsp,
])

function allowsPurpose(certificate: Certificate, purpose: ChainPurpose): boolean {
  const { extendedKeyUsage, keyUsage, restrictsUsage } = certificate
  const may = (...wanted: readonly KeyUsage[]) =>
    !restrictsUsage || wanted.some((usage) => keyUsage.has(usage))
  switch (purpose) {
    case 'any':
      return true
    case 'seal':
    case 'sign':
      return (
        may('digitalSignature', 'nonRepudiation') &&
        (extendedKeyUsage.length === 0 || extendedKeyUsage.some((usage) => !machineOnly.has(usage)))
      )
    case 'device':
      return may('digitalSignature') && extendedKeyUsage.includes(extendedUsages.device)
    case 'server':
      return may('digitalSignature', 'keyEncipherment') && extendedKeyUsage.includes(extendedUsages.server)
    case 'timestamp': // RFC 3161 2.3: this usage and no other
      return (
        may('digitalSignature', 'nonRepudiation') &&
        extendedKeyUsage.length === 1 &&
        extendedKeyUsage[0] === extendedUsages.timestamp
      )
  }
}

const usageText = ({ keyUsage, extendedKeyUsage }: Certificate, purpose: ChainPurpose): string =>
  `${purpose}: ${[...keyUsage, ...extendedKeyUsage].join(' ') || 'unrestricted'}`
