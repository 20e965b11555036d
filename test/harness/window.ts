/**
 * A client in its real window, for end-to-end tests and benchmarks: its own folder, a hub on a free port, faults as
 * options. What tests do in it are the things people can do (scripts/hands.ts). A test that fails leaves a picture of
 * every open window in out/e2e.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { byId, makeDevelopmentPki } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import { setUpWorkstation } from '../../certs-dev/workstation.ts'
import { openChromiumWindow } from '../../main/host/chromium.ts'
import { builtRenderer, startOffice } from '../../main/main.ts'
import * as hands from '../../scripts/hands.ts'
import { startTestHub } from './hub.ts'
import type { TestHub } from './hub.ts'
import { letterFields } from './office.ts'

export type TestWindow = {
  readonly device: string
  /** The client's whole folder: certificates, stores, the window's profile. */
  readonly folder: string
  readonly page: Page
  readonly signIn: (person: string) => Promise<void>
  readonly signOut: () => Promise<void>
  /** Signs whoever is there out, and this person in. */
  readonly handOver: (person: string) => Promise<void>
  readonly close: () => Promise<void>
}

export type Place = {
  readonly folder: string
  readonly pki: Pki
  readonly hub: TestHub
  /** A person as the window's user knows them. */
  readonly hand: (person: string) => hands.Hand
  readonly unitName: (unit: string) => string
  readonly sealPin: (unit: string) => string
  readonly open: (device: string) => Promise<TestWindow>
  /** For vitest's onTestFailed. */
  readonly picture: (test: string) => Promise<void>
  readonly close: () => Promise<void>
}

export type PlaceOptions = {
  /** In a process of its own, which SIGKILL can end; otherwise it can be closed. */
  readonly hubAsProcess?: boolean
  /** How long a step in a window may take, ms. */
  readonly patience?: number
  readonly now?: Date
}

const pictures = join(import.meta.dirname, '../../out/e2e')

/** A fictional province of its own in a temporary folder: certificates, a hub, and no window yet. */
export async function openPlace(options: PlaceOptions = {}): Promise<Place> {
  if (!existsSync(join(builtRenderer, 'index.html')))
    throw new Error('The window is not built: run `npm run build:renderer`, or `npm test -- renderer e2e`.')
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-e2e-'))
  const pki = await makeDevelopmentPki({ out: join(folder, 'pki'), now: options.now ?? new Date() })
  const hub = await startTestHub({
    pki,
    folder: join(folder, 'hub'),
    asProcess: options.hubAsProcess ?? false,
  })
  const windows = new Set<TestWindow>()
  const hand = (person: string): hands.Hand => byId(pki.people, person)

  async function open(device: string): Promise<TestWindow> {
    const place = join(folder, device)
    setUpWorkstation(pki, { folder: place, device, hubUrl: hub.url })
    const office = await startOffice({
      openHost: (host) => openChromiumWindow({ ...host, downloads: join(folder, 'saved') }),
      folder: place,
      development: true,
      headless: true,
      log: () => undefined,
    })
    const { page } = office.host
    page.setDefaultTimeout(options.patience ?? 20_000)
    const signIn = async (person: string): Promise<void> => {
      await hands.signIn(page, hand(person))
    }
    const signOut = (): Promise<void> => hands.signOut(page)
    const window: TestWindow = {
      device,
      folder: place,
      page,
      signIn,
      signOut,
      handOver: async (person) => {
        await signOut()
        await signIn(person)
      },
      close: async () => {
        windows.delete(window)
        await office.close()
      },
    }
    windows.add(window)
    return window
  }

  return {
    folder,
    pki,
    hub,
    hand,
    unitName: (unit) => byId(pki.units, unit).name,
    sealPin: (unit) => byId(pki.units, unit).seal.pin,
    open,
    picture: async (test) => {
      mkdirSync(pictures, { recursive: true })
      for (const { device, page } of windows)
        await page
          .screenshot({ path: join(pictures, `${test.replace(/[^\p{L}\p{N}]+/gu, '-')}-${device}.png`) })
          .catch(() => undefined)
    },
    close: async () => {
      for (const window of [...windows]) await window.close()
      await hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const letterTitle = letterFields.title
/** A title of its own, and other units than both. */
export type Letter = { readonly title?: string; readonly to?: readonly string[] }

/** The secretary at the window writes a letter to these units and submits it to the leader. */
export async function writeLetter(window: TestWindow, place: Place, letter: Letter = {}): Promise<void> {
  const { page } = window
  await hands.goTo(page, '起草')
  await hands.press(page, '起草公文')
  await hands.fillIn(page, {
    标题: letter.title ?? letterTitle,
    主送机关: (letter.to ?? ['shi', 'xian']).map(place.unitName),
    正文: letterFields.body.map((block) => block.text).join('\n'),
    联系人: letterFields.contact,
  })
  await hands.submit(page, place.hand('sheng-leader').name)
  await page.getByRole('complementary', { name: letter.title ?? letterTitle }).waitFor()
}

/** The leader at the window signs what is shown. */
export async function approveShown(window: TestWindow, place: Place): Promise<void> {
  const { page } = window
  await hands.goTo(page, '审批')
  await hands.untilDrawn(page)
  await hands.press(page, '签发')
  await hands.typePin(page, place.hand('sheng-leader').pin)
  await hands.confirm(page, '签发')
}

/** From the writer to the release at one window of the province's office; the registry stays signed in. */
export async function releaseByWindow(window: TestWindow, place: Place, letter: Letter = {}): Promise<void> {
  const { page } = window
  const title = letter.title ?? letterTitle
  await window.signIn('sheng-secretary')
  await writeLetter(window, place, letter)
  await hands.untilInStep(page)
  await window.handOver('sheng-leader')
  await approveShown(window, place)
  await hands.untilInStep(page)
  await window.handOver('sheng-registry')
  await hands.open(page, '发文', title)
  await hands.act(page, '复核', '待登记编号')
  await hands.begin(page, '登记编号')
  await hands.confirm(page, '登记编号')
  await hands.untilStanding(page, '待排版')
  await hands.act(page, '排版', '待用印')
  await hands.untilInStep(page)
  await window.handOver('sheng-keeper')
  await hands.open(page, '发文', title)
  await hands.begin(page, '用印')
  await hands.typePin(page, place.sealPin('sheng'))
  await hands.confirm(page, '用印')
  await hands.untilStanding(page, '待核发')
  await hands.untilInStep(page)
  await window.handOver('sheng-registry')
  await hands.open(page, '发文', title)
  await hands.act(page, '核发', '待分发')
  await hands.untilInStep(page)
}

/** The registry at the window dispatches the open document to those it is addressed to. */
export async function dispatchShown({ page }: TestWindow, place: Place): Promise<void> {
  await hands.begin(page, '分发')
  await hands.typePin(page, place.hand('sheng-registry').pin)
  await hands.confirm(page, '分发')
  await hands.untilStanding(page, '已分发')
}
