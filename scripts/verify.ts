/**
 * `npm run -s verify -- FILE [--trust DIR] [--at TIME] [--json]`: the verdict of a signed PDF, without a client.
 * Exit code 0 good, 1 bad, 2 unknown (only the trust anchor is missing), 3 unreadable (file, folder or call).
 * DIR holds certificates (*.crt, *.cer, *.pem): self-signed ones are trust anchors, the others help to build chains.
 * TIME (ISO 8601) is when the certificates are judged; without it, the time that the signature claims.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ok, refuse, type Result } from '../core/result.ts'
import { parseCertificate, readPem, type Certificate } from '../seal/certificate.ts'
import { isSelfSigned } from '../seal/chain.ts'
import { pdfLimits } from '../seal/pdf/read.ts'
import { verifyPdf } from '../seal/pdf/verify.ts'
import { reasonSentences, verdictJson, type VerdictJson } from '../seal/verdict.ts'

const usage = 'verify FILE [--trust DIR] [--at TIME] [--json]'
const exitCodes = { good: 0, bad: 1, unknown: 2 } as const
const unreadable = 3

const errorSentences: Readonly<Record<string, string>> = {
  usage,
  'file-unreadable': 'the file cannot be read',
  'trust-unreadable': 'the folder of trusted certificates cannot be read',
  'time-unreadable': 'the time is not one of ISO 8601, such as 2026-11-20T08:30:00Z',
  'pdf-unreadable': 'the file is no PDF or is damaged beyond reading',
  'pdf-encrypted': 'the file is encrypted',
  'pdf-too-large': 'the file is larger than 512 MB',
}

type Call = { readonly file: string; readonly trust?: string; readonly at?: Date; readonly json: boolean }

function readCall(args: string[]): Result<Call, 'usage' | 'time-unreadable'> {
  const options = { trust: { type: 'string' }, at: { type: 'string' }, json: { type: 'boolean' } } as const
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) return refuse('usage')
    const at = values.at === undefined ? undefined : parseTime(values.at)
    if (values.at !== undefined && !at) return refuse('time-unreadable')
    const trust = values.trust === undefined ? {} : { trust: values.trust }
    return ok({ file, ...trust, ...(at ? { at } : {}), json: values.json ?? false })
  } catch {
    return refuse('usage')
  }
}

function parseTime(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}

type Trust = { readonly anchors: readonly Certificate[]; readonly intermediates: readonly Certificate[] }

function readTrust(folder: string | undefined): Result<Trust, 'trust-unreadable'> {
  if (folder === undefined) return ok({ anchors: [], intermediates: [] })
  try {
    const certificates = readdirSync(folder)
      .filter((name) => /\.(crt|cer|pem)$/i.test(name))
      .sort()
      .flatMap((name) => certificatesIn(join(folder, name)))
    const anchors = certificates.filter(isSelfSigned)
    return ok({ anchors, intermediates: certificates.filter((one) => !anchors.includes(one)) })
  } catch {
    return refuse('trust-unreadable')
  }
}

/** PEM or DER; what is no certificate is told and left out. */
function certificatesIn(path: string): readonly Certificate[] {
  const bytes = readFileSync(path)
  const blocks = readPem(bytes.toString('latin1'))
  return (blocks.length > 0 ? blocks : [bytes]).flatMap((der) => {
    const parsed = parseCertificate(der)
    if (parsed.ok) return [parsed.value]
    process.stderr.write(`verify: ${basename(path)} is no readable certificate (${parsed.refusal.detail})\n`)
    return []
  })
}

function readBytes(path: string): Result<Uint8Array, 'file-unreadable' | 'pdf-too-large'> {
  try {
    if (statSync(path).size > pdfLimits.bytes) return refuse('pdf-too-large')
    return ok(readFileSync(path))
  } catch {
    return refuse('file-unreadable')
  }
}

function judge(call: Call): Result<VerdictJson> {
  const trust = readTrust(call.trust)
  if (!trust.ok) return trust
  const bytes = readBytes(call.file)
  if (!bytes.ok) return bytes
  const verdict = verifyPdf(bytes.value, {
    ...trust.value,
    ...(call.at ? { at: call.at } : {}),
    now: new Date(),
  })
  return verdict.ok ? ok(verdictJson(verdict.value)) : verdict
}

function sentencesOf(file: string, { signatures, uncovered, verdict, reasons }: VerdictJson): string {
  const lines = [`${file}: ${verdict}`, ...reasons.map((reason) => `  ${reasonSentences[reason]}`)]
  for (const one of signatures) {
    lines.push(
      `  signature ${one.index}: ${one.signer || 'unknown signer'}, ${one.signedAt ?? 'no time'}: ${one.verdict}`,
    )
    lines.push(`    covers ${one.covers}; ${one.integrity}; signature ${one.signature}; signer ${one.chain}`)
    for (const reason of one.reasons) lines.push(`    ${reasonSentences[reason]}`)
  }
  for (const part of uncovered) lines.push(`  not covered: ${part}`)
  return lines.join('\n')
}

function main(args: string[]): number {
  const call = readCall(args)
  const verdict = call.ok ? judge(call.value) : call
  const json = args.includes('--json')
  const file = call.ok ? call.value.file : ''
  if (verdict.ok) {
    const shown = json ? JSON.stringify({ file, ...verdict.value }) : sentencesOf(file, verdict.value)
    process.stdout.write(`${shown}\n`)
    return exitCodes[verdict.value.verdict]
  }
  const { code } = verdict.refusal
  const sentence = errorSentences[code] ?? code
  if (json)
    process.stdout.write(`${JSON.stringify({ file, verdict: 'unreadable', error: { code, sentence } })}\n`)
  else process.stderr.write(`verify: ${sentence}\n`)
  return unreadable
}

process.exitCode = main(process.argv.slice(2))
