/**
 * What the app needs of a window, and nothing more. Two hosts keep this port: electron.ts (the product's) and
 * chromium.ts (the same main, preload contract and renderer in the system's Chromium). Neither is visible outside
 * this folder and main.ts.
 */

/** A static file of the window: the built renderer and the fonts. Path without leading slash, never with `..`. */
export type Asset = { readonly body: Uint8Array; readonly type: string }

export type HostOptions = {
  /** The app's own folder for the host's profile. */
  readonly folder: string
  readonly title: string
  readonly width: number
  readonly height: number
  readonly headless: boolean
  /** The renderer's files; null is 404. */
  readonly asset: (path: string) => Promise<Asset | null>
  /** Every call from the window, unparsed: main's router parses it and never throws. */
  readonly answer: (name: unknown, input: unknown) => Promise<unknown>
}

export type Host = {
  /** Sends an event to the window (dropped while it loads). */
  readonly send: (event: string, payload: unknown) => void
  /** Lets the person choose where to save; null when they decline. Returns the path. */
  readonly save: (name: string, bytes: Uint8Array) => Promise<string | null>
  readonly print: () => Promise<void>
  readonly notify: (title: string, body: string) => void
  /** A secret kept by the operating system's keychain where there is one. */
  readonly keepSecret: (name: string, secret: Uint8Array) => Promise<boolean>
  readonly readSecret: (name: string) => Promise<Uint8Array | null>
  readonly closed: Promise<void>
  readonly close: () => Promise<void>
}

export type OpenHost = (options: HostOptions) => Promise<Host>
