/** The city's registry at its desk, at a hub gone wrong: what comes into its mailbox is what a test puts there. */
import { expect } from 'vitest'
import type { Act } from '../../core/act/act.ts'
import type { MatterRow, MatterView, ParkedRow } from '../../preload/contract/views.ts'
import { say } from '../../renderer/words/index.ts'
import type { Signer } from '../../seal/jws.ts'
import { crookedPacket } from './crooked.ts'
import type { Deviations } from './crooked.ts'
import { signerOf } from './line.ts'
import { startTestOffice } from './office.ts'
import type { TestOffice } from './office.ts'
import { dispatchAct, pageSealedBy, postedFile } from './posted.ts'
import type { PostedFile } from './posted.ts'
import { makeProvince } from './province.ts'
import type { Province } from './province.ts'
import { waywardHub } from './wayward-hub.ts'
import type { WaywardHub } from './wayward-hub.ts'

export const box = 'unit:shi'

export type Kept = { readonly position: number; readonly raw: string; readonly code: string }

export type Receiving = {
  readonly province: Province
  readonly hub: WaywardHub
  readonly office: TestOffice
  /** A well sealed file of the province, served by the hub. */
  readonly good: PostedFile
  /** A packet of the province's registry for the city; its own letter, and whoever else should sign, may be given. */
  readonly packet: (deviations?: Deviations, letter?: Act, signer?: Signer) => Promise<string>
  readonly parkedAt: (position: number) => Promise<ParkedRow>
  /** Delivered, and waited for until it is parked; remembered in `kept`. */
  readonly refusedAs: (raw: string, receipt?: (position: number) => Promise<string>) => Promise<ParkedRow>
  readonly kept: readonly Kept[]
  readonly incomingRows: () => Promise<readonly MatterRow[]>
  /** Delivers a letter that is taken in; its matter as it is shown. */
  readonly received: (letter: Act) => Promise<MatterView>
  readonly close: () => Promise<void>
}

export async function startReceiving(): Promise<Receiving> {
  const province = await makeProvince()
  const hub = await waywardHub(province, [box, 'person:shi-registry'])
  const office = await startTestOffice({ pki: province.pki, hubUrl: hub.url, device: 'shi-desk-1' })
  await office.signIn('shi-registry')
  const good = await postedFile(await pageSealedBy(province, 'sheng'))
  hub.serveBlob(good.blob.id, good.cipher)
  const kept: Kept[] = []
  const sheng = signerOf(province, { person: 'sheng-registry' })
  const packet: Receiving['packet'] = (deviations = {}, letter = dispatchAct(good.blob), signer = sheng) =>
    crookedPacket(province, { letter, to: box, signer }, deviations)
  const parkedAt: Receiving['parkedAt'] = (position) =>
    office.until(`the packet at ${position} parked`, async () =>
      (await office.must('exchange.parked', {})).find((row) => row.position === position),
    )
  const incomingRows: Receiving['incomingRows'] = async () =>
    (await office.must('matters.list', { desk: 'incoming', limit: 200 })).rows
  return {
    province,
    hub,
    office,
    good,
    packet,
    parkedAt,
    kept,
    incomingRows,
    refusedAs: async (raw, receipt) => {
      const position = await hub.deliver(box, raw, receipt)
      const row = await parkedAt(position)
      kept.push({ position, raw, code: row.code })
      return row
    },
    received: async (letter) => {
      const before = new Set((await incomingRows()).map((row) => row.matter))
      await hub.deliver(box, await packet({}, letter))
      const row = await office.until('the letter received', async () =>
        (await incomingRows()).find(({ matter }) => !before.has(matter)),
      )
      return office.must('matters.open', { matter: row.matter })
    },
    close: async () => {
      await office.close()
      await hub.close()
      province.remove()
    },
  }
}

/** What a clerk reads of a code: three sentences, none of them a key or a code. */
export function expectWords(code: string): void {
  for (const part of ['what', 'means', 'todo']) {
    const words = say(`refusals.${code}.${part}`)
    expect(words.replace(/PDF|PIN|UTF-8|GB18030/gu, ''), code).toMatch(
      /^[^A-Za-z]*\p{Script=Han}[^A-Za-z]*[。；]$/u,
    )
  }
}
