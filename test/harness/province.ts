/**
 * The development province for tests: its PKI made fresh in a folder of its own, the directory folded, everybody's
 * keys opened. Everything real; only the place is temporary.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { byId, makeDevelopmentPki } from '../../certs-dev/main.ts'
import type { Pki } from '../../certs-dev/main.ts'
import type { Address } from '../../core/act/identifiers.ts'
import { emptyDirectory, fromBase64 } from '../../core/directory/directory.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { openKeyFile, personKeys, signerOf } from '../../main/keys/key-file.ts'
import type { KeyEntry, KeyFile, PersonKeys } from '../../main/keys/key-file.ts'
import { parseCertificate, readPem } from '../../seal/certificate.ts'
import type { Certificate } from '../../seal/certificate.ts'
import { foldSignedDirectory } from '../../seal/directory.ts'
import type { DecryptionKey, JweRecipient } from '../../seal/jwe.ts'
import type { Signer } from '../../seal/jws.ts'
import type { PacketRecipient } from '../../seal/packet.ts'

export type Province = {
  readonly pki: Pki
  readonly authority: Certificate
  readonly root: Certificate
  readonly intermediate: Certificate
  readonly directoryActs: readonly string[]
  readonly directory: Directory
  readonly person: (id: string) => PersonKeys
  readonly device: (id: string) => { readonly entry: KeyEntry; readonly signer: Signer }
  readonly seal: (unit: string) => { readonly entry: KeyEntry; readonly signer: Signer }
  readonly archiveKey: (unit: string) => DecryptionKey
  /** Whom a packet is encrypted to: the current certificate of a mailbox, or the archive of a unit. */
  readonly recipient: (to: Address) => PacketRecipient
  readonly archive: (unit: string) => JweRecipient
  readonly remove: () => void
}

export async function makeProvince(now = new Date()): Promise<Province> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-province-'))
  const pki = await makeDevelopmentPki({ out: join(folder, 'pki'), now })
  const authority = certificateIn(pki.authority.certificate)
  const { acts } = JSON.parse(readFileSync(pki.directory, 'utf8')) as { acts: string[] }
  const directory = foldDirectoryActs(acts, authority)
  const opened = new Map<string, KeyFile>()
  const file = (holder: { readonly file: string; readonly pin: string }): KeyFile => {
    const known = opened.get(holder.file) ?? expectOk(openKeyFile(readFileSync(holder.file), holder.pin))
    opened.set(holder.file, known)
    return known
  }
  const only = (holder: { readonly file: string; readonly pin: string }) => {
    const entry = file(holder).entries[0]!
    return { entry, signer: signerOf(entry) }
  }
  const reader = (list: readonly string[]): JweRecipient => {
    const certificate = expectOk(parseCertificate(fromBase64(list.at(-1)!)))
    return { kid: certificate.thumbprint, publicKey: certificate.publicKey }
  }
  return {
    pki,
    authority,
    root: certificateIn(pki.root.certificate),
    intermediate: certificateIn(pki.intermediate.certificate),
    directoryActs: acts,
    directory,
    person: (id) => personKeys(file(byId(pki.people, id)), directory)!,
    device: (id) => only(byId(pki.devices, id)),
    seal: (unit) => only(byId(pki.units, unit).seal),
    archiveKey: (unit) => {
      const entry = file(byId(pki.units, unit).archive).entries[0]!
      return { kid: entry.certificate.thumbprint, privateKey: entry.privateKey }
    },
    recipient: (to) => {
      const [kind, id] = to.split(':') as [string, string]
      const entry = kind === 'unit' ? directory.units.get(id) : directory.people.get(id)
      return { to, ...reader(entry!.encryption) }
    },
    archive: (unit) => reader(directory.units.get(unit)!.archive),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const foldDirectoryActs = (acts: readonly string[], authority: Certificate): Directory =>
  acts.reduce(
    (directory, jws) => expectOk(foldSignedDirectory(directory, jws, authority)).directory,
    emptyDirectory,
  )

const certificateIn = (file: string): Certificate =>
  expectOk(parseCertificate(readPem(readFileSync(file, 'utf8'))[0]!))

/** For what must hold before a test can begin. */
export function expectOk<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: unknown },
): Value {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`)
  return result.value
}
