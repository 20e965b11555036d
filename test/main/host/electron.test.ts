/** How the Electron host closes its window, read from what it asks of the electron module. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Host } from '../../../main/host/host.ts'
import { contentSecurityPolicy } from '../../../main/host/page.ts'
import { callChannel, eventChannel } from '../../../preload/bridge.ts'
import { contents, mainFrame, recorded } from './electron-double.ts'

vi.mock('electron', () => import('./electron-double.ts'))
const { electronHost, electronRoot, prepareElectron } = await import('../../../main/host/electron.ts')

let folder: string
let host: Host
const answered: unknown[][] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-electron-'))
  expect(prepareElectron(folder)).toBe(true)
  host = await electronHost({ preload: '/app/preload/electron.cjs', development: false })({
    folder,
    title: '印驿',
    width: 1440,
    height: 900,
    headless: false,
    asset: async (path) =>
      path === 'index.html' ? { body: new TextEncoder().encode('<html>'), type: 'text/html' } : null,
    answer: async (...call) => {
      answered.push(call)
      return 'answered'
    },
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the page is isolated', () => {
  it('sandboxed, without Node, with web security, from the app’s own address', () => {
    expect(recorded.windows).toHaveLength(1)
    expect(recorded.windows[0]!.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
      preload: '/app/preload/electron.cjs',
    })
    expect(recorded.sandboxed).toBe(true)
    expect(recorded.menu).toBeNull()
    expect(recorded.loaded).toEqual(['sealpost://app/index.html'])
  })

  it('keeps its session in memory, so that no page’s text reaches the disk', () => {
    for (const name of recorded.partitions) expect(name.startsWith('persist:')).toBe(false)
    expect(recorded.partitions.length).toBeGreaterThan(0)
  })

  it('has a scheme that is standard and secure and passes by no policy', () => {
    expect(recorded.schemes).toEqual([
      {
        scheme: 'sealpost',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ])
  })
})

describe('a call is taken', () => {
  const call = (event: unknown, ...values: unknown[]) =>
    recorded.calls.get(callChannel)!(event, ...values) as Promise<unknown>

  it('on one channel, from the app’s own top frame', async () => {
    expect([...recorded.calls.keys()]).toEqual([callChannel])
    await expect(call({ sender: contents, senderFrame: mainFrame }, 'desk.counts', {})).resolves.toBe(
      'answered',
    )
    expect(answered).toEqual([['desk.counts', {}]])
  })

  it.each([
    ['a frame inside the page', { sender: contents, senderFrame: { ...mainFrame, parent: mainFrame } }],
    ['a foreign page', { sender: contents, senderFrame: { ...mainFrame, url: 'https://example.org/' } }],
    [
      'a page with our name before it',
      { sender: contents, senderFrame: { ...mainFrame, url: 'sealpost://app.example/' } },
    ],
    ['a file', { sender: contents, senderFrame: { ...mainFrame, url: 'file:///tmp/index.html' } }],
    ['a frame that is gone', { sender: contents, senderFrame: null }],
    ['a frame that was taken off', { sender: contents, senderFrame: { ...mainFrame, detached: true } }],
    ['another window', { sender: { ...contents }, senderFrame: mainFrame }],
  ])('and never from %s', async (_who, event) => {
    await expect(call(event, 'desk.counts', {})).rejects.toThrow('top frame of the app only')
    expect(answered).toHaveLength(1)
  })
})

describe('the page stays where it is', () => {
  const prevented = (event: string, details: object): boolean => {
    let stopped = false
    recorded.onContents.get(event)!({ ...details, preventDefault: () => (stopped = true) })
    return stopped
  }

  it.each([
    'https://example.org/',
    'file:///etc/passwd',
    'sealpost://other/index.html',
    'sealpost://app/other.html',
    'sealpost://app/index.html.example/',
    'data:text/html,x',
    'about:blank',
  ])('and does not navigate to %s', (url) => {
    expect(prevented('will-frame-navigate', { url, isMainFrame: true })).toBe(true)
  })

  it('may reload itself, which a frame inside it may not', () => {
    const url = 'sealpost://app/index.html#/drafts'
    expect(prevented('will-frame-navigate', { url, isMainFrame: true })).toBe(false)
    expect(prevented('will-frame-navigate', { url, isMainFrame: false })).toBe(true)
  })

  it('follows no redirect, opens no window, holds no other page, downloads nothing', () => {
    expect(prevented('will-redirect', { url: 'https://example.org/' })).toBe(true)
    expect(prevented('will-attach-webview', {})).toBe(true)
    expect(recorded.onContents.get('window-open')!({ url: 'sealpost://app/index.html' })).toEqual({
      action: 'deny',
    })
    let stopped = false
    recorded.session.get('will-download')!({ preventDefault: () => (stopped = true) })
    expect(stopped).toBe(true)
  })
})

describe('the session gives nothing', () => {
  it('denies every permission', () => {
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
      const given: boolean[] = []
      recorded.session.get('permission-request')!(contents, permission, (answer: boolean) =>
        given.push(answer),
      )
      expect(given).toEqual([false])
      expect(recorded.session.get('permission-check')!(contents, permission, 'sealpost://app')).toBe(false)
    }
    expect(recorded.session.get('device')!({})).toBe(false)
    const streams: unknown[] = []
    recorded.session.get('display')!({}, (answer: unknown) => streams.push(answer))
    expect(streams).toEqual([null])
    expect(recorded.session.get('spelling')!()).toBe(false)
  })

  it.each([
    ['https://example.org/', true],
    ['http://127.0.0.1:8080/', true],
    ['ws://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['sealpost://app.example/x', true],
    ['blob:https://example.org/1', true],
    ['sealpost://app/assets/index.js', false],
    ['blob:sealpost://app/8f14e45f', false],
    ['data:image/png;base64,AA==', false],
  ])('a request to %s is stopped: %s', (url, stopped) => {
    const answers: unknown[] = []
    recorded.session.get('request')!({ url }, (answer: unknown) => answers.push(answer))
    expect(answers).toEqual([{ cancel: stopped }])
    expect(recorded.switches).toContain('host-resolver-rules=MAP * ~NOTFOUND')
  })

  it('answers with the app’s files under the strict policy, and 404 else', async () => {
    const get = (address: string, method = 'GET') =>
      recorded.session.get('sealpost')!(new Request(address, { method })) as Promise<Response>
    const page = await get(`${electronRoot}index.html`)
    expect([page.status, await page.text()]).toEqual([200, '<html>'])
    expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
    expect((await get(`${electronRoot}none.js`)).status).toBe(404)
    expect((await get('sealpost://other/index.html')).status).toBe(404)
    expect((await get(`${electronRoot}index.html`, 'POST')).status).toBe(404)
    expect((await get(`${electronRoot}..%2f..%2fetc%2fpasswd`)).status).toBe(404)
  })
})

describe('what main asks of the window', () => {
  it('sends events on one channel', () => {
    host.send('changed', { matters: [] })
    expect(recorded.sent).toEqual([[eventChannel, 'changed', { matters: [] }]])
  })

  it('saves whole where the person chose, and nothing when they decline', async () => {
    expect(await host.save('通知.pdf', new Uint8Array([1]))).toBeNull()
    recorded.chosen = join(folder, '通知.pdf')
    expect(await host.save('通知.pdf', new Uint8Array([1, 2]))).toBe(recorded.chosen)
    expect([...(await readFile(recorded.chosen))]).toEqual([1, 2])
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('keeps a secret with the keychain, and honestly keeps none without', async () => {
    const secret = new TextEncoder().encode('a key of the store')
    expect(await host.keepSecret('store', secret)).toBe(true)
    expect((await readFile(join(folder, 'secret-store'))).includes('a key of the store')).toBe(false)
    expect(await host.readSecret('store')).toEqual(secret)
    expect(await host.readSecret('other')).toBeNull()
    recorded.keychain = 'basic_text'
    expect(await host.keepSecret('store', secret)).toBe(false)
    expect(await host.readSecret('store')).toBeNull()
  })

  it('ends once, and drops events after', async () => {
    await host.print()
    await host.close()
    await host.closed
    await host.close()
    expect(recorded.destroyed).toBe(1)
    host.send('changed', { matters: [] })
    expect(recorded.sent).toHaveLength(1)
  })
})

describe('in development', () => {
  it('the window has developer tools, and is as closed otherwise', async () => {
    const shipped = recorded.windows[0]!.webPreferences
    await electronHost({ preload: '/app/preload/electron.cjs', development: true })({
      folder,
      title: '印驿',
      width: 1440,
      height: 900,
      headless: true,
      asset: async () => null,
      answer: async () => null,
    })
    const window = recorded.windows[1]!
    expect(window.show).toBe(false)
    expect(window.webPreferences).toEqual({ ...shipped, devTools: true })
  })
})
