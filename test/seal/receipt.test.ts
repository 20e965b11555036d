import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createPrivateKey } from 'node:crypto'
import { keySigner } from '../../seal/jws.ts'
import { readPem } from '../../seal/certificate.ts'
import { parseCertificate } from '../../seal/certificate.ts'
import { signReceipt, verifyReceipt } from '../../seal/receipt.ts'
import type { Receipt } from '../../core/exchange/receipt.ts'
import { makeProvince } from '../harness/province.ts'
import type { Province } from '../harness/province.ts'

let province: Province
beforeAll(async () => {
  province = await makeProvince()
})
afterAll(() => province.remove())

const receiptOf = (hub: string, changes: Partial<Receipt> = {}): Receipt => ({
  v: 1,
  hub,
  packet: randomBytes(16).toString('hex'),
  headerHash: 'a'.repeat(64),
  bodyHash: 'b'.repeat(64),
  position: 7,
  time: new Date().toISOString(),
  treeSize: 8,
  root: 'c'.repeat(64),
  ...changes,
})

function hubKey() {
  const { certificate, key } = province.pki.hub.receipt
  const der = readPem(readFileSync(certificate, 'utf8'))[0]!
  const parsed = parseCertificate(der)
  if (!parsed.ok) throw new Error('hub certificate')
  return keySigner(createPrivateKey(readFileSync(key)), parsed.value.thumbprint)
}

describe('a receipt of the hub', () => {
  test('verifies with the certificate the directory lists for the hub', async () => {
    const receipt = receiptOf(province.pki.hub.id)
    const jws = await signReceipt(receipt, hubKey())
    expect(verifyReceipt(jws, { position: 7, packet: receipt.packet }, province.directory)).toEqual({
      ok: true,
      value: receipt,
    })
  })
  test('for another packet than ours is refused', async () => {
    const jws = await signReceipt(receiptOf(province.pki.hub.id), hubKey())
    expect(verifyReceipt(jws, { packet: 'f'.repeat(32) }, province.directory)).toMatchObject({
      refusal: { code: 'receipt-differs' },
    })
  })
  test('signed by a person instead of the hub is refused', async () => {
    const jws = await signReceipt(receiptOf(province.pki.hub.id), province.person('sheng-registry').signer)
    expect(verifyReceipt(jws, {}, province.directory)).toMatchObject({
      refusal: { code: 'receipt-signature-broken' },
    })
  })
  test('of another hub than its certificate says is refused', async () => {
    const jws = await signReceipt(receiptOf('other-hub'), hubKey())
    expect(verifyReceipt(jws, {}, province.directory)).toMatchObject({
      refusal: { code: 'receipt-signature-broken' },
    })
  })
  test('with a changed byte is refused', async () => {
    const jws = await signReceipt(receiptOf(province.pki.hub.id), hubKey())
    const cut = jws.split('.')
    const payload = Buffer.from(cut[1]!, 'base64url').toString().replace('"position":7', '"position":6')
    const forged = [cut[0], Buffer.from(payload).toString('base64url'), cut[2]].join('.')
    expect(verifyReceipt(forged, {}, province.directory)).toMatchObject({
      refusal: { code: 'receipt-signature-broken' },
    })
    expect(verifyReceipt('no.receipt', {}, province.directory)).toMatchObject({
      refusal: { code: 'receipt-malformed' },
    })
  })
})
