/** At the desk: the line down, wrong keys told apart, returned and submitted again, by keyboard alone. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import * as hands from '../../scripts/hands.ts'
import { letterTitle, openPlace, writeLetter } from '../harness/window.ts'
import type { Place, TestWindow } from '../harness/window.ts'

let place: Place
let sheng: TestWindow
const pictured = (): void => onTestFailed(({ task }) => place.picture(task.name))

beforeAll(async () => {
  place = await openPlace()
  sheng = await place.open('sheng-desk-1')
})
afterAll(() => place.close())

test('a wrong PIN and a damaged key file are told apart in words, and neither opens the desk', async () => {
  pictured()
  const { page } = sheng
  const secretary = place.hand('sheng-secretary')
  await hands.tryToSignIn(page, { ...secretary, pin: 'mistyped-pin' })
  await page.getByRole('alert').getByText('证书口令不对。').waitFor()
  expect(await page.getByLabel('证书口令（PIN）').inputValue()).toBe('')

  const keyFile = join(sheng.folder, 'people', 'sheng-secretary', 'key.p12')
  const whole = readFileSync(keyFile)
  const damaged = Buffer.from(whole)
  damaged[damaged.length >> 1]! ^= 1
  writeFileSync(keyFile, damaged)
  await hands.tryToSignIn(page, secretary)
  await page.getByRole('alert').getByText('证书文件与导入时不一致，可能已损坏。').waitFor()
  expect(await hands.statusBar(page).count()).toBe(0)
  writeFileSync(keyFile, whole)
  await hands.signIn(page, secretary)
})

test('with the line down the secretary writes and submits; it waits in sight and goes when the line is back', async () => {
  pictured()
  const { page } = sheng
  await hands.untilInStep(page)
  await place.hub.kill()
  await hands.offlineBand(page).waitFor()
  await writeLetter(sheng, place)
  await hands.line(page, /待发送 1/).waitFor()
  expect(await hands.offlineBand(page).innerText()).toMatch(/要发送的 1 件留在本机/)
  await hands.side(page).getByText('待发送').first().waitFor()

  await place.hub.restart()
  await hands.untilInStep(page)
  await hands.offlineBand(page).waitFor({ state: 'hidden' })
  await hands.side(page).getByText('待发送').first().waitFor({ state: 'hidden' })
})

test('the leader returns it with a reason; the writer reads it, mends the text and submits again', async () => {
  pictured()
  const { page } = sheng
  await sheng.handOver('sheng-leader')
  await hands.goTo(page, '审批')
  await hands.press(page, '退回修改')
  await hands.dialog(page).getByRole('textbox').fill('请补充完成时限。')
  await hands.confirm(page, '退回修改')
  await page.getByText('没有待签的公文').waitFor()
  await hands.untilInStep(page)

  await sheng.handOver('sheng-secretary')
  await hands.open(page, '发文', letterTitle)
  await hands.untilStanding(page, '退回修改')
  await hands.press(hands.side(page), '修改')
  await page.getByRole('note').getByText('请补充完成时限。').waitFor()
  await hands.fillIn(page, { 正文: '请于2026年12月底前完成。' })
  await hands.submit(page, place.hand('sheng-leader').name, '已补充。')
  await hands.untilStanding(page, '待签发')
  await hands.untilInStep(page)
})

test('a leader goes through what waits by keyboard alone: J, K, Ctrl+Enter, PIN, Enter', async () => {
  pictured()
  const { page } = sheng
  const second = '示范省人民政府办公厅关于开展安全检查的通知'
  await writeLetter(sheng, place, { title: second })
  await hands.untilInStep(page)
  await sheng.handOver('sheng-leader')
  await page.keyboard.press('Alt+5')
  const shown = page.getByRole('main', { name: '审批' }).getByRole('heading', { level: 1 })
  await page.getByText('第 1 件，共 2 件').waitFor()
  const first = await shown.innerText()
  await page.keyboard.press('j')
  await page.getByText('第 2 件，共 2 件').waitFor()
  expect(await shown.innerText()).not.toBe(first)
  await page.keyboard.press('k')
  await page.getByText('第 1 件，共 2 件').waitFor()
  await hands.untilDrawn(page)

  const signed: string[] = []
  for (const left of ['第 1 件，共 1 件', '没有待签的公文']) {
    signed.push(await shown.innerText())
    await page.keyboard.press('Control+Enter')
    await hands.dialog(page).getByLabel('证书口令（PIN）').waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'password')
    await page.keyboard.type(place.hand('sheng-leader').pin)
    await page.keyboard.press(left.startsWith('第') ? 'Enter' : 'Control+Enter')
    await hands.dialog(page).waitFor({ state: 'hidden' })
    await page.getByText(left).waitFor()
    if (left.startsWith('第')) await hands.untilDrawn(page)
  }
  expect(signed.toSorted()).toEqual([letterTitle, second].toSorted())
})
