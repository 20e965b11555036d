/// <reference types="vite/client" />
import type { OfficeBridge } from '../preload/contract/office.ts'

declare global {
  interface Window {
    readonly office: OfficeBridge
  }
}
