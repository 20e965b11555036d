/**
 * Base64url as RFC 7515 means it (no padding), strict: one text for one sequence of bytes. White space, padding,
 * the plain alphabet and trailing bits that are not zero are refused, so that a text cannot be changed unnoticed.
 */
export const encodeBase64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')

/** The bytes, or undefined when the text is not the one encoding of any bytes. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
