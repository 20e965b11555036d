/** Real PDFs for the stage: a pressed page, the same sealed with the small PKI, and one that was changed after. */
import type { VerdictView } from '../../../preload/contract/views.ts'
import { makeProvince } from '../../harness/pki.ts'
import { seal } from '../../harness/sealed.ts'
import { letter, pressed } from '../../paper/letter.ts'
import { notice } from './fixtures.ts'
import { matterId } from './scenes.ts'

let made: Promise<{ readonly pressed: Uint8Array; readonly sealed: Uint8Array }> | undefined

async function make() {
  const page = await pressed(letter(notice), {
    number: '示政办发〔2026〕17号',
    date: '2026-11-20',
    printedOn: '2026-11-20',
  })
  const province = makeProvince()
  const place = page.layout.sealPlaces[0]
  const sealed = await seal(
    page.pdf,
    province.ecSeal,
    province,
    place ? { page: place.page, centre: { x: place.x, y: place.y } } : {},
  )
  return { pressed: page.pdf, sealed }
}

export async function stagedFile(which: 'pressed' | 'sealed', damaged: boolean): Promise<Uint8Array> {
  const files = await (made ??= make())
  return damaged ? new Uint8Array([1, 2, 3]) : files[which]
}

const signature: VerdictView['signatures'][number] = {
  index: 0,
  signer: '示范市人民政府办公室',
  signedAt: '2026-11-19T08:12:30.000Z',
  covers: 'whole-file',
  integrity: 'intact',
  signature: 'valid',
  chain: 'trusted',
  verdict: 'good',
  reasons: [],
}

export function verdictOn(matter: string): VerdictView {
  if (matter === matterId('incoming changed'))
    return {
      verdict: 'bad',
      uncovered: [],
      signatures: [
        {
          ...signature,
          integrity: 'changed',
          verdict: 'bad',
          reasons: ['changed-after-signing', 'a-reason-of-tomorrow'],
        },
      ],
    }
  if (matter === matterId('incoming unknown'))
    return {
      verdict: 'unknown',
      uncovered: [],
      signatures: [{ ...signature, chain: 'unknown', verdict: 'unknown', reasons: ['chain-anchor-missing'] }],
    }
  return { verdict: 'good', uncovered: [], signatures: [signature] }
}
