/**
 * `npm run hub -- [--folder DIR] [--port N] [--host ADDRESS] [--pki DIR]`: the hub as a process of its own. Prints one
 * line of JSON, `{"listening":{"port","host"},"hub"}`, when it is ready; its log goes to standard error, a line each.
 * SIGTERM and SIGINT close it in order; SIGHUP reads further directory acts from the PKI folder.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { HubOptions } from './server.ts'
import { startHub } from './server.ts'
import { readDirectoryActs, readHubIdentity } from './pki-folder.ts'
import { linesTo } from './reports.ts'

/** Runs until a signal; `world` is for who embeds the process (a probe, a clock). */
export async function runHub(
  args: readonly string[],
  world: Partial<Pick<HubOptions, 'probe' | 'clock'>> = {},
): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string', default: 'out/hub' },
      port: { type: 'string', default: '7443' },
      host: { type: 'string', default: '127.0.0.1' },
      pki: { type: 'string', default: 'certs-dev/pki' },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`not a port: ${values.port}`)
  const pki = resolve(values.pki)
  if (!existsSync(join(pki, 'pki.json')))
    throw new Error(`there is no PKI in ${pki} (npm run certs makes one for development)`)
  const clock = world.clock ?? Date.now
  const log = linesTo((line) => process.stderr.write(line), clock)
  const hub = await startHub({
    folder: resolve(values.folder),
    port,
    host: values.host,
    identity: readHubIdentity(pki),
    directory: readDirectoryActs(pki),
    clock,
    random: (bytes) => Uint8Array.from(randomBytes(bytes)),
    log,
    ...(world.probe ? { probe: world.probe } : {}),
  })
  const close = (): void => void hub.close().then(() => process.exit(0))
  process.once('SIGTERM', close)
  process.once('SIGINT', close)
  process.on('SIGHUP', () => {
    void (async () => {
      for (const jws of readDirectoryActs(pki)) {
        const added = await hub.addDirectoryAct(jws)
        if (added.ok) log({ event: 'directory-known', version: added.value.version })
        else if (added.refusal.code !== 'directory-older-than-known')
          log({ event: 'directory-refused', ...added.refusal })
      }
    })().catch((error: unknown) => log({ event: 'failed', error: String(error) }))
  })
  // Last: whoever reads this line may send a signal at once.
  process.stdout.write(
    `${JSON.stringify({ listening: { port: hub.port, host: values.host }, hub: hub.hub })}\n`,
  )
}

if (import.meta.main) {
  await runHub(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(
      `The hub does not start: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exit(1)
  })
}
