/**
 * Makes the development PKI: the same structure every time, fresh keys each time. Private keys have mode 0600. The
 * folder appears whole or not at all: it is made beside its place and then renamed.
 */
import {
  createPrivateKey,
  generateKeyPair,
  generateKeyPairSync,
  randomUUID,
  X509Certificate,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { DirectoryAct, DirectoryEntry } from '../core/directory/directory.ts'
import { directoryAct, directoryType } from '../core/directory/directory.ts'
import { canonical } from '../core/canonical.ts'
import { jwsId, keySigner, parseJws, signJws } from '../seal/jws.ts'
import { loadPki } from './pki.ts'
import type { Manifest, Pki } from './pki.ts'
import { writePkcs12 } from './pkcs12.ts'
import type { Pkcs12Entry } from './pkcs12.ts'
import { devices, hub, organization, people, pinOf, units } from './province.ts'
import type { PersonPlan, UnitPlan } from './province.ts'
import { certificatePem, issueCertificate } from './x509.ts'
import type { Issuer, Profile, Subject } from './x509.ts'

export type Held = {
  readonly certificate: Buffer
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const dayMs = 86_400_000
const generate = promisify(generateKeyPair)

const ecKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
/** Seals are RSA: every PDF reader knows it. */
const rsaKeys = () => generate('rsa', { modulusLength: 2048 })

export type PkiOptions = { readonly out: string; readonly now: Date }

/** The PKI in the folder, made first where there is none, none of this version, or one that has ended. */
export const ensureDevelopmentPki = async (options: PkiOptions): Promise<Pki> =>
  loadPki(resolve(options.out), options.now) ?? make(options, false)

/** Makes a PKI in `out`, replacing what is there. Valid from the day before `now` for two years. */
export const makeDevelopmentPki = (options: PkiOptions): Promise<Pki> => make(options, true)

async function make(options: PkiOptions, replace: boolean): Promise<Pki> {
  const out = resolve(options.out)
  const making = `${out}.making-${process.pid}-${randomUUID().slice(0, 8)}`
  try {
    await write(making, options.now)
    if (replace || !loadPki(out, options.now)) rmSync(out, { recursive: true, force: true })
    renameSync(making, out)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    // Another process was faster: its PKI is as good.
    const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (replace || !taken) throw error
  }
  const made = loadPki(out, options.now)
  if (!made) throw new Error(`no development PKI could be read in ${out}`)
  return made
}

async function write(folder: string, now: Date): Promise<void> {
  const notBefore = new Date(Math.floor(now.getTime() / dayMs - 1) * dayMs)
  const notAfter = new Date(notBefore)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + 2)
  notAfter.setUTCDate(notAfter.getUTCDate() + 1)
  const validity = { notBefore, notAfter }

  const rootKeys = ecKeys()
  const rootSubject: Subject = { commonName: '示范省电子政务根证书', organization }
  const rootIssuer: Issuer = { subject: rootSubject, ...rootKeys }
  const root: Held = {
    ...rootKeys,
    certificate: issueCertificate({
      profile: 'root',
      subject: rootSubject,
      publicKey: rootKeys.publicKey,
      issuer: rootIssuer,
      ...validity,
    }),
  }
  const subject = (commonName: string, unit?: string): Subject => ({
    commonName,
    organization,
    ...(unit === undefined ? {} : { unit }),
  })
  const intermediateKeys = ecKeys()
  const issuing: Issuer = { subject: subject('示范省电子政务签发证书'), ...intermediateKeys }
  const intermediate: Held = {
    ...intermediateKeys,
    certificate: issueCertificate({
      profile: 'intermediate',
      subject: issuing.subject,
      publicKey: intermediateKeys.publicKey,
      issuer: rootIssuer,
      ...validity,
    }),
  }
  const issue = (profile: Profile, of: Subject, keys = ecKeys(), names?: readonly string[]): Held => ({
    ...keys,
    certificate: issueCertificate({
      profile,
      subject: of,
      publicKey: keys.publicKey,
      issuer: issuing,
      ...validity,
      ...(names ? { names } : {}),
    }),
  })
  const put = (file: string, content: string | Uint8Array, mode = 0o644): string => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content, { mode })
    return file
  }
  const putCertificate = (file: string, ...held: readonly Held[]) =>
    put(file, held.map((each) => certificatePem(each.certificate)).join(''))
  const putPem = (name: string, held: Held, ...above: readonly Held[]) => ({
    certificate: putCertificate(`${name}.pem`, held, ...above),
    key: put(`${name}.key`, held.privateKey.export({ format: 'pem', type: 'pkcs8' }), 0o600),
  })
  const issuers = [intermediate.certificate, root.certificate]
  const putPkcs12 = (name: string, holder: string, entries: readonly Pkcs12Entry[]) => ({
    file: put(`${name}.p12`, writePkcs12(entries, issuers, pinOf(holder)), 0o600),
    pin: pinOf(holder),
  })
  const entryOf = (friendlyName: string, held: Held): Pkcs12Entry => ({ friendlyName, ...held })

  const server = issue('server', subject('localhost', hub.name), ecKeys(), ['localhost', '127.0.0.1', '::1'])
  const receipt = issue('signing', subject(`${hub.name}回执签名`, hub.name))
  const authority = issue('signing', subject('示范省电子政务目录签发'))
  const timestamp = issue('timestamp', subject('示范省电子政务时间戳'))
  const madeUnits = await Promise.all(units.map((unit) => makeUnit(unit, issue, subject)))
  const madePeople = people.map((person) => makePerson(person, issue, subject))
  const madeDevices = devices.map((device) => ({
    device,
    held: issue('device', subject(device.name, units.find((unit) => unit.id === device.unit)!.name)),
  }))

  const acts = [
    await signDirectory(authority, {
      v: 1,
      version: 1,
      previous: null,
      time: now.toISOString(),
      entries: [
        { kind: 'issuer', id: 'intermediate', certificate: base64(intermediate.certificate) },
        { kind: 'hub', id: hub.id, name: hub.name, receipts: [base64(receipt.certificate)] },
        ...madeUnits.map((unit) => unitEntryOf(unit, now)),
        ...madePeople.map(personEntryOf),
        ...madeDevices.map(({ device, held }): DirectoryEntry => ({
          kind: 'device',
          ...device,
          certificate: base64(held.certificate),
        })),
      ],
    }),
  ]

  const manifest: Manifest = {
    v: 1,
    development: true,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    root: putPem('root', root),
    intermediate: putPem('intermediate', intermediate),
    authorities: putCertificate('authorities.pem', intermediate, root),
    hub: {
      ...hub,
      server: putPem('hub/server', server, intermediate),
      receipt: putPem('hub/receipt', receipt),
    },
    authority: putPem('authority', authority),
    timestamp: putPem('timestamp', timestamp),
    directory: put('directory.json', JSON.stringify({ acts })),
    units: madeUnits.map(({ unit, encryption, archive, seal }) => ({
      id: unit.id,
      name: unit.name,
      encryption: { certificate: putCertificate(`units/${unit.id}/encryption.pem`, encryption) },
      archive: {
        certificate: putCertificate(`units/${unit.id}/archive.pem`, archive),
        ...putPkcs12(`units/${unit.id}/archive`, `${unit.id}-archive`, [
          entryOf(`${unit.name} 归档加密`, archive),
        ]),
      },
      seal: {
        id: `${unit.id}-seal`,
        name: unit.sealName,
        certificate: putCertificate(`units/${unit.id}/seal.pem`, seal),
        ...putPkcs12(`units/${unit.id}/seal`, `${unit.id}-seal`, [entryOf(unit.sealName, seal)]),
      },
    })),
    people: madePeople.map(({ person, signing, encryption }) => {
      const unit = madeUnits.find((each) => each.unit.id === person.unit)!
      const readsUnit = person.roles.includes('registry') || person.roles.includes('seal-keeper')
      return {
        ...person,
        roles: [...person.roles],
        signing: putCertificate(`people/${person.id}.signing.pem`, signing),
        encryption: putCertificate(`people/${person.id}.encryption.pem`, encryption),
        ...putPkcs12(`people/${person.id}`, person.id, [
          entryOf(`${person.name} 签名`, signing),
          entryOf(`${person.name} 加密`, encryption),
          ...(readsUnit ? [entryOf(`${unit.unit.name} 加密`, unit.encryption)] : []),
        ]),
      }
    }),
    devices: madeDevices.map(({ device, held }) => ({
      ...device,
      ...putPem(`devices/${device.id}`, held),
      ...putPkcs12(`devices/${device.id}`, device.id, [entryOf(device.name, held)]),
    })),
  }
  put('pki.json', `${JSON.stringify(manifest, null, 2)}\n`)
}

