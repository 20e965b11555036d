/**
 * Makes the window's `office` from a transport: the same bridge in both hosts. It knows the contract's names and
 * lets nothing else through; the inputs themselves are parsed in main.
 *
 * Non-goals: no parsing, no state, no knowledge of Electron or Chromium.
 * Invariant: `makeBridge` refers to nothing outside itself, because the Chromium host hands its source to the page.
 */
import { callNames, eventNames } from './contract/office.ts'
import type { OfficeBridge } from './contract/office.ts'

/** What a host offers: one call with its answer, and main's events as they come. */
export type Transport = {
  readonly invoke: (name: string, input: unknown) => Promise<unknown>
  readonly subscribe: (receive: (event: string, payload: unknown) => void) => void
}

/** The closed set of names that may cross. */
export type BridgeNames = { readonly calls: readonly string[]; readonly events: readonly string[] }
export const bridgeNames: BridgeNames = { calls: callNames, events: eventNames }

/** Electron's two channels (preload/electron.ts and main/host/electron.ts). */
export const callChannel = 'office.call'
export const eventChannel = 'office.event'

/**
 * The bridge over a transport. A name that the contract does not have throws a TypeError in the window (a bug there);
 * `on` returns the function that ends the subscription.
 */
export function makeBridge(transport: Transport, names: BridgeNames): OfficeBridge {
  const calls = new Set(names.calls)
  const listeners = new Map<string, Set<(payload: unknown) => void>>(
    names.events.map((event) => [event, new Set()]),
  )
  transport.subscribe((event, payload) => {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      try {
        listener(payload)
      } catch (error) {
        // One listener's bug must not keep the event from the others; the window still reports it.
        setTimeout(() => {
          throw error
        })
      }
    }
  })
  const bridge = {
    call(name: string, input: unknown): Promise<unknown> {
      if (typeof name !== 'string' || !calls.has(name)) {
        return Promise.reject(new TypeError(`The contract has no call ${String(name)}.`))
      }
      return transport.invoke(name, input)
    },
    on(event: string, listener: (payload: unknown) => void): () => void {
      const group = listeners.get(event)
      if (!group || typeof listener !== 'function') {
        throw new TypeError(`The contract has no event ${String(event)}.`)
      }
      const own = (payload: unknown) => listener(payload)
      group.add(own)
      return () => void group.delete(own)
    },
  }
  return Object.freeze(bridge) as OfficeBridge
}
