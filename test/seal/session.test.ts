import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonical } from '../../core/canonical.ts'
import { packetType } from '../../core/exchange/packet.ts'
import { sessionType } from '../../core/exchange/session.ts'
import { sha256 } from '../../seal/hash.ts'
import { parseJws, signJws, verifyJws } from '../../seal/jws.ts'
import type { Signer } from '../../seal/jws.ts'
import { openAct } from '../../seal/packet.ts'
import { readSession, signSession } from '../../seal/session.ts'
import { expectOk, makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

const now = new Date('2026-11-21T08:00:00.000Z')
let province: Province
let clerk: Signer
beforeAll(async () => {
  province = await makeProvince(now)
  clerk = province.person('sheng-registry').signer
})
afterAll(() => province.remove())

describe('the session statement', () => {
  const statement = {
    v: 1,
    hub: 'sheng-hub',
    device: sha256('device'),
    person: 'sheng-registry',
    nonce: 'A'.repeat(32),
    from: '2026-11-21T08:00:00.000Z',
    until: '2026-11-21T18:00:00.000Z',
  } as const

  test('is signed by the person and says hub, workstation, nonce and hours', async () => {
    const text = await signSession(statement, clerk)
    const read = expectOk(readSession(text))
    expect(read.value).toEqual(statement)
    expect(verifyJws(read.jws, province.person('sheng-registry').signingCertificate.publicKey).ok).toBe(true)
  })

  test('is no packet header, no act, and nothing longer than it needs to be', async () => {
    const text = await signSession(statement, clerk)
    expect(parseJws(text, { typ: packetType, maxBytes: 5000 })).toMatchObject({
      refusal: { code: 'jws-type-unexpected' },
    })
    expect(openAct(text, { directory: province.directory, at: now })).toMatchObject({
      refusal: { code: 'act-malformed' },
    })
    const long = await signJws({
      payload: canonical({ ...statement, nonce: 'A'.repeat(4000) }),
      typ: sessionType,
      key: clerk,
    })
    expect(readSession(long)).toMatchObject({ refusal: { code: 'statement-too-large' } })
  })
})
