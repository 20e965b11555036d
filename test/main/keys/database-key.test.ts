import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonical } from '../../../core/canonical.ts'
import { freshDatabaseKey, unwrapDatabaseKey, wrapDatabaseKey } from '../../../main/keys/database-key.ts'

const pin = '办公厅-kaifa-2026'
const key = freshDatabaseKey(randomBytes)
const file = await wrapDatabaseKey(key, pin, randomBytes)
const codeOf = async (text: string | Uint8Array, tried = pin) => {
  const opened = await unwrapDatabaseKey(text, tried)
  return opened.ok ? 'ok' : opened.refusal.code
}
/** The file with members exchanged and the checksum made to fit, as somebody would who can write it. */
const forged = (change: Record<string, unknown>) => {
  const { checksum: _, ...members } = { ...(JSON.parse(file) as Record<string, unknown>), ...change }
  return JSON.stringify({
    ...members,
    checksum: createHash('sha256').update(canonical(members)).digest('hex'),
  })
}

describe('the key of the database', () => {
  test('is 32 random bytes and comes back with the PIN', async () => {
    const opened = await unwrapDatabaseKey(file, pin)
    expect(opened.ok && Buffer.compare(opened.value, key)).toBe(0)
    expect(key).toHaveLength(32)
    expect(file).not.toContain(Buffer.from(key).toString('base64url'))
  })

  test('costs at least 2^16 rounds of scrypt a try, and each file its own', async () => {
    expect((JSON.parse(file) as { N: number }).N).toBeGreaterThanOrEqual(2 ** 16)
    expect(await wrapDatabaseKey(key, pin, randomBytes)).not.toBe(file)
  })

  test('a wrong PIN and a damaged file are told apart', async () => {
    expect(await codeOf(file, 'some-other-pin')).toBe('pin-wrong')
    for (let at = 0; at < file.length - 1; at += 17) {
      const damaged = file.slice(0, at) + (file[at] === 'A' ? 'B' : 'A') + file.slice(at + 1)
      expect(await codeOf(damaged), `at ${at}`).toBe('wrapped-key-damaged')
    }
    expect(await codeOf(file.slice(0, -20))).toBe('wrapped-key-damaged')
  })

  test('other parameters, written by somebody who knows the format, are not accepted or do not open', async () => {
    expect(await codeOf(forged({}))).toBe('ok')
    for (const change of [
      { N: 1024 },
      { N: 2 ** 30 },
      { N: 2 ** 17 + 1 },
      { r: 1 },
      { p: 1_000_000 },
      { kdf: 'none' },
      { v: 2 },
      { wrapped: '' },
      { extra: 1 },
      { salt: 'AAAA' },
    ]) {
      expect(await codeOf(forged(change)), JSON.stringify(change)).toBe('wrapped-key-damaged')
    }
    expect(await codeOf(forged({ N: 2 ** 16 }))).toBe('pin-wrong')
  })

  test('what is no such file is damaged', async () => {
    for (const text of ['', '{}', 'null', '['.repeat(4000), ' '.repeat(5000), '{"v":1,"v":1}']) {
      expect(await codeOf(text)).toBe('wrapped-key-damaged')
    }
    expect(await codeOf(randomBytes(300))).toBe('wrapped-key-damaged')
  })
})
