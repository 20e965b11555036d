/**
 * The product's window: Electron, closed as its security checklist asks (electronjs.org/docs/latest/tutorial/security):
 * isolated and sandboxed page without Node, own scheme, strict policy, no permission, no navigation, no second window,
 * no request but the app's own, every call checked for its sender.
 *
 * The scheme instead of file://, the session in memory (no `persist:`), so that no text of a page reaches the disk.
 *
 * Non-goals: no menu, no tray, no update, no link that opens a browser.
 * Invariant: `prepareElectron` ran before Electron was ready.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, Menu, Notification, protocol, safeStorage, session } from 'electron'
import type { IpcMainInvokeEvent, Session, WebContents } from 'electron'
import { callChannel, eventChannel } from '../../preload/bridge.ts'
import { plainFileName } from './downloads.ts'
import type { Host, HostOptions, OpenHost } from './host.ts'
import { assetPath, pageHeaders } from './page.ts'

const scheme = 'sealpost'
export const electronRoot = `${scheme}://app/`
const start = `${electronRoot}index.html`
const mostReloads = 3

export type ElectronOptions = {
  /** The preload's built file. */
  readonly preload: string
  /** Developer tools and Electron's own menu, only when developing. */
  readonly development: boolean
}

/**
 * Before Electron is ready: profile folder, sandbox, scheme, and the lock that lets one instance a profile run.
 * False when another instance has it: that one comes forward, this one ends.
 */
export function prepareElectron(folder: string): boolean {
  app.setPath('userData', folder)
  app.enableSandbox()
  // The page's side of the program finds no host at all; main's own connections do not pass through it.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.commandLine.appendSwitch('disable-background-networking')
  app.commandLine.appendSwitch('disable-component-update')
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
  app.on('web-contents-created', (_event, contents) => confine(contents))
  // Electron would end at once; the app ends when main has closed its store.
  app.on('window-all-closed', () => {})
  return app.requestSingleInstanceLock()
}

/** The host, as main takes it. Rejects when the page cannot be loaded. */
export function electronHost({ preload, development }: ElectronOptions): OpenHost {
  return async (options) => {
    await app.whenReady()
    if (!development) Menu.setApplicationMenu(null)
    const window = new BrowserWindow({
      title: options.title,
      width: options.width,
      height: options.height,
      show: !options.headless,
      webPreferences: {
        preload,
        session: closedSession(options.asset),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        navigateOnDragDrop: false,
        webviewTag: false,
        spellcheck: false,
        devTools: development,
      },
    })
    const host = furnish(window, options)
    await window.loadURL(start)
    return host
  }
}

/** No page of this program leaves the app, opens a window or holds another page, however it came to be. */
function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (details) => {
    if (!(details.isMainFrame && isStart(details.url))) details.preventDefault()
  })
  contents.on('will-redirect', (details) => details.preventDefault())
}

/** Reloading the app is no navigation away. */
const isStart = (address: string) => address.replace(/[?#].*$/s, '') === start

/** A session of its own, in memory: the app's files and nothing else; every permission denied. */
function closedSession(asset: HostOptions['asset']): Session {
  const own = session.fromPartition('office', { cache: false })
  own.protocol.handle(scheme, async (request) => {
    const path = request.method === 'GET' ? assetPath(request.url, electronRoot) : null
    const file = path === null ? null : await asset(path)
    if (!file) return new Response('', { status: 404, headers: pageHeaders('text/plain') })
    return new Response(new Uint8Array(file.body), { status: 200, headers: pageHeaders(file.type) })
  })
  own.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !isOwn(url) }))
  own.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  own.setPermissionCheckHandler(() => false)
  own.setDevicePermissionHandler(() => false)
  own.setDisplayMediaRequestHandler((_request, callback) => callback(null))
  own.setSpellCheckerEnabled(false)
  own.on('will-download', (event) => event.preventDefault())
  return own
}

/** The app's address, and what the page makes itself: blobs, inline pictures; developer tools load their own files. */
const isOwn = (address: string) =>
  [electronRoot, `blob:${electronRoot}`, 'data:', 'devtools://'].some((own) => address.startsWith(own))

function furnish(window: BrowserWindow, options: HostOptions): Host {
  const { webContents: contents } = window
  contents.ipc.handle(callChannel, async (event, name: unknown, input: unknown) => {
    if (!isOwnTopFrame(event, contents)) {
      throw new Error('Calls are taken from the top frame of the app only.')
    }
    return options.answer(name, input)
  })
  let reloads = 0
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && ++reloads <= mostReloads) contents.reload()
    else if (!window.isDestroyed()) window.destroy()
  })
  const comeForward = () => {
    if (window.isDestroyed()) return
    if (window.isMinimized()) window.restore()
    window.focus()
  }
  app.on('second-instance', comeForward)
  const closed = new Promise<void>((resolve) =>
    window.once('closed', () => {
      app.off('second-instance', comeForward)
      resolve()
    }),
  )
  const secretFile = (name: string) => join(options.folder, `secret-${plainFileName(name)}`)

  return {
    send: (event, payload) => {
      if (!window.isDestroyed()) contents.send(eventChannel, event, payload)
    },
    save: async (name, bytes) => {
      const defaultPath = join(app.getPath('downloads'), plainFileName(name))
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath,
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      })
      if (canceled || !filePath) return null
      await replaceFile(filePath, bytes)
      return filePath
    },
    print: () =>
      new Promise((resolve) => contents.print({ silent: false, printBackground: true }, () => resolve())),
    notify: (title, body) => {
      if (Notification.isSupported()) new Notification({ title, body }).show()
    },
    keepSecret: async (name, secret) => {
      if (!(await hasKeychain())) return false
      await mkdir(options.folder, { recursive: true })
      const sealed = await safeStorage.encryptStringAsync(Buffer.from(secret).toString('base64'))
      await replaceFile(secretFile(name), sealed)
      return true
    },
    readSecret: async (name) => {
      const sealed = await readFile(secretFile(name)).catch(() => null)
      if (!sealed || !(await hasKeychain())) return null
      // What another user or another machine has sealed does not open here: as if it were not kept.
      const opened = await safeStorage.decryptStringAsync(sealed).catch(() => null)
      return opened && new Uint8Array(Buffer.from(opened.result, 'base64'))
    },
    closed,
    close: async () => {
      if (!window.isDestroyed()) window.destroy()
      await closed
    },
  }
}

/** `senderFrame` is null once the frame is gone: refused too. */
function isOwnTopFrame(event: IpcMainInvokeEvent, contents: WebContents): boolean {
  const frame = event.senderFrame
  return (
    event.sender === contents &&
    frame !== null &&
    frame.parent === null &&
    !frame.detached &&
    frame.url.startsWith(electronRoot)
  )
}

/** Electron's fallback without a keychain (`basic_text`) is a fixed password: that keeps no secret. */
async function hasKeychain(): Promise<boolean> {
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false
  return safeStorage.isAsyncEncryptionAvailable()
}

/** Whole or not at all. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`
  try {
    await writeFile(part, bytes, { mode: 0o600, flush: true })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
