/** One start, as a process: `start-once.ts office|blank FOLDER` prints `usable` and ends. */
import { openChromiumWindow } from '../main/host/chromium.ts'

const [kind, folder, renderer] = process.argv.slice(2) as ['office' | 'blank', string, string]
const usable = async (close: () => Promise<void>): Promise<void> => {
  console.log('usable')
  await close()
  process.exit(0)
}

if (kind === 'blank') {
  const page = new TextEncoder().encode(
    '<!doctype html><meta charset="utf-8"><title>blank</title><p>blank</p>',
  )
  const host = await openChromiumWindow({
    folder,
    title: 'blank',
    width: 1440,
    height: 900,
    headless: true,
    asset: async () => ({ body: page, type: 'text/html; charset=utf-8' }),
    answer: async () => null,
  })
  await host.page.getByText('blank').waitFor()
  await usable(host.close)
} else {
  const { startOffice } = await import('../main/main.ts')
  const office = await startOffice({
    openHost: openChromiumWindow,
    folder,
    renderer,
    headless: true,
    development: true,
    log: () => undefined,
  })
  await office.host.page.getByRole('button', { name: '登录' }).waitFor()
  await usable(office.close)
}
