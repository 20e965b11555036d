import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { certificateLimit, parseCertificate, readPem } from '../../seal/certificate.ts'
import { findMaterial } from '../harness/material.ts'
import { issue, makeProvince, toPem } from '../harness/pki.ts'

const province = makeProvince()

describe('reading a certificate', () => {
  it('says of a seal what OpenSSL says', () => {
    const { certificate } = province.rsaSeal
    const openssl = (...args: string[]) =>
      execFileSync('openssl', ['x509', '-noout', '-nameopt', 'RFC2253,utf8,-esc_msb', ...args], {
        input: toPem(certificate),
        encoding: 'utf8',
      }).trim()
    expect(openssl('-subject')).toBe(`subject=${certificate.subject}`)
    expect(openssl('-issuer')).toBe(`issuer=${certificate.issuer}`)
    expect(openssl('-serial').toLowerCase()).toBe(`serial=${certificate.serial}`)
    expect(openssl('-fingerprint', '-sha256').replaceAll(':', '').toLowerCase()).toContain(
      certificate.thumbprint,
    )
    expect(new Date(openssl('-enddate').slice('notAfter='.length))).toEqual(certificate.notAfter)
    expect(certificate.commonName).toBe('示范省人民政府办公厅印章')
    expect([...certificate.keyUsage]).toEqual(['digitalSignature', 'nonRepudiation'])
    expect(certificate.isAuthority).toBe(false)
    expect(certificate.algorithm).toBe('rsa')
    expect(province.ecSeal.certificate.algorithm).toBe('ec-p256')
  })

  it('knows an authority and how far it may delegate', () => {
    expect(province.root.certificate).toMatchObject({ isAuthority: true, pathLength: 1 })
    expect(province.intermediate.certificate).toMatchObject({ isAuthority: true, pathLength: 0 })
  })

  it('reads an SM2 certificate as unreadable here and names its algorithm', () => {
    const der = execFileSync('sh', [
      '-c',
      'openssl ecparam -name SM2 -genkey -noout | openssl req -x509 -new -key /dev/stdin -sm3 -subj /CN=sm2 -outform DER',
    ])
    const parsed = parseCertificate(der)
    if (!parsed.ok) expect(parsed.refusal.facts).toMatchObject({ algorithm: '1.2.840.10045.2.1' })
    else expect(parsed.value.algorithm).toBe('other')
  })
})

describe('certificates that are none', () => {
  const good = province.ecSeal.certificate.der
  const refused = (bytes: Uint8Array) => {
    const parsed = parseCertificate(bytes)
    expect(parsed.ok ? 'read' : parsed.refusal.code).toBe('certificate-unreadable')
  }

  it('refuses trailing bytes, truncation at every length, and more than 16 KB', () => {
    refused(Buffer.concat([good, Buffer.of(0)]))
    for (let length = 0; length < good.length; length++) refused(good.subarray(0, length))
    refused(Buffer.alloc(certificateLimit + 1, 0x30))
  })

  it('refuses BER where DER is due: a length that is longer than it must be, an indefinite length', () => {
    expect(good[0]).toBe(0x30)
    expect(good[1]).toBe(0x82)
    refused(Buffer.concat([Buffer.of(0x30, 0x83, 0), good.subarray(2)]))
    refused(Buffer.concat([Buffer.of(0x30, 0x80), good.subarray(4), Buffer.of(0, 0)]))
  })

  it('never throws, whatever byte is flipped', () => {
    for (let place = 0; place < good.length; place++) {
      const flipped = Buffer.from(good)
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8))
      parseCertificate(flipped)
    }
  })

  it('shows control characters of a name escaped', () => {
    const { certificate } = issue('甲\n乙,丙\u202e', 'seal')
    expect(certificate.subject).toBe('CN=甲\\0A乙\\,丙\\E2\\80\\AE,O=示范省,C=CN')
  })

  it('takes the blocks of a PEM file and ignores the text around them', () => {
    const blocks = readPem(
      `注\n${toPem(province.root.certificate)}text\n${toPem(province.intermediate.certificate)}`,
    )
    expect(blocks.map((der) => parseCertificate(der).ok)).toEqual([true, true])
  })
})

const pkits = findMaterial('vectors/pkits/certs')
describe.skipIf(!pkits)('the certificates of PKITS', () => {
  it('reads all but two with DSA keys that lack their parameters', () => {
    const folder = pkits ?? ''
    const unread = readdirSync(folder).filter(
      (name) => !parseCertificate(readFileSync(join(folder, name))).ok,
    )
    expect(unread).toEqual(['DSAParametersInheritedCACert.crt', 'ValidDSAParameterInheritanceTest5EE.crt'])
  })
})
