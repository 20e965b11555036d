/** Dates as old and new documents write them: 2017年11月22日, 二〇〇七年三月二十三日. Pure. */

const arabic = /^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日$/u
const chinese =
  /^([一二][〇○Ｏ零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$/u
const digits = '〇一二三四五六七八九'

function chineseNumber(text: string): number {
  const [tens, ones] = text.includes('十') ? text.split('十') : ['', text]
  const ten = text.includes('十') ? (tens === '' ? 1 : digits.indexOf(tens!)) * 10 : 0
  return ten + (ones === '' ? 0 : digits.indexOf(ones!))
}

export function isDateLine(text: string): boolean {
  return isoDate(text) !== undefined
}

/** YYYY-MM-DD, or undefined if the text is no date of the calendar. */
export function isoDate(text: string): string | undefined {
  const inArabic = arabic.exec(text)
  const inChinese = inArabic ? null : chinese.exec(text.replace(/\s+/gu, ''))
  const parts = inArabic
    ? inArabic.slice(1).map(Number)
    : inChinese
      ? [
          Number([...inChinese[1]!].map((digit) => Math.max(0, digits.indexOf(digit))).join('')),
          chineseNumber(inChinese[2]!),
          chineseNumber(inChinese[3]!),
        ]
      : null
  if (!parts) return undefined
  const [year, month, day] = parts as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1900) return undefined
  return date.toISOString().slice(0, 10)
}
