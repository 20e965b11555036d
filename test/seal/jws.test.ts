import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { jwsId, keySigner, parseJws, signJws, verifyJws } from '../../seal/jws.ts'

const thumbprint = createHash('sha256').update('certificate').digest('hex')
const x5t = Buffer.from(thumbprint, 'hex').toString('base64url')
const typ = 'sealpost-act+jws'
const bounds = { typ, maxBytes: 100_000 }
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const payload = '{"标题":"关于召开会议的通知"}'
const b64 = (text: string | Buffer) => Buffer.from(text).toString('base64url')

const signed = await signJws({ payload, typ, key: keySigner(ec.privateKey, thumbprint) })
const signedRsa = await signJws({ payload, typ, key: keySigner(rsa.privateKey, thumbprint) })

const codeOf = (text: string, limits = bounds) => {
  const parsed = parseJws(text, limits)
  return parsed.ok ? 'ok' : parsed.refusal.code
}
const parsedOf = (text: string) => {
  const parsed = parseJws(text, bounds)
  if (!parsed.ok) throw new Error(parsed.refusal.code)
  return parsed.value
}
/** A JWS with any header, correctly signed. */
const withHeader = (header: string) => {
  const input = `${b64(header)}.${b64(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}
const ours = `{"alg":"ES256","typ":"${typ}","x5t#S256":"${x5t}"}`

describe('signed statements', () => {
  test('what was signed verifies with the key of its signer and yields the very bytes', () => {
    for (const [text, key] of [
      [signed, ec.publicKey],
      [signedRsa, rsa.publicKey],
    ] as const) {
      const jws = parsedOf(text)
      expect(Buffer.from(jws.payload).toString()).toBe(payload)
      expect(jws.thumbprint).toBe(thumbprint)
      expect(verifyJws(jws, key)).toEqual({ ok: true, value: true })
    }
  })

  test('its name is the SHA-256 of what stands before the last dot', () => {
    const input = signed.slice(0, signed.lastIndexOf('.'))
    expect(jwsId(parsedOf(signed))).toBe(createHash('sha256').update(input).digest('hex'))
  })

  test('the general library verifies ours, and we verify what it signed', async () => {
    for (const [text, keys, alg] of [
      [signed, ec, 'ES256'],
      [signedRsa, rsa, 'RS256'],
    ] as const) {
      const theirs = await compactVerify(text, keys.publicKey)
      expect(Buffer.from(theirs.payload).toString()).toBe(payload)
      const made = await new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ alg, typ, 'x5t#S256': x5t })
        .sign(keys.privateKey)
      expect(verifyJws(parsedOf(made), keys.publicKey).ok).toBe(true)
    }
  })

  test('any single changed character of it is noticed', () => {
    for (let at = 0; at < signed.length; at++) {
      const changed = signed.slice(0, at) + (signed[at] === 'A' ? 'B' : 'A') + signed.slice(at + 1)
      const parsed = parseJws(changed, bounds)
      expect(parsed.ok && verifyJws(parsed.value, ec.publicKey).ok, `at ${at}`).toBe(false)
    }
  })

  test('another person’s key does not verify it', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(verifyJws(parsedOf(signed), other.publicKey)).toMatchObject({
      refusal: { code: 'jws-signature-wrong' },
    })
  })

  test('a key of another kind, another curve or too short is unsuitable, whatever the header says', () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
    for (const [text, key] of [
      [signed, rsa.publicKey],
      [signed, p384.publicKey],
      [signedRsa, ec.publicKey],
      [signedRsa, short.publicKey],
      [signedRsa, pss.publicKey],
    ] as const) {
      expect(verifyJws(parsedOf(text), key)).toMatchObject({ refusal: { code: 'jws-key-unsuitable' } })
    }
    expect(() => keySigner(p384.privateKey, thumbprint)).toThrow()
    expect(() => keySigner(ec.publicKey, thumbprint)).toThrow()
  })

  test('the signature of an elliptic curve in DER instead of r and s is refused', () => {
    const input = signed.slice(0, signed.lastIndexOf('.'))
    const der = sign('sha256', Buffer.from(input), ec.privateKey).toString('base64url')
    expect(verifyJws(parsedOf(`${input}.${der}`), ec.publicKey).ok).toBe(false)
  })
})

describe('statements that are refused before any key is asked', () => {
  test('our own header, signed by hand, is accepted (so the refusals below are about the header)', () => {
    expect(verifyJws(parsedOf(withHeader(ours)), ec.publicKey).ok).toBe(true)
  })

  test.each([
    ['no signature asked for', ours.replace('ES256', 'none'), 'jws-algorithm-not-allowed'],
    ['a shared secret', ours.replace('ES256', 'HS256'), 'jws-algorithm-not-allowed'],
    ['another suite', ours.replace('ES256', 'PS256'), 'jws-algorithm-not-allowed'],
    ['another kind of statement', ours.replace(typ, 'sealpost-session+jws'), 'jws-type-unexpected'],
    ['crit', ours.replace('}', ',"crit":["b64"]}'), 'jws-malformed'],
    ['b64', ours.replace('"typ"', '"b64":false,"typ"'), 'jws-malformed'],
    ['a key of its own', ours.replace('"typ"', '"jwk":{},"typ"'), 'jws-malformed'],
    [
      'an address to fetch keys from',
      ours.replace('"typ"', '"jku":"https://a.invalid/","typ"'),
      'jws-malformed',
    ],
    ['an unknown member', ours.replace('}', ',"zz":1}'), 'jws-malformed'],
    ['alg twice', ours.replace('"typ"', '"alg":"none","typ"'), 'jws-malformed'],
    ['white space', ours.replace(',', ', '), 'jws-malformed'],
    ['another order', `{"typ":"${typ}","alg":"ES256","x5t#S256":"${x5t}"}`, 'jws-malformed'],
    ['no thumbprint', `{"alg":"ES256","typ":"${typ}"}`, 'jws-malformed'],
    ['a thumbprint with loose bits', ours.replace(x5t, 'A'.repeat(42) + 'B'), 'jws-malformed'],
    ['an escaped name', ours.replace('alg', '\\u0061lg'), 'jws-malformed'],
    ['a header that is no JSON', 'x'.repeat(40), 'jws-malformed'],
    ['deep JSON', '['.repeat(200), 'jws-malformed'],
  ])('%s', (_what, header, code) => {
    expect(codeOf(withHeader(header))).toBe(code)
  })

  test('white space, padding, the plain alphabet and loose bits in the base64url', () => {
    const [header, body, signature] = signed.split('.') as [string, string, string]
    for (const text of [
      `${header}.${body}.${signature}=`,
      `${header}.${body}\n.${signature}`,
      ` ${signed}`,
      `${signed}\n`,
      `${header}.${body}.${signature.slice(0, -1)}${signature.endsWith('B') ? 'D' : 'B'}`,
      `${header}.+${body.slice(1)}.${signature}`,
      `${header}.${body}`,
      `${header}.${body}.${signature}.`,
      `.${body}.${signature}`,
      '',
      '..',
      '.',
    ]) {
      expect(codeOf(text), JSON.stringify(text.slice(0, 20))).toBe('jws-malformed')
    }
  })

  test('a header longer than any of ours and a text longer than allowed', () => {
    expect(codeOf(withHeader(ours.padEnd(5_000, ' ')))).toBe('jws-malformed')
    expect(codeOf('a'.repeat(100_001))).toBe('jws-too-large')
  })
})
