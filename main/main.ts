/**
 * The only wiring point: a host, and behind it reception, handlers and router, become the client. The window opens
 * first and everything else is loaded while it does: what the window asks meanwhile waits for its answer.
 */
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noProbe } from '../core/ports.ts'
import type { Clock, Probe, Random } from '../core/ports.ts'
import { assetsFrom } from './assets.ts'
import type { Host, OpenHost } from './host/host.ts'
import type { Reception } from './reception.ts'

export type OfficeOptions<Opened extends Host = Host> = {
  readonly openHost: (options: Parameters<OpenHost>[0]) => Promise<Opened>
  /** The workstation's folder (workstation.ts). */
  readonly folder: string
  /** The built renderer. */
  readonly renderer?: string
  readonly headless?: boolean
  readonly development: boolean
  readonly clock?: Clock
  readonly random?: Random
  readonly probe?: Probe
  readonly log?: (event: string, facts: Readonly<Record<string, unknown>>) => void
}

export type Office<Opened extends Host = Host> = {
  readonly host: Opened
  readonly reception: Reception
  readonly closed: Promise<void>
  readonly close: () => Promise<void>
}

export const builtRenderer = join(dirname(fileURLToPath(import.meta.url)), '..', 'out', 'renderer')

/** What the host needs to start its process, measured: loading begins after it. */
const hostStartsMs = 40

const logLine = (event: string, facts: Readonly<Record<string, unknown>>): void =>
  console.error(JSON.stringify({ at: new Date().toISOString(), event, ...facts }))

/** Throws where the installation is wrong (workstation.ts); the window is closed again then. */
export async function startOffice<Opened extends Host>(
  options: OfficeOptions<Opened>,
): Promise<Office<Opened>> {
  const log = options.log ?? logLine
  let host: Opened | null = null
  const behind = behindTheWindow(options, log, () => host)
  const opening = options.openHost({
    folder: join(options.folder, 'window'),
    title: '印驿',
    width: 1440,
    height: 900,
    headless: options.headless ?? false,
    asset: assetsFrom(options.renderer ?? builtRenderer, async () => (await behind).reception.fonts()),
    answer: async (name, input) => (await behind).route(name, input),
  })
  const [opened, wired] = await Promise.allSettled([opening, behind])
  if (wired.status === 'rejected') {
    if (opened.status === 'fulfilled') await opened.value.close()
    throw wired.reason
  }
  if (opened.status === 'rejected') throw opened.reason
  host = opened.value
  const { reception } = wired.value
  let closing: Promise<void> | null = null
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      await reception.signOut(null)
      await opened.value.close()
    })())
  return { host: opened.value, reception, closed: opened.value.closed.then(close), close }
}

async function behindTheWindow<Opened extends Host>(
  options: OfficeOptions<Opened>,
  log: NonNullable<OfficeOptions['log']>,
  host: () => Opened | null,
) {
  // The host's process is started first: loading would hold up its start, and fills the wait for it instead.
  await new Promise((resolve) => setTimeout(resolve, hostStartsMs))
  const [{ openReception }, { makeHandlers }, { makeRouter }] = await Promise.all([
    import('./reception.ts'),
    import('./handlers.ts'),
    import('./router.ts'),
  ])
  const reception = openReception({
    folder: options.folder,
    development: options.development,
    clock: options.clock ?? Date.now,
    random: options.random ?? ((bytes) => randomBytes(bytes)),
    probe: options.probe ?? noProbe,
    log,
    tell: (event, payload) => host()?.send(event, payload),
  })
  const handlers = makeHandlers(reception, {
    save: async (name, bytes) => (await host()?.save(name, bytes)) ?? null,
  })
  return { reception, route: makeRouter(handlers, log) }
}
