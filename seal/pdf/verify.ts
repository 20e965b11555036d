/**
 * Judges every signature of a PDF: what it covers, whether that is unchanged, whether the value is right, who signed and
 * whether later revisions changed more than they may. Where the structure is too damaged to be followed, signatures
 * are still looked for, so that a flipped byte is told as a change and not as an unreadable file.
 * Non-goals: revocation, proof of the time of signing (the claimed time is taken unless `at` is given).
 */
import { createHash } from 'node:crypto'
import { ok, type Result } from '../../core/result.ts'
import type { Certificate } from '../certificate.ts'
import { judgeCarried, judgeChain, type ChainEvidence } from '../chain.ts'
import { cmsOids } from '../cms.ts'
import { judgeSignedData, parseSignedData, type CmsJudgement, type SignedData } from '../cms-read.ts'
import { cursorOf, nodeAt, onlyNode, readDer, readTime, tags } from '../der.ts'
import { readAlgorithm } from '../certificate.ts'
import { digestOf, type DigestName } from '../signature-algorithm.ts'
import {
  judgeFile,
  judgeParts,
  type Verdict,
  type Integrity,
  type SignatureVerdict,
  type Span,
  type VerdictReason,
} from '../verdict.ts'
import { compareRevisions, newBudget, type Changes } from './changes.ts'
import { isPlainHex, judgeCoverage, type Covered } from './coverage.ts'
import { lockOf, permittedWeight } from './permissions.ts'
import { readPdf, type PdfDocument, type PdfRefusal } from './read.ts'
import { findSignatures, isTimestampKind, scanForSignatures, type Located } from './signatures.ts'
import { MalformedPdf } from './syntax.ts'

export type VerifyOptions = {
  readonly anchors: readonly Certificate[]
  readonly intermediates?: readonly Certificate[]
  /** Judge certificates at this time instead of the claimed time of signing. */
  readonly at?: Date
  /** The present, to notice claimed times in the future; without it they are not noticed. */
  readonly now?: Date
}

/** Clocks may differ by this much before a time counts as future. */
const clockTolerance = 5 * 60_000

export function verifyPdf(bytes: Uint8Array, options: VerifyOptions): Result<Verdict, PdfRefusal> {
  const read = readPdf(bytes)
  if (!read.ok && read.refusal.code !== 'pdf-unreadable') return read
  const structured = read.ok ? judgeStructured(read.value, options) : 'damaged'
  if (typeof structured === 'object') return ok(structured)
  const loose = scanForSignatures(bytes)
  if (loose.length > 0) return ok(judgeLoose(bytes, loose, options))
  if (!read.ok) return read
  const reason = structured === 'damaged' ? 'structure-unreadable' : 'no-signature'
  return ok(judgeFile([], [{ from: 0, to: bytes.length }], [reason]))
}

function judgeStructured(document: PdfDocument, options: VerifyOptions): Verdict | 'unsigned' | 'damaged' {
  try {
    const found = findSignatures(document)
    if (found.length === 0) return 'unsigned'
    const later = changesAfter(document)
    const permitted = permittedWeight(found)
    const judged = found.map((located, index) => {
      const covered = judgeCoverage(document.bytes, located, document.revisions)
      const lock = lockOf(located)
      const changes = later(covered.revision ?? document.revisions.length - 1)
      const forbidden = changes.filter(({ weight, fields }) => weight > permitted || fields.some(lock))
      return {
        covered,
        forbidden,
        verdict: judgeSignature(document.bytes, located, index, covered, forbidden, options),
      }
    })
    const uncovered = uncoveredSpans(
      document,
      judged.map(({ covered }) => covered),
      (revision) => later(revision).every(({ weight }) => weight <= permitted),
    )
    return judgeFile(
      judged.map(({ verdict }) => verdict),
      uncovered,
      uncovered.length > 0 ? ['not-covered'] : [],
    )
  } catch (error) {
    if (error instanceof MalformedPdf) return 'damaged'
    throw error
  }
}

/** What each revision after the given one changed, every pair compared once. */
function changesAfter({ revisions, view }: PdfDocument): (revision: number) => readonly Changes[] {
  const budget = newBudget()
  const steps = new Map<number, Changes>()
  const step = (to: number): Changes => {
    const known = steps.get(to) ?? compareRevisions(view(to - 1), view(to), budget)
    steps.set(to, known)
    return known
  }
  return (revision) => revisions.slice(revision + 1).map(({ index }) => step(index))
}

