/**
 * The closed set of verdicts on a signed file, for every format. Pure data and the rules that combine findings; who
 * finds what is the formats' business (pdf/verify.ts). Sentences in Chinese are the renderer's, made from the codes.
 * Invariant: `good` needs every part to be proven; nothing that is unknown or contradicted ever adds up to `good`.
 */
import type { ChainEvidence, ChainReason } from './chain.ts'
import type { CmsReason } from './cms-read.ts'

export type VerdictReason =
  | CmsReason
  | `chain-${ChainReason}`
  | 'changed-after-signing'
  | 'not-covered'
  | 'byte-range-malformed'
  | 'signature-unreadable'
  | 'format-unsupported'
  | 'carried-certificate-broken'
  | 'carried-certificate-unknown'
  | 'structure-unreadable'
  | 'signing-time-missing'
  | 'signed-in-future'
  | 'no-signature'

/** `intact`: no change was found; only together with a valid signature does it prove that there is none. */
export type Integrity = 'intact' | 'changed' | 'uncovered'
export type SignatureState = 'valid' | 'broken' | 'unsupported'
export type ChainState = ChainEvidence['status']
export type Judgement = 'good' | 'bad' | 'unknown'

/** What the signed bytes are: the whole file, the file as it was at an earlier revision, or only a part of that. */
export type Coverage = 'whole-file' | 'earlier-revision' | 'part'

export type SignatureVerdict = {
  /** 0 is the oldest. */
  readonly index: number
  readonly kind: 'signature' | 'timestamp'
  /** Common name (else subject) of the signer's certificate; '' where there is none. */
  readonly signer: string
  /** The time the signature claims. */
  readonly signedAt?: Date
  readonly covers: Coverage
  readonly integrity: Integrity
  readonly signature: SignatureState
  readonly chain: ChainState
  readonly verdict: Judgement
  readonly reasons: readonly VerdictReason[]
  /** For the technical details; in English. */
  readonly details: readonly string[]
  readonly evidence?: ChainEvidence
}

/** Bytes `from` (included) to `to` (excluded) of the file. */
export type Span = { readonly from: number; readonly to: number }

export type Verdict = {
  readonly format: 'pdf'
  readonly signatures: readonly SignatureVerdict[]
  /** Parts outside every signed revision that no permitted later change explains. */
  readonly uncovered: readonly Span[]
  readonly verdict: Judgement
  /** What concerns the file rather than one signature. */
  readonly reasons: readonly VerdictReason[]
}

/** Reasons that make a signature bad whatever the three states say. */
const alwaysBad: ReadonlySet<VerdictReason> = new Set([
  'algorithm-weak',
  'chain-algorithm-weak',
  'byte-range-malformed',
  'signed-in-future',
  'structure-unreadable',
  'carried-certificate-broken',
])

export function judgeParts(
  integrity: Integrity,
  signature: SignatureState,
  chain: ChainState,
  reasons: readonly VerdictReason[],
): Judgement {
  if (integrity !== 'intact' || signature === 'broken' || chain === 'untrusted') return 'bad'
  if (reasons.some((reason) => alwaysBad.has(reason))) return 'bad'
  return signature === 'valid' && chain === 'trusted' && reasons.length === 0 ? 'good' : 'unknown'
}

export function judgeFile(
  signatures: readonly SignatureVerdict[],
  uncovered: readonly Span[],
  reasons: readonly VerdictReason[],
): Verdict {
  const bad = signatures.length === 0 || uncovered.length > 0 || reasons.length > 0
  const verdicts = signatures.map(({ verdict }) => verdict)
  const verdict =
    bad || verdicts.includes('bad') ? 'bad' : verdicts.every((one) => one === 'good') ? 'good' : 'unknown'
  return { format: 'pdf', signatures, uncovered, verdict, reasons }
}

/** The verdict as JSON for commands and screens: times in ISO 8601, spans as `bytes FIRST-LAST`, both included. */
export type VerdictJson = {
  readonly format: Verdict['format']
  readonly signatures: readonly {
    readonly index: number
    readonly signer: string
    readonly signedAt: string | null
    readonly covers: Coverage
    readonly integrity: Integrity
    readonly signature: SignatureState
    readonly chain: ChainState
    readonly verdict: Judgement
    readonly reasons: readonly VerdictReason[]
  }[]
  readonly uncovered: readonly string[]
  readonly verdict: Judgement
  readonly reasons: readonly VerdictReason[]
}

export function verdictJson({ format, signatures, uncovered, verdict, reasons }: Verdict): VerdictJson {
  return {
    format,
    signatures: signatures.map((one) => ({
      index: one.index,
      signer: one.signer,
      signedAt: one.signedAt?.toISOString() ?? null,
      covers: one.covers,
      integrity: one.integrity,
      signature: one.signature,
      chain: one.chain,
      verdict: one.verdict,
      reasons: one.reasons,
    })),
    uncovered: uncovered.map(({ from, to }) => `bytes ${from}-${to - 1}`),
    verdict,
    reasons,
  }
}

/** One English line a reason, for scripts and logs. */
export const reasonSentences: Readonly<Record<VerdictReason, string>> = {
  'changed-after-signing': 'changed after signing',
  'not-covered': 'the signature does not cover all of the file',
  'byte-range-malformed': 'the signature does not say which bytes it covers as it must',
  'signature-unreadable': 'the signature cannot be read',
  'signature-broken': 'the signature value is wrong',
  'signed-attributes-wrong': 'the signed attributes contradict the signature',
  'signer-certificate-missing': 'the certificate of the signer is not there',
  'signer-certificate-mismatch': 'the certificate is not the one that the signature names',
  'algorithm-unsupported': 'an algorithm that is not known here',
  'algorithm-weak': 'an algorithm that no longer proves anything',
  'format-unsupported': 'a kind of signature that is not known here',
  'carried-certificate-broken': 'a certificate beside the signature is forged or damaged',
  'carried-certificate-unknown': 'a certificate beside the signature has an unknown issuer',
  'structure-unreadable': 'the structure of the file is damaged',
  'signing-time-missing': 'no time of signing is stated',
  'signed-in-future': 'the stated time of signing is in the future',
  'no-signature': 'there is no signature',
  'chain-anchor-missing': 'signer not known: no trust anchor for the certificate',
  'chain-not-yet-valid': 'signer not trusted: certificate not yet valid at that time',
  'chain-expired': 'signer not trusted: certificate expired at that time',
  'chain-issuer-not-authority': 'signer not trusted: issued by somebody who is no authority',
  'chain-path-length': 'signer not trusted: too many authorities in the chain',
  'chain-signature-broken': 'signer not trusted: a certificate in the chain is forged or damaged',
  'chain-algorithm-unsupported': 'signer not trusted: an unknown algorithm in the chain',
  'chain-algorithm-weak': 'signer not trusted: a weak algorithm in the chain',
  'chain-usage-not-allowed': 'signer not trusted: the certificate is not for this use',
  'chain-extension-unsupported':
    'signer not trusted: a certificate states a condition that is not known here',
  'chain-revoked': 'signer not trusted: certificate revoked',
}
