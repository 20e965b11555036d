/** A server with the hub's own certificate that says what it likes: what a hub gone wrong could say to a client. */
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readHubIdentity } from '../../../hub/pki-folder.ts'
import type { Province } from '../../harness/province.ts'

export type LyingHub = {
  readonly url: string
  /** Paths that were asked, oldest first. */
  readonly asked: string[]
  readonly close: () => Promise<void>
}
export type Lie = (request: IncomingMessage, reply: ServerResponse) => void

export const say =
  (body: unknown, status = 200): Lie =>
  (_request, reply) =>
    void reply
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

const usual: Readonly<Record<string, Lie>> = {
  '/v1/nonce': say({ nonce: 'n'.repeat(22) }),
  '/v1/session': say({ token: 't', until: '2099-01-01T00:00:00.000Z', boxes: ['unit:sheng'] }),
  '/v1/directory': say({ acts: [] }),
  '/v1/mailbox': (_request, reply) =>
    void setTimeout(() => say({ packets: [], next: 0, more: false })(_request, reply), 50),
}

export async function lyingHub(province: Province, lies: Readonly<Record<string, Lie>>): Promise<LyingHub> {
  const { tls } = readHubIdentity(province.pki.folder)
  const asked: string[] = []
  const server = createServer(
    { key: tls.key, cert: tls.certificate, minVersion: 'TLSv1.3' },
    (request, reply) => {
      const [path = ''] = (request.url ?? '').split('?')
      asked.push(path)
      const lie = lies[path] ?? usual[path]
      request.resume()
      if (lie) lie(request, reply)
      else say({ refusal: { code: 'not-found' } }, 404)(request, reply)
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
