/** Canonical JSON (RFC 8785) and its bytes: the one form in which statements are signed and hashed. */
import canonicalize from 'canonicalize'

export function canonical(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('only JSON values have a canonical form')
  return text
}

const encoder = new TextEncoder()
export const canonicalBytes = (value: unknown): Uint8Array => encoder.encode(canonical(value))
