/** A TCP line between clients and the hub that keeps every byte that went over it: what somebody on the network sees. */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export type ListeningLine = {
  readonly url: string
  /** Everything so far, each direction of each connection in one piece, in the order in which they were opened. */
  readonly heard: () => readonly { readonly upward: boolean; readonly bytes: Buffer }[]
  readonly close: () => Promise<void>
}

export async function listeningLine(port: number): Promise<ListeningLine> {
  const heard: { upward: boolean; parts: Buffer[] }[] = []
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const hub = connect(port, '127.0.0.1')
    const carry = (from: Socket, to: Socket, upward: boolean): void => {
      const parts: Buffer[] = []
      heard.push({ upward, parts })
      open.add(from)
      from.on('data', (data) => parts.push(data))
      from.on('error', () => to.destroy())
      from.on('close', () => (open.delete(from), to.destroy()))
      from.pipe(to)
    }
    carry(client, hub, true)
    carry(hub, client, false)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    heard: () => heard.map(({ upward, parts }) => ({ upward, bytes: Buffer.concat(parts) })),
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
