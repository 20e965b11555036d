/**
 * The guided tour: `npm start` where there is no display, or `npm start -- --tour [--text FILE]`. One letter's whole
 * way on three separate clients, each with its own folder and window, driven only by what people can do
 * (scripts/hands.ts), with the hub killed in the middle of the dispatch. Leaves in out/tour: a picture of every step,
 * the sealed PDF, report.json. Exit code 0 only if all of it holds.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { byId, makeDevelopmentPki } from '../certs-dev/main.ts'
import type { Pki } from '../certs-dev/main.ts'
import { openChromiumWindow } from '../main/host/chromium.ts'
import { startOffice } from '../main/main.ts'
import type { Office } from '../main/main.ts'
import { workstationFolder } from './demonstration.ts'
import type { HaltingWord } from './halting-hub.ts'
import * as hands from './hands.ts'
import { spawnHub } from './hub-process.ts'
import type { HubProcess } from './hub-process.ts'

const root = join(import.meta.dirname, '..')
const out = join(root, 'out', 'tour')
const run = join(out, 'run')
const { values } = parseArgs({
  options: { text: { type: 'string', default: join(root, 'samples', 'tongzhi.txt') } },
})
const text = resolve(values.text)

type Step = { readonly name: string; readonly ok: boolean; readonly ms: number }
type Verdict = { readonly at: string; readonly verdict: string; readonly words?: string }
const steps: Step[] = []
const verdicts: Verdict[] = []
const documents = { sent: 0, received: 0, duplicates: 0, parked: 0 }
let pdf = ''
/** What the window itself said where a step failed. */
let said: readonly string[] = []

type Client = { readonly name: string; readonly page: Page; readonly close: () => Promise<void> }
const clients: Client[] = []
/** The window a failure is pictured of. */
let watched: Page | null = null

const picture = async (page: Page, name: string): Promise<void> => {
  pictures++
  const path = join(out, `${String(pictures).padStart(2, '0')}-${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
}
let pictures = 0

/** One step: done, pictured, told in a line. */
async function step(client: Client | null, name: string, doIt: () => Promise<void>): Promise<void> {
  const from = Date.now()
  watched = client?.page ?? watched
  const tell = (ok: boolean): void => {
    const ms = Date.now() - from
    steps.push({ name, ok, ms })
    const seconds = (ms / 1000).toFixed(1).padStart(5)
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds} s  ${client ? `${client.name}: ` : ''}${name}`)
  }
  try {
    await doIt()
    if (client) await picture(client.page, name)
  } catch (error) {
    tell(false)
    throw error
  }
  tell(true)
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

async function openClient(pki: Pki, device: string, name: string, hubUrl: string): Promise<Client> {
  const folder = workstationFolder(pki, run, device, hubUrl)
  const office: Office<Awaited<ReturnType<typeof openChromiumWindow>>> = await startOffice({
    openHost: (options) => openChromiumWindow({ ...options, downloads: out }),
    folder,
    development: true,
    headless: true,
    log: (event, facts) =>
      writeFileSync(join(run, `${device}.log`), `${JSON.stringify({ event, ...facts })}\n`, { flag: 'a' }),
  })
  const { page } = office.host
  page.setDefaultTimeout(30_000)
  const client = { name, page, close: office.close }
  clients.push(client)
  return client
}

const hand = (pki: Pki, id: string): hands.Hand => byId(pki.people, id)

/** Waits for a word of the halting hub. */
const word = (hub: HubProcess, wanted: HaltingWord): Promise<void> =>
  new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`the hub did not say ${wanted} in 30 s`)), 30_000)
    const listen = (said: unknown): void => {
      if (said !== wanted) return
      clearTimeout(timer)
      hub.child.off('message', listen)
      done()
    }
    hub.child.on('message', listen)
  })

