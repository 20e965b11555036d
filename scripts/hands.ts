/**
 * What a person can do at a window, and nothing else: clicks, typing, choosing a file, reading; everything found by
 * role and name, as somebody with a screen reader would. For the guided tour and the end-to-end tests.
 *
 * Invariant: nothing here knows a class name, calls main or looks into a store.
 */
import type { Locator, Page } from 'playwright-core'

export type DeskName = '工作台' | '起草' | '发文' | '收文' | '审批'
export type Hand = { readonly name: string; readonly pin: string }
/** A text to import: a file, or bytes with a name. */
export type TextFile = string | { readonly name: string; readonly bytes: Uint8Array }

export const press = (within: Page | Locator, name: string): Promise<void> =>
  within.getByRole('button', { name, exact: true }).click()

export const statusBar = (page: Page): Locator => page.getByRole('contentinfo', { name: '状态栏' })
export const dialog = (page: Page): Locator => page.getByRole('dialog')

/** Types the PIN and presses 登录; says nothing about whether it was taken. */
export async function tryToSignIn(page: Page, person: Hand): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(person.name) }).check()
  await page.getByLabel('证书口令（PIN）').fill(person.pin)
  await press(page, '登录')
}

export async function signIn(page: Page, person: Hand): Promise<void> {
  await tryToSignIn(page, person)
  await statusBar(page).waitFor()
}

export async function signOut(page: Page): Promise<void> {
  await statusBar(page).getByRole('button').first().click()
  await press(page, '退出登录')
  await page.getByRole('button', { name: '登录', exact: true }).waitFor()
}

export async function goTo(page: Page, desk: DeskName): Promise<void> {
  await page
    .getByRole('navigation', { name: '主导航' })
    .getByRole('button', { name: new RegExp(`^${desk}`) })
    .click()
  await page.getByRole('main', { name: desk }).waitFor()
}

/** The line in the status bar: 已同步 14:32, 待发送 2, 离线，自 09:10 起. */
export const line = (page: Page, words: RegExp): Locator =>
  statusBar(page).getByRole('button', { name: words })
export const untilInStep = (page: Page): Promise<void> => line(page, /已同步/).waitFor()
/** The grey band over the desk while the line is down. */
export const offlineBand = (page: Page): Locator => page.getByRole('status').filter({ hasText: '离线，自' })

export async function importText(page: Page, file: TextFile): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await press(page, '导入文本')
  const chosen =
    typeof file === 'string' ? file : { ...file, mimeType: 'text/plain', buffer: Buffer.from(file.bytes) }
  await (await chooser).setFiles(chosen)
}

export type Elements = {
  readonly 标题?: string
  readonly 发文机关?: string
  readonly 署名?: string
  readonly 正文?: string
  readonly 附注?: string
  readonly 联系人?: string
  readonly 主送机关?: readonly string[]
}

/** Fills in the elements of the open draft; what is not given stays. */
export async function fillIn(page: Page, elements: Elements): Promise<void> {
  const editor = page.getByRole('region', { name: '公文要素' })
  const { 主送机关: recipients = [], ...texts } = elements
  for (const [label, text] of Object.entries(texts))
    await editor.getByRole('textbox', { name: label, exact: true }).fill(text)
  const field = editor.getByRole('combobox', { name: '主送机关' })
  for (const name of recipients) {
    await field.fill(name)
    await field.press('Enter')
  }
  if (recipients.length > 0) await field.press('Escape')
  await editor.getByText('要素齐全，可以送审').waitFor()
}

export const untilSaved = (page: Page): Promise<void> =>
  page
    .getByText(/^已保存/)
    .first()
    .waitFor()

export async function submit(page: Page, leader: string, words = ''): Promise<void> {
  await press(page.getByRole('region', { name: '公文要素' }), '送审')
  await dialog(page)
    .getByRole('radio', { name: new RegExp(leader) })
    .check()
  if (words !== '')
    await dialog(page)
      .getByLabel(/给签发人的话/)
      .fill(words)
  await confirm(page, '送审')
}

