/** 排版: sets the approved content with its number and dates, in the very faces that were approved. */
import { canonical } from '../../core/canonical.ts'
import type { OutgoingState } from '../../core/outgoing/state.ts'
import { ok, refuse } from '../../core/result.ts'
import { layoutVersion } from '../../paper/page.ts'
import type { Layout } from '../../paper/page.ts'
import { fontHashesOf, press as pressPages } from '../../paper/press.ts'
import { keepPdf } from './blobs.ts'
import type { Answer, Desk } from './desk.ts'
import { outgoingState, recordNext } from './record.ts'

export type PressedPages = { readonly pdf: Uint8Array; readonly layout: Layout }

/**
 * The pages of a matter from its approved content and the acts of number and dates: what pressing makes, and what
 * sealing makes again to compare. Refuses where the faces here are not the approved ones.
 */
export async function pressApproved(desk: Desk, state: OutgoingState): Promise<Answer<PressedPages>> {
  if (!state.approval || !state.registration) return refuse('approval-missing')
  const approved = state.approval.body
  const fonts = desk.fonts()
  if (approved.layout !== layoutVersion || canonical(approved.fonts) !== canonical(fontHashesOf(fonts)))
    return refuse('fonts-differ', { approved: approved.layout, here: layoutVersion })
  const { number, date, printedOn } = state.registration
  const pressed = await pressPages(state.submission.body.content, { number, date, printedOn }, fonts)
  return pressed.ok ? ok({ pdf: pressed.value.pdf, layout: pressed.value.layout }) : pressed
}

export async function press(desk: Desk, input: { readonly matter: string }): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  if (!state?.approval) return refuse('matter-unknown')
  const pressed = await pressApproved(desk, state)
  if (!pressed.ok) return pressed
  const blob = await keepPdf(desk, pressed.value.pdf, `${state.submission.body.content.title}.pdf`)
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.press',
    role: 'registry',
    body: {
      approval: state.approval.act,
      contentHash: state.approval.body.contentHash,
      layout: layoutVersion,
      fonts: fontHashesOf(desk.fonts()),
      file: { blob: blob.id, plainHash: blob.plainHash },
      pages: pressed.value.layout.pages.length,
    },
    blobs: [blob],
  })
  return recorded.ok ? ok(input.matter) : recorded
}
