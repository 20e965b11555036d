/**
 * Electron's preload: puts the bridge on `window.office` from the isolated world. Built into one CommonJS file, since
 * a sandboxed preload loads nothing else. Frames inside the page get nothing.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { bridgeNames, callChannel, eventChannel, makeBridge } from './bridge.ts'

if (process.isMainFrame) {
  const bridge = makeBridge(
    {
      invoke: (name, input) => ipcRenderer.invoke(callChannel, name, input),
      // The event object holds the sender: it stays here.
      subscribe: (receive) =>
        void ipcRenderer.on(eventChannel, (_event, name: string, payload: unknown) => receive(name, payload)),
    },
    bridgeNames,
  )
  contextBridge.exposeInMainWorld('office', bridge)
}
