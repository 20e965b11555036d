import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueFurther, nextDirectoryAct } from '../../certs-dev/main.ts'
import type { Act } from '../../core/act/act.ts'
import type { Directory, DirectoryEntry } from '../../core/directory/directory.ts'
import { packetLimits } from '../../core/exchange/packet.ts'
import { decryptJwe } from '../../seal/jwe.ts'
import { keySigner } from '../../seal/jws.ts'
import type { Signer } from '../../seal/jws.ts'
import { openAct, openPacket, readPacket, sealAct, sealPacket } from '../../seal/packet.ts'
import { crookedPacket } from '../harness/crooked.ts'
import type { Deviations } from '../harness/crooked.ts'
import { expectOk, foldDirectoryActs, makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

const now = new Date('2026-11-21T08:00:00.000Z')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hex = (text: string) => sha256(text).slice(0, 32)

let province: Province
let clerk: Signer
let other: Signer
/** A letter of the province's registry to city and county, in the packet for the city. */
let letter: Act
let raw: string

beforeAll(async () => {
  province = await makeProvince(now)
  clerk = province.person('sheng-registry').signer
  other = province.person('shi-registry').signer
  letter = {
    v: 1,
    matter: hex('matter'),
    owner: 'sheng',
    kind: 'outgoing.dispatch',
    pen: true,
    after: [sha256('before')],
    time: now.toISOString(),
    actor: { unit: 'sheng', person: 'sheng-registry', role: 'registry' },
    recipients: ['unit:shi', 'unit:xian', 'unit:sheng'],
    salt: randomBytes(16).toString('base64url'),
    blobs: [
      {
        id: sha256('blob'),
        size: 2000,
        key: randomBytes(32).toString('base64url'),
        plainHash: sha256('pdf'),
        plainSize: 1900,
        media: 'application/pdf',
        name: '关于召开会议的通知.pdf',
      },
    ],
    body: { 标题: '关于召开全省政务公开工作会议的通知' },
  }
  raw = await packetOf({})
})
afterAll(() => province.remove())

const world = (reader: string, directory: Directory = province.directory, at = now) => ({
  directory,
  keys: province.person(reader).decryption,
  at,
})
const outcome = (packet: string | Uint8Array, directory?: Directory, at?: Date) => {
  const opened = openPacket(packet, world('shi-registry', directory, at))
  return opened.ok ? 'ok' : opened.refusal.code
}

const packetOf = (deviations: Deviations): Promise<string> =>
  crookedPacket(province, { letter, to: 'unit:shi', packet: hex('packet'), signer: clerk }, deviations)

/** The directory with one more act of the authority. */
const withEntries = async (...entries: DirectoryEntry[]) =>
  foldDirectoryActs(
    [...province.directoryActs, await nextDirectoryAct(province.pki, province.directoryActs, entries, now)],
    province.authority,
  )
const personEntry = (id: string) => ({ ...province.directory.people.get(id)! })

describe('a letter in its packet', () => {
  test('is opened by the registry it is for, and by nobody else', async () => {
    const sealed = await sealAct(letter, clerk)
    const packet = await sealPacket({
      sealed,
      packet: hex('packet'),
      recipients: [province.recipient('unit:shi')],
      urgency: 'urgent',
      time: now.toISOString(),
      key: clerk,
      random: randomBytes,
    })
    const opened = expectOk(openPacket(packet.raw, world('shi-registry')))
    expect(opened.act).toEqual({ ...letter, id: sealed.act.id })
    expect(opened.jws).toBe(sealed.jws)
    expect(opened.signer).toMatchObject({
      claimed: { unit: 'sheng', person: 'sheng-registry' },
      certificate: { commonName: '陈立言' },
    })
    const [headerLine, body] = packet.raw.split('\n')
    expect(opened).toMatchObject({ headerHash: sha256(headerLine!), bodyHash: sha256(body!) })
    expect(openPacket(packet.raw, world('xian-registry'))).toMatchObject({
      refusal: { code: 'not-addressed-to-us' },
    })
    expect(openPacket(packet.raw, world('shi-secretary'))).toMatchObject({
      refusal: { code: 'not-addressed-to-us' },
    })
    expect(packet.raw).not.toContain('政务公开')
    expect(Buffer.from(packet.raw.split('.')[1]!, 'base64url').toString()).not.toContain('政务公开')
  })

  test('of the unit itself is opened with its archive key as well', async () => {
    const packet = await sealPacket({
      sealed: await sealAct(letter, clerk),
      packet: hex('own'),
      recipients: [province.recipient('unit:sheng')],
      archive: province.archive('sheng'),
      urgency: 'normal',
      time: now.toISOString(),
      key: clerk,
      random: randomBytes,
    })
    const keys = [province.archiveKey('sheng')]
    expect(openPacket(packet.raw, { directory: province.directory, keys, at: now }).ok).toBe(true)
    expect(openPacket(packet.raw, world('sheng-registry')).ok).toBe(true)
  })

  test('from a workstation is signed with its device certificate', async () => {
    const { signer } = province.device('shi-desk-1')
    const sealed = await sealAct(
      {
        ...letter,
        actor: { unit: 'shi', device: 'shi-desk-1', role: 'machine' },
        recipients: ['unit:sheng'],
      },
      signer,
    )
    const { raw: receipt } = await sealPacket({
      sealed,
      packet: hex('receipt'),
      recipients: [province.recipient('unit:sheng')],
      urgency: 'normal',
      time: now.toISOString(),
      key: signer,
      random: randomBytes,
    })
    expect(openPacket(receipt, world('sheng-registry')).ok).toBe(true)
    const spare = province.device('sheng-spare').signer
    const notAdmitted = await sealAct(
      { ...letter, actor: { unit: 'sheng', device: 'sheng-spare', role: 'machine' } },
      spare,
    )
    expect(openAct(notAdmitted.jws, { directory: province.directory, at: now })).toMatchObject({
      refusal: { code: 'sender-unknown' },
    })
  })

  test('can be read as bytes or text, and the builder of the cases below makes a good one', () => {
    expect(outcome(raw)).toBe('ok')
    expect(outcome(Buffer.from(raw))).toBe('ok')
  })

  test('cannot be made for somebody the act does not name, nor of an act that is none', async () => {
    const sealed = await sealAct({ ...letter, recipients: ['unit:xian'] }, clerk)
    const parts = { packet: hex('p'), urgency: 'normal', time: now.toISOString(), key: clerk } as const
    const recipients = [province.recipient('unit:shi')]
    await expect(sealPacket({ ...parts, sealed, recipients, random: randomBytes })).rejects.toThrow()
    await expect(sealAct({ ...letter, kind: 'no kind' }, clerk)).rejects.toThrow()
  })
})

describe('a packet is refused, by name', () => {
  test.each([
    [
      'an act of another unit’s person',
      { act: { actor: { unit: 'shi', person: 'shi-registry', role: 'registry' } } },
      'sender-is-another-unit',
    ],
    [
      'a header that names another unit than the signer’s',
      { header: { sender: { unit: 'shi', person: 'shi-registry' } } },
      'sender-is-another-unit',
    ],
    [
      'a header that names a colleague',
      { header: { sender: { unit: 'sheng', person: 'sheng-leader' } } },
      'header-signature-broken',
    ],
    [
      'an act that names a colleague',
      { act: { actor: { unit: 'sheng', person: 'sheng-leader', role: 'leader' } } },
      'act-signature-broken',
    ],
    [
      'a role that is not held',
      { act: { actor: { unit: 'sheng', person: 'sheng-registry', role: 'leader' } } },
      'role-not-held',
    ],
    ['another matter in the header', { header: { matter: hex('other') } }, 'header-and-act-disagree'],
    ['another owner in the header', { header: { owner: 'shi' } }, 'header-and-act-disagree'],
    ['another pen in the header', { header: { pen: false } }, 'header-and-act-disagree'],
    ['another predecessor in the header', { header: { after: [sha256('x')] } }, 'header-and-act-disagree'],
    ['no predecessor in the header', { header: { after: [] } }, 'header-and-act-disagree'],
    ['a blob less in the header', { header: { blobs: [] } }, 'header-and-act-disagree'],
    ['another blob in the header', { header: { blobs: [sha256('x')] } }, 'header-and-act-disagree'],
    ['another act id in the header', { header: { act: sha256('x') } }, 'act-id-differs'],
    ['recipients that exceed the act’s', { act: { recipients: ['unit:xian'] } }, 'recipients-exceed-act'],
    ['a size that is not the body’s', { header: { size: 7 } }, 'body-differs-from-header'],
    ['another body hash', { header: { bodyHash: sha256('x') } }, 'body-differs-from-header'],
    ['an unknown member in the header', { header: { note: 1 } }, 'packet-malformed'],
    ['an unknown member in the act', { act: { note: 1 } }, 'act-malformed'],
    ['a version that is not ours', { header: { v: 2 } }, 'packet-malformed'],
    ['an act that is no JWS', { actJws: () => 'x' }, 'act-malformed'],
    [
      'an act whose signature was changed',
      { actJws: (jws: string) => `${jws.slice(0, -2)}${jws.endsWith('AA') ? 'BA' : 'AA'}` },
      'act-signature-broken',
    ],
    ['a body that is no JWE', { body: () => '{"iv":"AAAA"}' }, 'packet-malformed'],
    ['a body of 10,000 brackets', { body: () => '['.repeat(10_000) }, 'packet-malformed'],
    [
      'a body whose tag was changed',
      {
        body: (body: string) =>
          body.replace(/"tag":"../, (tag) => `"tag":"${tag.endsWith('AA') ? 'BB' : 'AA'}`),
      },
      'cannot-decrypt',
    ],
  ] as [string, Parameters<typeof packetOf>[0], string][])('%s', async (_what, deviations, code) => {
    expect(outcome(await packetOf(deviations))).toBe(code)
  })

  test('signed by a person of another unit in the name of ours', async () => {
    expect(outcome(await packetOf({ headerSigner: other }))).toBe('sender-is-another-unit')
    expect(outcome(await packetOf({ actSigner: other }))).toBe('sender-is-another-unit')
  })

  test('signed with a certificate the directory does not list, though the same authority issued it', async () => {
    const { certificate, privateKey } = issueFurther(province.pki, {
      profile: 'signing',
      commonName: '陈立言',
      unit: '示范省人民政府办公厅',
    })
    const stranger = keySigner(privateKey, createHash('sha256').update(certificate).digest('hex'))
    expect(outcome(await packetOf({ headerSigner: stranger }))).toBe('sender-unknown')
    expect(outcome(await packetOf({ actSigner: stranger }))).toBe('sender-unknown')
  })

  test('signed with the seal’s key instead of a person’s', async () => {
    const { signer } = province.seal('sheng')
    expect(outcome(await packetOf({ headerSigner: signer }))).toBe('sender-unknown')
  })

  test('signed with an encryption certificate’s name by somebody else’s key', async () => {
    const { kid } = province.person('sheng-registry').decryption[0]!
    const forged = { ...clerk, thumbprint: kid }
    expect(outcome(await packetOf({ headerSigner: forged }))).toBe('sender-unknown')
  })

  test('when the certificate had ended, or not begun, at the time it is judged for', () => {
    expect(outcome(raw, province.directory, new Date('2029-01-01'))).toBe('sender-certificate-ended')
    expect(outcome(raw, province.directory, new Date('2026-01-01'))).toBe('sender-certificate-ended')
  })

  test('when the person has left, has moved to another unit, or no longer holds the role', async () => {
    const entry = personEntry('sheng-registry')
    expect(outcome(raw, await withEntries({ ...entry, active: false }))).toBe('sender-unknown')
    expect(outcome(raw, await withEntries({ ...entry, unit: 'xian' }))).toBe('sender-is-another-unit')
    expect(outcome(raw, await withEntries({ ...entry, roles: ['secretary'] }))).toBe('role-not-held')
  })

  test('when it was encrypted to more readers, or to others, than the header says', async () => {
    const [shi, xian] = [province.recipient('unit:shi'), province.recipient('unit:xian')]
    expect(outcome(await packetOf({ readers: [shi, xian] }))).toBe('body-differs-from-header')
    const both = [
      { to: 'unit:shi', kid: shi.kid },
      { to: 'unit:xian', kid: xian.kid },
    ]
    expect(outcome(await packetOf({ header: { recipients: both } }))).toBe('body-differs-from-header')
    expect(outcome(await packetOf({ readers: [shi, xian], header: { recipients: both } }))).toBe('ok')
  })

  test('with another packet’s header or body', async () => {
    const [header, body] = raw.split('\n') as [string, string]
    const [otherHeader, otherBody] = (await packetOf({})).split('\n') as [string, string]
    expect(outcome(`${header}\n${otherBody}`)).toBe('body-differs-from-header')
    expect(outcome(`${otherHeader}\n${body}`)).toBe('body-differs-from-header')
  })

  test('cut anywhere, extended, with a character changed anywhere', () => {
    for (let at = 0; at < raw.length; at += 37) {
      expect(outcome(raw.slice(0, at)), `cut at ${at}`).toMatch(/packet-malformed|body-differs-from-header/)
      const changed = raw.slice(0, at) + (raw[at] === 'A' ? 'B' : 'A') + raw.slice(at + 1)
      expect(outcome(changed), `changed at ${at}`).not.toBe('ok')
    }
    for (const tail of ['\n', ' ', 'x', '\n\n', raw]) {
      expect(outcome(raw + tail)).toBe('body-differs-from-header')
    }
    for (const text of [
      '',
      '\n',
      ' \n',
      raw.replace('\n', '\r\n'),
      '关于\n通知',
      '['.repeat(10_000),
      `${'['.repeat(10_000)}\n{}`,
    ]) {
      expect(outcome(text)).toBe('packet-malformed')
    }
    expect(outcome(randomBytes(2000))).toBe('packet-malformed')
  })

  test('larger than a packet may be, or with a declared size of 3 GB', async () => {
    expect(outcome(Buffer.alloc(packetLimits.headerBytes + packetLimits.bodyBytes + 2, 0x61))).toBe(
      'packet-too-large',
    )
    expect(outcome(`a\n${'b'.repeat(packetLimits.bodyBytes + 1)}`)).toBe('packet-too-large')
    expect(outcome(`${'a'.repeat(packetLimits.headerBytes + 1)}\nb`)).toBe('packet-too-large')
    expect(outcome(await packetOf({ header: { size: 3 * 1024 ** 3 } }))).toBe('packet-malformed')
  })

  test('text whose characters only look like the bytes that were signed', () => {
    const disguised = raw.replace('\n{', '\n\u017b')
    expect(outcome(disguised)).not.toBe('ok')
  })
})

describe('the hub', () => {
  test('reads header and hashes without any key', () => {
    const read = expectOk(readPacket(raw))
    expect(read.header.recipients.map((each) => each.to)).toEqual(['unit:shi'])
    const [headerLine, body] = raw.split('\n') as [string, string]
    expect([read.headerHash, read.bodyHash]).toEqual([sha256(headerLine), sha256(body)])
    expect(decryptJwe(read.body, province.person('xian-registry').decryption, { maxBytes: 1e6 }).ok).toBe(
      false,
    )
  })
})
