/**
 * One letter from the province to the city, and the folders of everybody (sender, recipient, hub) as they were before
 * each of its acts: made once, begun from again and again.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDevelopmentPki } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import { blobsToMove } from '../../main/store/blobs.ts'
import type { Store } from '../../main/store/store.ts'
import type { MatterView } from '../../preload/contract/views.ts'
import { registerOf } from './crash.ts'
import { startTestHub } from './hub.ts'
import { inStep, sendLetter, startTestOffice, untilReceived } from './office.ts'
import type { LetterStep, TestOffice } from './office.ts'

/** Before that act of the letter; `receive`: it lies at the hub; `registered`: all is done. */
export type SceneName = LetterStep['deed'] | 'receive' | 'sign-for' | 'register-incoming' | 'registered'

export type Scenes = {
  readonly folder: string
  readonly pki: Pki
  /** The letter at its sender. */
  readonly matter: string
  /** What it became at the city. */
  readonly entry: string
  /** The registers of the unhurried way: what every other way must come to. */
  readonly orderly: { readonly sheng: unknown; readonly shi: unknown }
  /** A fresh copy: the folders `sheng`, `shi` and `hub` in a new one, which the caller removes. */
  readonly copy: (scene: SceneName) => string
  readonly remove: () => void
}

export const storeOf = (office: TestOffice): Store => office.reception.desk()!.store

export const checked = ['addressee', 'seal', 'pages'] as const

/** The city's registry takes the letter in and does what is left up to the register. */
export async function takeAtShi(shi: TestOffice): Promise<MatterView> {
  const { row } = await untilReceived(shi)
  const { matter } = row
  const verdict = await shi.must('matters.verify', { matter })
  if (verdict.verdict !== 'good') throw new Error(`the letter is not good: ${JSON.stringify(verdict)}`)
  if (row.status === 'received') await shi.must('incoming.signFor', { matter, checked: [...checked] })
  const now = await shi.must('matters.open', { matter })
  if (now.row.status === 'signed-for') await shi.must('incoming.register', { matter })
  await inStep(shi)
  return shi.must('matters.open', { matter })
}

/** Waits until the sender sees the city there. */
export const untilAtSender = (sheng: TestOffice, matter: string, status: string): Promise<MatterView> =>
  sheng.until(`${status} at the sender`, async () => {
    const view = await sheng.ask('matters.open', { matter })
    return view.ok && view.value.recipients[0]?.status === status ? view.value : null
  })

export async function prepareScenes(): Promise<Scenes> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-scenes-'))
  const at = (...names: string[]): string => join(folder, ...names)
  const places = ['sheng', 'shi', 'hub'] as const
  for (const place of places) mkdirSync(at(place))
  const pki = await makeDevelopmentPki({ out: at('pki'), now: new Date() })
  const hub = await startTestHub({ pki, folder: at('hub') })
  const office = (unit: 'sheng' | 'shi') =>
    startTestOffice({ pki, hubUrl: hub.url, device: `${unit}-desk-1`, folder: at(unit) })
  // All at once, and all of them are in this process: nobody writes meanwhile.
  const keep = (name: SceneName): void => {
    for (const place of places) cpSync(at(place), at('scenes', name, place), { recursive: true })
  }
  const sheng = await office('sheng')
  const matter = await sendLetter(sheng, pki, {
    to: ['shi'],
    before: async ({ deed }) => {
      const { reading } = storeOf(sheng)
      await sheng.until('every file here', async () => blobsToMove(reading, 'wanted').length === 0)
      keep(deed)
    },
  })
  await inStep(sheng)
  keep('receive')
  const shi = await office('shi')
  await shi.signIn('shi-registry')
  const entry = (await untilReceived(shi)).row.matter
  await inStep(shi)
  await untilAtSender(sheng, matter, 'delivered')
  keep('sign-for')
  await shi.must('incoming.signFor', { matter: entry, checked: [...checked] })
  await inStep(shi)
  await untilAtSender(sheng, matter, 'signed-for')
  keep('register-incoming')
  await takeAtShi(shi)
  await untilAtSender(sheng, matter, 'registered')
  const orderly = { sheng: registerOf(storeOf(sheng)), shi: registerOf(storeOf(shi)) }
  keep('registered')
  await shi.close()
  await sheng.close()
  await hub.close()
  return {
    folder,
    pki,
    matter,
    entry,
    orderly,
    copy: (scene) => {
      const fresh = mkdtempSync(join(tmpdir(), 'sealpost-scene-'))
      cpSync(at('scenes', scene), fresh, { recursive: true })
      return fresh
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
