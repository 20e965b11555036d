/** The only wiring point: reception, handlers, router and a host become the client. */
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noProbe } from '../core/ports.ts'
import type { Clock, Probe, Random } from '../core/ports.ts'
import { assetsFrom } from './assets.ts'
import { makeHandlers } from './handlers.ts'
import type { Host, OpenHost } from './host/host.ts'
import { openReception } from './reception.ts'
import type { Reception } from './reception.ts'
import { makeRouter } from './router.ts'

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

const logLine = (event: string, facts: Readonly<Record<string, unknown>>): void =>
  console.error(JSON.stringify({ at: new Date().toISOString(), event, ...facts }))

export async function startOffice<Opened extends Host>(
  options: OfficeOptions<Opened>,
): Promise<Office<Opened>> {
  const log = options.log ?? logLine
  let host: Opened | null = null
  const reception = openReception({
    folder: options.folder,
    development: options.development,
    clock: options.clock ?? Date.now,
    random: options.random ?? ((bytes) => randomBytes(bytes)),
    probe: options.probe ?? noProbe,
    log,
    tell: (event, payload) => host?.send(event, payload),
  })
  const opened = await options.openHost({
    folder: join(options.folder, 'window'),
    title: '印驿',
    width: 1440,
    height: 900,
    headless: options.headless ?? false,
    asset: assetsFrom(options.renderer ?? builtRenderer, reception.fonts),
    answer: makeRouter(
      makeHandlers(reception, () => opened),
      log,
    ),
  })
  host = opened
  let closing: Promise<void> | null = null
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      await reception.signOut(null)
      await opened.close()
    })())
  return { host: opened, reception, closed: opened.closed.then(close), close }
}
