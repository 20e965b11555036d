/**
 * What single lines of an imported text are: metadata, surroundings of a web page, document number, heading, title.
 * Rules only, no state. Pure.
 */
import type { Block } from '../core/outgoing/content.ts'

export type SourceLine = { readonly text: string; readonly afterBlank: boolean }

/** Zero-width characters of web pages; directional marks are not among them: they are told as unprintable. */
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/gu
const longLine = 60

/** The indent of the next paragraph inside a line: two ideographic spaces, or one before a number of a level. */
const paragraphIndent = /\u3000{2,}|\s\u3000(?=[（(]?[一二三四五六七八九十]{1,3}[、)）])/u

/** Lines without edge blanks; a long line is taken apart where it holds several paragraphs. */
export function splitLines(text: string): SourceLine[] {
  const lines: SourceLine[] = []
  let afterBlank = false
  for (const raw of text.replace(invisible, '').split(/\r\n|[\n\r\f\v\u0085\u2028\u2029]/)) {
    const pieces = raw.length > longLine ? raw.split(paragraphIndent) : [raw]
    const kept = pieces.map((piece) => piece.replace(/\t+/g, '\t').trim()).filter((piece) => piece !== '')
    if (kept.length === 0) afterBlank = true
    for (const piece of kept) {
      lines.push({ text: piece, afterBlank })
      afterBlank = false
    }
  }
  // A tab is told from a blank only where metadata is read.
  return lines.map((line) =>
    isHeadTable(line.text) ? line : { ...line, text: line.text.replace(/\t/g, ' ') },
  )
}

const tableKeys =
  '索引号|.引号|信息索引|主题分类|体裁分类|服务对象|分类|发文机关|发布机构|制发机关|成文日期|发布日期|发文日期|生效日期|生成日期|标题|名称|发文字号|文号|主题词|信息来源|来源|有效性|公开方式|签发人'
const headTable = new RegExp(`^(?:${tableKeys})\\s*[:：]`, 'u')
const surroundings =
  /(浏览次数|点击数|阅读次数|APP看书|扫一扫|打印本页|关闭窗口|分享到[:：]|收藏本文|当前位置[:：]|责任编辑[:：]|【字体|字体[:：])/u

/** A line of the table web pages put before a document. */
export const isHeadTable = (text: string) => headTable.test(text) && text.length <= 400
/** Page numbers, and the printing line of the imprint: made anew when the document is pressed. */
const pressedAnew = /^[—–－-]\s*\d{1,4}\s*[—–－-]$|^.{0,40}\d{4}年\d{1,2}月\d{1,2}日印发$/u
/** A line that belongs to the web page or the print, not to the document. */
export const isSurroundings = (text: string) =>
  text.length <= 80 && (surroundings.test(text) || pressedAnew.test(text))
/** The line of the imprint that names who gets copies. */
export const isCopies = (text: string) => /^抄\s*送\s*[:：]/u.test(text)

export function tableValue(text: string, key: string): string | undefined {
  return new RegExp(`${key}\\s*[:：]\\s*([^\\t]+?)\\s*(?:\\t|\\s{2,}|$)`, 'u').exec(text)?.[1]
}

/** 发文字号; old forms with [ ] are taken as they are. */
export const isNumber = (text: string) =>
  /^[\p{Script=Han}]{1,15}\s*[〔[【(（]\s*(19|20)\d{2}\s*[〕\]】)）]\s*第?\s*\d{1,5}\s*号$/u.test(text)

export const ended = (text: string) => /[。；;！!？?]$/u.test(text)

export const isTitleLike = (line: SourceLine, longest: number) =>
  line.text.length <= longest && !/[。；;！!？?，,：:]$/u.test(line.text) && kindOf(line.text) === 'paragraph'

const numerals = '[一二三四五六七八九十百]{1,4}'
const bullet = '(?:[-•·]\\s*)?'
const levels: readonly (readonly [RegExp, Block['kind']])[] = [
  [new RegExp(`^${bullet}${numerals}[、．.]`, 'u'), 'level1'],
  [new RegExp(`^${numerals}\\s+[^。]{2,30}$`, 'u'), 'level1'],
  [new RegExp(`^${bullet}[（(]${numerals}[)）]`, 'u'), 'level2'],
  [new RegExp(`^${bullet}\\d{1,2}[.．、](?!\\d)`, 'u'), 'level3'],
  [new RegExp(`^${bullet}[（(]\\d{1,2}[)）]`, 'u'), 'level4'],
]
const longestHeading = 60

/** The level a numbered line has; a numbered sentence too long for a heading is a paragraph. */
export function kindOf(text: string): Block['kind'] {
  for (const [pattern, kind] of levels) {
    if (!pattern.test(text)) continue
    if (kind === 'level3' || kind === 'level4') return kind
    const stop = text.indexOf('。')
    return (stop === -1 ? text.length : stop) <= longestHeading ? kind : 'paragraph'
  }
  return 'paragraph'
}

/** Whether a page or column end cut a sentence in two. */
export function looksCut(before: string, after: string): boolean {
  const open = /[\p{Script=Han}\p{Nd}\p{Script=Latin}，,、（(]$/u.test(before)
  const starts = /^(第.{1,4}[章节条]|附件|[①-⑳]|[-•·]|注[:：])/u.test(after)
  return open && !starts && before.length >= 30 && /[，,。、；;]/u.test(before)
}

/** Lines put together: a blank only between two Latin words. */
export function joined(lines: readonly string[]): string {
  return lines.reduce(
    (text, line) =>
      /[\p{Script=Latin}\d]$/u.test(text) && /^[\p{Script=Latin}\d]/u.test(line)
        ? `${text} ${line}`
        : text + line,
    '',
  )
}
