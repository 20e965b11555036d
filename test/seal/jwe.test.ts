import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { GeneralEncrypt, generalDecrypt } from 'jose'
import type { GeneralJWE } from 'jose'
import { describe, expect, test } from 'vitest'
import { decryptJwe, encryptJwe, maxRecipients } from '../../seal/jwe.ts'

const bounds = { maxBytes: 4 * 1024 * 1024 }
const plaintext = Buffer.from('关于印发《示范省政务公开办法》的通知')
const people = Array.from({ length: 5 }, (_, index) => ({
  kid: createHash('sha256').update(`certificate ${index}`).digest('hex'),
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
}))
type Jwe = {
  ciphertext: string
  iv: string
  protected: string
  recipients: { encrypted_key: string; header: { epk: Record<string, string>; kid: string } }[]
  tag: string
}
const sealed = encryptJwe(plaintext, people)
const edit = (change: (jwe: Jwe) => unknown): string => {
  const jwe = JSON.parse(sealed) as Jwe
  change(jwe)
  return JSON.stringify(jwe)
}
const outcome = (text: string | Uint8Array, keys = [people[0]!]) => {
  const opened = decryptJwe(text, keys, bounds)
  return opened.ok ? Buffer.from(opened.value.plaintext).toString() : opened.refusal.code
}
const flip = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)

describe('encryption to several recipients', () => {
  test('each recipient opens it with its own key, alone or among others', () => {
    for (const person of people) {
      expect(outcome(sealed, [person])).toBe(plaintext.toString())
      const opened = decryptJwe(sealed, [{ ...people[1]!, kid: '0'.repeat(64) }, person], bounds)
      expect(opened.ok && opened.value.kid).toBe(person.kid)
      expect(opened.ok && opened.value.kids).toEqual(people.map((each) => each.kid))
    }
  })

  test('nobody else does', () => {
    const stranger = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), kid: 'f'.repeat(64) }
    expect(outcome(sealed, [stranger])).toBe('jwe-not-for-us')
    expect(outcome(sealed, [{ ...stranger, kid: people[0]!.kid }])).toBe('jwe-damaged')
  })

  test('no two are alike: content key, nonce and ephemeral keys are fresh each time and for each recipient', () => {
    const again = JSON.parse(encryptJwe(plaintext, people)) as Jwe
    const first = JSON.parse(sealed) as Jwe
    expect(again.iv).not.toBe(first.iv)
    expect(new Set([...again.recipients, ...first.recipients].map((each) => each.header.epk.x)).size).toBe(10)
  })

  test('the same random bytes give the same text', () => {
    const counted = () => {
      let count = 0
      return (length: number) =>
        createHash('shake256', { outputLength: length }).update(`${count++}`).digest()
    }
    expect(encryptJwe(plaintext, people, counted())).toBe(encryptJwe(plaintext, people, counted()))
  })

  test('the general library opens ours at every position', async () => {
    for (const person of people) {
      const opened = await generalDecrypt(JSON.parse(sealed) as GeneralJWE, person.privateKey)
      expect(Buffer.from(opened.plaintext)).toEqual(plaintext)
    }
    const single = JSON.parse(encryptJwe(plaintext, [people[0]!])) as GeneralJWE
    expect(Buffer.from((await generalDecrypt(single, people[0]!.privateKey)).plaintext)).toEqual(plaintext)
  })

  test('we open what the general library encrypted', async () => {
    const general = new GeneralEncrypt(plaintext).setProtectedHeader({
      alg: 'ECDH-ES+A256KW',
      enc: 'A256GCM',
    })
    for (const person of people)
      general.addRecipient(person.publicKey).setUnprotectedHeader({ kid: person.kid })
    const theirs = JSON.stringify(await general.encrypt())
    for (const person of people) expect(outcome(theirs, [person])).toBe(plaintext.toString())
  })

  test('an empty text and one of 2 MB come back whole', () => {
    for (const size of [0, 2_000_000]) {
      const bytes = randomBytes(size)
      const opened = decryptJwe(encryptJwe(bytes, people.slice(0, 1)), people.slice(0, 1), bounds)
      expect(opened.ok && Buffer.compare(opened.value.plaintext, bytes)).toBe(0)
    }
  })

  test('as first or as last of 200 recipients it costs about the same', () => {
    const crowd = Array.from({ length: 199 }, (_, index) => ({ ...people[1]!, kid: `kid-${index}` }))
    const cost = (text: string) => {
      const times = Array.from({ length: 60 }, () => {
        const started = performance.now()
        decryptJwe(text, [people[0]!], bounds)
        return performance.now() - started
      })
      return times.sort((a, b) => a - b)[20]!
    }
    const first = cost(encryptJwe(plaintext, [people[0]!, ...crowd]))
    const last = cost(encryptJwe(plaintext, [...crowd, people[0]!]))
    expect(last).toBeLessThan(first * 3 + 1)
  })

  test('no recipients, too many, one twice, or a key off the curve we use are mistakes of the caller', () => {
    expect(() => encryptJwe(plaintext, [])).toThrow()
    expect(() => encryptJwe(plaintext, [people[0]!, people[0]!])).toThrow()
    expect(() => encryptJwe(plaintext, new Array(maxRecipients + 1).fill(people[0]))).toThrow()
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    expect(() => encryptJwe(plaintext, [{ kid: 'x', publicKey: p384.publicKey }])).toThrow()
  })
})

