/**
 * A small PKI for tests of trust: real certificates with Chinese names, made by certs-dev's writer. Keys are made once
 * a process; every certificate can be bent (dates, issuer, profile) to be wrong in one way.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { issueCertificate, type Issuer, type Profile } from '../../certs-dev/x509.ts'
import { parseCertificate, type Certificate } from '../../seal/certificate.ts'
import type { SignBytes } from '../../seal/cms.ts'

export const signedAt = new Date('2026-11-20T08:30:00Z')
const from = new Date('2026-01-01T00:00:00Z')
const until = new Date('2031-01-01T00:00:00Z')

export type Holder = {
  readonly issuer: Issuer
  readonly certificate: Certificate
  readonly privateKey: KeyObject
  readonly sign: SignBytes
}

export type Bent = { readonly notBefore?: Date; readonly notAfter?: Date; readonly key?: 'rsa' | 'ec' }

/** A new key pair and its certificate from `by`; self-signed where `by` is absent. */
export function issue(commonName: string, profile: Profile, by?: Holder, bent: Bent = {}): Holder {
  const { publicKey, privateKey } =
    bent.key === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = { commonName, organization: '示范省' }
  const own: Issuer = { subject, publicKey, privateKey }
  const der = issueCertificate({
    profile,
    subject,
    publicKey,
    issuer: by?.issuer ?? own,
    notBefore: bent.notBefore ?? from,
    notAfter: bent.notAfter ?? until,
  })
  const parsed = parseCertificate(der)
  if (!parsed.ok) throw new Error(`certs-dev wrote an unreadable certificate: ${parsed.refusal.detail}`)
  return {
    issuer: own,
    certificate: parsed.value,
    privateKey,
    sign: (input) => Promise.resolve(sign('sha256', input, privateKey)),
  }
}

export type Province = {
  readonly root: Holder
  readonly intermediate: Holder
  readonly rsaSeal: Holder
  readonly ecSeal: Holder
}

/** Root, intermediate and two seals of a fictional office. */
export function makeProvince(): Province {
  const root = issue('示范省测试根', 'root')
  const intermediate = issue('示范省测试签发机构', 'intermediate', root)
  return {
    root,
    intermediate,
    rsaSeal: issue('示范省人民政府办公厅印章', 'seal', intermediate, { key: 'rsa' }),
    ecSeal: issue('示范市人民政府办公室印章', 'seal', intermediate, { key: 'ec' }),
  }
}

export const toPem = ({ der }: Certificate): string =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END CERTIFICATE-----\n`
