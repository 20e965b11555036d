/**
 * Instants, dates and terms as an office says them. Pure: now is handed in. Times are the workstation's local time.
 */
import dayjs from 'dayjs'

/** 今天 14:32 · 昨天 09:10 · 3月5日 14:32 · 2025年3月5日. Empty for no instant. */
export function momentWords(instant: string, now: Date): string {
  const moment = dayjs(instant)
  if (!moment.isValid()) return ''
  const days = daysBetween(now, instant)
  if (days === 0) return `今天 ${moment.format('HH:mm')}`
  if (days === -1) return `昨天 ${moment.format('HH:mm')}`
  if (moment.year() === dayjs(now).year()) return moment.format('M月D日 HH:mm')
  return moment.format('YYYY年M月D日')
}

/** To the second, for the record: 2026年11月3日 14:32:07. */
export function exactMoment(instant: string): string {
  const moment = dayjs(instant)
  return moment.isValid() ? moment.format('YYYY年M月D日 HH:mm:ss') : ''
}

/** Within today only the time: 14:32, otherwise as momentWords. For 已同步 14:32 and 自 09:10 起. */
export function clockWords(instant: string, now: Date): string {
  return daysBetween(now, instant) === 0 ? dayjs(instant).format('HH:mm') : momentWords(instant, now)
}

/** A calendar date YYYY-MM-DD as 2026年11月3日. */
export function dateWords(date: string): string {
  const [year, month, day] = date.split('-').map(Number)
  return year && month && day ? `${year}年${month}月${day}日` : date
}

export type DeadlineWords = { readonly words: string; readonly overdue: boolean }

/** A deadline: 今天 17:00 · 明天 17:00 · 剩5天 · 12月20日 · 逾期2天 · 逾期3小时. */
export function deadlineWords(deadline: string, now: Date): DeadlineWords {
  const moment = dayjs(deadline)
  const days = daysBetween(now, deadline)
  if (moment.isBefore(now)) {
    const hours = Math.floor(dayjs(now).diff(moment, 'minute') / 60)
    const words = days < 0 ? `逾期${-days}天` : hours >= 1 ? `逾期${hours}小时` : '刚刚逾期'
    return { words, overdue: true }
  }
  if (days === 0) return { words: `今天 ${moment.format('HH:mm')}`, overdue: false }
  if (days === 1) return { words: `明天 ${moment.format('HH:mm')}`, overdue: false }
  if (days <= 14) return { words: `剩${days}天`, overdue: false }
  const near = moment.year() === dayjs(now).year()
  return { words: moment.format(near ? 'M月D日' : 'YYYY年M月D日'), overdue: false }
}

export type TermWords = { readonly words: string; readonly standing: 'good' | 'soon' | 'ended' }

/** A certificate's days left: 剩 312 天 · 今天到期 · 已过期 3 天. */
export function daysLeftWords(daysLeft: number): TermWords {
  if (daysLeft < 0) return { words: `已过期 ${-daysLeft} 天`, standing: 'ended' }
  if (daysLeft === 0) return { words: '今天到期', standing: 'soon' }
  return { words: `剩 ${daysLeft} 天`, standing: daysLeft <= 30 ? 'soon' : 'good' }
}

/** Calendar days from now to the instant: 0 today, -1 yesterday. */
function daysBetween(now: Date, instant: string): number {
  return dayjs(instant).startOf('day').diff(dayjs(now).startOf('day'), 'day')
}

/** Hex in groups of four, the first 16 digits: enough for two people to compare over the telephone. */
export const shortHash = (hex: string): string =>
  (hex.slice(0, 16).match(/.{1,4}/g) ?? []).join(' ').toUpperCase()

/** A file's size: 312 KB, 1.4 MB. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`
  if (bytes < 1_024 * 1_024) return `${Math.round(bytes / 1_024)} KB`
  return `${(bytes / 1_024 / 1_024).toFixed(1)} MB`
}
