/** The session statement: a person's signature that, at this workstation and this hub, for some hours, it is them. */
import { z } from 'zod'
import { hubId, instant, personId, thumbprint } from '../act/identifiers.ts'

export const sessionType = 'sealpost-session+jws'
export const sessionLimits = { hours: 12, bytes: 4096, clockSkewMs: 5 * 60_000 } as const

export const sessionStatement = z.strictObject({
  v: z.literal(1),
  hub: hubId,
  /** Thumbprint of the device certificate in the mutual TLS. */
  device: thumbprint,
  person: personId,
  /** Given by the hub, used once. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  from: instant,
  until: instant,
})
export type SessionStatement = z.infer<typeof sessionStatement>
