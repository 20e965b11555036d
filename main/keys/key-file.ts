/**
 * A person's, a workstation's or a seal's key file, opened with its PIN: keys matched to their certificates and sorted
 * by what they may be used for. Whether a certificate is believed is judged by chain and directory, not here.
 *
 * A wrong PIN and a damaged file give the same error inside of PKCS #12; they are told apart by the file's hash, kept
 * at import. Without it (the first import) the answer names both.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Thumbprint } from '../../core/act/identifiers.ts'
import type { Directory, Holder } from '../../core/directory/directory.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import { parseCertificate } from '../../seal/certificate.ts'
import type { Certificate } from '../../seal/certificate.ts'
import type { DecryptionKey } from '../../seal/jwe.ts'
import { sha256 } from '../../seal/hash.ts'
import { algorithmOf, keySigner } from '../../seal/jws.ts'
import type { Signer } from '../../seal/jws.ts'
import { readPkcs12 } from './pkcs12.ts'

/** For new PINs: a shorter one on a file does not protect a stolen disk. */
export const minimumPinLength = 10
export const isPinLongEnough = (pin: string): boolean => [...pin].length >= minimumPinLength

/** What the certificate's key usage permits. Whose key it is (a person's, the unit's, a seal's) the directory says. */
export type KeyUse = 'sign' | 'encrypt' | 'device'

export type KeyEntry = {
  readonly use: KeyUse
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}
export type KeyFile = {
  /** Hex SHA-256 of the file: kept at import, handed in as `importedHash` later. */
  readonly hash: string
  readonly entries: readonly KeyEntry[]
  /** Certificates without a key: the chain, as far as the file brings it. */
  readonly issuers: readonly Certificate[]
}
export type KeyFileRefusal = 'pin-wrong' | 'key-file-damaged' | 'pin-wrong-or-key-file-damaged'

export function openKeyFile(
  bytes: Uint8Array,
  pin: string,
  options: { readonly importedHash?: string } = {},
): Result<KeyFile, KeyFileRefusal> {
  const hash = sha256(bytes)
  if (options.importedHash !== undefined && options.importedHash !== hash) {
    return refuse('key-file-damaged', undefined, 'not the bytes that were imported')
  }
  const read = readPkcs12(bytes, pin)
  if (!read.ok) {
    if (read.refusal.code === 'unreadable') return refuse('key-file-damaged', undefined, read.refusal.detail)
    return refuse(options.importedHash === undefined ? 'pin-wrong-or-key-file-damaged' : 'pin-wrong')
  }
  const certificates = read.value.certificates.flatMap((der) => {
    const parsed = parseCertificate(der)
    return parsed.ok ? [parsed.value] : []
  })
  const keys = read.value.privateKeys.flatMap((pkcs8) => {
    const key = importKey(pkcs8)
    wipe(pkcs8)
    return key ? [key] : []
  })
  const entries = keys.flatMap((privateKey): KeyEntry[] => {
    const spki = spkiOf(createPublicKey(privateKey))
    const certificate = certificates.find((each) => spkiOf(each.publicKey).equals(spki))
    return certificate ? [{ use: useOf(certificate), certificate, privateKey }] : []
  })
  if (entries.length === 0) return refuse('key-file-damaged', undefined, 'no key with its certificate')
  const held = new Set(entries.map((entry) => entry.certificate))
  return ok({ hash, entries, issuers: certificates.filter((certificate) => !held.has(certificate)) })
}

/** Undefined for a kind of key this platform does not know. */
function importKey(pkcs8: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  } catch {
    return undefined
  }
}

const spkiOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })

const clientAuthentication = '1.3.6.1.5.5.7.3.2'
const encrypting = ['keyAgreement', 'keyEncipherment', 'dataEncipherment'] as const

function useOf({ extendedKeyUsage, keyUsage }: Certificate): KeyUse {
  if (extendedKeyUsage.includes(clientAuthentication)) return 'device'
  const signs = keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation')
  return !signs && encrypting.some((usage) => keyUsage.has(usage)) ? 'encrypt' : 'sign'
}

/** An entry of which the directory says whose it is. */
export type ListedKey = KeyEntry & { readonly holder: Holder }

/** The entries that the directory lists, oldest listing or current alike. */
export const listedKeys = (file: KeyFile, directory: Directory): readonly ListedKey[] =>
  file.entries.flatMap((entry) => {
    const listed = directory.certificates.get(entry.certificate.thumbprint)
    return listed ? [{ ...entry, holder: listed.holder }] : []
  })

/** What a person's file is for: who it is, the key that signs, and all keys that may read. */
export type PersonKeys = {
  readonly person: string
  readonly unit: string
  readonly signingCertificate: Certificate
  readonly signer: Signer
  /** The person's own and, in a registry clerk's or seal-keeper's file, the unit's. */
  readonly decryption: readonly DecryptionKey[]
}

/** Null where the directory knows no signing certificate of this file: it is nobody's here. */
export function personKeys(file: KeyFile, directory: Directory): PersonKeys | null {
  const keys = listedKeys(file, directory)
  for (const { holder, certificate, privateKey } of keys) {
    if (holder.kind !== 'person' || holder.use !== 'signing' || !algorithmOf(privateKey)) continue
    const mine = keys.filter(
      (key) =>
        key.holder.use === 'encryption' &&
        (key.holder.kind === 'person'
          ? key.holder.person === holder.person
          : key.holder.kind === 'unit' && key.holder.unit === holder.unit),
    )
    return {
      person: holder.person,
      unit: holder.unit,
      signingCertificate: certificate,
      signer: signerOf({ certificate, privateKey }),
      decryption: mine.map(decryptionKeyOf),
    }
  }
  return null
}

/** A signer over an entry's key (person, seal or workstation). Throws where no allowed algorithm fits the key. */
export const signerOf = (entry: Pick<KeyEntry, 'certificate' | 'privateKey'>): Signer =>
  keySigner(entry.privateKey, entry.certificate.thumbprint)

const decryptionKeyOf = (entry: KeyEntry): { kid: Thumbprint; privateKey: KeyObject } => ({
  kid: entry.certificate.thumbprint,
  privateKey: entry.privateKey,
})

/** Overwrites key bytes. What was imported into a KeyObject is freed with it; JavaScript strings cannot be wiped. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}