async function tour(): Promise<void> {
  let hub: HubProcess | undefined
  const hubFolder = join(run, 'hub')
  const startHub = (pki: Pki, port: number): Promise<HubProcess> =>
    spawnHub({ pki: pki.folder, folder: hubFolder, port, program: 'scripts/halting-hub.ts' })
  try {
    let pki!: Pki
    await step(null, 'make the province', async () => {
      pki = await makeDevelopmentPki({ out: join(run, 'pki'), now: new Date() })
      hub = await startHub(pki, 0)
    })
    const port = hub!.port
    const open = (device: string, name: string): Promise<Client> =>
      openClient(pki, device, name, `https://localhost:${port}`)
    const nameOf = (unit: string): string => byId(pki.units, unit).name
    const units = ['shi', 'xian'] as const
    const [secretary, leader, registry, keeper] = [
      hand(pki, 'sheng-secretary'),
      hand(pki, 'sheng-leader'),
      hand(pki, 'sheng-registry'),
      hand(pki, 'sheng-keeper'),
    ]

    const sheng = await open('sheng-desk-1', nameOf('sheng'))
    const { page } = sheng
    await step(sheng, 'choose-certificate', () =>
      page.getByRole('radio', { name: new RegExp(secretary.name) }).check(),
    )
    await step(sheng, 'workbench', async () => {
      await hands.signIn(page, secretary)
      await hands.untilInStep(page)
    })
    await step(sheng, 'import-text', async () => {
      await hands.importText(page, text)
      await hands.untilDrawn(page)
    })
    let title = ''
    await step(sheng, 'complete-draft', async () => {
      title = await completeDraft(page, nameOf('sheng'), units.map(nameOf))
      await hands.untilSaved(page)
    })
    await step(sheng, 'submit-to-leader', async () => {
      await hands.submit(page, leader.name, '请审签。')
      await page.getByRole('complementary', { name: title }).waitFor()
      await hands.untilInStep(page)
    })
    await step(sheng, 'sign-out', () => hands.signOut(page))

    await step(sheng, 'approvals', async () => {
      await hands.signIn(page, leader)
      await hands.goTo(page, '审批')
      await hands.untilDrawn(page)
    })
    await step(sheng, 'approve-states-what-is-signed', async () => {
      await page.getByRole('textbox', { name: '意见' }).fill('同意，请抓紧落实。')
      await hands.press(page, '签发')
      await hands.typePin(page, leader.pin)
    })
    await step(sheng, 'approved', async () => {
      await hands.confirm(page, '签发')
      await page.getByText('没有待签的公文').waitFor()
      await hands.untilInStep(page)
    })
    await hands.signOut(page)

    await step(sheng, 'recheck', async () => {
      await hands.signIn(page, registry)
      await hands.open(page, '发文', title)
      await hands.act(page, '复核', '待登记编号')
    })
    await step(sheng, 'register-and-number', async () => {
      await hands.begin(page, '登记编号')
      await picture(page, 'register-dialog')
      await hands.confirm(page, '登记编号')
      await hands.untilStanding(page, '待排版')
    })
    await step(sheng, 'press', async () => {
      await hands.act(page, '排版', '待用印')
      await hands.untilDrawn(page)
      await hands.untilInStep(page)
    })
    await hands.signOut(page)

    await step(sheng, 'seal-states-what-is-sealed', async () => {
      await hands.signIn(page, keeper)
      await hands.open(page, '发文', title)
      await hands.untilDrawn(page)
      await hands.begin(page, '用印')
      await hands.typePin(page, byId(pki.units, 'sheng').seal.pin)
    })
    await step(sheng, 'sealed', async () => {
      await hands.confirm(page, '用印')
      await hands.untilStanding(page, '待核发')
      await page.getByRole('region', { name: '盖章文件' }).waitFor()
      await hands.showLastPage(page)
      await hands.untilInStep(page)
    })
    await hands.signOut(page)

    await step(sheng, 'release', async () => {
      await hands.signIn(page, registry)
      await hands.open(page, '发文', title)
      await hands.act(page, '核发', '待分发')
      await hands.untilInStep(page)
    })
    const receivers: Client[] = []
    await step(null, 'two units sit down', async () => {
      for (const unit of units) {
        const client = await open(`${unit}-desk-1`, nameOf(unit))
        await hands.signIn(client.page, hand(pki, `${unit}-registry`))
        receivers.push(client)
      }
    })
    await step(sheng, 'dispatch-states-to-whom', async () => {
      await hands.begin(page, '分发')
      await hands.address(page, units.map(nameOf))
      await hands.typePin(page, registry.pin)
    })
    await step(sheng, 'dispatch-half-sent', async () => {
      // The act itself, then a letter a unit: the hub stands still with the first letter in its log, unanswered.
      const armed = word(hub!, 'armed')
      hub!.child.send(2)
      await armed
      const halted = word(hub!, 'halted')
      await hands.confirm(page, '分发')
      await halted
      await hands.line(page, /待发送 2/).waitFor()
    })
    await step(sheng, 'hub-killed', async () => {
      await hub!.kill()
      expect(hub!.child.signalCode === 'SIGKILL', 'the hub was not killed')
      await hands.offlineBand(page).waitFor()
      await hands.line(page, /待发送 2/).waitFor()
    })
    await step(sheng, 'hub-back-and-in-step', async () => {
      hub = await startHub(pki, port)
      await hands.untilInStep(page)
    })
    for (const [index, unit] of units.entries()) await receive(receivers[index]!, unit, title)

    await step(sheng, 'receipts-at-the-sender', async () => {
      for (const unit of units) await hands.recipient(page, nameOf(unit)).getByText('已登记').waitFor()
      await hands.untilInStep(page)
    })
    await step(sheng, 'save-sealed-pdf', async () => {
      await hands.press(page, '另存 盖章文件')
      const told = page.getByText(/^已保存到 /)
      await told.waitFor()
      pdf = (await told.innerText()).replace(/^已保存到 /, '').trim()
    })
    await step(null, 'verify the sealed PDF', async () => {
      const trust = join(run, 'sheng-desk-1', 'trust', 'anchors')
      const args = ['scripts/verify.ts', pdf, '--trust', trust, '--json']
      const done = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
      const { verdict } = JSON.parse(done.stdout) as { verdict: string }
      verdicts.push({ at: 'npm run verify', verdict })
      expect(done.status === 0 && verdict === 'good', `verify says ${verdict}: ${done.stdout}`)
    })
    await step(null, 'count', async () => {
      documents.sent = await hands.countOf(page, '发文')
      const counts: number[] = []
      for (const client of receivers) counts.push(await hands.countOf(client.page, '收文'))
      documents.received = counts.reduce((sum, count) => sum + count, 0)
      documents.duplicates = counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0)
      for (const client of [sheng, ...receivers]) documents.parked += await hands.parkedAt(client.page)
      expect(documents.sent === 1, `${documents.sent} documents sent, not 1`)
      expect(
        counts.every((count) => count === 1),
        `received ${counts.join(' and ')}, not 1 each`,
      )
      expect(documents.parked === 0, `${documents.parked} parked`)
    })
  } finally {
    if (watched && steps.some((each) => !each.ok)) {
      await picture(watched, 'failed').catch(() => undefined)
      said = await watched
        .getByRole('alert')
        .allInnerTexts()
        .catch(() => [])
    }
    for (const client of clients) await client.close().catch(() => undefined)
    await hub?.kill()
  }
}

