/** 签发: the leader's signature over the canonical content, the layout's version and the hashes of the font files. */
import { ok, refuse } from '../../core/result.ts'
import { layoutVersion } from '../../paper/page.ts'
import type { Answer, Desk } from './desk.ts'
import { fontHashesOf } from '../../paper/press.ts'
import { outgoingState, recordNext } from './record.ts'
import { checkContent } from './submit.ts'

export async function approve(
  desk: Desk,
  input: {
    readonly matter: string
    readonly mode: 'opinion' | 'circle'
    readonly words?: string | undefined
    readonly pin: string
  },
): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  if (!state) return refuse('matter-unknown')
  const checked = checkContent(desk, state.submission.body.content)
  if (!checked.ok) return checked
  const confirmed = await desk.confirm(input.pin)
  if (!confirmed.ok) return confirmed
  const recorded = await recordNext(desk, state, {
    kind: 'outgoing.approve',
    role: 'leader',
    body: {
      submission: state.submission.act,
      contentHash: state.submission.body.contentHash,
      layout: layoutVersion,
      fonts: fontHashesOf(desk.fonts()),
      mode: input.mode,
      ...(input.words ? { words: input.words } : {}),
    },
  })
  return recorded.ok ? ok(input.matter) : recorded
}
