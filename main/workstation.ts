/**
 * The workstation's own folder: what an administrator puts on the machine before anybody signs in. Read once at
 * start, strictly; a missing or damaged part is told by name.
 *
 *   workstation.json            {v, device, unit, hub: {id, url}, development}
 *   device.key.pem, device.crt.pem
 *   trust/anchors/*.crt         roots (DER or PEM); trust/authority.crt signs the directory
 *   directory/*.jws             the directory as of installation, oldest first
 *   seals/ID.p12                seal key files, for seal-keepers
 *   people/ID/key.p12           a person's keys; people/ID/account.json {v, person, keyFileHash}
 *   people/ID/store/            made at the first sign-in
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { deviceId, hubId, personId, sha256Hex, unitId } from '../core/act/identifiers.ts'
import { parseBoundedJson } from '../core/json.ts'
import { parseCertificate } from '../seal/certificate.ts'
import type { Certificate } from '../seal/certificate.ts'
import { keySigner } from '../seal/jws.ts'
import type { Signer } from '../seal/jws.ts'

export const workstationFile = z.strictObject({
  v: z.literal(1),
  device: deviceId,
  unit: unitId,
  hub: z.strictObject({ id: hubId, url: z.url() }),
  development: z.boolean(),
})
export type WorkstationFile = z.infer<typeof workstationFile>
export const accountFile = z.strictObject({ v: z.literal(1), person: personId, keyFileHash: sha256Hex })
export type AccountFile = z.infer<typeof accountFile>

export type Workstation = WorkstationFile & {
  readonly folder: string
  /** PEM, for TLS; and the same key as a signer, for what the workstation itself states. */
  readonly deviceKey: string
  readonly deviceSigner: Signer
  readonly deviceCertificate: Certificate
  /** PEM of the device's chain, for TLS. */
  readonly deviceChain: string
  readonly anchors: readonly Certificate[]
  /** PEM of the anchors, for TLS. */
  readonly anchorsPem: string
  readonly authority: Certificate
  readonly directoryActs: readonly string[]
}

/** Thrown at start: the installation itself is wrong, and there is nobody signed in to tell. */
export class InstallationFault extends Error {
  override readonly name = 'InstallationFault'
}

/** What a reader of files throws over their bytes becomes a fault that names the file. */
function reading<Value>(path: string, what: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw new InstallationFault(`${path} is not ${what}: ${String((error as Error).message)}`)
  }
}

function certificateFile(path: string): Certificate {
  const bytes = readFileSync(path)
  const der = reading(path, 'a certificate', () =>
    bytes[0] === 0x30 ? bytes : new X509Certificate(bytes).raw,
  )
  const parsed = parseCertificate(new Uint8Array(der))
  if (!parsed.ok) throw new InstallationFault(`${path} is not a certificate`)
  return parsed.value
}

/** Undefined where the bytes are no JSON. */
function jsonIn(path: string): unknown {
  const parsed = parseBoundedJson(readFileSync(path), { maxBytes: 64 * 1024, maxDepth: 8 })
  return parsed.ok ? parsed.value : undefined
}

export const pemOf = (certificate: Certificate): string =>
  new X509Certificate(Buffer.from(certificate.der)).toString()

/** Reads the folder. Throws InstallationFault naming the file that is missing or wrong. */
export function readWorkstation(folder: string): Workstation {
  const path = (...parts: string[]): string => join(folder, ...parts)
  const need = (file: string): string => {
    if (!existsSync(file)) throw new InstallationFault(`${file} is missing: the workstation is not set up`)
    return file
  }
  const file = workstationFile.safeParse(jsonIn(need(path('workstation.json'))))
  if (!file.success) throw new InstallationFault(`workstation.json is damaged: ${file.error.message}`)
  const anchors = readdirSync(need(path('trust', 'anchors')))
    .filter((name) => /\.(crt|cer|pem)$/.test(name))
    .toSorted()
    .map((name) => certificateFile(path('trust', 'anchors', name)))
  if (anchors.length === 0) throw new InstallationFault('trust/anchors holds no certificate')
  const directory = path('directory')
  const deviceKey = readFileSync(need(path('device.key.pem')), 'utf8')
  const deviceCertificate = certificateFile(need(path('device.crt.pem')))
  return {
    ...file.data,
    folder,
    deviceKey,
    deviceSigner: reading(path('device.key.pem'), 'a key', () =>
      keySigner(createPrivateKey(deviceKey), deviceCertificate.thumbprint),
    ),
    deviceChain: readFileSync(need(path('device.crt.pem')), 'utf8'),
    deviceCertificate,
    anchors,
    anchorsPem: anchors.map(pemOf).join(''),
    authority: certificateFile(need(path('trust', 'authority.crt'))),
    directoryActs: readdirSync(need(directory))
      .filter((name) => name.endsWith('.jws'))
      .toSorted()
      .map((name) => readFileSync(join(directory, name), 'utf8').trim()),
  }
}

export type AccountOnDisk = AccountFile & { readonly folder: string; readonly keyFile: string }

/** The people who have signed in, or may sign in, at this workstation. */
export function readAccounts(workstation: Workstation): readonly AccountOnDisk[] {
  const people = join(workstation.folder, 'people')
  if (!existsSync(people)) return []
  return readdirSync(people)
    .toSorted()
    .flatMap((name) => {
      const folder = join(people, name)
      const path = join(folder, 'account.json')
      if (!existsSync(path)) return []
      const parsed = accountFile.safeParse(jsonIn(path))
      return parsed.success ? [{ ...parsed.data, folder, keyFile: join(folder, 'key.p12') }] : []
    })
}
