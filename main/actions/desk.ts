/**
 * What every action is handed: who acts, at which workstation, with which keys, store and directory. An action is
 * one verb: it reads the matter, makes its statement, and records it; what it cannot do it refuses by code.
 */
import type { BlobRef } from '../../core/act/act.ts'
import type { Role } from '../../core/act/identifiers.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { Clock, Random } from '../../core/ports.ts'
import type { Result } from '../../core/result.ts'
import type { Fonts } from '../../paper/fonts.ts'
import type { OfficeRefusal } from '../../preload/contract/refusals.ts'
import type { Certificate } from '../../seal/certificate.ts'
import type { DecryptionKey } from '../../seal/jwe.ts'
import type { Signer } from '../../seal/jws.ts'
import type { Store } from '../store/store.ts'

/** An action's answer: a value, or a refusal with a code the window has a sentence for. */
export type Answer<Value> = Result<Value, OfficeRefusal>

/** The seal's key, open only while it is used. */
export type OpenSeal = {
  readonly id: string
  readonly certificate: Certificate
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
  readonly wipe: () => void
}

export type Desk = {
  readonly me: {
    readonly person: string
    readonly name: string
    readonly unit: string
    readonly roles: readonly Role[]
  }
  readonly device: { readonly id: string; readonly signer: Signer }
  readonly signer: Signer
  readonly signingCertificate: Certificate
  readonly decryption: readonly DecryptionKey[]
  readonly directory: () => Directory
  readonly trust: {
    readonly anchors: readonly Certificate[]
    readonly intermediates: () => readonly Certificate[]
  }
  readonly store: Store
  readonly fonts: () => Fonts
  readonly clock: Clock
  readonly random: Random
  /** Checks the PIN of the person at the desk, before what binds. */
  readonly confirm: (pin: string) => Promise<Answer<true>>
  readonly openSeal: (pin: string) => Promise<Answer<OpenSeal>>
  /** The plain bytes of a blob, fetched from the hub when it is not here yet. */
  readonly readBlob: (blob: BlobRef) => Promise<Answer<Uint8Array>>
  /** After a commit of somebody's act: the exchange looks now. That matters changed, the store itself tells. */
  readonly committed: () => void
}