/** What neither the furthest reaching signature nor a permitted later revision accounts for. */
function uncoveredSpans(
  { bytes, revisions }: PdfDocument,
  covered: readonly Covered[],
  permittedAfter: (revision: number) => boolean,
): readonly Span[] {
  const best = covered.reduce((a, b) => (b.to > a.to ? b : a), { to: 0 } as Covered)
  const own = best.revision === undefined ? undefined : revisions[best.revision]
  if (!own) return [{ from: best.to, to: bytes.length }]
  const spans: Span[] = []
  if (best.to < own.marker) spans.push({ from: best.to, to: own.end })
  const from = Math.max(best.to, own.end)
  const last = revisions.at(-1)?.end ?? 0
  if (!permittedAfter(own.index) && from < bytes.length) spans.push({ from, to: bytes.length })
  else if (Math.max(last, from) < bytes.length) spans.push({ from: Math.max(last, from), to: bytes.length })
  else if (own.index === revisions.length - 1 && best.to >= own.marker && best.to < bytes.length)
    spans.push({ from: best.to, to: bytes.length })
  return spans
}

function judgeLoose(bytes: Uint8Array, found: readonly Located[], options: VerifyOptions): Verdict {
  const judged = found.map((located, index) => {
    const covered = judgeCoverage(bytes, located, [])
    return { covered, verdict: judgeSignature(bytes, located, index, covered, [], options, true) }
  })
  const reach = Math.max(...judged.map(({ covered }) => covered.to))
  const uncovered = reach < bytes.length ? [{ from: reach, to: bytes.length }] : []
  return judgeFile(
    judged.map(({ verdict }) => verdict),
    uncovered,
    ['structure-unreadable'],
  )
}

function judgeSignature(
  bytes: Uint8Array,
  located: Located,
  index: number,
  covered: Covered,
  forbidden: readonly Changes[],
  options: VerifyOptions,
  loose = false,
): SignatureVerdict {
  const reasons = new Set<VerdictReason>(loose ? ['structure-unreadable'] : [])
  const details = forbidden.flatMap(({ findings }) => findings)
  let integrity: Integrity = 'intact'
  if (covered.state === 'malformed') {
    integrity = 'changed'
    reasons.add('byte-range-malformed').add('changed-after-signing')
  } else if (covered.state === 'short') {
    integrity = 'uncovered'
    reasons.add('not-covered')
  }
  if (forbidden.length > 0) {
    integrity = 'changed'
    reasons.add('changed-after-signing')
  }
  const value = judgeValueOf(bytes, located, covered)
  if (value.digestMatches === false) {
    integrity = 'changed'
    reasons.add('changed-after-signing')
  }
  for (const reason of value.reasons) reasons.add(reason)
  const signedAt = value.signingTime ?? located.claimedAt
  if (options.now && signedAt && signedAt.getTime() > options.now.getTime() + clockTolerance)
    reasons.add('signed-in-future')
  const timestamp = isTimestampKind(located.subFilter)
  const evidence = judgeSigner(value, timestamp, signedAt, options)
  if (!evidence && value.signer) reasons.add('signing-time-missing')
  for (const reason of evidence?.reasons ?? []) reasons.add(`chain-${reason}`)
  const chain = evidence?.status ?? 'unknown'
  if (chain === 'trusted' && evidence) {
    const known = [...options.anchors, ...(options.intermediates ?? [])]
    const carried = value.beside ?? judgeCarried(value.certificates, evidence, known)
    if (carried !== 'fine') reasons.add(`carried-certificate-${carried}`)
  }
  const all = [...reasons]
  return {
    index,
    kind: timestamp ? 'timestamp' : 'signature',
    signer: value.signer ? value.signer.commonName || value.signer.subject : '',
    ...(signedAt ? { signedAt } : {}),
    covers:
      covered.state !== 'whole' ? 'part' : covered.to === bytes.length ? 'whole-file' : 'earlier-revision',
    integrity,
    signature: value.signature,
    chain,
    verdict: judgeParts(integrity, value.signature, chain, all),
    reasons: all,
    details,
    ...(evidence ? { evidence } : {}),
  }
}

function judgeSigner(
  { signer, certificates }: ValueFinding,
  timestamp: boolean,
  signedAt: Date | undefined,
  options: VerifyOptions,
): ChainEvidence | undefined {
  const at = options.at ?? signedAt ?? options.now
  if (!signer || !at) return undefined
  const intermediates = [...(options.intermediates ?? []), ...certificates]
  return judgeChain(signer, {
    anchors: options.anchors,
    intermediates,
    at,
    purpose: timestamp ? 'timestamp' : 'seal',
  })
}

