/** What Electron's preload puts on the page: the bridge, in the top frame, and nothing of Electron's own. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { callChannel, eventChannel } from '../../preload/bridge.ts'
import type { OfficeBridge } from '../../preload/contract/office.ts'

type Receive = (event: unknown, name: string, payload: unknown) => void
const wire = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoked: [] as unknown[][],
  listening: new Map<string, unknown>(),
}))
// The electron module is foreign and has no runtime here: this records what is asked of it.
vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, value: unknown) => void wire.exposed.set(name, value),
  },
  ipcRenderer: {
    invoke: async (...call: unknown[]) => {
      wire.invoked.push(call)
      return { ok: true, value: null }
    },
    on: (channel: string, receive: unknown) => void wire.listening.set(channel, receive),
  },
}))

async function load(isMainFrame: boolean): Promise<void> {
  vi.resetModules()
  wire.exposed.clear()
  wire.listening.clear()
  wire.invoked.length = 0
  Object.assign(process, { isMainFrame })
  await import('../../preload/electron.ts')
}
afterEach(() => {
  Reflect.deleteProperty(process, 'isMainFrame')
})

describe('Electron’s preload', () => {
  it('puts one name on the page, with the bridge’s two functions', async () => {
    await load(true)
    expect([...wire.exposed.keys()]).toEqual(['office'])
    expect(Object.keys(wire.exposed.get('office') as object)).toEqual(['call', 'on'])
  })

  it('asks on one channel, for names of the contract only', async () => {
    await load(true)
    const office = wire.exposed.get('office') as OfficeBridge
    await office.call('desk.counts', {})
    await expect(office.call('store.open' as 'desk.counts', {})).rejects.toThrow(TypeError)
    expect(wire.invoked).toEqual([[callChannel, 'desk.counts', {}]])
  })

  it('hands the payload of an event on, never Electron’s event with its sender', async () => {
    await load(true)
    const office = wire.exposed.get('office') as OfficeBridge
    expect([...wire.listening.keys()]).toEqual([eventChannel])
    const heard: unknown[][] = []
    office.on('changed', (...values: unknown[]) => heard.push(values))
    const receive = wire.listening.get(eventChannel) as Receive
    receive({ sender: 'ipcRenderer' }, 'changed', { matters: [] })
    expect(heard).toEqual([[{ matters: [] }]])
  })

  it('gives a frame inside the page nothing', async () => {
    await load(false)
    expect(wire.exposed.size).toBe(0)
    expect(wire.listening.size).toBe(0)
  })
})
