/** `node test/renderer/stage/pictures.ts [name...]`: pictures of every screen into out/pictures, for the eye. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { stagePin } from './office.ts'
import type { Scene } from './office.ts'
import { openStage } from './stage.ts'

type Shot = {
  readonly name: string
  readonly scene: Scene
  readonly size?: { readonly width: number; readonly height: number; readonly zoom?: number }
  readonly play?: (page: Page) => Promise<void>
}

const nine = new Date()
nine.setHours(9, 10, 0, 0)
const offline = {
  state: 'offline',
  since: nine.toISOString(),
  sending: 3,
  waiting: { for: 'line' },
  parked: 1,
} as const
const parked = [
  {
    id: 1,
    position: 10_440,
    box: 'unit:province',
    code: 'act-signature-broken',
    facts: {},
    from: '示范县人民政府办公室',
    at: nine.toISOString(),
  },
  {
    id: 2,
    position: 10_441,
    box: 'unit:province',
    code: 'waiting-for',
    facts: {},
    from: '示范市人民政府办公室',
    at: nine.toISOString(),
  },
] as const

export const desk = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('button', { name }).click()
const row = (page: Page, name: string | RegExp, nth = 0) =>
  page.getByRole('option', { name }).nth(nth).click()
const status = async (page: Page, words: string) => {
  await page.getByRole('option').filter({ hasText: words }).first().click()
  await page.waitForTimeout(900)
}
const small = { width: 1366, height: 768 }
const zoomed = { width: 1920, height: 1080, zoom: 1.5 }

const shots: readonly Shot[] = [
  { name: 'sign-in', scene: {} },
  {
    name: 'sign-in-wrong',
    scene: {},
    play: async (page) => {
      await page.getByLabel('证书口令（PIN）').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'bench', scene: { person: 'wang' } },
  { name: 'bench-empty', scene: { person: 'zhou', empty: true } },
  { name: 'bench-offline', scene: { person: 'wang', exchange: offline, parked } },
  { name: 'drafts-empty', scene: { person: 'zhou', empty: true }, play: (page) => desk(page, '起草') },
  { name: 'drafts', scene: { person: 'zhou' }, play: writeDraft, size: { width: 1600, height: 900 } },
  { name: 'drafts-small', scene: { person: 'zhou' }, play: writeDraft, size: small },
  {
    name: 'submit',
    scene: { person: 'zhou' },
    play: async (page) => {
      await writeDraft(page)
      await page.getByRole('button', { name: '送审' }).click()
      await page.waitForTimeout(400)
    },
  },
  {
    name: 'classified',
    scene: { person: 'zhou' },
    play: async (page) => {
      await importText(page, '机密★10年\n\n关于某事的通知\n')
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'approvals',
    scene: { person: 'li' },
    play: async (page) => {
      await desk(page, '审批')
      await page.waitForTimeout(1_000)
    },
  },
  {
    name: 'approvals-zoom',
    scene: { person: 'li' },
    size: zoomed,
    play: async (page) => {
      await desk(page, '审批')
      await page.waitForTimeout(1_000)
    },
  },
  {
    name: 'approve',
    scene: { person: 'li' },
    play: async (page) => {
      await desk(page, '审批')
      await page.getByRole('button', { name: '同意。', exact: true }).click()
      await page.getByRole('button', { name: '签发' }).click()
      await page.getByLabel('证书口令（PIN）').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'outgoing',
    scene: { person: 'wang' },
    play: async (page) => {
      await desk(page, '发文')
      await status(page, '已签收 1/2')
    },
  },
  {
    name: 'outgoing-zoom',
    scene: { person: 'wang' },
    size: zoomed,
    play: async (page) => {
      await desk(page, '发文')
      await status(page, '已签收 1/2')
    },
  },
  {
    name: 'outgoing-recheck',
    scene: { person: 'wang' },
    size: small,
    play: async (page) => {
      await desk(page, '发文')
      await status(page, '待复核')
    },
  },
  {
    name: 'seal',
    scene: { person: 'wang' },
    play: async (page) => {
      await desk(page, '发文')
      await status(page, '待用印')
      await page.getByRole('button', { name: '用印' }).click()
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'dispatch',
    scene: { person: 'wang' },
    play: async (page) => {
      await desk(page, '发文')
      await status(page, '待分发')
      await page.getByRole('button', { name: '分发' }).click()
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'recall',
    scene: { person: 'wang' },
    play: async (page) => {
      await desk(page, '发文')
      await status(page, '已签收 0/2')
      await page.getByRole('button', { name: '撤回' }).click()
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'incoming',
    scene: { person: 'wang', parked },
    play: async (page) => {
      await desk(page, '收文')
      await row(page, /政务/, 0)
      await page.waitForTimeout(900)
    },
  },
  {
    name: 'incoming-bad',
    scene: { person: 'wang', parked },
    play: async (page) => {
      await desk(page, '收文')
      for (const nth of [0, 1, 2]) {
        await row(page, /政务/, nth)
        await page.waitForTimeout(500)
        if (await page.getByText('盖章后被改动').isVisible()) break
      }
      await page.getByRole('button', { name: '查看检验项目' }).click()
    },
  },
  {
    name: 'parked',
    scene: { person: 'wang', exchange: offline, parked },
    play: async (page) => {
      await page.getByRole('button', { name: '待处置 1' }).click()
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'keys',
    scene: { person: 'wang' },
    play: async (page) => {
      await page.keyboard.press('?')
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'find',
    scene: { person: 'wang' },
    play: async (page) => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('政务')
      await page.waitForTimeout(600)
    },
  },
  {
    name: 'scale',
    scene: { person: 'wang' },
    play: async (page) => {
      await page.getByRole('contentinfo').getByRole('button', { name: '王海燕' }).click()
      await page.getByRole('radiogroup', { name: '显示大小' }).getByText('150%').click()
      await page.keyboard.press('Escape')
      await desk(page, '发文')
      await status(page, '待分发')
      await page.getByRole('button', { name: '分发' }).click()
      await page.waitForTimeout(1_500)
    },
  },
  {
    name: 'scale-person',
    scene: { person: 'wang' },
    play: async (page) => {
      await page.getByRole('contentinfo').getByRole('button', { name: '王海燕' }).click()
      await page.getByRole('radiogroup', { name: '显示大小' }).getByText('125%').click()
      await page.waitForTimeout(500)
    },
  },
  {
    name: 'line',
    scene: { person: 'wang', exchange: offline },
    play: async (page) => {
      await page.getByRole('button', { name: '离线' }).click()
      await page.waitForTimeout(400)
    },
  },
]

export async function importText(page: Page, text: string): Promise<void> {
  await desk(page, '起草')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: '来稿.txt', mimeType: 'text/plain', buffer: Buffer.from(text) })
}

async function writeDraft(page: Page): Promise<void> {
  await desk(page, '起草')
  await page.getByRole('main').getByRole('button', { name: '起草公文' }).click()
  await page.getByLabel('标题').fill('示范省人民政府办公厅关于做好2026年度政务信息系统整合共享工作的通知')
  await page.getByRole('combobox', { name: '主送机关' }).fill('各市、县人民政府，省政府各部门，')
  await page
    .getByLabel('正文')
    .fill(
      '为深入推进政务信息系统整合共享，经省政府同意，现就有关工作通知如下：\n一、总体要求\n按照“先联通、后提高”的原则，2026年12月底前完成清理整合。\n（一）全面清理自查。各地各部门要对现有系统进行清查。\n1.长期停用的系统，应当予以注销。',
    )
  await page.waitForTimeout(1_200)
}

export { stagePin }

if (import.meta.main) {
  const wanted = process.argv.slice(2)
  const folder = join(import.meta.dirname, '../../../out/pictures')
  mkdirSync(folder, { recursive: true })
  const stage = await openStage()
  for (const shot of shots.filter((each) => wanted.length === 0 || wanted.includes(each.name))) {
    const { page, troubles } = await stage.open(shot.scene, shot.size)
    try {
      await page.waitForTimeout(700)
      await shot.play?.(page)
      await page.waitForTimeout(200)
    } catch (error) {
      console.log(`${shot.name}: ${String(error).slice(0, 400)}`)
    }
    await page.screenshot({ path: join(folder, `${shot.name}.png`) })
    console.log(shot.name, troubles.length > 0 ? troubles.slice(0, 5) : '')
    await page.context().close()
  }
  await stage.close()
}
