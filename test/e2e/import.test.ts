/** Text that comes in by file: taken as it is, or refused whole where it bears a classification mark. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import * as hands from '../../scripts/hands.ts'
import { openPlace } from '../harness/window.ts'
import type { Place, TestWindow } from '../harness/window.ts'

let place: Place
let sheng: TestWindow
const pictured = (): void => onTestFailed(({ task }) => place.picture(task.name))

beforeAll(async () => {
  place = await openPlace()
  sheng = await place.open('sheng-desk-1')
  await sheng.signIn('sheng-secretary')
})
afterAll(() => place.close())

const marker = '青梧计划第七号船坞'
const classified = `机密★5年\n\n示范省人民政府办公厅关于${marker}的通知\n\n示范市人民政府办公室：\n\n请做好${marker}有关工作。\n\n示范省人民政府办公厅\n2026年11月20日\n`
const plain = classified.replace('机密★5年\n\n', '').replaceAll(marker, '河道清淤')

/** Files below the folder that hold the text in an encoding texts come in. */
function filesWith(folder: string, text: string): readonly string[] {
  const forms = (['utf8', 'utf16le'] as const).map((encoding) => Buffer.from(text, encoding))
  forms.push(Buffer.from(Buffer.from(text).toString('base64').slice(4, -4)))
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path)
      return forms.some((form) => bytes.includes(form))
    })
}

test('a text with a classification mark fills the page with what to do, and nothing of it is kept', async () => {
  pictured()
  const { page } = sheng
  await hands.importText(page, { name: '通知.txt', bytes: Buffer.from(classified) })
  const stop = page.getByRole('alert', { name: '请停止处理这份材料' })
  await stop.getByText('程序没有保存其中任何内容。').waitFor()
  expect(await page.getByText(marker).count()).toBe(0)
  expect(filesWith(sheng.folder, marker)).toEqual([])
  await hands.press(page, '知道了，返回草稿')
  await page.getByText('还没有草稿').waitFor()
})

test('a text without one becomes a draft, and the folder still holds none of it in the clear', async () => {
  pictured()
  const { page } = sheng
  await hands.importText(page, { name: '通知.txt', bytes: Buffer.from(plain) })
  const editor = page.getByRole('region', { name: '公文要素' })
  await hands.untilDrawn(page)
  expect(await editor.getByRole('textbox', { name: '标题', exact: true }).inputValue()).toBe(
    '示范省人民政府办公厅关于河道清淤的通知',
  )
  await hands.untilSaved(page)
  expect(filesWith(sheng.folder, '河道清淤')).toEqual([])
})

test('a mark typed or pasted at the head of a draft stops the work as well, and is not saved', async () => {
  pictured()
  const { page } = sheng
  await hands.goTo(page, '起草')
  await page.getByRole('textbox', { name: '正文', exact: true }).fill(`绝密★长期\n${marker}`)
  await page.getByRole('alert', { name: '请停止处理这份材料' }).waitFor()
  expect(await page.getByText(marker).count()).toBe(0)
  await hands.press(page, '知道了，返回草稿')
  await page.getByRole('option').filter({ hasText: '河道清淤' }).click()
  await hands.untilDrawn(page)
  expect(await page.getByRole('textbox', { name: '正文', exact: true }).inputValue()).toContain('河道清淤')
  expect(filesWith(sheng.folder, marker)).toEqual([])
})