describe('a body that was tampered with', () => {
  test.each([
    ['iv', (jwe: Jwe) => (jwe.iv = flip(jwe.iv, 3)), 'jwe-damaged'],
    ['tag', (jwe: Jwe) => (jwe.tag = flip(jwe.tag, 3)), 'jwe-damaged'],
    ['ciphertext', (jwe: Jwe) => (jwe.ciphertext = flip(jwe.ciphertext, 3)), 'jwe-damaged'],
    ['ciphertext cut', (jwe: Jwe) => (jwe.ciphertext = jwe.ciphertext.slice(4)), 'jwe-damaged'],
    ['ciphertext extended', (jwe: Jwe) => (jwe.ciphertext += 'AAAA'), 'jwe-malformed-or-damaged'],
    ['tag cut', (jwe: Jwe) => (jwe.tag = jwe.tag.slice(0, 16)), 'jwe-malformed'],
    [
      'wrapped key',
      (jwe: Jwe) => (jwe.recipients[0]!.encrypted_key = flip(jwe.recipients[0]!.encrypted_key, 9)),
      'jwe-damaged',
    ],
    [
      'wrapped key of another',
      (jwe: Jwe) => (jwe.recipients[0]!.encrypted_key = jwe.recipients[1]!.encrypted_key),
      'jwe-damaged',
    ],
    [
      'ephemeral key of another',
      (jwe: Jwe) => (jwe.recipients[0]!.header.epk = jwe.recipients[1]!.header.epk),
      'jwe-damaged',
    ],
    [
      'ephemeral key off the curve',
      (jwe: Jwe) => (jwe.recipients[0]!.header.epk.y = flip(jwe.recipients[0]!.header.epk.y!, 3)),
      'jwe-damaged',
    ],
    [
      'ephemeral key zero',
      (jwe: Jwe) => Object.assign(jwe.recipients[0]!.header.epk, { x: 'A'.repeat(43), y: 'A'.repeat(43) }),
      'jwe-damaged',
    ],
    ['curve', (jwe: Jwe) => (jwe.recipients[0]!.header.epk.crv = 'P-384'), 'jwe-malformed'],
    ['epk with a private part', (jwe: Jwe) => (jwe.recipients[0]!.header.epk.d = 'AAAA'), 'jwe-malformed'],
    [
      'an algorithm at the recipient',
      (jwe: Jwe) => Object.assign(jwe.recipients[0]!.header, { alg: 'dir' }),
      'jwe-malformed',
    ],
    ['apu', (jwe: Jwe) => Object.assign(jwe.recipients[0]!.header, { apu: 'AAAA' }), 'jwe-malformed'],
    ['a shared header', (jwe: Jwe) => Object.assign(jwe, { unprotected: { zip: 'DEF' } }), 'jwe-malformed'],
    ['additional data', (jwe: Jwe) => Object.assign(jwe, { aad: 'AAAA' }), 'jwe-malformed'],
    ['no recipients', (jwe: Jwe) => (jwe.recipients = []), 'jwe-malformed'],
    ['a recipient twice', (jwe: Jwe) => jwe.recipients.push(jwe.recipients[0]!), 'jwe-malformed'],
    ['a recipient that is none', (jwe: Jwe) => jwe.recipients.push(null as never), 'jwe-malformed'],
    ['no tag', (jwe: Jwe) => Reflect.deleteProperty(jwe, 'tag'), 'jwe-malformed'],
    ['padding', (jwe: Jwe) => (jwe.iv += '='), 'jwe-malformed'],
    ['types', (jwe: Jwe) => (jwe.ciphertext = 7 as never), 'jwe-malformed'],
    ...([
      '{"alg":"dir","enc":"A256GCM"}',
      '{"alg":"ECDH-ES+A256KW","enc":"A128CBC-HS256"}',
      '{"zip":"DEF"}',
    ].map((header) => [
      `protected ${header}`,
      (jwe: Jwe) => (jwe.protected = Buffer.from(header).toString('base64url')),
      'jwe-algorithm-not-allowed',
    ]) as [string, (jwe: Jwe) => unknown, string][]),
  ])('%s', (_part, change, code) => {
    const got = outcome(edit(change))
    if (code === 'jwe-malformed-or-damaged') expect(['jwe-malformed', 'jwe-damaged']).toContain(got)
    else expect(got).toBe(code)
  })

  test('text that is no JWE, cut at any place, doubled, deep or too large is refused and nothing falls over', () => {
    for (let at = 0; at < sealed.length; at += 7) expect(outcome(sealed.slice(0, at))).toBe('jwe-malformed')
    expect(outcome(sealed + sealed)).toBe('jwe-malformed')
    expect(outcome(sealed.replace('{', '{"iv":"AAAA",'))).toBe('jwe-malformed')
    expect(outcome('['.repeat(10_000))).toBe('jwe-malformed')
    expect(outcome('null')).toBe('jwe-malformed')
    expect(outcome(randomBytes(500))).toBe('jwe-malformed')
    expect(outcome(' '.repeat(bounds.maxBytes + 1))).toBe('jwe-too-large')
  })
})
