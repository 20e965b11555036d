/**
 * Words for the verdict on a signed file: one sentence first, then the checks. Reason codes are seal's; one that is
 * not known here is shown with its code under a general sentence. Pure.
 */
import type { VerdictView } from '../../preload/contract/views.ts'

/** The judgement on a certificate's chain, after `chain-`. */
const chainReasonWords = {
  'anchor-missing': '本机没有签发该证书的根证书',
  'not-yet-valid': '盖章时证书尚未生效',
  expired: '盖章时证书已过期',
  'issuer-not-authority': '证书的签发者无权签发证书',
  'path-length': '证书层级超过规定',
  'signature-broken': '证书本身的签名不成立',
  'algorithm-unsupported': '证书的签名算法本机不能检验',
  'algorithm-weak': '证书的签名算法强度不足',
  'usage-not-allowed': '该证书不能用于盖章',
  'extension-unsupported': '证书含有本机不能理解的限制',
  revoked: '证书已被吊销',
} as const

export const reasonWords: Readonly<Record<string, string>> = {
  'changed-after-signing': '盖章后内容被改动',
  'not-covered': '有内容不在印章保护范围内',
  'byte-range-malformed': '印章标明的保护范围不合规范',
  'signature-unreadable': '印章数据残缺，无法读取',
  'format-unsupported': '印章的格式本机不能检验',
  'structure-unreadable': '文件结构已损坏',
  'signing-time-missing': '印章没有注明盖章时间',
  'signed-in-future': '盖章时间晚于现在',
  'no-signature': '文件上没有数字印章',
  'signer-certificate-missing': '印章中没有盖章人的证书',
  'signer-certificate-mismatch': '印章与盖章人的证书不符',
  'signature-broken': '数字签名不成立',
  'signed-attributes-wrong': '签名所附的属性不符',
  'carried-certificate-broken': '印章旁所带的证书是伪造的或已损坏',
  'carried-certificate-unknown': '印章旁所带的证书签发者不明',
  'algorithm-unsupported': '签名算法本机不能检验',
  'algorithm-weak': '签名算法强度不足',
  ...Object.fromEntries(Object.entries(chainReasonWords).map(([code, words]) => [`chain-${code}`, words])),
}

export type VerdictWords = {
  readonly sentence: string
  /** What it means for the one who has to sign for it. */
  readonly advice: string
  readonly mark: string
  /** How the panel looks: a valid seal of somebody else is no good. */
  readonly standing: VerdictView['verdict']
}

/** The sentence a clerk reads first. A seal that holds, but is another's, is told as just that. */
export function verdictWords(verdict: VerdictView): VerdictWords {
  const { signatures } = verdict
  const holds = signatures.length > 0 && signatures.every((each) => each.verdict !== 'bad')
  if (verdict.foreignSeal && holds && verdict.uncovered.length === 0)
    return {
      mark: '✕',
      standing: 'bad',
      sentence: '印章不是发文单位在通讯录中登记的印章，不能采信。',
      advice: badAdvice(signatures.length),
    }
  switch (verdict.verdict) {
    case 'good':
      return {
        mark: '✓',
        standing: 'good',
        sentence: '印章有效，文件自盖章后未被改动。',
        advice: '可以核对后签收。',
      }
    case 'unknown':
      return {
        mark: '?',
        standing: 'unknown',
        sentence: '印章暂不能判定：本机缺少检验所需的根证书。',
        advice: '文件本身未见改动。请联系系统管理员，或与发文单位核实后再签收。',
      }
    case 'bad':
      return {
        mark: '✕',
        standing: 'bad',
        sentence: badSentence(verdict),
        advice: badAdvice(signatures.length),
      }
  }
}

function badSentence({ signatures, uncovered }: VerdictView): string {
  if (signatures.length === 0) return '文件上没有数字印章。'
  if (signatures.some((each) => each.integrity === 'changed')) return '文件在盖章后被改动过，印章无效。'
  if (signatures.some((each) => each.signature === 'broken')) return '印章的数字签名不成立，印章无效。'
  if (uncovered.length > 0 || signatures.some((each) => each.integrity === 'uncovered'))
    return '文件有一部分不在印章保护范围内，不能采信。'
  if (signatures.some((each) => each.signature === 'unsupported')) return '印章的签名算法不被认可，不能采信。'
  return '盖章所用的证书不受信任，印章无效。'
}

const badAdvice = (signatures: number): string =>
  signatures === 0
    ? '不能作为有效公文签收。请与发文单位核实。'
    : '不能作为有效公文签收。请拒收，并与发文单位核实。'

export const integrityWords = { intact: '未改动', changed: '已改动', uncovered: '未完全覆盖' } as const
export const signatureWords = { valid: '成立', broken: '不成立', unsupported: '不能检验' } as const
export const chainWords = { trusted: '受信任', untrusted: '不受信任', unknown: '不能判定' } as const
export const resultWords = { good: '有效', bad: '无效', unknown: '不能判定' } as const
export const coverWords = {
  'whole-file': '整个文件',
  'earlier-revision': '盖章时的版本',
  part: '仅一部分',
} as const
