/**
 * Identity as the receiving office sees it: what a hub gone wrong, or a colleague who means ill, puts into the mailbox
 * is refused by its own code, kept byte for byte, written into the audit log, and told to the clerk in words.
 */
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { issueFurther, nextDirectoryAct } from '../../certs-dev/main.ts'
import type { Act } from '../../core/act/act.ts'
import { actType } from '../../core/act/act.ts'
import { canonical } from '../../core/canonical.ts'
import { directoryType } from '../../core/directory/directory.ts'
import { incomingMatterId } from '../../core/incoming/fold.ts'
import { auditPage, verifyAudit } from '../../main/store/audit.ts'
import { parkedPackets, inboxRow } from '../../main/store/inbox.ts'
import { sha256 } from '../../seal/hash.ts'
import { jwsId, keySigner, parseJws, signJws } from '../../seal/jws.ts'
import type { Signer } from '../../seal/jws.ts'
import { crookedPacket, receiptFor } from '../harness/crooked.ts'
import type { Deviations } from '../harness/crooked.ts'
import { signerOf } from '../harness/line.ts'
import { pinOf } from '../harness/office.ts'
import type { TestOffice } from '../harness/office.ts'
import { openedStore } from '../harness/opened-store.ts'
import { dispatchAct, hex } from '../harness/posted.ts'
import type { PostedFile } from '../harness/posted.ts'
import type { Province } from '../harness/province.ts'
import { box, expectWords, startReceiving } from '../harness/receiving.ts'
import type { Receiving } from '../harness/receiving.ts'
import type { WaywardHub } from '../harness/wayward-hub.ts'

let at: Receiving
let province: Province
let hub: WaywardHub
let office: TestOffice
let good: PostedFile
const packet: Receiving['packet'] = (...how) => at.packet(...how)
const refusedAs: Receiving['refusedAs'] = (...what) => at.refusedAs(...what)

beforeAll(async () => {
  at = await startReceiving()
  ;({ province, hub, office, good } = at)
})
afterAll(() => at.close())
const sheng = (): Signer => signerOf(province, { person: 'sheng-registry' })

/** A certificate of the right authority and in the right name, which the directory does not list. */
const unlisted = () => {
  const { certificate, privateKey } = issueFurther(province.pki, {
    profile: 'signing',
    commonName: '陈立言',
    unit: '示范省人民政府办公厅',
  })
  return { certificate, signer: keySigner(privateKey, sha256(certificate)) }
}
const stranger = (): Signer => unlisted().signer