type ValueFinding = Pick<CmsJudgement, 'signer' | 'digestMatches' | 'signature' | 'signingTime'> & {
  readonly reasons: readonly VerdictReason[]
  readonly certificates: readonly Certificate[]
  /** Something among the certificates is none (`broken`), or its key is of an unknown family. */
  readonly beside?: 'broken' | 'unknown'
}

const failed = (signature: 'broken' | 'unsupported', reason: VerdictReason): ValueFinding => ({
  signature,
  reasons: [reason],
  certificates: [],
})

/** The value in /Contents against the bytes that the range names. */
function judgeValueOf(bytes: Uint8Array, located: Located, covered: Covered): ValueFinding {
  const { contents, subFilter } = located
  const known = subFilter === 'ETSI.CAdES.detached' || subFilter === 'adbe.pkcs7.detached'
  const timestamp = isTimestampKind(subFilter)
  if (!contents || !isPlainHex(bytes.subarray(contents.start + 1, contents.end - 1)))
    return failed('broken', 'signature-unreadable')
  const der = readDer(() => nodeAt(contents.bytes, 0).raw)
  const padded = der.ok && contents.bytes.subarray(der.value.length).every((byte) => byte === 0)
  const parsed = der.ok && padded ? parseSignedData(der.value) : undefined
  if (!parsed?.ok) return known || timestamp ? failed('broken', 'signature-unreadable') : notKnown
  const data = parsed.value
  const digest = (name: DigestName): Uint8Array => digestRanges(bytes, covered, name)
  if (timestamp) return judgeToken(data, digest)
  const detached = data.contentType === cmsOids.data && data.content === undefined
  if (!detached) return known ? failed('broken', 'signature-unreadable') : notKnown
  const judged = judgeSignedData(data, digest, subFilter === 'ETSI.CAdES.detached')
  if (known) return { ...judged, ...beside(data) }
  // Of a kind that is not known only a contradiction counts.
  return { ...notKnown, ...(judged.digestMatches === false ? { digestMatches: false } : {}) }
}

function beside({ certificates, damagedCertificates, foreignCertificates }: SignedData) {
  if (damagedCertificates > 0) return { certificates, beside: 'broken' as const }
  return foreignCertificates > 0 ? { certificates, beside: 'unknown' as const } : { certificates }
}

const notKnown = failed('unsupported', 'format-unsupported')

function digestRanges(bytes: Uint8Array, { ranges }: Covered, name: DigestName): Uint8Array {
  const hash = createHash(name)
  for (const { from, to } of ranges) hash.update(bytes.subarray(from, to))
  return hash.digest()
}

/** A document timestamp (RFC 3161): the token's imprint is of the bytes, the token's signature of the imprint. */
function judgeToken(data: SignedData, digest: (name: DigestName) => Uint8Array): ValueFinding {
  const content = data.content
  if (data.contentType !== cmsOids.timestampInfo || !content) return failed('broken', 'signature-unreadable')
  const token = readDer(() => readToken(content))
  if (!token.ok) return failed('broken', 'signature-unreadable')
  const judged = judgeSignedData(data, (name) => createHash(name).update(content).digest(), true)
  // A wrong digest here is a damaged token, not a changed document.
  const broken = judged.digestMatches === false
  const name = digestOf(token.value.algorithm)
  const base: ValueFinding = {
    ...(judged.signer ? { signer: judged.signer } : {}),
    signature: broken ? 'broken' : judged.signature,
    signingTime: token.value.time,
    reasons: broken ? [...judged.reasons, 'signature-broken'] : judged.reasons,
    ...beside(data),
  }
  if (!name || name === 'weak')
    return {
      ...base,
      signature: 'unsupported',
      reasons: [...base.reasons, name ? 'algorithm-weak' : 'algorithm-unsupported'],
    }
  return { ...base, digestMatches: Buffer.compare(digest(name), token.value.imprint) === 0 }
}

type Token = { readonly algorithm: string; readonly imprint: Uint8Array; readonly time: Date }

/** TSTInfo (RFC 3161 2.4.2) as far as it is judged here. */
function readToken(der: Uint8Array): Token {
  const cursor = cursorOf(onlyNode(der))
  cursor.next(tags.integer)
  cursor.next(tags.oid)
  const imprint = cursorOf(cursor.next(tags.sequence))
  const algorithm = readAlgorithm(imprint.next()).oid
  const value = imprint.next(tags.octetString).content
  imprint.end()
  cursor.next(tags.integer)
  return { algorithm, imprint: value, time: readTime(cursor.next(tags.generalizedTime), true) }
}
