/** 核发, 分发 and 撤回: one packet for each recipient unit, all in the transaction that records the act. */
import { unitAddress } from '../../core/act/identifiers.ts'
import type { OutgoingState } from '../../core/outgoing/state.ts'
import { routePermitted } from '../../core/directory/directory.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Answer, Desk } from './desk.ts'
import { outgoingState, recordNext } from './record.ts'
import { blobOfAct } from './files.ts'

export async function release(
  desk: Desk,
  input: { readonly matter: string; readonly words?: string | undefined },
): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  if (!state?.sealed) return refuse('matter-unknown')
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.release',
    role: 'registry',
    body: {
      sealed: state.sealed.act,
      plainHash: state.sealed.body.file.plainHash,
      ...(input.words ? { words: input.words } : {}),
    },
  })
  return recorded.ok ? ok(input.matter) : recorded
}

export async function dispatch(
  desk: Desk,
  input: {
    readonly matter: string
    readonly to: readonly { readonly unit: string; readonly kind: 'main' | 'copy' }[]
    readonly pin: string
  },
): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  if (!state?.sealed || !state.registration) return refuse('matter-unknown')
  const directory = desk.directory()
  for (const { unit } of input.to) {
    if (unit === desk.me.unit || !directory.units.has(unit)) return refuse('recipient-unknown', { unit })
    if (!routePermitted(directory, desk.me.unit, unit)) return refuse('route-not-permitted', { unit })
  }
  const blob = blobOfAct(desk, state.sealed.act, state.sealed.body.file.blob)
  if (!blob) return refuse('file-not-here')
  const confirmed = await desk.confirm(input.pin)
  if (!confirmed.ok) return confirmed
  const { content } = state.submission.body
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.dispatch',
    role: 'registry',
    body: {
      document: {
        title: content.title,
        number: state.registration.number,
        documentType: content.documentType,
        issuer: content.issuer,
        date: state.registration.date,
        urgency: content.urgency,
      },
      file: state.sealed.body.file,
      to: input.to,
    },
    blobs: [blob],
    letters: input.to.map(({ unit }) => unitAddress(unit)),
  })
  return recorded.ok ? ok(input.matter) : recorded
}

export async function recall(
  desk: Desk,
  input: {
    readonly matter: string
    readonly units: readonly string[]
    readonly reason: string
    readonly pin: string
  },
): Promise<Answer<string>> {
  const state: OutgoingState | null = outgoingState(desk, input.matter)
  const lines = state?.recipients.filter((line) => input.units.includes(line.unit)) ?? []
  const dispatched = lines[0]?.dispatch
  if (!state || dispatched === undefined) return refuse('matter-unknown')
  const confirmed = await desk.confirm(input.pin)
  if (!confirmed.ok) return confirmed
  // Units that were sent the document by different acts are recalled one act at a time: each names its dispatch.
  const units = lines.filter((line) => line.dispatch === dispatched).map((line) => line.unit)
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.recall',
    role: 'registry',
    body: { dispatch: dispatched, units, reason: input.reason },
    letters: units.map(unitAddress),
  })
  return recorded.ok ? ok(input.matter) : recorded
}
