import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCertificate, type Certificate } from '../../seal/certificate.ts'
import { judgeChain, type ChainOptions } from '../../seal/chain.ts'
import { findMaterial } from '../harness/material.ts'
import { issue, makeProvince, signedAt } from '../harness/pki.ts'

const province = makeProvince()
const judge = (leaf: Certificate, changes: Partial<ChainOptions> = {}) =>
  judgeChain(leaf, {
    anchors: [province.root.certificate],
    intermediates: [province.intermediate.certificate],
    at: signedAt,
    purpose: 'seal',
    ...changes,
  })
const seal = province.rsaSeal.certificate

describe('who vouches for a seal', () => {
  it('is trusted by way of the intermediate to the root, with every check in evidence', () => {
    const evidence = judge(seal)
    expect(evidence.status).toBe('trusted')
    expect(evidence.path.map(({ subject }) => subject)).toEqual([
      seal.subject,
      province.intermediate.certificate.subject,
      province.root.certificate.subject,
    ])
    expect(evidence.checks.every(({ passed }) => passed)).toBe(true)
    expect(evidence.checks.filter(({ name }) => name === 'signature')).toHaveLength(2)
  })

  it('is unknown where the root or the intermediate is missing', () => {
    expect(judge(seal, { anchors: [] })).toMatchObject({ status: 'unknown', reasons: ['anchor-missing'] })
    expect(judge(seal, { intermediates: [] })).toMatchObject({
      status: 'unknown',
      reasons: ['anchor-missing'],
    })
  })

  it('is judged at the stated time: before, at the last second, after', () => {
    const { notBefore, notAfter } = seal
    expect(judge(seal, { at: new Date(notBefore.getTime() - 1000) }).reasons).toContain('not-yet-valid')
    expect(judge(seal, { at: new Date(notAfter.getTime() + 999) }).status).toBe('trusted')
    expect(judge(seal, { at: new Date(notAfter.getTime() + 1000) })).toMatchObject({ status: 'untrusted' })
  })

  it('tells an expired seal under a valid root', () => {
    const bent = { notAfter: new Date('2026-06-01T00:00:00Z') }
    const expired = issue('示范省旧印章', 'seal', province.intermediate, bent).certificate
    expect(judge(expired)).toMatchObject({ status: 'untrusted', reasons: ['expired'] })
  })

  it('does not take the word of somebody who is no authority', () => {
    const forged = issue('示范省冒牌印章', 'seal', province.ecSeal).certificate
    const evidence = judge(forged, {
      intermediates: [province.intermediate.certificate, province.ecSeal.certificate],
    })
    expect(evidence.status).toBe('untrusted')
    expect(evidence.reasons).toEqual(expect.arrayContaining(['issuer-not-authority', 'usage-not-allowed']))
  })

  it('does not let an intermediate delegate further than its path length', () => {
    const below = issue('示范省下级签发机构', 'intermediate', province.intermediate)
    const leaf = issue('示范省印章', 'seal', below).certificate
    const evidence = judge(leaf, { intermediates: [province.intermediate.certificate, below.certificate] })
    expect(evidence).toMatchObject({ status: 'untrusted', reasons: ['path-length'] })
  })

  it('notices a root of the same name with another key', () => {
    const double = makeProvince()
    const evidence = judge(double.rsaSeal.certificate, { intermediates: [double.intermediate.certificate] })
    expect(evidence).toMatchObject({ status: 'untrusted', reasons: ['signature-broken'] })
  })

  it('finds the true chain among certificates of the same name', () => {
    const double = makeProvince()
    const intermediates = [double.intermediate, double.root, province.intermediate].map(
      (one) => one.certificate,
    )
    expect(judge(seal, { intermediates }).status).toBe('trusted')
  })

  it('asks whether the certificate is for this use', () => {
    const device = issue('终端一', 'device', province.intermediate).certificate
    expect(judge(device)).toMatchObject({ status: 'untrusted', reasons: ['usage-not-allowed'] })
    expect(judge(device, { purpose: 'device' }).status).toBe('trusted')
    expect(judge(device, { purpose: 'server' }).status).toBe('untrusted')
    const encryption = issue('示范省办公厅加密', 'encryption', province.intermediate).certificate
    expect(judge(encryption).reasons).toEqual(['usage-not-allowed'])
    const authority = issue('示范省时间戳', 'timestamp', province.intermediate).certificate
    expect(judge(authority, { purpose: 'timestamp' }).status).toBe('trusted')
    expect(judge(authority).status).toBe('untrusted')
    expect(judge(seal, { purpose: 'timestamp' }).status).toBe('untrusted')
  })

  it('counts a revocation from its time on', () => {
    const revoked = (certificate: Certificate) => (certificate === seal ? signedAt : undefined)
    expect(judge(seal, { revoked })).toMatchObject({ status: 'untrusted', reasons: ['revoked'] })
    expect(judge(seal, { revoked, at: new Date(signedAt.getTime() - 1) }).status).toBe('trusted')
  })

  it('gives up in good time among many certificates that issue one another', () => {
    const crowd = Array.from({ length: 40 }, () => issue('示范省互签机构', 'intermediate'))
    const leaf = issue('示范省印章', 'seal', crowd[0]).certificate
    const started = performance.now()
    const evidence = judge(leaf, { intermediates: crowd.map(({ certificate }) => certificate) })
    expect(evidence.status).not.toBe('trusted')
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

type Case = {
  readonly id: string
  readonly name: string
  readonly cert: string
  readonly other_certs?: string[]
  readonly error?: unknown
}
const pkits = findMaterial('vectors/pkits')

/**
 * The parts of PKITS that need neither revocation nor policies nor name constraints: signatures, validity, name
 * chaining, basic constraints, key usage. DSA is refused by design; two key usage tests are about CRLs.
 */
describe.skipIf(!pkits)('PKITS', () => {
  const load = (name: string): Certificate | undefined => {
    const parsed = parseCertificate(readFileSync(join(pkits ?? '', 'certs', name)))
    return parsed.ok ? parsed.value : undefined
  }
  const cases = pkits ? (JSON.parse(readFileSync(join(pkits, 'pkits.json'), 'utf8')) as Case[]) : []
  const within = cases.filter(
    ({ id }) => /^40[12367]/.test(id) && !['40104', '40105', '40704', '40705'].includes(id),
  )
  const judged = ({ cert, other_certs }: Case) => {
    const leaf = load(cert)
    const anchor = load('TrustAnchorRootCertificate.crt')
    if (!leaf || !anchor) return undefined
    const intermediates = (other_certs ?? []).flatMap((name) => load(name) ?? [])
    return judgeChain(leaf, { anchors: [anchor], intermediates, at: new Date('2025-01-01'), purpose: 'any' })
  }

  it.each(within)('$id $name', (one) => {
    expect(judged(one)?.status === 'trusted').toBe(!one.error)
  })

  it('never trusts what carries conditions that are not processed (policies, name constraints)', () => {
    const wrong = cases.filter((one) => /^4(09|1[0-3])/.test(one.id) && one.error)
    expect(wrong.length).toBeGreaterThan(20)
    expect(wrong.filter((one) => judged(one)?.status === 'trusted').map(({ id }) => id)).toEqual([])
  })
})
