import { describe, expect, it, vi } from 'vitest'
import { bridgeNames, makeBridge } from '../../preload/bridge.ts'
import type { Transport } from '../../preload/bridge.ts'
import type { OfficeBridge } from '../../preload/contract/office.ts'

function wire() {
  const invoked: unknown[][] = []
  let receive: (event: string, payload: unknown) => void = () => {}
  const transport: Transport = {
    invoke: async (...call) => {
      invoked.push(call)
      return { ok: true, value: null }
    },
    subscribe: (take) => {
      receive = take
    },
  }
  return { transport, invoked, tell: (event: string, payload: unknown) => receive(event, payload) }
}

/** As a page without types sees it. */
const loose = (bridge: OfficeBridge) =>
  bridge as unknown as {
    call: (name: unknown, input: unknown) => Promise<unknown>
    on: (event: unknown, listener: unknown) => () => void
  }

describe('the bridge', () => {
  it('has two functions and cannot be changed', () => {
    const bridge = makeBridge(wire().transport, bridgeNames)
    expect(Object.keys(bridge)).toEqual(['call', 'on'])
    expect(Object.isFrozen(bridge)).toBe(true)
  })

  it('passes every call of the contract on, unchanged', async () => {
    const { transport, invoked } = wire()
    const bridge = loose(makeBridge(transport, bridgeNames))
    for (const name of bridgeNames.calls) await bridge.call(name, { name })
    expect(invoked).toEqual(bridgeNames.calls.map((name) => [name, { name }]))
  })

  it('passes nothing else on', async () => {
    const { transport, invoked } = wire()
    const bridge = loose(makeBridge(transport, bridgeNames))
    const tricky = { toString: () => 'drafts.list' }
    for (const name of ['drafts.publish', '__proto__', 'constructor', '', 3, undefined, tricky]) {
      await expect(bridge.call(name, {})).rejects.toThrow(TypeError)
    }
    expect(invoked).toEqual([])
  })

  it('brings an event to its listeners until they leave, and no unknown one to anybody', () => {
    const { transport, tell } = wire()
    const bridge = makeBridge(transport, bridgeNames)
    const heard: unknown[] = []
    const listener = (payload: unknown) => heard.push(payload)
    const leave = bridge.on('changed', listener)
    const leaveToo = bridge.on('changed', listener)
    tell('changed', { matters: ['a'] })
    leave()
    tell('changed', { matters: ['b'] })
    leaveToo()
    tell('changed', { matters: ['c'] })
    tell('everything', {})
    expect(heard).toEqual([{ matters: ['a'] }, { matters: ['a'] }, { matters: ['b'] }])
    expect(() => loose(bridge).on('everything', listener)).toThrow(TypeError)
    expect(() => loose(bridge).on('changed', 'not a function')).toThrow(TypeError)
  })

  it('keeps one listener’s fault from the others', () => {
    vi.useFakeTimers()
    try {
      const { transport, tell } = wire()
      const bridge = makeBridge(transport, bridgeNames)
      const heard: unknown[] = []
      bridge.on('signedOut', () => {
        throw new Error('a screen has a bug')
      })
      bridge.on('signedOut', (payload) => heard.push(payload))
      tell('signedOut', { code: null })
      expect(heard).toEqual([{ code: null }])
      expect(() => vi.runAllTimers()).toThrow('a screen has a bug')
    } finally {
      vi.useRealTimers()
    }
  })

  it('refers to nothing outside itself: its source alone makes the same bridge', async () => {
    const { transport, invoked } = wire()
    const remade = new Function(`return (${makeBridge.toString()})`)() as typeof makeBridge
    const bridge = loose(remade(transport, bridgeNames))
    await bridge.call('drafts.list', {})
    bridge.on('changed', () => {})()
    await expect(bridge.call('other', {})).rejects.toThrow(TypeError)
    expect(invoked).toEqual([['drafts.list', {}]])
  })
})
