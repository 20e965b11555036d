/** Bad input to a whole client: from the hub, from text files, from drafts. Refused or kept aside; the client lives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Act } from '../../core/act/act.ts'
import { auditPage } from '../../main/store/audit.ts'
import type { DraftFields } from '../../preload/contract/views.ts'
import { factWords } from '../../renderer/words/refusals.ts'
import { say } from '../../renderer/words/index.ts'
import { signerOf } from '../harness/line.ts'
import { letterFields, pinOf, startTestOffice } from '../harness/office.ts'
import type { TestOffice } from '../harness/office.ts'
import { decryptedPages, openedStore } from '../harness/opened-store.ts'
import { foundBelow, foundIn } from '../harness/plaintext.ts'
import { dispatchAct, postedTitle } from '../harness/posted.ts'
import { expectWords, startReceiving } from '../harness/receiving.ts'
import type { Receiving } from '../harness/receiving.ts'

let at: Receiving
let secretary: TestOffice

beforeAll(async () => {
  at = await startReceiving()
  secretary = await startTestOffice({
    pki: at.province.pki,
    hubUrl: at.hub.url,
    device: 'sheng-desk-1',
  })
  await secretary.signIn('sheng-secretary')
})
afterAll(async () => {
  await secretary.close()
  await at.close()
})

const alive = async (): Promise<void> => {
  const letter = dispatchAct(at.good.blob)
  expect((await at.received(letter)).row.title).toBe(postedTitle)
}

describe('a packet', () => {
  const lines = (raw: string): [string, string] => raw.split('\n') as [string, string]
  const cases: [string, (raw: string) => string | Promise<string>, string][] = [
    ['without anything', () => '', 'packet-malformed'],
    ['of one empty line after the other', () => '\n\n\n', 'packet-malformed'],
    ['cut in its cover', (raw) => raw.slice(0, 200), 'packet-malformed'],
    ['cut to its cover', (raw) => lines(raw)[0], 'packet-malformed'],
    ['with an empty body', (raw) => `${lines(raw)[0]}\n`, 'body-differs-from-header'],
    ['cut in its body', (raw) => raw.slice(0, -20), 'body-differs-from-header'],
    ['with a line more', (raw) => `${raw}\n`, 'body-differs-from-header'],
    ['with something behind it', (raw) => `${raw}${'A'.repeat(5_000)}`, 'body-differs-from-header'],
    [
      'with a body changed in one character',
      (raw) => `${raw.slice(0, -40)}~${raw.slice(-39)}`,
      'body-differs-from-header',
    ],
    [
      'with the body of another',
      async (raw) => `${lines(raw)[0]}\n${lines(await at.packet())[1]}`,
      'body-differs-from-header',
    ],
    [
      'whose body is 10,000 levels deep',
      () => at.packet({ body: () => '['.repeat(10_000) }),
      'packet-malformed',
    ],
    [
      'whose body is 10,000 objects deep',
      () => at.packet({ body: () => '{"a":'.repeat(10_000) }),
      'packet-malformed',
    ],
    ['whose act is 10,000 levels deep', () => at.packet({ act: { body: deep(3_000) } }), 'act-malformed'],
    [
      'with a declared size of 3 GB',
      () => at.packet({ header: { size: 3 * 1024 ** 3 } }),
      'packet-malformed',
    ],
    [
      'with a file of a declared size of 3 GB',
      () => at.packet({ act: { blobs: [{ ...at.good.blob, size: 3 * 1024 ** 3 }] } }),
      'act-malformed',
    ],
    ['of a version nobody knows', () => at.packet({ header: { v: 2 } }), 'packet-malformed'],
    ['of characters that are none', (raw) => raw.replace('.', '\u0000'), 'packet-malformed'],
    ['that is a page of the web', () => '<!doctype html>\n<html></html>', 'packet-malformed'],
  ]
  function deep(levels: number): unknown {
    let value: unknown = 1
    for (let level = 0; level < levels; level++) value = { a: value }
    return value
  }

  test.each(cases)('%s is parked, and the next letter is taken', async (_what, spoil, code) => {
    const row = await at.refusedAs(await spoil(await at.packet()))
    expect(row.code).toBe(code)
    expectWords(code)
  })

  test('after all of these the next letter is taken, and every one of them is kept', async () => {
    await alive()
    expect((await at.office.must('exchange.parked', {})).length).toBe(at.kept.length)
  })
})

describe('an answer of the hub', () => {
  test('of a declared 3 GB, of 10,000 levels, of the wrong shape is not taken; what comes after it is', async () => {
    const usual = at.hub.lies['/v1/mailbox']!
    const bodies: [string, Record<string, string>][] = [
      ['{"packets":[', { 'content-length': String(3 * 1024 ** 3) }],
      ['['.repeat(10_000), {}],
      [JSON.stringify({ packets: [{ position: 1, raw: 1, receipt: null }], next: 9, more: false }), {}],
    ]
    for (const [body, headers] of bodies) {
      at.hub.lies['/v1/mailbox'] = (_request, reply) => {
        reply.writeHead(200, { 'content-type': 'application/json', ...headers })
        if (headers['content-length']) reply.write(body, () => setTimeout(() => reply.destroy(), 20))
        else reply.end(body)
      }
      await at.office.signOut()
      await at.office.signIn('shi-registry')
      const shown = await at.office.until('the trouble shown', async () => {
        const { state, waiting } = await at.office.must('exchange.status', {})
        return (state === 'offline' || state === 'refused') && waiting?.code ? waiting.code : null
      })
      expect(['offline', 'hub-answer-malformed']).toContain(shown)
      expectWords(shown)
      expect((await at.office.ask('matters.list', { desk: 'incoming', limit: 10 })).ok).toBe(true)
    }
    at.hub.lies['/v1/mailbox'] = usual
    await at.office.signOut()
    await at.office.signIn('shi-registry')
    await alive()
  })
})

describe('a draft', () => {
  const submit = async (fields: Partial<DraftFields>) => {
    const saved = await secretary.must('drafts.save', { fields: { ...letterFields, ...fields } as never })
    return secretary.ask('outgoing.submit', { draft: saved.id, to: 'sheng-leader' })
  }
  test('with characters no font has is told which, where and how many, and nothing is signed', async () => {
    const answer = await submit({
      body: [
        { kind: 'paragraph', text: '现将有关事项通知如下：' },
        { kind: 'paragraph', text: '请联系\u{3fffe}同志，或\ue123同志。' },
      ],
    })
    expect(answer).toMatchObject({
      ok: false,
      refusal: {
        code: 'glyph-missing',
        facts: { character: '\u{3fffe}', code: 'U+3FFFE', element: 'body', block: 1, count: 2 },
      },
    })
    if (answer.ok) throw new Error('refused above')
    expect(factWords(answer.refusal.facts)).toMatch(/^字符“.+”（U\+3FFFE），正文第2段第4字，共2处$/u)
    expect((await secretary.must('matters.list', { desk: 'outgoing', limit: 10 })).total).toBe(0)
  })

  test.each([
    ['title', { title: '示范省人民政府办公厅关于\ue000的通知' }, 'title'],
    ['signature', { signature: '示范省人民政府办公厅\ue000' }, 'signature'],
  ])('with such a character in its %s is told so', async (_what, fields, element) => {
    expect(await submit(fields)).toMatchObject({
      ok: false,
      refusal: { code: 'glyph-missing', facts: { code: 'U+E000', element } },
    })
  })

  test.each([
    ['a lone surrogate', { body: [{ kind: 'paragraph', text: '请\ud842认真贯彻' }] }],
    ['a line break in the title', { title: '关于做好\n工作的通知' }],
  ] as [string, Partial<DraftFields>][])('with %s goes no further', async (_what, fields) => {
    const saved = await secretary.ask('drafts.save', { fields: { ...letterFields, ...fields } as never })
    if (!saved.ok) return expect(saved.refusal.code).toBe('contract-violated')
    const answer = await secretary.ask('outgoing.submit', { draft: saved.value.id, to: 'sheng-leader' })
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'draft-incomplete' } })
  })
})

describe('a text that bears a classification mark', () => {
  /** Words that stand in every one of these texts and nowhere else. */
  const canary = '蓝鲸计划防波堤补强段落'
  const ordinary = '灰雁行动日常巡检段落'
  const marks = [
    '机密★10年',
    '秘密',
    '绝密★长期',
    '秘　密★１年',
    '机密☆启用前',
    '000012\n秘密★5年\n特急',
    '【绝密】',
    '密级：机密',
    '索引号：000014349\t密级：秘密',
    '机密★20年          特急',
  ]
  const textOf = (mark: string, words = canary) =>
    `${mark}\n示范省人民政府办公厅关于${words}的通知\n各市人民政府：\n${words}，请认真贯彻执行。\n示范省人民政府办公厅\n2026年11月20日\n`
  const encoded = (text: string, encoding: 'utf8' | 'utf16le'): string =>
    Buffer.concat([
      encoding === 'utf8' ? Buffer.alloc(0) : Buffer.of(0xff, 0xfe),
      Buffer.from(text, encoding),
    ]).toString('base64')
  const importText = (text: string, encoding: 'utf8' | 'utf16le' = 'utf8') =>
    secretary.ask('drafts.import', { name: '正文.txt', bytes: encoded(text, encoding) })

  test.each(marks)('is not imported: %j', async (mark) => {
    for (const encoding of ['utf8', 'utf16le'] as const)
      expect(await importText(textOf(mark), encoding)).toMatchObject({
        ok: false,
        refusal: { code: 'classified-mark' },
      })
    expectWords('classified-mark')
    expect(say('refusals.classified-mark.todo')).toContain('涉密渠道')
  })

  test('is not saved as a draft either, nor is the mark added to one that was saved', async () => {
    const fields = { ...letterFields, title: `机密★10年 ${canary}` }
    const marked = { code: 'classified-mark' }
    expect(await secretary.ask('drafts.save', { fields: fields as never })).toMatchObject({ refusal: marked })
    const saved = await secretary.must('drafts.save', {
      fields: { ...letterFields, title: `关于${ordinary}的通知` } as never,
    })
    const body = [
      { kind: 'paragraph', text: '机密★10年' },
      { kind: 'paragraph', text: canary },
    ]
    expect(
      await secretary.ask('drafts.save', { draft: saved.id, fields: { ...letterFields, body } as never }),
    ).toMatchObject({ refusal: marked })
    const draft = await secretary.must('drafts.open', { draft: saved.id })
    expect(draft.title).toBe(`关于${ordinary}的通知`)
  })

  test('that only speaks of secrets is imported', async () => {
    const answer = await importText(textOf('示范省国家秘密管理办法', ordinary))
    expect(answer.ok).toBe(true)
  })

  test('leaves nothing behind: not in the database, free pages among them, not in the audit log, not in a file', async () => {
    await secretary.signOut()
    const pin = pinOf(at.province.pki, 'sheng-secretary')
    const pages = await decryptedPages(secretary.folder, 'sheng-secretary', pin)
    // What was imported and saved is there, so the search can find what lies there.
    expect(foundIn(pages, [ordinary])).not.toEqual([])
    expect(foundIn(pages, [canary, '蓝鲸计划', '防波堤补强'])).toEqual([])
    expect(foundBelow(secretary.folder, [canary])).toEqual([])
    expect(JSON.stringify(secretary.logged) + JSON.stringify(secretary.events)).not.toContain('蓝鲸')
    const store = await openedStore(secretary.folder, 'sheng-secretary', pin)
    const audit = auditPage(store.reading, 1_000)
    store.close()
    expect(audit.length).toBeGreaterThan(0)
    expect(JSON.stringify(audit)).not.toMatch(/蓝鲸|机密|绝密/u)
  })
})

