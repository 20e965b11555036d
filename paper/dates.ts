/** Dates as they are printed: Arabic numerals without leading zeros (GB/T 9704-2012, 7.3.5.4). Pure. */

/** YYYY-MM-DD becomes 2026年1月5日; anything else (an old document's own form) stays as it is. */
export function printedDate(date: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  return parts ? `${parts[1]}年${Number(parts[2])}月${Number(parts[3])}日` : date
}
