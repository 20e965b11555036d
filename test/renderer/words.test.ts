import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { roles } from '../../core/act/identifiers.ts'
import { checkedItems, incomingKinds, refusalCauses } from '../../core/incoming/acts.ts'
import { incomingStatuses } from '../../core/incoming/fold.ts'
import { outgoingKinds } from '../../core/outgoing/acts.ts'
import { outgoingStatuses } from '../../core/outgoing/state.ts'
import { officeRefusals } from '../../preload/contract/refusals.ts'
import { actionNames } from '../../preload/contract/views.ts'
import type { VerdictView } from '../../preload/contract/views.ts'
import type { VerdictReason } from '../../seal/verdict.ts'
import { language, say } from '../../renderer/words/index.ts'
import { factWords, refusalSentences } from '../../renderer/words/refusals.ts'
import { reasonWords, verdictWords } from '../../renderer/words/verdicts.ts'

const renderer = join(import.meta.dirname, '../../renderer')
const sources = globSync('**/*.{ts,tsx}', { cwd: renderer })
  .filter((path) => !path.startsWith('words/'))
  .map((path) => ({ path, text: readFileSync(join(renderer, path), 'utf8') }))

describe('refusals', () => {
  test('every code has what happened, what it means and what to do, in Chinese', () => {
    for (const code of officeRefusals) {
      const { what, means, todo } = refusalSentences[code]
      for (const part of [what, means, todo]) {
        expect(part, code).toMatch(/\p{Script=Han}.*[。；]$/u)
        expect(part.replace(/PDF|PIN|UTF-8|GB18030/gu, ''), code).not.toMatch(/[A-Za-z]/)
      }
      expect(say(`refusals.${code}.what`)).toBe(what)
    }
  })

  test('no sentence is kept for a code that no longer exists', () => {
    expect(Object.keys(refusalSentences).sort()).toEqual([...officeRefusals].sort())
  })

  test('a character no font has is told with its place', () => {
    const facts = { character: '𠮷', code: 'U+20BB7', element: 'body', block: 2, position: 12, count: 3 }
    expect(factWords(facts)).toBe('字符“𠮷”（U+20BB7），正文第3段第12字，共3处')
    expect(factWords({ kind: 'outgoing.seal' })).toBe('')
    expect(factWords(undefined)).toBe('')
  })
})

describe('words', () => {
  const known = (keys: readonly string[]) => keys.filter((key) => !language.exists(key))

  test('every status, act, role, action, check and cause has its word', () => {
    expect(
      known([
        ...outgoingStatuses.map((each) => `status.outgoing.${each}`),
        ...incomingStatuses.map((each) => `status.incoming.${each}`),
        ...[...outgoingKinds, ...incomingKinds].map((kind) => `acts.${kind}`),
        ...roles.map((role) => `roles.${role}`),
        ...actionNames.flatMap((action) => [`action.${action}`, `done.${action}`]),
        ...checkedItems.map((item) => `checked.${item}`),
        ...refusalCauses.map((cause) => `cause.${cause}`),
      ]),
    ).toEqual([])
  })

  test('every key a screen asks for exists', () => {
    const asked = sources.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:t|say)\('([^']+)'/gu)].map((match) => match[1]!),
    )
    expect(asked.length).toBeGreaterThan(150)
    expect(known(asked)).toEqual([])
  })

  test('no screen has a sentence of its own', () => {
    const own = sources
      .filter(({ path }) => !/^(drafts\/(blocks|fields)|drafts\/BodyField|theme)/u.test(path))
      .filter(({ text }) => /\p{Script=Han}/u.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gmu, '')))
      .map(({ path }) => path)
    expect(own.sort()).toEqual([])
  })

  test('no component and no style sheet names a colour: they are variables of the theme', () => {
    const styles = globSync('**/*.{css,tsx,ts}', { cwd: renderer }).filter((path) => path !== 'theme.ts')
    const coloured = styles.filter((path) =>
      /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|:\s*(?:white|black|red|gr[ae]y|green|blue)\b/iu.test(
        readFileSync(join(renderer, path), 'utf8'),
      ),
    )
    expect(coloured).toEqual([])
  })
})

/** Every reason seal can give: the compiler holds the list complete. */
const reasons: Readonly<Record<VerdictReason, true>> = {
  'changed-after-signing': true,
  'not-covered': true,
  'byte-range-malformed': true,
  'signature-unreadable': true,
  'format-unsupported': true,
  'structure-unreadable': true,
  'signing-time-missing': true,
  'signed-in-future': true,
  'no-signature': true,
  'signer-certificate-missing': true,
  'signer-certificate-mismatch': true,
  'signature-broken': true,
  'signed-attributes-wrong': true,
  'carried-certificate-broken': true,
  'carried-certificate-unknown': true,
  'algorithm-unsupported': true,
  'algorithm-weak': true,
  'chain-anchor-missing': true,
  'chain-not-yet-valid': true,
  'chain-expired': true,
  'chain-issuer-not-authority': true,
  'chain-path-length': true,
  'chain-signature-broken': true,
  'chain-algorithm-unsupported': true,
  'chain-algorithm-weak': true,
  'chain-usage-not-allowed': true,
  'chain-extension-unsupported': true,
  'chain-revoked': true,
}

describe('the verdict as a sentence', () => {
  test('every reason of a verdict has its words', () => {
    expect(Object.keys(reasonWords).sort()).toEqual(Object.keys(reasons).sort())
  })

  const signature: VerdictView['signatures'][number] = {
    index: 0,
    signer: '示范市人民政府办公室',
    signedAt: null,
    covers: 'whole-file',
    integrity: 'intact',
    signature: 'valid',
    chain: 'trusted',
    verdict: 'good',
    reasons: [],
  }
  const file = (changes: Partial<VerdictView>, of: Partial<typeof signature> = {}): VerdictView => ({
    verdict: 'bad',
    uncovered: [],
    signatures: [{ ...signature, ...of }],
    ...changes,
  })

  test('a good seal says so in one sentence', () => {
    expect(verdictWords(file({ verdict: 'good' })).sentence).toBe('印章有效，文件自盖章后未被改动。')
  })

  test('what was changed after sealing, broken, foreign or uncovered is told apart and never called good', () => {
    const told = [
      file({}, { integrity: 'changed' }),
      file({}, { signature: 'broken' }),
      file({}, { integrity: 'uncovered' }),
      file({}, { chain: 'untrusted' }),
      file({}, { signature: 'unsupported' }),
      file({ signatures: [] }),
      file({ verdict: 'unknown' }, { chain: 'unknown' }),
      file({ verdict: 'good', foreignSeal: true }),
    ].map(verdictWords)
    expect(new Set(told.map((each) => each.sentence)).size).toBe(told.length)
    expect(told.filter((each) => each.standing === 'good')).toEqual([])
  })
})