type Issue = (profile: Profile, of: Subject, keys?: { publicKey: KeyObject; privateKey: KeyObject }) => Held
type SubjectOf = (commonName: string, unit?: string) => Subject

type MadeUnit = { unit: UnitPlan; encryption: Held; archive: Held; seal: Held }
const makeUnit = async (unit: UnitPlan, issue: Issue, subject: SubjectOf): Promise<MadeUnit> => ({
  unit,
  encryption: issue('encryption', subject(`${unit.name}加密`, unit.name)),
  archive: issue('encryption', subject(`${unit.name}归档`, unit.name)),
  seal: issue('seal', subject(unit.sealName, unit.name), await rsaKeys()),
})

type MadePerson = { person: PersonPlan; signing: Held; encryption: Held }
function makePerson(person: PersonPlan, issue: Issue, subject: SubjectOf): MadePerson {
  const of = subject(person.name, units.find((unit) => unit.id === person.unit)!.name)
  return { person, signing: issue('signing', of), encryption: issue('encryption', of) }
}

const base64 = (der: Buffer): string => der.toString('base64')

/** Numbers 1 to 500 of this year and the two that follow, granted to the unit's first registry clerk. */
function unitEntryOf({ unit, encryption, archive, seal }: MadeUnit, now: Date): DirectoryEntry {
  const clerk = people.find((person) => person.unit === unit.id && person.roles.includes('registry'))!
  return {
    kind: 'unit',
    id: unit.id,
    name: unit.name,
    parent: unit.parent,
    homeHub: hub.id,
    order: unit.order,
    encryption: [base64(encryption.certificate)],
    archive: [base64(archive.certificate)],
    seals: [{ id: `${unit.id}-seal`, name: unit.sealName, certificate: base64(seal.certificate) }],
    numbering: {
      code: unit.code,
      blocks: [0, 1, 2].flatMap((later) =>
        devices
          .filter((device) => device.unit === unit.id)
          .map((device, place) => ({
            registry: clerk.id,
            device: device.id,
            year: now.getUTCFullYear() + later,
            first: place * 500 + 1,
            last: place * 500 + 500,
          })),
      ),
    },
  }
}