describe('a packet that is not what it says', () => {
  const cases: [string, () => Deviations | Promise<Deviations>, string][] = [
    [
      'another matter on the cover than inside',
      () => ({ header: { matter: hex(16) } }),
      'header-and-act-disagree',
    ],
    ['a file less on the cover', () => ({ header: { blobs: [] } }), 'header-and-act-disagree'],
    ['an act whose name is not its hash', () => ({ header: { act: hex(32) } }), 'act-id-differs'],
    [
      'more recipients than the act has',
      () => ({ act: { recipients: ['unit:xian'] } }),
      'recipients-exceed-act',
    ],
    [
      'readers the cover does not name',
      () => ({ readers: [province.recipient('unit:shi'), province.recipient('unit:xian')] }),
      'body-differs-from-header',
    ],
    [
      'another body than the one the cover was made for',
      () => ({ header: { bodyHash: hex(32) } }),
      'body-differs-from-header',
    ],
    [
      'a cover signed by somebody the directory does not know',
      () => ({ headerSigner: stranger() }),
      'sender-unknown',
    ],
    ['an act signed by such a one', () => ({ actSigner: stranger() }), 'sender-unknown'],
    [
      'a cover signed by another unit’s clerk',
      () => ({ headerSigner: signerOf(province, { person: 'xian-registry' }) }),
      'sender-is-another-unit',
    ],
    [
      'an act of one unit under the cover of another',
      () => ({ actSigner: signerOf(province, { person: 'xian-registry' }) }),
      'sender-is-another-unit',
    ],
    [
      'a cover in the name of a colleague',
      () => ({ headerSigner: signerOf(province, { person: 'sheng-secretary' }) }),
      'header-signature-broken',
    ],
    [
      'an act in the name of a colleague',
      () => ({ actSigner: signerOf(province, { person: 'sheng-secretary' }) }),
      'act-signature-broken',
    ],
    [
      'a role its actor does not hold',
      () => ({ act: { actor: { unit: 'sheng', person: 'sheng-registry', role: 'seal-keeper' } } }),
      'role-not-held',
    ],
    [
      'a body nobody here has a key for',
      () => ({ readers: [province.recipient('unit:xian')] }),
      'not-addressed-to-us',
    ],
    ['an unknown member in the act', () => ({ act: { note: 1 } }), 'act-malformed'],
    ['an unknown member on the cover', () => ({ header: { note: 1 } }), 'packet-malformed'],
  ]

  test.each(cases)('is parked: %s', async (_what, deviate, code) => {
    const row = await refusedAs(await packet(await deviate()))
    expect(row.code).toBe(code)
    expectWords(row.code)
  })

  test('is parked: for another office, put into our mailbox', async () => {
    const raw = await crookedPacket(province, {
      letter: { ...dispatchAct(good.blob), recipients: ['unit:xian'] },
      to: 'unit:xian',
      signer: sheng(),
    })
    const row = await refusedAs(raw)
    expect(row.code).toBe('not-addressed-to-us')
    expect(row.from).toBe('示范省人民政府办公厅')
    expectWords(row.code)
  })

  test.each([
    ['a workstation that is not admitted', 'sheng', 'sheng-spare', 'sheng-spare', 'sender-unknown'],
    [
      'one workstation in the name of another',
      'sheng',
      'sheng-desk-1',
      'sheng-desk-2',
      'header-signature-broken',
    ],
    ['another unit’s workstation', 'sheng', 'sheng-desk-1', 'xian-desk-1', 'sender-is-another-unit'],
  ])('is parked: said by %s', async (_what, unit, device, by, code) => {
    const letter: Act = { ...dispatchAct(good.blob), actor: { unit, device, role: 'machine' } }
    const row = await refusedAs(await packet({}, letter, signerOf(province, { device: by })))
    expect(row.code).toBe(code)
    expectWords(row.code)
  })

  test('is parked: a letter of one unit dispatched by the clerk of another', async () => {
    const letter: Act = {
      ...dispatchAct(good.blob),
      actor: { unit: 'xian', person: 'xian-registry', role: 'registry' },
    }
    const row = await refusedAs(await packet({}, letter, signerOf(province, { person: 'xian-registry' })))
    expect(row.code).toBe('sender-is-another-unit')
  })

  test('is parked: a letter that does not list us, or whose file it does not carry', async () => {
    expect((await refusedAs(await packet({}, dispatchAct(good.blob, { to: ['xian'] })))).code).toBe(
      'not-addressed-to-us',
    )
    const other = dispatchAct(good.blob, { file: { blob: hex(32) } })
    expect((await refusedAs(await packet({}, other))).code).toBe('blob-missing')
    expect((await refusedAs(await packet({}, { ...dispatchAct(good.blob), body: { note: 1 } }))).code).toBe(
      'act-malformed',
    )
  })

  test('leaves no trace in the register, and every one of them is shown', async () => {
    expect(await at.incomingRows()).toEqual([])
    const { parked } = await office.must('desk.counts', {})
    expect(parked).toBe(at.kept.length)
  })
})

