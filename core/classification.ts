/**
 * The rule by which a text is taken to bear a classification mark (密级标志). The network is for matter that is not
 * classified: what bears a mark is not imported and nothing of it is kept.
 *
 * A mark stands alone in its line in the head of the text (GB/T 9704-2012, 7.2.2: 密级和保密期限, top left, before
 * the name of the issuing organ), with or without ★ and a term; or, with ★, anywhere as a line of its own. The words
 * in a sentence or a title (国家秘密管理办法) are no mark. Non-goal: judging what the text says.
 */

const grades = '(?:绝密|機密|机密|秘密|絕密)'
const stars = '[★☆✩✪⭐✯✭*]'
const number = '(?:\\d{1,3}|[一二三四五六七八九十百]{1,4})'
const term = `(?:长期|永久|启用前|启封前|公布前|发布前|至?${number}(?:年|个月|月|日|天)(?:${number}月)?(?:${number}日)?)`
const copyNumber = '(?:(?:份号|编号|No\\.?|№)?[:：]?(?:第?0*\\d{1,8}号?))?'
const urgency = '(?:特急|加急|急件|特提|平急|平)?'
const marked = `${grades}(?:${stars}\\s*${term}?|\\(?${term}\\)?)?`
const bracketed = `[\\[【〔(「《<]*${marked}[\\]】〕)」》>]*`

const markAlone = new RegExp(`^${copyNumber}(?:密级(?:和保密期限)?[:：]?)?${bracketed}${urgency}$`, 'u')
const markAfterUrgency = new RegExp(`^(?:特急|加急|急件|特提)${bracketed}$`, 'u')
const markInHeadTable = new RegExp(
  `(?:密级|保密等级|涉密等级|秘密等级)(?:和保密期限)?[:：]?${bracketed}`,
  'u',
)
const starredAlone = new RegExp(
  `^${copyNumber}[\\[【〔(]*${grades}${stars}${term}?[\\]】〕)]*${urgency}$`,
  'u',
)
const starredInLine = new RegExp(`${grades}${stars}`, 'u')

/** Lines looked at as the head, at most; a line as long as a sentence ends the head earlier. */
const headLines = 40
const sentenceLength = 60
const bareLineLength = 80

/** Full-width forms made plain, spaces and invisible characters taken out: `秘　密` is read as `秘密`. */
const plain = (line: string) => line.normalize('NFKC').replace(/[\s\p{Cf}\p{Cc}]+/gu, '')

/** True if the text bears a classification mark where the standard places it. */
export function bearsClassificationMark(text: string): boolean {
  let head = headLines
  for (const raw of text.split(/\r\n|[\n\r\f\v\u0085\u2028\u2029]/)) {
    if (raw.length > 4_000) {
      head = 0
      continue
    }
    const line = plain(raw)
    if (line === '') continue
    if (line.length <= bareLineLength && starredAlone.test(line)) return true
    if (head === 0) continue
    const cells = raw.split(/\t|\||│|\s{2,}/).map(plain)
    if ([line, ...cells].some((part) => markAlone.test(part) || markAfterUrgency.test(part))) return true
    const sentence = /[。;；!！?？]$/u.test(line) || line.length > sentenceLength
    if (!sentence && starredInLine.test(line)) return true
    if (
      /^(.{0,12}(号|类|关|期|题)[:：].*)?(密级|保密等级|涉密等级|秘密等级)/u.test(line) &&
      markInHeadTable.test(line)
    ) {
      return true
    }
    // A long line of a metadata table (索引号：...) is still the head.
    head = sentence && !/^.{1,8}[:：]./u.test(line) ? 0 : head - 1
  }
  return false
}
