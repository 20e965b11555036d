/** The letter's way in the window: three windows, the hub killed while they work, receipts, refusal, recall. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import * as hands from '../../scripts/hands.ts'
import { faults } from '../harness/axe.ts'
import { dispatchShown, letterTitle, openPlace, releaseByWindow } from '../harness/window.ts'
import type { Place, TestWindow } from '../harness/window.ts'

let place: Place
let sheng: TestWindow
let shi: TestWindow
let xian: TestWindow
const pictured = (): void => onTestFailed(({ task }) => place.picture(task.name))

beforeAll(async () => {
  place = await openPlace({ hubAsProcess: true })
  sheng = await place.open('sheng-desk-1')
  shi = await place.open('shi-desk-1')
  xian = await place.open('xian-desk-1')
})
afterAll(() => place.close())

test('a letter is written, signed, sealed and sent; the hub dies in the dispatch; each unit has it once and registers it', async () => {
  pictured()
  await shi.signIn('shi-registry')
  await releaseByWindow(sheng, place)
  // It dies with the dispatch in its log and not yet answered, before any letter has come.
  await place.hub.restart({ crashAt: 'packet-answer' })
  await dispatchShown(sheng, place)
  await place.hub.ended()
  await hands.offlineBand(sheng.page).waitFor()
  await hands.line(sheng.page, /待发送 3/).waitFor()
  await place.hub.restart()
  await hands.untilInStep(sheng.page)
  await xian.signIn('xian-registry')
  for (const { page } of [shi, xian]) {
    await hands.open(page, '收文', letterTitle)
    await hands.untilDrawn(page)
    expect(await hands.verdictOf(page)).toContain('印章有效，文件自盖章后未被改动。')
    await hands.press(page, '查看检验项目')
    expect(await faults(page), 'the receiving desk').toEqual([])
    expect(await page.getByRole('button', { name: '签收', exact: true }).isDisabled()).toBe(true)
    await hands.checkEach(page)
    await hands.act(page, '签收', '待登记')
    await hands.begin(page, '登记')
    await hands.confirm(page, '登记')
    await hands.act(page, '初审', '办理中')
    await hands.untilInStep(page)
  }
  for (const unit of ['shi', 'xian'])
    await hands.recipient(sheng.page, place.unitName(unit)).getByText('已登记').waitFor()
  expect(await faults(sheng.page), 'the sender’s desk').toEqual([])
  for (const { page } of [shi, xian]) {
    expect(await hands.countOf(page, '收文')).toBe(1)
    expect(await hands.parkedAt(page)).toBe(0)
  }
})

test('one unit refuses with a reason the sender reads; the other is recalled before it signs for', async () => {
  pictured()
  const title = '示范省人民政府办公厅关于召开防汛工作会议的通知'
  await sheng.signOut()
  await releaseByWindow(sheng, place, { title })
  await dispatchShown(sheng, place)
  await hands.untilInStep(sheng.page)

  await hands.open(shi.page, '收文', title)
  await hands.begin(shi.page, '拒收')
  await hands.dialog(shi.page).getByRole('radio', { name: '误送，不是本单位的' }).check()
  await hands.dialog(shi.page).getByLabel('原因', { exact: true }).fill('会议由市应急局参加，请改送。')
  await hands.confirm(shi.page, '拒收')
  await hands.untilStanding(shi.page, '已拒收')
  const refused = hands.recipient(sheng.page, place.unitName('shi'))
  await refused.getByText('已拒收').waitFor()
  await refused.getByText('会议由市应急局参加，请改送。').waitFor()

  await hands.open(xian.page, '收文', title)
  await hands.begin(sheng.page, '撤回')
  const asked = hands.dialog(sheng.page)
  expect(await asked.getByRole('checkbox').count()).toBe(1)
  await asked.getByLabel('原因', { exact: true }).fill('会议时间有变。')
  await hands.typePin(sheng.page, place.hand('sheng-registry').pin)
  await hands.confirm(sheng.page, '撤回')
  await hands.recipient(sheng.page, place.unitName('xian')).getByText('已撤回').waitFor()
  await hands.untilStanding(xian.page, '已被撤回')
  expect(await hands.side(xian.page).getByRole('button', { name: '签收', exact: true }).count()).toBe(0)
})
