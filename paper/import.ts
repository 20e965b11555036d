/**
 * A plain text of an official document taken apart into the parts of an outgoing document. Texts come from web
 * pages, mail and old systems: tables of metadata before the title, titles over several lines, pages cut in the
 * middle of a sentence, half-width punctuation. Non-goal: mending the text. Characters of the body are kept as they
 * are and in their order; only blanks at the edges of lines, invisible characters and lines of the web page around
 * the document are left out, and those lines are told.
 *
 * A text that bears a classification mark is refused and nothing of it is returned.
 */
import { bearsClassificationMark } from '../core/classification.ts'
import { documentTypes, limits } from '../core/outgoing/content.ts'
import type { Block, DocumentType, Urgency } from '../core/outgoing/content.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { isDateLine, isoDate } from './importDates.ts'
import {
  ended,
  isCopies,
  isHeadTable,
  isNumber,
  isSurroundings,
  isTitleLike,
  joined,
  kindOf,
  looksCut,
  splitLines,
  tableValue,
} from './importLines.ts'
import type { SourceLine } from './importLines.ts'

export { bearsClassificationMark }

/**
 * `classified-mark`: stop and use the classified channel. `too-long`: more than a document may hold. `not-text`:
 * control characters, broken encoding. `empty`: nothing but blanks.
 */
export type ImportRefusal = 'classified-mark' | 'too-long' | 'not-text' | 'empty'

export type Imported = {
  /** Empty if the text shows none. */
  readonly title: string
  readonly documentType?: DocumentType
  /** Name of the issuing organ, where title, table or signature tell it. */
  readonly issuer?: string
  readonly documentNumber?: string
  readonly urgency?: Urgency
  readonly mainRecipients: readonly string[]
  readonly body: readonly Block[]
  readonly signature?: string
  /** YYYY-MM-DD */
  readonly date?: string
  /** The date as the text has it. */
  readonly dateText?: string
  readonly annotation?: string
  readonly copies: readonly string[]
  /** Lines of the page around the document that were not taken over. */
  readonly leftOut: readonly string[]
}

const mostBytes = limits.bodyText * 4

/** UTF-8, UTF-16 with a mark, or GB 18030 (GBK, GB 2312), whichever reads without an error. */
export function decodeText(bytes: Uint8Array): Result<string, 'not-text' | 'too-long'> {
  if (bytes.length > mostBytes) return refuse('too-long', { limit: limits.bodyText })
  const marks: readonly (readonly [number, number, string])[] = [
    [0xff, 0xfe, 'utf-16le'],
    [0xfe, 0xff, 'utf-16be'],
  ]
  const marked = marks.find(([first, second]) => bytes[0] === first && bytes[1] === second)
  for (const encoding of marked ? [marked[2]] : ['utf-8', 'gb18030']) {
    try {
      return ok(new TextDecoder(encoding, { fatal: true }).decode(bytes))
    } catch {
      // not this encoding
    }
  }
  return refuse('not-text')
}

export function importText(text: string): Result<Imported, ImportRefusal> {
  if (text.length > limits.bodyText) return refuse('too-long', { limit: limits.bodyText })
  if (!text.isWellFormed() || /[\u0000-\u0008\u000e-\u001f\u007f]/.test(text)) return refuse('not-text')
  if (bearsClassificationMark(text)) return refuse('classified-mark')
  const lines = splitLines(text)
  if (lines.length === 0) return refuse('empty')

  const head = readHead(lines)
  const rest = readBody(lines.slice(head.bodyFrom), head.leftOut)
  if (rest.body.length === 0) {
    if (head.title === '') return refuse('empty')
    rest.body.push({ kind: 'paragraph', text: head.title })
  }
  if (rest.body.length > limits.blocks || rest.body.some((each) => each.text.length > limits.blockText)) {
    return refuse('too-long', { limit: limits.bodyText })
  }
  const issuer = head.issuer ?? issuerInTitle(head.title) ?? rest.signature
  const documentType = documentTypes.find((type) => head.title.replace(/[（(].*[)）]$/u, '').endsWith(type))
  return ok({
    title: head.title,
    ...(documentType ? { documentType } : {}),
    ...(issuer ? { issuer } : {}),
    ...(head.number ? { documentNumber: head.number } : {}),
    ...(head.urgency ? { urgency: head.urgency } : {}),
    mainRecipients: head.recipients,
    body: rest.body,
    ...(rest.signature ? { signature: rest.signature } : {}),
    ...(rest.date ? { date: rest.date } : {}),
    ...(rest.dateText ? { dateText: rest.dateText } : {}),
    ...(rest.annotation ? { annotation: rest.annotation } : {}),
    copies: rest.copies,
    leftOut: head.leftOut,
  })
}

const organ =
  /^(.{2,40}?(?:政府|办公厅|办公室|委员会|委|局|厅|部|院|会|署|办|处|中心|集团|公司|大学))(?=关于|印发|转发|批转)/u

const issuerInTitle = (title: string) => organ.exec(title)?.[1]

type Head = {
  title: string
  number?: string | undefined
  issuer?: string | undefined
  urgency?: Urgency
  recipients: string[]
  leftOut: string[]
  bodyFrom: number
}

const mostTitleLines = 6

