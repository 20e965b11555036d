import { describe, expect, test } from 'vitest'
import {
  clockWords,
  dateWords,
  daysLeftWords,
  deadlineWords,
  momentWords,
  shortHash,
  sizeWords,
} from '../../renderer/words/moments.ts'

/** Local time, so that the tests say the same in every time zone. */
const at = (year: number, month: number, day: number, hour = 0, minute = 0) =>
  new Date(year, month - 1, day, hour, minute)
const now = at(2026, 11, 21, 14, 32)
const iso = (...when: Parameters<typeof at>) => at(...when).toISOString()

describe('moments', () => {
  test('are said as one says them in an office', () => {
    expect(momentWords(iso(2026, 11, 21, 9, 5), now)).toBe('今天 09:05')
    expect(momentWords(iso(2026, 11, 20, 23, 59), now)).toBe('昨天 23:59')
    expect(momentWords(iso(2026, 3, 5, 8, 0), now)).toBe('3月5日 08:00')
    expect(momentWords(iso(2025, 12, 31, 8, 0), now)).toBe('2025年12月31日')
    expect(momentWords('nonsense', now)).toBe('')
  })

  test('of today are a time only in the status bar', () => {
    expect(clockWords(iso(2026, 11, 21, 9, 10), now)).toBe('09:10')
    expect(clockWords(iso(2026, 11, 20, 9, 10), now)).toBe('昨天 09:10')
  })

  test('a calendar date is printed without leading zeros', () => {
    expect(dateWords('2026-01-05')).toBe('2026年1月5日')
    expect(dateWords('')).toBe('')
  })
})

describe('deadlines', () => {
  test('to come are told by how near they are', () => {
    expect(deadlineWords(iso(2026, 11, 21, 17, 0), now)).toEqual({ words: '今天 17:00', overdue: false })
    expect(deadlineWords(iso(2026, 11, 22, 1, 0), now)).toEqual({ words: '明天 01:00', overdue: false })
    expect(deadlineWords(iso(2026, 11, 26, 17, 0), now).words).toBe('剩5天')
    expect(deadlineWords(iso(2026, 12, 20, 17, 0), now).words).toBe('12月20日')
    expect(deadlineWords(iso(2027, 1, 20, 17, 0), now).words).toBe('2027年1月20日')
  })

  test('passed are overdue by days, by hours on the same day', () => {
    expect(deadlineWords(iso(2026, 11, 19, 17, 0), now)).toEqual({ words: '逾期2天', overdue: true })
    expect(deadlineWords(iso(2026, 11, 21, 11, 0), now)).toEqual({ words: '逾期3小时', overdue: true })
    expect(deadlineWords(iso(2026, 11, 21, 14, 20), now)).toEqual({ words: '刚刚逾期', overdue: true })
  })
})

test('a certificate that ends soon or has ended says so', () => {
  expect(daysLeftWords(312)).toEqual({ words: '剩 312 天', standing: 'good' })
  expect(daysLeftWords(30).standing).toBe('soon')
  expect(daysLeftWords(0)).toEqual({ words: '今天到期', standing: 'soon' })
  expect(daysLeftWords(-3)).toEqual({ words: '已过期 3 天', standing: 'ended' })
})

test('a hash is shortened to what two people can compare, a size to what one can grasp', () => {
  expect(shortHash('0123456789abcdef'.repeat(4))).toBe('0123 4567 89AB CDEF')
  expect(sizeWords(900)).toBe('900 B')
  expect(sizeWords(412_300)).toBe('403 KB')
  expect(sizeWords(1_500_000)).toBe('1.4 MB')
})