/** Presses the dialog's own button and waits until the dialog has closed: done. */
export async function confirm(page: Page, name: string): Promise<void> {
  await press(dialog(page), name)
  await dialog(page).waitFor({ state: 'hidden' })
}

/** Types the PIN the dialog asks for. */
export const typePin = (page: Page, pin: string): Promise<void> =>
  dialog(page)
    .getByLabel(/口令（PIN）/)
    .fill(pin)

/** Opens the document of that title from a desk's list. */
export async function open(page: Page, desk: '发文' | '收文', title: string): Promise<void> {
  await goTo(page, desk)
  await page.getByRole('option').filter({ hasText: title }).first().click()
  await page.getByRole('complementary', { name: title }).waitFor()
}

/** The side of the open document: what can be done, history, recipients, files. */
export const side = (page: Page): Locator => page.getByRole('complementary').first()

/** The document stands there, in words: 待核发, 已分发. */
export const untilStanding = (page: Page, standing: string): Promise<void> =>
  side(page).getByRole('region', { name: '状态' }).getByText(standing, { exact: true }).waitFor()

/** Presses a button of the open document that needs no dialog, and waits until it stands where it should. */
export async function act(page: Page, name: string, standing: string): Promise<void> {
  await press(side(page), name)
  await untilStanding(page, standing)
}

/** Opens the dialog of an action of the open document. */
export async function begin(page: Page, name: string): Promise<void> {
  await press(side(page), name)
  await dialog(page).getByRole('button', { name, exact: true }).waitFor()
}

/** In the open dialog 分发: these units as 主送, nobody else changed. */
export async function address(page: Page, units: readonly string[]): Promise<void> {
  for (const unit of units)
    await dialog(page).getByRole('radiogroup', { name: unit }).getByText('主送', { exact: true }).click()
}

/** The row of a unit in the sender's table of recipients. */
export const recipient = (page: Page, unit: string): Locator =>
  page.getByRole('table', { name: '收文单位' }).getByRole('row').filter({ hasText: unit })

/** Ticks every item to be checked before signing for. */
export async function checkEach(page: Page): Promise<void> {
  const items = page.getByRole('group', { name: '签收前逐项核对' }).getByRole('checkbox')
  for (const item of await items.all()) await item.check()
}

/** The words of the verdict on the seal, when it is known. */
export async function verdictOf(page: Page): Promise<string> {
  const panel = page.getByRole('region', { name: '印章检验' })
  await panel.getByRole('button', { name: /检验项目/ }).waitFor()
  return (await panel.getByRole('status').innerText()).replace(/\s+/gu, ' ')
}

/** How many the status bar says are parked: 待处置 1; nothing is said of none. */
export async function parkedAt(page: Page): Promise<number> {
  const words = statusBar(page).getByRole('button', { name: /^待处置/ })
  return (await words.count()) === 0 ? 0 : Number(/\d+/.exec(await words.innerText())?.[0])
}

/** How many documents a desk's list says there are: 共 3 件. */
export async function countOf(page: Page, desk: '发文' | '收文'): Promise<number> {
  await goTo(page, desk)
  const words = await page
    .getByText(/^共 \d+ 件$/)
    .first()
    .innerText()
  return Number(/\d+/.exec(words)?.[0])
}

/** The first page is there, drawn. */
export const untilDrawn = (page: Page): Promise<void> =>
  drawn(page.getByRole('img', { name: /^第 1 页/ }).first())

/** Scrolls to the last page, where the seal is. */
export async function showLastPage(page: Page): Promise<void> {
  await untilDrawn(page)
  const last = page.getByRole('img', { name: /^第 \d+ 页/ }).last()
  await last.scrollIntoViewIfNeeded()
  await drawn(last)
}

/** A page of a PDF is drawn after it is put up; one of the preview is drawn at once. */
async function drawn(sheet: Locator): Promise<void> {
  await sheet.waitFor()
  await sheet
    .page()
    .waitForFunction(
      (element) => element?.tagName !== 'CANVAS' || (element as HTMLElement).dataset['drawn'] === 'true',
      await sheet.elementHandle(),
    )
}
