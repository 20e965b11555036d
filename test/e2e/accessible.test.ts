/** Every main screen for people who see little or use no mouse: axe-core finds nothing serious. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import * as hands from '../../scripts/hands.ts'
import { approveShown, letterTitle, openPlace, writeLetter } from '../harness/window.ts'
import type { Place, TestWindow } from '../harness/window.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let place: Place
let sheng: TestWindow
const pictured = (): void => onTestFailed(({ task }) => place.picture(task.name))

beforeAll(async () => {
  place = await openPlace()
  sheng = await place.open('sheng-desk-1')
})
afterAll(() => place.close())

/** What axe calls serious or critical, in a line each. */
async function faults(page: Page): Promise<readonly string[]> {
  // Fades and slides at their end: colours in between are nobody's.
  await page.waitForTimeout(400)
  await page.evaluate(axe)
  const found = (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)) as AxeResults
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    )
}

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