const personEntryOf = ({ person, signing, encryption }: MadePerson): DirectoryEntry => ({
  kind: 'person',
  ...person,
  roles: [...person.roles],
  signing: [base64(signing.certificate)],
  encryption: [base64(encryption.certificate)],
  active: true,
})

const signDirectory = (
  authority: Pick<Held, 'certificate' | 'privateKey'>,
  act: DirectoryAct,
): Promise<string> =>
  signJws({
    payload: canonical(directoryAct.parse(act)),
    typ: directoryType,
    key: keySigner(authority.privateKey, thumbprintOf(authority.certificate)),
  })

const thumbprintOf = (der: Uint8Array): string =>
  new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase()

/**
 * The next directory act after `acts` (JWS, oldest first), signed by the authority of the PKI: what an administrator
 * would publish. Each entry replaces the one of the same kind and id.
 */
export async function nextDirectoryAct(
  pki: Pki,
  acts: readonly string[],
  entries: readonly DirectoryEntry[],
  now: Date,
): Promise<string> {
  const last = parseJws(acts.at(-1) ?? '', { typ: directoryType, maxBytes: 16 * 1024 * 1024 })
  const previous = last.ok ? jwsId(last.value) : null
  const certificate = Buffer.from(new X509Certificate(readFileSync(pki.authority.certificate)).raw)
  return signDirectory(
    { certificate, privateKey: createPrivateKey(readFileSync(pki.authority.key)) },
    { v: 1, version: acts.length + 1, previous, time: now.toISOString(), entries: [...entries] },
  )
}

/** A further certificate of the PKI's intermediate, for tests: expired, of a stranger, for a new workstation. */
export function issueFurther(
  pki: Pki,
  request: {
    readonly profile: Profile
    readonly commonName: string
    readonly unit?: string
    readonly notBefore?: Date
    readonly notAfter?: Date
  },
): Held {
  const certificate = new X509Certificate(readFileSync(pki.intermediate.certificate))
  const keys = ecKeys()
  const issuer: Issuer = {
    subject: { commonName: '示范省电子政务签发证书', organization },
    publicKey: certificate.publicKey,
    privateKey: createPrivateKey(readFileSync(pki.intermediate.key)),
  }
  return {
    ...keys,
    certificate: issueCertificate({
      profile: request.profile,
      subject: {
        commonName: request.commonName,
        organization,
        ...(request.unit ? { unit: request.unit } : {}),
      },
      publicKey: keys.publicKey,
      issuer,
      notBefore: request.notBefore ?? new Date(pki.notBefore),
      notAfter: request.notAfter ?? new Date(pki.notAfter),
    }),
  }
}
