/** Every main screen for people who see little or use no mouse: axe-core finds nothing serious. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import * as hands from '../../scripts/hands.ts'
import { faults } from '../harness/axe.ts'
import { approveShown, letterTitle, openPlace, writeLetter } from '../harness/window.ts'
import type { Place, TestWindow } from '../harness/window.ts'

let place: Place
let sheng: TestWindow
const pictured = (): void => onTestFailed(({ task }) => place.picture(task.name))

beforeAll(async () => {
  place = await openPlace()
  sheng = await place.open('sheng-desk-1')
})
afterAll(() => place.close())

test('sign-in, workbench, drafts, outgoing, incoming, approvals and the dialogs have no serious fault', async () => {
  pictured()
  const { page } = sheng
  expect(await faults(page), 'sign-in').toEqual([])
  await sheng.signIn('sheng-secretary')
  await hands.untilInStep(page)
  expect(await faults(page), 'workbench, empty').toEqual([])
  await hands.importText(page, join(import.meta.dirname, '../../samples/tongzhi.txt'))
  await hands.untilDrawn(page)
  expect(await faults(page), 'a draft').toEqual([])
  await writeLetter(sheng, place)
  await hands.untilDrawn(page)
  expect(await faults(page), 'outgoing').toEqual([])
  await hands.goTo(page, '收文')
  expect(await faults(page), 'incoming, empty').toEqual([])
  await hands.goTo(page, '工作台')
  expect(await faults(page), 'workbench').toEqual([])
  await hands.untilInStep(page)
  await sheng.handOver('sheng-leader')
  await hands.goTo(page, '审批')
  await hands.untilDrawn(page)
  expect(await faults(page), 'approvals').toEqual([])
  await hands.press(page, '签发')
  await hands.typePin(page, 'not-the-right-pin')
  await hands.press(hands.dialog(page), '签发')
  await hands.dialog(page).getByRole('alert').waitFor()
  expect(await faults(page), 'the dialog that signs, refused').toEqual([])
  await hands.press(hands.dialog(page), '取消')
  await approveShown(sheng, place)
  await hands.untilInStep(page)
  await sheng.handOver('sheng-registry')
  await hands.open(page, '发文', letterTitle)
  expect(await faults(page), 'the registry’s desk').toEqual([])
})