/** What the text does not say itself; returns the title. */
async function completeDraft(page: Page, unit: string, recipients: readonly string[]): Promise<string> {
  const editor = page.getByRole('region', { name: '公文要素' })
  const title = editor.getByRole('textbox', { name: '标题', exact: true })
  if ((await title.inputValue()) === '') await title.fill(`${unit}关于转发有关材料的通知`)
  const lacksRecipients = await editor.getByText(/^还缺：.*主送机关/).isVisible()
  await hands.fillIn(page, {
    发文机关: unit,
    署名: unit,
    联系人: '林晓雯 010-00000000',
    ...(lacksRecipients ? { 主送机关: recipients } : {}),
  })
  return title.inputValue()
}

/** One unit's part: exactly one copy, verified, signed for, registered, checked. */
async function receive(client: Client, unit: string, title: string): Promise<void> {
  const { page } = client
  await step(client, `${unit}-received`, async () => {
    await hands.open(page, '收文', title)
    await hands.untilDrawn(page)
    expect((await hands.countOf(page, '收文')) === 1, 'not exactly one copy')
  })
  await step(client, `${unit}-verdict`, async () => {
    const words = await hands.verdictOf(page)
    const good = words.includes('印章有效，文件自盖章后未被改动。')
    verdicts.push({
      at: client.name,
      verdict: good ? 'good' : 'bad',
      words: words.replace(/ 查看检验项目.*/u, ''),
    })
    await hands.showLastPage(page)
    expect(good, `the verdict at ${client.name}: ${words}`)
    await hands.press(page, '查看检验项目')
  })
  await step(client, `${unit}-signed-for`, async () => {
    await hands.press(page, '收起检验项目')
    await hands.checkEach(page)
    await hands.act(page, '签收', '待登记')
  })
  await step(client, `${unit}-registered`, async () => {
    await hands.begin(page, '登记')
    await hands.confirm(page, '登记')
    await hands.untilStanding(page, '待初审')
  })
  await step(client, `${unit}-checked`, async () => {
    await hands.act(page, '初审', '办理中')
    await hands.untilInStep(page)
  })
}

rmSync(out, { recursive: true, force: true })
mkdirSync(run, { recursive: true })
const began = Date.now()
let failure: unknown
try {
  await tour()
} catch (error) {
  failure = error
}
const report = { steps, documents, verdicts, pdf: pdf === '' ? '' : relative(root, pdf) }
writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
const seconds = Math.round((Date.now() - began) / 1000)
if (failure) {
  console.log(`FAILED after ${seconds} s: ${failure instanceof Error ? failure.message : String(failure)}`)
  for (const words of said) console.log(`The window says: ${words.replace(/\s+/gu, ' ')}`)
  console.log(`The window as it was: the last picture in ${relative(root, out)}`)
} else {
  console.log(`The letter went its way in ${seconds} s: ${relative(root, out)}`)
  console.log(JSON.stringify({ documents, verdicts: verdicts.map((each) => each.verdict), pdf: report.pdf }))
}
process.exit(failure ? 1 : 0)
