/** What the pure code is handed of the world. */

/** Milliseconds since 1970, UTC. */
export type Clock = () => number
/** n random bytes from the system's generator. */
export type Random = (bytes: number) => Uint8Array
/** SHA-256, lower-case hex. */
export type Hash = (bytes: Uint8Array) => string
/**
 * Told before every step that changes something outside memory (a statement, a file, a request). The product passes
 * `noProbe`; the crash tests pass one that kills the process at the n-th step.
 */
export type Probe = (place: string) => void
export const noProbe: Probe = () => undefined

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
/** 128 random bits as 32 hex digits: matter and packet ids. */
export const freshId = (random: Random): string => hex(random(16))
/** UTC with milliseconds, as acts carry it. */
export const instantOf = (clock: Clock): string => new Date(clock()).toISOString()

/** The Chinese calendar date (UTC+8, no daylight saving) of an instant, YYYY-MM-DD. */
export const calendarDateOf = (instant: string): string =>
  new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10)
