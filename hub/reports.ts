/** What the hub tells its operator: one JSON object a line, names and codes only, never a document's content. */
import type { HubRefusal } from '../core/exchange/protocol.ts'
import type { DirectoryRefusal } from '../core/directory/directory.ts'
import type { Refusal } from '../core/result.ts'

export type HubReport =
  | ({ readonly event: 'refused'; readonly code: HubRefusal; readonly request: string } & Whose & About)
  | ({ readonly event: 'accepted'; readonly packet: string; readonly position: number } & Whose)
  | ({ readonly event: 'session'; readonly until: string } & Whose)
  | ({ readonly event: 'blob-stored'; readonly blob: string; readonly size: number } & Whose)
  | ({ readonly event: 'directory-refused'; readonly code: DirectoryRefusal } & About)
  | { readonly event: 'directory-known'; readonly version: number }
  | { readonly event: 'connection-refused' | 'failed'; readonly request?: string; readonly error: string }
  | { readonly event: 'closing' }

type Whose = { readonly device?: string; readonly person?: string }
type About = { readonly facts?: Refusal['facts']; readonly detail?: string }

export type HubLog = (report: HubReport) => void

/** One line of JSON with the time before it. */
export const linesTo =
  (write: (line: string) => void, clock: () => number): HubLog =>
  (report) =>
    write(`${JSON.stringify({ time: new Date(clock()).toISOString(), ...report })}\n`)