describe('a receipt that does not hold', () => {
  test.each([
    ['for another packet', async (at: number) => receiptFor(province, 'x\ny', at), 'receipt-differs'],
    [
      'for another place in the log',
      async (at: number) => receiptFor(province, '', at + 7),
      'receipt-differs',
    ],
    ['that is no receipt', async () => 'no receipt', 'receipt-malformed'],
    [
      'signed by somebody who is no hub',
      async (at: number, raw: string) => receiptFor(province, raw, at, {}, sheng()),
      'receipt-signature-broken',
    ],
    [
      'signed with a key the directory does not know',
      async (at: number, raw: string) => receiptFor(province, raw, at, {}, stranger()),
      'receipt-signer-unknown',
    ],
    [
      'changed after it was signed',
      async (at: number, raw: string) => {
        const jws = await receiptFor(province, raw, at)
        return `${jws.slice(0, -9)}${jws.at(-9) === 'A' ? 'B' : 'A'}${jws.slice(-8)}`
      },
      'receipt-signature-broken',
    ],
  ] as [string, (at: number, raw: string) => Promise<string>, string][])(
    'keeps the letter out: one %s',
    async (_what, sign, code) => {
      const raw = await packet()
      const row = await refusedAs(raw, (position) => sign(position, raw))
      expect(row.code).toBe(code)
      expectWords(row.code)
    },
  )
})

describe('a colleague who means ill', () => {
  /** A receive act of our own unit, signed by a workstation of ours, for a letter that may be anything. */
  async function received(letterJws: string, changes: Record<string, unknown> = {}): Promise<string> {
    const dispatch = sha256(letterJws.slice(0, letterJws.lastIndexOf('.')))
    const letter: Act = {
      ...dispatchAct(good.blob),
      matter: incomingMatterId(dispatch, 'shi', sha256),
      owner: 'shi',
      kind: 'incoming.receive',
      after: [],
      actor: { unit: 'shi', device: 'shi-desk-2', role: 'machine' },
      recipients: ['unit:shi'],
      blobs: [],
      body: {
        dispatch,
        from: 'sheng',
        letter: letterJws,
        verdict: { verdict: 'good', reasons: [] },
        ...changes,
      },
    }
    return packet({}, letter, signerOf(province, { device: 'shi-desk-2' }))
  }
  const signed = (act: Act, key: Signer): Promise<string> =>
    signJws({ payload: canonical(act), typ: actType, key })

  test('cannot enter a letter that its sender never signed', async () => {
    const forged = await signed(dispatchAct(good.blob), signerOf(province, { person: 'shi-secretary' }))
    const row = await refusedAs(await received(forged))
    expect(row.code).toBe('sender-is-another-unit')
    expect(await at.incomingRows()).toEqual([])
  })

  test('cannot enter a letter under another name, from another unit, or for another office', async () => {
    const true_ = await signed(dispatchAct(good.blob), sheng())
    expect((await refusedAs(await received(true_, { dispatch: hex(32) }))).code).toBe('letter-invalid')
    expect((await refusedAs(await received(true_, { from: 'xian' }))).code).toBe('letter-invalid')
    const elsewhere = await signed(dispatchAct(good.blob, { to: ['xian'] }), sheng())
    expect((await refusedAs(await received(elsewhere))).code).toBe('letter-invalid')
    expect((await refusedAs(await received('no letter'))).code).toBe('letter-invalid')
    expectWords('letter-invalid')
    expect(await at.incomingRows()).toEqual([])
  })

  test('of another unit cannot take the pen in a matter of ours', async () => {
    const letter: Act = {
      ...dispatchAct(good.blob),
      owner: 'shi',
      actor: { unit: 'xian', person: 'xian-registry', role: 'registry' },
      after: [],
    }
    const row = await refusedAs(await packet({}, letter, signerOf(province, { person: 'xian-registry' })))
    expect(row.code).toBe('sender-is-another-unit')
  })
})

