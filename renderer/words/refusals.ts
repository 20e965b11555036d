/** Every refusal code a call can answer with, in sentences; and the facts that go with one. */
import type { OfficeRefusal } from '../../preload/contract/refusals.ts'
import type { Refusal } from '../../core/result.ts'
import { deskSentences } from './refusals-desk.ts'
import type { Sentence } from './refusals-desk.ts'
import { directorySentences, hubSentences, packetSentences, troubleSentences } from './refusals-exchange.ts'
import { matterSentences } from './refusals-matter.ts'

export const refusalSentences: Readonly<Record<OfficeRefusal, Sentence>> = {
  ...hubSentences,
  ...troubleSentences,
  ...packetSentences,
  ...directorySentences,
  ...matterSentences,
  ...deskSentences,
}

const elements: Readonly<Record<string, string>> = {
  issuer: '发文机关标志',
  title: '标题',
  recipients: '主送机关',
  body: '正文',
  signature: '署名',
  annotation: '附注',
  imprint: '版记',
  number: '发文字号',
}

/** What the facts of a refusal add to its sentence, or an empty string. Only facts a clerk can use are said. */
export function factWords(facts: Refusal['facts']): string {
  if (!facts) return ''
  const { character, code, element, block, position, pages, limit, count } = facts
  const parts: string[] = []
  if (character !== undefined) parts.push(`字符“${character}”${code === undefined ? '' : `（${code}）`}`)
  if (element !== undefined) {
    const paragraph = typeof block === 'number' ? `第${block + 1}段` : ''
    const place = elements[String(element)] ?? ''
    if (place) parts.push(`${place}${paragraph}${position === undefined ? '' : `第${position}字`}`)
  }
  if (typeof count === 'number' && count > 1) parts.push(`共${count}处`)
  if (pages !== undefined) parts.push(`共${pages}页${limit === undefined ? '' : `，上限${limit}页`}`)
  return parts.join('，')
}