function readHead(lines: readonly SourceLine[]): Head {
  const head: Head = { title: '', recipients: [], leftOut: [], bodyFrom: 0 }
  let candidates: SourceLine[] = []
  let index = 0
  for (; index < lines.length; index++) {
    const line = lines[index]!
    const { text } = line
    if (isHeadTable(text) || isSurroundings(text)) {
      head.leftOut.push(text)
      head.number ??= tableValue(text, '发文字号')
      head.issuer ??= tableValue(text, '发文机关')
      // What stands over a line of the surrounding page belongs to that page, unless it is all there is.
      if (index + 1 < lines.length && titleFollows(lines, index + 1)) {
        head.leftOut.splice(-1, 0, ...candidates.map((each) => each.text))
        candidates = []
      }
      continue
    }
    if (/^(特急|加急)$/u.test(text) && candidates.length === 0) {
      head.urgency = text === '特急' ? 'extra-urgent' : 'urgent'
      continue
    }
    if (isNumber(text)) {
      head.number = text
      continue
    }
    if (isIssuerLine(text, lines[index + 1]?.text)) {
      head.issuer = text.replace(/\s+/g, '').replace(/文件$/u, '')
      continue
    }
    if (isRecipients(text, candidates.length > 0 || head.number !== undefined)) {
      head.recipients = namesOf(text)
      index++
      break
    }
    const isTitle = isTitleLike(line, 80) && candidates.length < mostTitleLines
    if (!isTitle || (candidates.length > 0 && line.afterBlank && !letterFollows(lines, index + 1))) break
    candidates.push(line)
  }
  head.title = joined(candidates.map((line) => line.text))
  if (head.title.length > limits.title) {
    return { ...head, title: '', recipients: [], bodyFrom: 0 }
  }
  head.bodyFrom = index
  return head
}

/** Whether a line that could be a title comes before the text begins. */
function titleFollows(lines: readonly SourceLine[], from: number): boolean {
  const next = lines.slice(from).find((line) => !isHeadTable(line.text) && !isSurroundings(line.text))
  return next !== undefined && isTitleLike(next, 80) && !isRecipients(next.text, true)
}

/** Whether a number or an address follows soon: then all short lines before it are the title. */
const letterFollows = (lines: readonly SourceLine[], from: number) =>
  lines.slice(from, from + mostTitleLines).some(({ text }) => isNumber(text) || isRecipients(text, true))

const isIssuerLine = (text: string, next: string | undefined) =>
  next !== undefined &&
  isNumber(next) &&
  /^[\p{Script=Han}\s]{4,40}文\s*件$/u.test(text) &&
  !text.includes('关于')

const isRecipients = (text: string, afterTitle: boolean) =>
  afterTitle &&
  /[:：]$/u.test(text) &&
  text.length <= 600 &&
  !/[。；;]/u.test(text) &&
  kindOf(text) === 'paragraph'

/** Names between full-width commas; a line in other punctuation stays as it is printed, in one piece. */
function namesOf(text: string): string[] {
  const whole = /[,:]/.test(text) ? [text] : text.replace(/[：。]$/u, '').split('，')
  const fits = (names: readonly string[]) => names.every((name) => name !== '' && name.length <= limits.name)
  if (fits(whole)) return whole
  const pieces = text.replace(/[:：。]$/u, '').split(/[，,]/u)
  return fits(pieces) ? pieces : pieces.flatMap((piece) => piece.match(/.{1,100}/gu) ?? [])
}

type Rest = {
  body: Block[]
  copies: string[]
  signature?: string
  date?: string | undefined
  dateText?: string
  annotation?: string
}

function readBody(lines: readonly SourceLine[], leftOut: string[]): Rest {
  const rest: Rest = { body: [], copies: [] }
  let index = 0
  for (; index < lines.length; index++) {
    const { text } = lines[index]!
    if (isSurroundings(text)) leftOut.push(text)
    else if (isDateLine(text)) {
      takeEnding(rest, text)
      index++
      break
    } else addParagraph(rest.body, text)
  }
  const next = lines[index]
  if (rest.date !== undefined && next && /^[（(][^（()）]{1,200}[)）]$/u.test(next.text)) {
    rest.annotation = next.text.startsWith('（') ? next.text.slice(1, -1) : next.text
    index++
  }
  readParts(rest, lines.slice(index), leftOut)
  return rest
}

function takeEnding(rest: Rest, dateText: string): void {
  rest.dateText = dateText
  rest.date = isoDate(dateText)
  const last = rest.body.at(-1)
  const isName =
    last?.kind === 'paragraph' &&
    last.text.length <= 40 &&
    !ended(last.text) &&
    !/[，,、：:]/u.test(last.text)
  if (isName) {
    rest.signature = last.text
    rest.body.pop()
  }
}

/** What follows the ending: the printed text (印发) or an attachment, on a new page with its own title. */
function readParts({ body, copies }: Rest, lines: readonly SourceLine[], leftOut: string[]): void {
  const kept = lines.filter(({ text }) => {
    if (isSurroundings(text)) leftOut.push(text)
    else if (isCopies(text)) copies.push(...namesOf(text.replace(/^[^:：]*[:：]/u, '').trim()))
    else return true
    return false
  })
  if (kept.length === 0) return
  let index = 0
  const mark = /^附件\s*\d{0,2}\s*[:：]?$/u.test(kept[0]!.text) ? kept[index++]!.text : ''
  body.push({ kind: 'newPage', text: mark })
  const title: string[] = []
  while (index < kept.length && title.length < mostTitleLines) {
    const line = kept[index]!
    if (!isTitleLike(line, 40) || (title.length > 0 && line.afterBlank)) break
    title.push(line.text)
    index++
  }
  if (title.length > 0) body.push({ kind: 'title', text: joined(title) })
  for (const { text } of kept.slice(index)) addParagraph(body, text)
}

function addParagraph(body: Block[], text: string): void {
  const last = body.at(-1)
  const kind = kindOf(text)
  if (
    last &&
    last.kind !== 'title' &&
    last.kind !== 'newPage' &&
    kind === 'paragraph' &&
    looksCut(last.text, text)
  ) {
    body[body.length - 1] = { kind: last.kind, text: joined([last.text, text]) }
    return
  }
  body.push({ kind, text })
}
