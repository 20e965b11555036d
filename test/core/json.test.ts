import { describe, expect, test } from 'vitest'
import { parseBoundedJson } from '../../core/json.ts'

const bounds = { maxBytes: 1_000_000, maxDepth: 16 }
const codeOf = (source: string | Uint8Array, limits = bounds) => {
  const parsed = parseBoundedJson(source, limits)
  return parsed.ok ? 'ok' : parsed.refusal.code
}

describe('JSON from outside', () => {
  test('what is well formed and within the bounds is read as the engine reads it', () => {
    const text = '{"题":"关于\\"印发\\"\\\\的通知","b":[1,-2.5e3,true,null,{"题":"x"}],"c\\u0064":{}}'
    const parsed = parseBoundedJson(Buffer.from(text), bounds)
    expect(parsed.ok && parsed.value).toEqual(JSON.parse(text))
  })

  test('10,000 and 5,000,000 open brackets are refused before the engine sees them', () => {
    expect(codeOf('['.repeat(10_000))).toBe('json-too-deep')
    expect(codeOf('{"a":'.repeat(10_000))).toBe('json-too-deep')
    expect(codeOf('['.repeat(5_000_000), { maxBytes: 10_000_000, maxDepth: 16 })).toBe('json-too-deep')
    expect(codeOf('[[[]]]', { maxBytes: 100, maxDepth: 2 })).toBe('json-too-deep')
    expect(codeOf('[[[]]]', { maxBytes: 100, maxDepth: 3 })).toBe('ok')
  })

  test('brackets inside of strings are text', () => {
    expect(codeOf(JSON.stringify('['.repeat(1000)))).toBe('ok')
    expect(codeOf('"\\\\\\"[[[[[[[[[[[[[[[[[[[["')).toBe('ok')
  })

  test('a member named twice is refused, also when one name is written with escapes', () => {
    expect(codeOf('{"a":1,"b":{"a":2}}')).toBe('ok')
    expect(codeOf('[{"a":1},{"a":1}]')).toBe('ok')
    expect(codeOf('{"a":1,"b":[],"a":2}')).toBe('json-duplicate-member')
    expect(codeOf('{"a":1,"\\u0061":2}')).toBe('json-duplicate-member')
    expect(codeOf('{"a":{"x":"a"},"a":2}')).toBe('json-duplicate-member')
    expect(codeOf('{"a":["a","a"],"b":"a"}')).toBe('ok')
  })

  test('prototypes cannot be handed in', () => {
    expect(codeOf('{"__proto__":{}}')).toBe('json-malformed')
    expect(codeOf('{"\\u005f_proto__":{}}')).toBe('json-malformed')
  })

  test('what is no JSON or no UTF-8 is malformed', () => {
    for (const text of [
      '',
      '{',
      '"',
      '"\\"',
      '{"a"}',
      '{"a":1,}',
      '{a:1}',
      ']',
      '}{',
      'NaN',
      '\ufeff{}',
      '1 2',
    ]) {
      expect(codeOf(text), text).toBe('json-malformed')
    }
    expect(codeOf(Uint8Array.of(0x22, 0xff, 0x22))).toBe('json-malformed')
  })

  test('larger than allowed is refused unread', () => {
    expect(codeOf('"' + 'x'.repeat(100), { maxBytes: 100, maxDepth: 1 })).toBe('json-too-large')
  })

  test('a megabyte of backslashes and quotes takes no longer than its length', () => {
    const started = performance.now()
    codeOf('"' + '\\'.repeat(900_000))
    codeOf('"' + '\\"'.repeat(450_000))
    codeOf('["' + '\\\\","'.repeat(190_000))
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
