/** A TCP line between a client and the hub that can be cut after so many bytes from the client (or to it). */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export type CuttingProxy = {
  readonly url: string
  /** Each connection in turn that has carried so many bytes (up and down together) is cut, until the list is empty. */
  readonly cutAfter: (bytes: readonly number[]) => void
  readonly cuts: () => number
  readonly bytesUp: () => number
  readonly close: () => Promise<void>
}

export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  let plan: number[] = []
  let cuts = 0
  let up = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const hub = connect(port, '127.0.0.1')
    let carried = 0
    const end = (): void => {
      client.destroy()
      hub.destroy()
      open.delete(client)
    }
    const carry = (from: Socket, to: Socket, upward: boolean): void => {
      from.on('data', (data) => {
        carried += data.length
        const [limit] = plan
        const beyond = limit === undefined ? 0 : Math.max(carried - limit, 0)
        if (upward) up += data.length - beyond
        if (beyond > 0) {
          plan.shift()
          cuts++
          // What came before the cut still arrives, as it would.
          from.off('close', end).destroy()
          return void to.end(data.subarray(0, data.length - beyond))
        }
        if (!to.write(data)) {
          from.pause()
          to.once('drain', () => from.resume())
        }
      })
      from.on('error', end)
      from.on('close', end)
    }
    open.add(client)
    carry(client, hub, true)
    carry(hub, client, false)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    cutAfter: (bytes) => void (plan = [...bytes]),
    cuts: () => cuts,
    bytesUp: () => up,
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
