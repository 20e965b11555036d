/**
 * 用印. No approved document, no seal: the page is pressed again from the approved content and the acts of number
 * and dates, compared byte for byte with what was pressed, and only then is the key used.
 */
import { judgeChain } from '../../seal/chain.ts'
import { sealPdf } from '../../seal/pdf/seal.ts'
import { drawSeal } from '../../seal/picture.ts'
import { ok, refuse } from '../../core/result.ts'
import { sha256 } from '../../seal/hash.ts'
import { keepPdf } from './blobs.ts'
import type { Answer, Desk } from './desk.ts'
import { pressApproved } from './press.ts'
import { outgoingState, recordNext } from './record.ts'

export async function seal(
  desk: Desk,
  input: { readonly matter: string; readonly pin: string },
): Promise<Answer<string>> {
  const state = outgoingState(desk, input.matter)
  if (!state) return refuse('matter-unknown')
  if (!state.approval || !state.pressed) return refuse('approval-missing')
  const again = await pressApproved(desk, state)
  if (!again.ok) return again
  if (sha256(again.value.pdf) !== state.pressed.body.file.plainHash) return refuse('pressed-page-differs')
  const place = again.value.layout.sealPlaces[0]
  if (!place) return refuse('pressed-page-differs')
  const unit = desk.directory().units.get(state.owner)
  const opened = await desk.openSeal(input.pin)
  if (!opened.ok) return opened
  const key = opened.value
  try {
    const listed = unit?.seals.find((each) => each.id === key.id)
    if (!unit || !listed || sha256(Buffer.from(listed.certificate, 'base64')) !== key.certificate.thumbprint)
      return refuse('seal-not-listed', { seal: key.id })
    const at = new Date(desk.clock())
    const intermediates = desk.trust.intermediates()
    const chain = judgeChain(key.certificate, {
      anchors: desk.trust.anchors,
      intermediates,
      at,
      purpose: 'seal',
    })
    if (chain.status !== 'trusted')
      return refuse(chain.reasons.includes('expired') ? 'seal-expired' : 'certificate-not-trusted', {
        seal: key.id,
      })
    const songti = desk.fonts().files.find((font) => font.role === 'songti')
    if (!songti) return refuse('font-missing')
    const picture = drawSeal({ text: unit.name, font: songti.bytes })
    if (!picture.ok) return refuse('font-missing', {}, picture.refusal.code)
    const sealed = await sealPdf({
      pdf: again.value.pdf,
      certificate: key.certificate,
      chain: intermediates,
      sign: key.sign,
      at,
      page: place.page,
      centre: { x: place.x, y: place.y },
      widthMm: place.width,
      picture: picture.value,
      signerName: unit.name,
      reason: `${state.registration?.number ?? ''} 用印`,
    })
    if (!sealed.ok) return refuse('pdf-unreadable', {}, sealed.refusal.code)
    const blob = await keepPdf(desk, sealed.value, `${state.registration?.number ?? '公文'}.pdf`)
    const recorded = await recordNext(desk, state, {
      kind: 'outgoing.seal',
      role: 'seal-keeper',
      body: {
        approval: state.approval.act,
        pressed: state.pressed.act,
        file: { blob: blob.id, plainHash: blob.plainHash },
        seal: key.id,
        certificate: key.certificate.thumbprint,
      },
      blobs: [blob],
    })
    return recorded.ok ? ok(input.matter) : recorded
  } finally {
    key.wipe()
  }
}
