/**
 * Runs inside the real Electron: opens the host on a page of its own, tries what must not work, and prints one line
 * of JSON. Built and started by electron-real.test.ts.
 */
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'
import { electronHost, prepareElectron } from '../../../main/host/electron.ts'

const folder = process.env['SEALPOST_FOLDER']!
const foreign = process.env['SEALPOST_FOREIGN']!
const files: Readonly<Record<string, readonly [string, string]>> = {
  'index.html': [
    '<!doctype html><title>印驿</title><script src="page.js"></script>',
    'text/html; charset=utf-8',
  ],
  'page.js': [
    'window.events = []; window.office.on("changed", (payload) => window.events.push(payload))',
    'text/javascript',
  ],
}

/** Each is asked in the page; the test names what must come of it. */
const questions: Readonly<Record<string, string>> = {
  answer: `window.office.call('desk.counts', {})`,
  foreignName: `window.office.call('store.open', {}).then(() => 'passed', (error) => error.name)`,
  keys: `Object.keys(window.office)`,
  node: `[typeof require, typeof process, typeof module]`,
  fetched: `fetch(${JSON.stringify(foreign)}).then(() => 'reached', () => 'refused')`,
  opened: `String(window.open(${JSON.stringify(foreign)}))`,
  permission: `navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state)`,
  evaluated: `(() => { try { return new Function('return 1')() } catch (error) { return error.name } })()`,
  frame: `(async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const office = typeof frame.contentWindow.office
    frame.remove()
    return office
  })()`,
  navigated: `(async () => {
    location.href = ${JSON.stringify(foreign)}
    await new Promise((resolve) => setTimeout(resolve, 300))
    return location.href
  })()`,
  events: `new Promise((resolve) => setTimeout(() => resolve(window.events), 200))`,
}

async function probe(): Promise<void> {
  const open = electronHost({
    preload: join(import.meta.dirname, '..', 'preload', 'electron.cjs'),
    development: true,
  })
  const host = await open({
    folder,
    title: '印驿',
    width: 800,
    height: 600,
    headless: true,
    asset: async (path) => {
      const file = files[path]
      return file ? { body: new TextEncoder().encode(file[0]), type: file[1] } : null
    },
    answer: async (name, input) => ({ ok: true, value: { name, input } }),
  })
  const contents = BrowserWindow.getAllWindows()[0]!.webContents
  host.send('changed', { matters: ['a'] })
  const outcome: Record<string, unknown> = {}
  for (const [question, script] of Object.entries(questions)) {
    outcome[question] = await contents.executeJavaScript(script).catch((error: unknown) => String(error))
  }
  outcome['windows'] = BrowserWindow.getAllWindows().length
  console.log(`probe ${JSON.stringify(outcome)}`)
  await host.close()
}

if (prepareElectron(folder)) {
  probe().then(
    () => app.exit(0),
    (error: unknown) => {
      console.error(error)
      app.exit(1)
    },
  )
}
