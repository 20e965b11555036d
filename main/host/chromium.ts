/**
 * The window in the system's Chromium, in app mode: the same main, contract and renderer where no Electron runtime
 * can be had, and in every end-to-end test. Driven over a pipe, so no debugging port is open.
 *
 * The page lives at https://sealpost.invalid/, a name that never resolves: every request to it is answered by
 * `asset`, every other request is refused, and Chromium's resolver is told to find nothing at all.
 *
 * Non-goals: no keychain (keepSecret says so), no native notification.
 * Invariants: a call is taken only from the top frame at the app's own address; nothing the page shows reaches the
 * disk (guest profile, and the profile folder is emptied at both ends: an ordinary profile keeps the text of forms in
 * its session files).
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { BrowserContext, Page, Request, Route } from 'playwright-core'
import { bridgeNames, makeBridge } from '../../preload/bridge.ts'
import type { BridgeNames, Transport } from '../../preload/bridge.ts'
import { downloadsFolder, saveInto } from './downloads.ts'
import type { Host, HostOptions, OpenHost } from './host.ts'
import { assetPath, pageHeaders } from './page.ts'

export const chromiumRoot = 'https://sealpost.invalid/'
const start = `${chromiumRoot}index.html`

export type ChromiumOptions = HostOptions & {
  /** Where `save` writes; by default the person's download folder. */
  readonly downloads?: string
}

/** The host and its page: tests and the guided tour drive the page as a person would. */
export type ChromiumHost = Host & { readonly page: Page }

/** Chromium's program: SEALPOST_CHROMIUM, else the first of the usual names on the PATH; null when there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env['SEALPOST_CHROMIUM']) return env['SEALPOST_CHROMIUM']
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const programs = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return programs.find((program) => existsSync(program)) ?? null
}

/** As openChromiumWindow, as main sees it. */
export const openChromium: OpenHost = (options) => openChromiumWindow(options)

/** Opens the window and waits for the page's load. Throws when there is no Chromium or it does not start. */
export async function openChromiumWindow(options: ChromiumOptions): Promise<ChromiumHost> {
  const program = findChromium()
  if (!program)
    throw new Error('No Chromium on the PATH: install chromium or set SEALPOST_CHROMIUM to its program.')
  const profile = join(options.folder, 'chromium-profile')
  await rm(profile, { recursive: true, force: true })
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: options.headless,
    timeout: 60_000,
    chromiumSandbox: process.getuid?.() !== 0,
    ignoreDefaultArgs: ['--enable-automation'],
    args: launchArguments(options),
    viewport: options.headless ? { width: options.width, height: options.height } : null,
    locale: 'zh-CN',
    acceptDownloads: false,
    serviceWorkers: 'block',
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    env: browserEnvironment(process.env),
  })
  try {
    return await furnish(context, options, profile)
  } catch (error) {
    await context.close()
    throw error
  }
}

function launchArguments(options: HostOptions): string[] {
  return [
    // An app window on an empty page first: the app's own address answers only once its route is there, and the
    // driver loses a window whose first page fails while it attaches (it then waits for ever).
    '--app=data:text/html,',
    '--guest',
    `--window-size=${options.width},${options.height}`,
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-sync',
    '--disable-quic',
    '--disable-client-side-phishing-detection',
    '--disable-crash-reporter',
    '--no-pings',
    ...(options.headless ? ['--disable-gpu'] : []),
  ]
}

/** The browser gets its desktop and language, and none of the app's other settings. */
function browserEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const wanted =
    /^(PATH|HOME|USER|LANG|LANGUAGE|LC_\w+|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XMODIFIERS|\w+_IM_MODULE|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|TMPDIR|TEMP|TMP|SystemRoot|LOCALAPPDATA|ProgramFiles.*)$/
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => wanted.test(entry[0]) && entry[1] !== undefined,
    ),
  )
}

