import { describe, expect, it } from 'vitest'
import {
  judgeFile,
  judgeParts,
  reasonSentences,
  type Judgement,
  type SignatureVerdict,
} from '../../seal/verdict.ts'

const signature = (verdict: Judgement): SignatureVerdict => ({
  index: 0,
  kind: 'signature',
  signer: '示范省印章',
  covers: 'whole-file',
  integrity: 'intact',
  signature: 'valid',
  chain: 'trusted',
  verdict,
  reasons: [],
  details: [],
})

describe('how findings add up', () => {
  it('is good only where everything is proven', () => {
    const good: string[] = []
    for (const integrity of ['intact', 'changed', 'uncovered'] as const)
      for (const value of ['valid', 'broken', 'unsupported'] as const)
        for (const chain of ['trusted', 'untrusted', 'unknown'] as const) {
          const verdict = judgeParts(integrity, value, chain, [])
          if (verdict === 'good') good.push(`${integrity} ${value} ${chain}`)
          if (integrity !== 'intact' || value === 'broken' || chain === 'untrusted')
            expect(verdict).toBe('bad')
        }
    expect(good).toEqual(['intact valid trusted'])
  })

  it('lets a weak algorithm or a claimed future be nothing but bad', () => {
    expect(judgeParts('intact', 'unsupported', 'trusted', ['algorithm-weak'])).toBe('bad')
    expect(judgeParts('intact', 'valid', 'trusted', ['signed-in-future'])).toBe('bad')
  })

  it('makes a file as bad as its worst signature, and bad without any', () => {
    expect(judgeFile([signature('good'), signature('good')], [], []).verdict).toBe('good')
    expect(judgeFile([signature('good'), signature('unknown')], [], []).verdict).toBe('unknown')
    expect(judgeFile([signature('unknown'), signature('bad')], [], []).verdict).toBe('bad')
    expect(judgeFile([], [], []).verdict).toBe('bad')
    expect(judgeFile([signature('good')], [{ from: 10, to: 20 }], ['not-covered']).verdict).toBe('bad')
  })

  it('has a sentence for every reason', () => {
    expect(reasonSentences['changed-after-signing']).toBe('changed after signing')
    for (const sentence of Object.values(reasonSentences)) expect(sentence.length).toBeGreaterThan(10)
  })
})
