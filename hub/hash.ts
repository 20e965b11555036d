/** SHA-256 as the protocol writes it: 64 lower-case hex digits. */
import { createHash } from 'node:crypto'

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