async function furnish(
  context: BrowserContext,
  options: ChromiumOptions,
  profile: string,
): Promise<ChromiumHost> {
  const page = context.pages()[0] ?? (await context.newPage())
  await context.route('**/*', (route) => answerRequest(route, page, options.asset))
  await context.routeWebSocket(/.*/, (socket) => void socket.close())
  await context.exposeBinding('sealpostCall', async (source, message: unknown) => {
    const own = source.page === page && source.frame === page.mainFrame()
    if (!own || !source.frame.url().startsWith(chromiumRoot)) {
      throw new Error('Calls are taken from the top frame of the app only.')
    }
    const [name, input] = readCall(message)
    return JSON.stringify(await options.answer(name, input))
  })
  await context.addInitScript({ content: initScript(options.title) })

  context.on('page', (other) => {
    if (other !== page) void other.close().catch(() => {})
  })
  const closed = new Promise<void>((resolve) => context.on('close', () => resolve())).then(() =>
    rm(profile, { recursive: true, force: true, maxRetries: 10 }),
  )
  const close = async () => {
    await context.close().catch(() => {})
    await closed
  }
  page.on('close', () => void close())
  page.on('crash', () => void close())
  await page.goto(start)
  // Addresses that no request asks for (about:blank) do not pass the route: the window goes back to the app.
  page.on('framenavigated', (frame) => {
    const away = frame === page.mainFrame() && !frame.url().startsWith(chromiumRoot)
    if (away) void page.goto(start).catch(() => {})
  })

  return {
    page,
    send: (event, payload) => {
      const message = JSON.stringify([event, payload])
      page.evaluate((text) => (globalThis as PageGlobal).sealpostEvent?.(text), message).catch(() => {})
    },
    save: async (name, bytes) => saveInto(options.downloads ?? (await downloadsFolder()), name, bytes),
    print: async () => {
      // Not awaited in the page: its dialog would hold the pipe.
      await page.evaluate(() => void setTimeout(() => window.print(), 0))
    },
    notify: () => {},
    keepSecret: async () => false,
    readSecret: async () => null,
    closed,
    close,
  }
}

/** The app's own files, anything else refused; the window itself stays where it is. */
async function answerRequest(route: Route, page: Page, asset: HostOptions['asset']): Promise<void> {
  const request = route.request()
  const path = assetPath(request.url(), chromiumRoot)
  if (path === null || request.method() !== 'GET') return route.abort('aborted')
  if (request.isNavigationRequest() && (path !== 'index.html' || !isMainFrame(request, page))) {
    return route.abort('aborted')
  }
  try {
    const file = await asset(path)
    if (!file) return await route.fulfill({ status: 404, headers: pageHeaders('text/plain'), body: '' })
    const { buffer, byteOffset, byteLength } = file.body
    const body = Buffer.from(buffer, byteOffset, byteLength)
    await route.fulfill({ status: 200, headers: pageHeaders(file.type), body })
  } catch {
    // The window was closed meanwhile, or the file could not be read: the page sees a failed request.
    await route.abort('failed').catch(() => {})
  }
}

/** A window that is only being opened has no frame yet: not ours. */
function isMainFrame(request: Request, page: Page): boolean {
  try {
    return request.frame() === page.mainFrame()
  } catch {
    return false
  }
}

/** Messages are `[name, input]` as JSON. What is no such message goes on as it is: main's router refuses it. */
function readCall(message: unknown): readonly [unknown, unknown] {
  if (typeof message !== 'string') return [undefined, undefined]
  try {
    const parsed: unknown = JSON.parse(message)
    return Array.isArray(parsed) ? [parsed[0], parsed[1]] : [undefined, undefined]
  } catch {
    return [undefined, undefined]
  }
}

type PageGlobal = typeof globalThis & {
  sealpostCall?: (message: string) => Promise<string>
  sealpostEvent?: (message: string) => void
  office?: unknown
}

/** Runs in the page before any of its scripts; refers to nothing outside itself. */
function installOffice(
  make: (transport: Transport, names: BridgeNames) => unknown,
  names: BridgeNames,
  title: string,
): void {
  const page = globalThis as PageGlobal
  const call = page.sealpostCall
  if (window.top !== window || location.origin !== 'https://sealpost.invalid' || !call) return
  const fixed = (name: string, value: unknown, enumerable: boolean) =>
    Object.defineProperty(page, name, { value, enumerable, writable: false, configurable: false })
  const office = make(
    {
      invoke: async (name, input) => JSON.parse(await call(JSON.stringify([name, input]))) as unknown,
      subscribe: (receive) => {
        fixed(
          'sealpostEvent',
          (message: string) => {
            const [event, payload] = JSON.parse(message) as [string, unknown]
            receive(event, payload)
          },
          false,
        )
      },
    },
    names,
  )
  fixed('office', office, true)
  addEventListener('DOMContentLoaded', () => {
    if (document.title === '') document.title = title
  })
}

const initScript = (title: string) =>
  `(${installOffice.toString()})(${makeBridge.toString()}, ${JSON.stringify(bridgeNames)}, ${JSON.stringify(title)})`
