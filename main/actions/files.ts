/** Reading a matter's files: decrypted for the desk only, never written in the clear; and judging their seals. */
import type { BlobRef, KnownAct } from '../../core/act/act.ts'
import { ok, refuse } from '../../core/result.ts'
import { openBlob } from '../../seal/blob.ts'
import { verifyPdf } from '../../seal/pdf/verify.ts'
import { verdictJson } from '../../seal/verdict.ts'
import type { Verdict } from '../../seal/verdict.ts'
import type { FileView, VerdictView } from '../../preload/contract/views.ts'
import { knownActOf, storedAct } from '../store/acts.ts'
import type { Answer, Desk } from './desk.ts'
import { actOfJws } from './letterAct.ts'
import { matterState } from './record.ts'

export type FileKind = FileView['which']

/** A blob of an act that is here, with its key. */
export function blobOfAct(desk: Desk, act: string, blob: string): BlobRef | undefined {
  const stored = storedAct(desk.store.reading, act)
  return stored ? knownActOf(stored).blobs.find((each) => each.id === blob) : undefined
}

const named = (act: KnownAct): BlobRef | undefined => {
  const file = (act.body as { file?: { blob?: string } }).file
  return act.blobs.find((blob) => blob.id === file?.blob)
}

/** The file's blob, where the matter has such a file. */
export function fileOf(desk: Desk, matter: string, which: FileKind): BlobRef | undefined {
  const state = matterState(desk, matter)
  if (state?.kind === 'incoming') return which === 'received' ? named(actOfJws(state.letter).act) : undefined
  if (which === 'pressed')
    return state?.pressed && blobOfAct(desk, state.pressed.act, state.pressed.body.file.blob)
  if (which === 'sealed')
    return state?.sealed && blobOfAct(desk, state.sealed.act, state.sealed.body.file.blob)
  return undefined
}

/** Decrypts a blob that is in the folder and checks it against its reference. */
export async function openStoredBlob(desk: Pick<Desk, 'store'>, blob: BlobRef): Promise<Answer<Uint8Array>> {
  if (!(await desk.store.blobs.has(blob.id))) return refuse('file-not-here', { name: blob.name })
  const parts: Uint8Array[] = []
  for await (const part of desk.store.blobs.read(blob.id)) parts.push(part)
  const opened = await openBlob(Buffer.concat(parts), blob.key, { name: blob.id, plainHash: blob.plainHash })
  return opened.ok ? opened : refuse('blob-damaged', { name: blob.name }, opened.refusal.code)
}

export async function readFile(
  desk: Desk,
  matter: string,
  which: FileKind,
): Promise<Answer<{ readonly name: string; readonly bytes: Uint8Array }>> {
  const blob = fileOf(desk, matter, which)
  if (!blob) return refuse('file-not-here')
  const bytes = await desk.readBlob(blob)
  return bytes.ok ? ok({ name: blob.name, bytes: bytes.value }) : bytes
}

/**
 * The verdict of a sealed PDF with this workstation's anchors: certificates judged at the claimed time of sealing,
 * and a claimed time in the future noticed.
 */
const judgePdf = (desk: Desk, bytes: Uint8Array) =>
  verifyPdf(bytes, {
    anchors: desk.trust.anchors,
    intermediates: desk.trust.intermediates(),
    now: new Date(desk.clock()),
  })

export type SealJudgement = { readonly verdict: Verdict['verdict']; readonly reasons: readonly string[] }

/** The verdict in short, and whether a seal on it is one the directory lists for the unit that sent it. */
export function judgeSealOf(desk: Desk, unit: string, bytes: Uint8Array): SealJudgement {
  const judged = judgePdf(desk, bytes)
  if (!judged.ok) return { verdict: 'bad', reasons: [judged.refusal.code] }
  const { verdict, signatures, reasons } = judged.value
  const found = [...new Set([...reasons, ...signatures.flatMap((each) => [...each.reasons])])]
  return sealedBy(desk, unit, judged.value)
    ? { verdict, reasons: found }
    : { verdict: 'bad', reasons: [...found, 'seal-not-of-sender'] }
}

/** Whether one of the signatures is by a seal that the directory lists for this unit. */
const sealedBy = (desk: Desk, unit: string, { signatures }: Verdict): boolean =>
  signatures.some((each) => {
    const holder = desk.directory().certificates.get(each.evidence?.path[0]?.thumbprint ?? '')?.holder
    return holder?.kind === 'unit' && holder.use === 'seal' && holder.unit === unit
  })

export async function verifyFile(desk: Desk, matter: string): Promise<Answer<VerdictView>> {
  const state = matterState(desk, matter)
  if (!state) return refuse('matter-unknown')
  const file = await readFile(desk, matter, state.kind === 'incoming' ? 'received' : 'sealed')
  if (!file.ok) return file
  const judged = judgePdf(desk, file.value.bytes)
  if (!judged.ok) return refuse('pdf-unreadable', {}, judged.refusal.code)
  const view = verdictJson(judged.value)
  const sender = state.kind === 'incoming' ? state.from : state.owner
  return ok(sealedBy(desk, sender, judged.value) ? view : { ...view, verdict: 'bad', foreignSeal: true })
}
