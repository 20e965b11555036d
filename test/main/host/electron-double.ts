/**
 * A recording double of the electron module, for the tests that read how the Electron host closes its window. It
 * stands in for a foreign module whose runtime is not here; electron-real.test.ts asks the real one where it is.
 */
import type * as Electron from 'electron'

type Listener = (...values: never[]) => unknown
type Handler = (...values: unknown[]) => unknown

export const recorded = {
  windows: [] as Electron.BrowserWindowConstructorOptions[],
  loaded: [] as string[],
  schemes: [] as Electron.CustomScheme[],
  partitions: [] as string[],
  switches: [] as string[],
  sent: [] as unknown[][],
  calls: new Map<string, Handler>(),
  session: new Map<string, Handler>(),
  onContents: new Map<string, Handler>(),
  onApp: new Map<string, Handler>(),
  destroyed: 0,
  sandboxed: false,
  menu: 'electron’s own' as unknown,
  /** What the person answers in the save dialog. */
  chosen: null as string | null,
  keychain: 'gnome_libsecret',
}

const keep = (map: Map<string, Handler>, name: string) => (handler: unknown) =>
  void map.set(name, handler as Handler)
const on = (map: Map<string, Handler>) => (event: string, listener: Listener) =>
  void map.set(event, listener as Handler)

export const mainFrame = { parent: null, detached: false, url: 'sealpost://app/index.html' }
export const contents = {
  mainFrame,
  ipc: { handle: (channel: string, handler: Handler) => void recorded.calls.set(channel, handler) },
  on: on(recorded.onContents),
  send: (...message: unknown[]) => void recorded.sent.push(message),
  setWindowOpenHandler: keep(recorded.onContents, 'window-open'),
  print: (_options: unknown, done: () => void) => done(),
  reload: () => {},
}

export const app = {
  whenReady: async () => {},
  setPath: () => {},
  getPath: () => '/home/clerk/下载',
  enableSandbox: () => void (recorded.sandboxed = true),
  on: on(recorded.onApp),
  off: () => {},
  commandLine: {
    appendSwitch: (name: string, value?: string) => void recorded.switches.push(`${name}=${value ?? ''}`),
  },
  requestSingleInstanceLock: () => true,
  isPackaged: true,
  exit: (code: number) => process.exit(code),
} satisfies { [Name in keyof Electron.App]?: unknown }

export const protocol = {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => void recorded.schemes.push(...schemes),
} satisfies { [Name in keyof Electron.Protocol]?: unknown }

const ownSession = {
  protocol: { handle: (scheme: string, handler: Handler) => void recorded.session.set(scheme, handler) },
  webRequest: { onBeforeRequest: keep(recorded.session, 'request') },
  setPermissionRequestHandler: keep(recorded.session, 'permission-request'),
  setPermissionCheckHandler: keep(recorded.session, 'permission-check'),
  setDevicePermissionHandler: keep(recorded.session, 'device'),
  setDisplayMediaRequestHandler: keep(recorded.session, 'display'),
  setSpellCheckerEnabled: (enabled: boolean) => void recorded.session.set('spelling', () => enabled),
  on: on(recorded.session),
} satisfies { [Name in keyof Electron.Session]?: unknown }
export const session = {
  fromPartition: (name: string) => {
    recorded.partitions.push(name)
    return ownSession
  },
}

export class BrowserWindow {
  readonly webContents = contents
  private onClosed: () => void = () => {}
  private gone = false
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    recorded.windows.push(options)
    recorded.onApp.get('web-contents-created')?.({}, contents)
  }
  async loadURL(url: string) {
    recorded.loaded.push(url)
  }
  once(_event: 'closed', listener: () => void) {
    this.onClosed = listener
  }
  isDestroyed() {
    return this.gone
  }
  isMinimized() {
    return false
  }
  focus() {}
  destroy() {
    this.gone = true
    recorded.destroyed++
    this.onClosed()
  }
}

export const dialog = {
  showSaveDialog: async () => ({ canceled: recorded.chosen === null, filePath: recorded.chosen ?? '' }),
  showErrorBox: (title: string, text: string) => console.error(`dialog ${title} ${text}`),
}
export const Menu = { setApplicationMenu: (menu: unknown) => void (recorded.menu = menu) }
export class Notification {
  static isSupported() {
    return false
  }
}
/** Sealing is turning the bytes round: enough to see that what lies on the disk is not the secret. */
const turned = (text: string) => Buffer.from(text, 'latin1').reverse()
export const safeStorage = {
  getSelectedStorageBackend: () => recorded.keychain,
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (text: string) => turned(text),
  decryptStringAsync: async (sealed: Buffer) => ({
    shouldReEncrypt: false,
    result: turned(sealed.toString('latin1')).toString('latin1'),
  }),
} satisfies { [Name in keyof Electron.SafeStorage]?: unknown }
