/** SHA-256 as everything here is named by: 64 lower-case hex digits. Text is hashed as UTF-8. */
import { createHash } from 'node:crypto'

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
