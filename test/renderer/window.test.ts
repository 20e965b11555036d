import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from './stage/office.ts'
import { stagePin } from './stage/office.ts'
import { desk, importText } from './stage/pictures.ts'
import { openStage } from './stage/stage.ts'
import type { Stage, StagedWindow } from './stage/stage.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pinField = '证书口令（PIN）'

let stage: Stage
const opened: StagedWindow[] = []
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture(task.name)
  for (const { page } of opened.splice(0)) await page.context().close()
})

/** What was seen when a test failed. */
async function picture(name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../out/pictures')
  for (const [index, { page }] of opened.entries())
    await page
      .screenshot({ path: join(folder, `failed ${name.slice(-60)} ${index}.png`) })
      .catch(() => undefined)
}

async function open(scene: Scene): Promise<StagedWindow> {
  const window = await stage.open(scene)
  window.page.setDefaultTimeout(40_000)
  opened.push(window)
  return window
}

type Violation = {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

/** What axe holds to be serious or critical, each with the first place it was seen. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe
    return (await run.run()).violations
  })
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const chosen = (page: Page) => page.getByRole('option', { selected: true })
const said = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words }).waitFor()
const openRow = async (page: Page, status: string) => {
  await page.getByRole('option').filter({ hasText: status }).first().click()
  await page.getByRole('complementary').waitFor()
}

describe('signing in', () => {
  test('the PIN field has the focus, and again after a wrong PIN, which is told with what to do', async () => {
    const { page, troubles } = await open({})
    const field = page.getByLabel(pinField)
    await field.waitFor()
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.getByLabel('李正明').check()
    await field.fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: '证书口令不对' }).waitFor()
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await field.inputValue()).toBe('')
    expect(await violations(page)).toEqual([])
    await field.fill(stagePin)
    await button(page, '登录').click()
    await page.getByRole('main', { name: '工作台' }).waitFor()
    expect(troubles).toEqual([])
  })

  test('an ended certificate is marked and its refusal says what to do', async () => {
    const { page } = await open({})
    await page.getByText('证书已过期 3 天').waitFor()
    await page.getByLabel('赵志远').check()
    await page.getByLabel(pinField).fill(stagePin)
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: '证书已过期' }).waitFor()
  })
})

describe('every screen', () => {
  const screens: readonly (readonly [string, Scene, (page: Page) => Promise<void>])[] = [
    ['the work table', { person: 'wang' }, async () => undefined],
    ['the empty work table', { person: 'zhou', empty: true }, async () => undefined],
    [
      'the drafts',
      { person: 'zhou' },
      async (page) => importText(page, '关于某事的通知\n\n各市人民政府：\n\n请遵照执行。\n'),
    ],
    [
      'the leader’s desk',
      { person: 'li' },
      async (page) => {
        await desk(page, '审批')
        await page.getByRole('img', { name: '第 1 页' }).waitFor()
      },
    ],
    [
      'the dispatched document',
      { person: 'wang' },
      async (page) => {
        await desk(page, '发文')
        await openRow(page, '已签收 1/2')
        await page.locator('canvas[data-drawn]').first().waitFor()
      },
    ],
    [
      'the dispatch dialog',
      { person: 'wang' },
      async (page) => {
        await desk(page, '发文')
        await openRow(page, '待分发')
        await button(page, '分发').click()
        await page.getByRole('dialog', { name: '分发' }).waitFor()
      },
    ],
    [
      'the letter that came',
      { person: 'wang' },
      async (page) => {
        await desk(page, '收文')
        await openRow(page, '待签收')
        await button(page, '查看检验项目').click()
      },
    ],
    [
      'the map of keys',
      { person: 'wang' },
      async (page) => {
        await page.getByRole('main').waitFor()
        await page.keyboard.press('?')
        await page.getByRole('dialog').waitFor()
      },
    ],
  ]
  test.each(screens)(
    'is free of serious hindrances, and quiet under the strict policy: %s',
    async (_name, scene, play) => {
      const { page, troubles } = await open(scene)
      await page.getByRole('main').waitFor()
      await play(page)
      await page.waitForTimeout(300)
      expect(await violations(page)).toEqual([])
      expect(troubles).toEqual([])
    },
  )
})

describe('a letter’s way in the window', { timeout: 150_000 }, () => {
  test('a secretary drafts, sees the page while typing, and submits to the leader', async () => {
    const { page } = await open({ person: 'zhou' })
    await desk(page, '起草')
    await page.getByRole('main').getByRole('button', { name: '起草公文' }).click()
    await page.getByText('还缺：标题、主送机关、正文').waitFor()
    await page.getByLabel('标题').fill('关于试用印驿的通知')
    await page.getByRole('combobox', { name: '主送机关' }).fill('示范市人民政府办公室，')
    await page.getByLabel('正文').fill('一、请于今日试用。')
    await page.getByRole('region', { name: '版面预览' }).getByText('一、请于今日试用。').waitFor()
    await said(page, '已保存')
    await page.keyboard.press('Control+Enter')
    const dialog = page.getByRole('dialog', { name: '送审：选择签发人' })
    await dialog.getByLabel('李正明').check()
    await dialog.getByRole('button', { name: '送审' }).click()
    await said(page, '已送审，等待李正明签发')
    await page.getByRole('complementary', { name: '关于试用印驿的通知' }).waitFor()
    expect(await chosen(page).innerText()).toContain('待签发')
  })

  test('a text with a classification mark fills the page with what to do, and nothing of it is left', async () => {
    const { page } = await open({ person: 'zhou' })
    await importText(page, '机密★10年\n\n关于特别事项的通知\n')
    await page.getByRole('heading', { name: '请停止处理这份材料' }).waitFor()
    expect(await page.getByText('特别事项').count()).toBe(0)
    await button(page, '知道了，返回草稿').click()
    await page.getByText('还没有草稿').waitFor()
  })

  test('a mark that is typed stops the draft the same way', async () => {
    const { page } = await open({ person: 'zhou' })
    await desk(page, '起草')
    await page.getByRole('main').getByRole('button', { name: '起草公文' }).click()
    await page.getByLabel('标题').fill('机密★1年')
    await page.getByRole('heading', { name: '请停止处理这份材料' }).waitFor()
  })

  test('a leader signs with opinion and PIN, is told exactly what, and the next document comes by itself', async () => {
    const { page } = await open({ person: 'li' })
    await desk(page, '审批')
    await page.getByText('第 1 件，共 3 件').waitFor()
    const first = await page.getByRole('heading', { level: 1 }).innerText()
    await page.getByRole('img', { name: '第 1 页' }).waitFor()
    await button(page, '同意。').click()
    await page.keyboard.press('Control+Enter')
    const dialog = page.getByRole('dialog', { name: '签发' })
    await dialog.getByText(first).waitFor()
    for (const told of ['内容指纹', '尚未编号', 'CN=李正明', '同意。'])
      await dialog.getByText(told).first().waitFor()
    await dialog.getByLabel(pinField).fill('wrong')
    await page.keyboard.press('Enter')
    await dialog.getByRole('alert').filter({ hasText: '证书口令不对' }).waitFor()
    await dialog.getByLabel(pinField).fill(stagePin)
    await page.keyboard.press('Enter')
    await said(page, '已签发')
    await page.getByText('第 1 件，共 2 件').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).not.toBe(first)
    await button(page, '退回修改').click()
    await page.getByLabel('退回的原因').fill('请补充依据。')
    await page.getByRole('dialog').getByRole('button', { name: '退回修改' }).click()
    await page.getByText('第 1 件，共 1 件').waitFor()
    await button(page, '圈阅').click()
    await page.getByLabel(pinField).fill(stagePin)
    await page.keyboard.press('Enter')
    await page.getByText('没有待签的公文').waitFor()
  })

  test('the registry takes a document from 复核 to 分发 with one primary button after the other', async () => {
    const { page } = await open({ person: 'wang' })
    await desk(page, '发文')
    await openRow(page, '待复核')
    await button(page, '复核').click()
    await said(page, '已复核')
    await button(page, '登记编号').click()
    const register = page.getByRole('dialog', { name: '登记编号' })
    await register.getByText('示政办发〔2026〕18号').waitFor()
    await register.getByLabel('印数').fill('60')
    await page.keyboard.press('Control+Enter')
    await said(page, '已登记编号')
    await button(page, '排版').click()
    await page.locator('canvas[data-drawn]').first().waitFor()
    await button(page, '用印').click()
    await page.getByLabel('印章口令（PIN）').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: '印章口令不对' }).waitFor()
    await page.getByLabel('印章口令（PIN）').fill(stagePin)
    await page.keyboard.press('Enter')
    await said(page, '已用印')
    await button(page, '核发').click()
    await said(page, '已核发')
    await button(page, '分发').click()
    const dispatch = page.getByRole('dialog', { name: '分发' })
    await dispatch.getByRole('radiogroup', { name: '示范县人民政府办公室' }).getByText('抄送').click()
    await dispatch.getByText('主送 1 个，抄送 1 个').waitFor()
    await dispatch.getByLabel(pinField).fill(stagePin)
    await dispatch.getByRole('button', { name: '分发' }).click()
    const recipients = page.getByRole('table', { name: '收文单位' })
    await recipients.getByRole('row').filter({ hasText: '示范县人民政府办公室' }).getByText('抄送').waitFor()
  })

  test('what came is verified, checked item by item, signed for, registered and closed', async () => {
    const { page } = await open({ person: 'wang' })
    await desk(page, '收文')
    for (let nth = 0; nth < 3; nth++) {
      await page.getByRole('option').nth(nth).click()
      await page.getByRole('region', { name: '印章检验' }).getByRole('status').waitFor()
      if (await page.getByText('印章有效，文件自盖章后未被改动。').isVisible()) break
    }
    await page.getByText('印章有效，文件自盖章后未被改动。').waitFor()
    expect(await button(page, '签收').isEnabled()).toBe(false)
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await button(page, '签收').click()
    await said(page, '已签收')
    await button(page, '登记').click()
    await page.getByRole('dialog').getByText('收〔2026〕309号').waitFor()
    await page.keyboard.press('Control+Enter')
    await said(page, '已登记')
    await button(page, '初审').click()
    await button(page, '办结').click()
    await page.getByText('现在没有需要您办理的').waitFor()
  })
})

describe('what binds nobody is not offered', () => {
  test('a letter whose seal does not hold cannot be signed for: 拒收 comes first, with the reason', async () => {
    const { page } = await open({ person: 'wang' })
    await desk(page, '收文')
    for (let nth = 0; nth < 3; nth++) {
      await page.getByRole('option').nth(nth).click()
      await page.getByRole('region', { name: '印章检验' }).getByRole('status').waitFor()
      if (await page.getByText('文件在盖章后被改动过').isVisible()) break
    }
    await page.getByText('印章检验没有通过，不能签收。').waitFor()
    expect(await button(page, '签收').isEnabled()).toBe(false)
    expect(await page.getByRole('checkbox').count()).toBe(0)
    await page.keyboard.press('Control+Enter')
    const refuse = page.getByRole('dialog', { name: '拒收' })
    expect(await refuse.getByRole('radio', { name: '印章检验不通过' }).isChecked()).toBe(true)
    await refuse.getByRole('textbox').fill('文件盖章后被改动。')
    await refuse.getByRole('button', { name: '拒收' }).click()
    await said(page, '已拒收')
  })

  test('what is dispatched may be sent on to others as 补发, and the dialog says when there are none', async () => {
    const { page } = await open({ person: 'wang' })
    await desk(page, '发文')
    await openRow(page, '已签收 1/2')
    expect(await button(page, '分发').count()).toBe(0)
    await button(page, '补发').click()
    await page.getByRole('dialog', { name: '补发' }).getByText('没有可以补发的').waitFor()
  })

  test('a notice covers no button, on any desk', async () => {
    const { page } = await open({ person: 'li' })
    await desk(page, '审批')
    await button(page, '同意。').click()
    await page.keyboard.press('Control+Enter')
    await page.getByLabel(pinField).fill(stagePin)
    await page.keyboard.press('Enter')
    const notice = page.locator('.notice')
    await notice.waitFor()
    await page.getByText('第 1 件，共 2 件').waitFor()
    const told = (await notice.boundingBox())!
    for (const each of await page.locator('main button, nav button, footer button').all()) {
      const box = (await each.boundingBox())!
      const apart =
        box.x + box.width <= told.x ||
        told.x + told.width <= box.x ||
        box.y + box.height <= told.y ||
        told.y + told.height <= box.y
      expect(apart, await each.innerText()).toBe(true)
    }
  })
})

describe('the keyboard', () => {
  test('J and K move through a list, Ctrl+K finds, Alt and a number change the desk', async () => {
    const { page } = await open({ person: 'wang' })
    await page.getByRole('main').waitFor()
    await page.keyboard.press('Alt+3')
    await page.getByRole('main', { name: '发文' }).waitFor()
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('j')
    const first = await chosen(page).innerText()
    await page.keyboard.press('j')
    await expect.poll(() => chosen(page).innerText()).not.toBe(first)
    await page.keyboard.press('k')
    await expect.poll(() => chosen(page).innerText()).toBe(first)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '查找' }).waitFor()
    await page.keyboard.type('示市政办')
    await page
      .getByRole('listbox', { name: '查找结果' })
      .getByRole('option')
      .filter({ hasText: '42' })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('main', { name: '收文' }).waitFor()
  })
})

describe('offline', () => {
  test('is a quiet band and words in the status bar, and a refusal by the hub is told with its reason', async () => {
    const since = new Date()
    since.setHours(0, 1, 0, 0)
    const line = { since: since.toISOString(), sending: 3, parked: 0 }
    const { page, send } = await open({
      person: 'wang',
      exchange: { ...line, state: 'offline', waiting: { for: 'line' } },
    })
    await page.getByRole('status').filter({ hasText: '离线，自' }).waitFor()
    await page.getByRole('contentinfo').getByText('待发送 3').waitFor()
    await send('exchange', { ...line, state: 'refused', waiting: { for: 'session', code: 'device-expired' } })
    await page.getByRole('status').filter({ hasText: '本机的设备证书已过期' }).waitFor()
    await send('exchange', { ...line, state: 'in-step', sending: 0, waiting: null })
    await page.getByRole('contentinfo').getByText('已同步').waitFor()
    expect(await page.getByText('离线').count()).toBe(0)
  })
})