describe('a letter that bears a classification mark', () => {
  const title = '机密★10年 关于红隼演习路线的通知'

  test.each([
    ['in its title', () => dispatchAct(at.good.blob, { title })],
    ['alone in its title', () => dispatchAct(at.good.blob, { title: '绝密' })],
    [
      'in what a colleague submits',
      (): Act => ({
        ...dispatchAct(at.good.blob),
        owner: 'shi',
        kind: 'outgoing.submit',
        after: [],
        blobs: [],
        actor: { unit: 'shi', person: 'shi-secretary', role: 'secretary' },
        body: {
          content: {
            title: '关于红隼演习路线的通知',
            body: [
              { kind: 'paragraph', text: '秘密★3年' },
              { kind: 'paragraph', text: '红隼演习路线如下。' },
            ],
          },
        },
      }),
    ],
  ] as [string, () => Act][])(
    '%s is locked unread: its reason is shown, nothing of it',
    async (_what, letter) => {
      const act = letter()
      const signer = 'person' in act.actor ? signerOf(at.province, { person: act.actor.person }) : undefined
      const row = await at.refusedAs(await at.packet({}, act, signer))
      expect(row.code).toBe('classified-mark')
      expect(row.from).not.toBe('')
      expectWords(row.code)
      const shown = await Promise.all([
        at.office.must('exchange.parked', {}),
        at.office.must('matters.list', { desk: 'incoming', limit: 200 }),
        at.office.must('matters.list', { desk: 'incoming', limit: 200, text: '红隼演习' }),
        at.office.must('matters.list', { desk: 'todo', limit: 200 }),
        at.office.must('matters.list', { desk: 'outgoing', limit: 200 }),
      ])
      expect(JSON.stringify(shown)).not.toMatch(/红隼|绝密|机密/u)
      expect(await at.office.ask('matters.open', { matter: act.matter })).toMatchObject({
        refusal: { code: 'matter-unknown' },
      })
    },
  )

  test('is not opened by a later start either, and the audit log names packet and code, not the title', async () => {
    await at.office.signOut()
    const pin = pinOf(at.province.pki, 'shi-registry')
    const pages = await decryptedPages(at.office.folder, 'shi-registry', pin)
    expect(foundIn(pages, [postedTitle])).not.toEqual([])
    expect(foundIn(pages, ['红隼演习路线'])).toEqual([])
    const store = await openedStore(at.office.folder, 'shi-registry', pin)
    const audit = auditPage(store.reading, 1_000).filter(({ facts }) => facts['code'] === 'classified-mark')
    store.close()
    expect(audit).toHaveLength(3)
    expect(JSON.stringify(audit)).not.toMatch(/红隼|绝密|机密/u)
    await at.office.signIn('shi-registry')
    const parked = await at.office.must('exchange.parked', {})
    expect(parked.filter((row) => row.code === 'classified-mark')).toHaveLength(3)
    await alive()
  })
})