describe('the directory', () => {
  const authority = (): Signer =>
    keySigner(createPrivateKey(readFileSync(province.pki.authority.key)), province.authority.thumbprint)
  const last = () => {
    const read = parseJws(province.directoryActs.at(-1)!, { typ: directoryType, maxBytes: 16_000_000 })
    if (!read.ok) throw new Error('the directory act')
    return jwsId(read.value)
  }
  const leader = () => ({ ...province.directory.people.get('shi-leader')!, active: false })
  const act = (changes: Record<string, unknown>, key = authority()): Promise<string> =>
    signJws({
      payload: canonical({
        v: 1,
        version: province.directory.version + 1,
        previous: last(),
        time: new Date().toISOString(),
        entries: [leader()],
        ...changes,
      }),
      typ: directoryType,
      key,
    })

  test.each([
    ['not signed by the authority', () => act({}, sheng()), 'directory-not-by-authority'],
    ['older than the one known', () => act({ version: 1 }), 'directory-older-than-known'],
    ['with another history', () => act({ previous: hex(32) }), 'directory-forked'],
    ['with a version left out', () => act({ version: 9 }), 'directory-gap'],
    ['that is none', async () => 'no act', 'directory-malformed'],
  ] as [string, () => Promise<string>, string][])(
    'stays as it was when the hub serves one %s, and the clerk is told',
    async (_what, make, code) => {
      await office.signOut()
      hub.serveDirectory(province.directory.version, [await make()])
      await office.signIn('shi-registry')
      const status = await office.until('the refusal shown', async () => {
        const shown = await office.must('exchange.status', {})
        return shown.code === code ? shown : null
      })
      expect(status.state).toBe('refused')
      expectWords(code)
      const people = await office.must('directory.people', {})
      expect(people.map((person) => person.person)).toContain('shi-leader')
    },
  )

  afterEach(() => hub.serveDirectory(province.directory.version, []))
})

describe('a newer directory', () => {
  test('ends the refusal of whom it now lists: the letter kept aside is taken', async () => {
    const { certificate, signer: renewed } = unlisted()
    const position = await hub.deliver(box, await packet({}, dispatchAct(good.blob), renewed))
    expect((await at.parkedAt(position)).code).toBe('sender-unknown')
    const before = (await at.incomingRows()).length
    const person = province.directory.people.get('sheng-registry')!
    const act = await nextDirectoryAct(
      province.pki,
      province.directoryActs,
      [{ ...person, signing: [...person.signing, certificate.toString('base64')] }],
      new Date(),
    )
    await office.signOut()
    hub.serveDirectory(province.directory.version, [act])
    await office.signIn('shi-registry')
    await office.until('the letter taken', async () => (await at.incomingRows()).length === before + 1)
    expect((await office.must('exchange.parked', {})).some((row) => row.position === position)).toBe(false)
  })
})

test('everything refused is kept byte for byte, and the audit log has each with its code', async () => {
  expect(at.kept.length).toBeGreaterThan(25)
  await office.signOut()
  const store = await openedStore(office.folder, 'shi-registry', pinOf(province.pki, 'shi-registry'))
  try {
    const parked = parkedPackets(store.reading)
    const audit = auditPage(store.reading, 1_000)
    for (const { position, raw, code } of at.kept) {
      const row = parked.find((each) => each.position === position)
      expect(row?.reason.code).toBe(code)
      expect(inboxRow(store.reading, row!.seq)?.raw).toBe(raw)
      expect(audit).toContainEqual(
        expect.objectContaining({ kind: 'parked', who: box, facts: { code, position } }),
      )
    }
    for (const code of [
      'directory-not-by-authority',
      'directory-older-than-known',
      'directory-forked',
      'directory-gap',
      'directory-malformed',
    ])
      expect(audit).toContainEqual(
        expect.objectContaining({ kind: 'refused', who: 'hub', facts: expect.objectContaining({ code }) }),
      )
    expect(verifyAudit(store.reading)).toMatchObject({ ok: true })
  } finally {
    store.close()
  }
})
