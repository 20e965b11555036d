/**
 * Who is at the desk. Signing in opens the person's key file, judges their certificate, unwraps their store's key,
 * opens the store, and starts the exchange; signing out undoes all of it. One person at a time.
 */
import { sign } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyDirectory, fromBase64 } from '../core/directory/directory.ts'
import type { Directory } from '../core/directory/directory.ts'
import type { Clock, Probe, Random } from '../core/ports.ts'
import { ok, refuse } from '../core/result.ts'
import { loadFonts } from '../paper/fonts.ts'
import type { Fonts } from '../paper/fonts.ts'
import type { OfficeEvents } from '../preload/contract/office.ts'
import type { OfficeRefusal } from '../preload/contract/refusals.ts'
import type { Account, ExchangeView, Me } from '../preload/contract/views.ts'
import { judgeChain } from '../seal/chain.ts'
import { parseCertificate } from '../seal/certificate.ts'
import type { Certificate } from '../seal/certificate.ts'
import { isDevelopmentCertificate } from '../seal/development.ts'
import { sha256 } from '../seal/hash.ts'
import { foldSignedDirectory } from '../seal/directory.ts'
import { certificateOf } from '../seal/signer.ts'
import type { Answer, Desk, OpenSeal } from './actions/desk.ts'
import { openStoredBlob } from './actions/files.ts'
import { connect } from './connection.ts'
import type { Connection } from './connection.ts'
import { readFontFiles } from './fonts.ts'
import { freshDatabaseKey, unwrapDatabaseKey, wrapDatabaseKey } from './keys/database-key.ts'
import { listedKeys, openKeyFile, personKeys, wipe } from './keys/key-file.ts'
import type { PersonKeys } from './keys/key-file.ts'
import { appendAudit } from './store/audit.ts'
import { blob as blobRow, wantBlobAgain } from './store/blobs.ts'
import { directoryActs } from './store/directory-acts.ts'
import { openStore, storeFile, storeTrouble } from './store/store.ts'
import type { Store } from './store/store.ts'
import { readAccounts, readWorkstation } from './workstation.ts'
import type { AccountOnDisk, Workstation } from './workstation.ts'

export type ReceptionOptions = {
  readonly folder: string
  /** Development mode: certificates of the development PKI are accepted only here. */
  readonly development: boolean
  readonly clock: Clock
  readonly random: Random
  readonly probe: Probe
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void
  readonly tell: <Name extends keyof OfficeEvents>(event: Name, payload: OfficeEvents[Name]) => void
}

export type Reception = {
  readonly accounts: () => readonly Account[]
  readonly me: () => Me | null
  readonly desk: () => Desk | null
  readonly fonts: () => Fonts
  readonly exchange: () => ExchangeView
  readonly signIn: (person: string, pin: string) => Promise<Answer<Me>>
  readonly signOut: (code: OfficeRefusal | null) => Promise<void>
}

type AtDesk = { readonly desk: Desk; readonly me: Me; readonly store: Store; readonly connection: Connection }

const dayMs = 86_400_000

export function openReception(options: ReceptionOptions): Reception {
  const { clock, random, probe, log, tell } = options
  const workstation = readWorkstation(options.folder)
  if (!options.development && workstation.anchors.some(isDevelopmentCertificate))
    throw new Error('The trust anchors are development certificates: this program does not run on them.')
  const installed = foldActs(emptyDirectory, workstation.directoryActs, workstation, log)
  let fonts: Fonts | null = null
  const fontsOnce = (): Fonts => (fonts ??= loadFonts(readFontFiles()))
  let atDesk: AtDesk | null = null
  let busy = false
  const since = new Date(clock()).toISOString()

  const accountOf = (account: AccountOnDisk): Account[] => {
    const person = installed.people.get(account.person)
    const signing = signingOf(installed, account.person)
    if (!person || !signing) return []
    return [
      {
        person: person.id,
        name: person.name,
        title: person.title ?? '',
        unitName: installed.units.get(person.unit)?.name ?? person.unit,
        roles: person.roles,
        until: signing.notAfter.toISOString(),
        daysLeft: Math.floor((signing.notAfter.getTime() - clock()) / dayMs),
      },
    ]
  }

  /** The certificate must hold today, by a chain to this workstation's anchors. */
  function judgeOwn(keys: PersonKeys, issuers: readonly Certificate[]): Answer<true> {
    const certificate = keys.signingCertificate
    if (!options.development && isDevelopmentCertificate(certificate))
      return refuse('development-certificate')
    const evidence = judgeChain(certificate, {
      anchors: workstation.anchors,
      intermediates: issuers,
      at: new Date(clock()),
      purpose: 'sign',
    })
    if (evidence.status === 'trusted') return ok(true)
    if (evidence.reasons.includes('expired'))
      return refuse('certificate-expired', { until: certificate.notAfter.toISOString() })
    if (evidence.reasons.includes('not-yet-valid'))
      return refuse('certificate-not-yet-valid', { from: certificate.notBefore.toISOString() })
    return refuse('certificate-not-trusted', {}, evidence.reasons.join(' '))
  }

  async function signIn(person: string, pin: string): Promise<Answer<Me>> {
    if (atDesk || busy) return refuse('already-signed-in')
    const account = readAccounts(workstation).find((each) => each.person === person)
    const known = account && accountOf(account)[0]
    if (!account || !known) return refuse('account-unknown')
    if (!existsSync(account.keyFile)) return refuse('key-file-missing')
    busy = true
    try {
      const opened = openPerson(account, pin, installed)
      if (!opened.ok) return opened
      const { keys, issuers } = opened.value
      const judged = judgeOwn(keys, issuers)
      if (!judged.ok) return judged
      const key = await databaseKey(account, pin)
      if (!key.ok) return key
      const store = openStore({ folder: join(account.folder, 'store'), key: key.value, clock, probe })
      wipe(key.value)
      if (!store.ok) return store
      try {
        await store.value.blobs.sweep()
        atDesk = sit(account, known, keys, store.value)
        atDesk.connection.start()
      } catch (error) {
        await atDesk?.connection.stop()
        atDesk = null
        store.value.close()
        if (storeTrouble(error) !== 'store-damaged') throw error
        log('store-damaged', { error: String(error) })
        return refuse('store-damaged', { file: storeFile })
      }
      return ok(atDesk.me)
    } finally {
      busy = false
    }
  }

  /** The random key of the person's store: made and wrapped at the first sign-in. */
  async function databaseKey(account: AccountOnDisk, pin: string): Promise<Answer<Uint8Array>> {
    const path = join(account.folder, 'store-key.json')
    if (existsSync(path)) {
      const unwrapped = await unwrapDatabaseKey(readFileSync(path), pin)
      if (unwrapped.ok) return unwrapped
      return refuse(unwrapped.refusal.code === 'pin-wrong' ? 'store-key-wrong' : 'store-damaged', {
        file: 'store-key.json',
      })
    }
    if (existsSync(join(account.folder, 'store', 'office.db')))
      return refuse('store-damaged', { file: 'store-key.json' })
    const key = freshDatabaseKey(random)
    probe('store key')
    writeFileSync(`${path}.new`, await wrapDatabaseKey(key, pin, random), { mode: 0o600, flush: true })
    renameSync(`${path}.new`, path)
    return ok(key)
  }

  function sit(account: AccountOnDisk, known: Account, keys: PersonKeys, store: Store): AtDesk {
    let directory = foldActs(
      installed,
      directoryActs(store.reading).map((act) => act.jws),
      workstation,
      log,
    )
    const person = directory.people.get(account.person)
    if (!person) throw new Error('an account without a person')
    const me: Me = {
      ...known,
      unit: person.unit,
      device: workstation.device,
      hub: workstation.hub.id,
      development: options.development,
      certificate: {
        subject: keys.signingCertificate.subject,
        thumbprint: keys.signingCertificate.thumbprint,
      },
    }
    const desk: Desk = {
      me: { person: person.id, name: person.name, unit: person.unit, roles: person.roles },
      device: { id: workstation.device, signer: workstation.deviceSigner },
      signer: keys.signer,
      signingCertificate: keys.signingCertificate,
      decryption: keys.decryption,
      directory: () => directory,
      trust: { anchors: workstation.anchors, intermediates: () => intermediatesOf(directory) },
      store,
      fonts: fontsOnce,
      clock,
      random,
      confirm: async (pin) => {
        const opened = openPerson(account, pin, directory)
        return opened.ok ? ok(true) : opened
      },
      openSeal: async (pin) => openSeal(workstation, directory, person.unit, pin),
      readBlob: async (blob) => {
        const here = await openStoredBlob(desk, blob)
        if (here.ok) return here
        // Damaged or gone on this disk: the hub has it still. Of ours that it has not got, nothing is touched.
        const row = blobRow(store.reading, blob.id)
        if (row?.state === 'here' || row?.state === 'uploaded') {
          if (!(await store.blobs.layAsideDamaged(blob.id))) return here
          store.transact((writing) => {
            wantBlobAgain(writing, blob.id)
            const facts = { code: here.refusal.code, blob: blob.id }
            appendAudit(writing, { kind: 'refused', who: `device:${workstation.device}`, facts })
          })
        } else if (here.refusal.code !== 'file-not-here') return here
        return (await connection.fetchBlob(blob)) ? openStoredBlob(desk, blob) : here
      },
      committed: () => connection.wake(),
    }
    const connection = connect({
      workstation,
      desk,
      random,
      clock,
      probe,
      log,
      foldDirectory: (jws) => {
        const folded = foldSignedDirectory(directory, jws, workstation.authority)
        if (folded.ok) directory = folded.value.directory
        return folded
      },
      tell: (view) => tell('exchange', view),
      broken: (code) => void signOut(code),
    })
    store.onChange(({ matters }) => {
      if (matters.size > 0) tell('changed', { matters: matters.size > 20 ? [] : [...matters] })
    })
    store.transact((writing) =>
      appendAudit(writing, {
        kind: 'sign-in',
        who: `person:${person.id}`,
        facts: { device: workstation.device },
      }),
    )
    return { desk, me, store, connection }
  }

  async function signOut(code: OfficeRefusal | null): Promise<void> {
    const leaving = atDesk
    atDesk = null
    if (!leaving) return
    await leaving.connection.stop()
    try {
      if (code === null)
        leaving.store.transact((writing) =>
          appendAudit(writing, { kind: 'sign-out', who: `person:${leaving.me.person}` }),
        )
    } catch (error) {
      // Leaving succeeds on a full or damaged disk as well.
      if (storeTrouble(error) === null) throw error
      log('sign-out-not-recorded', { error: String(error) })
    } finally {
      leaving.store.close()
    }
    tell('signedOut', { code })
  }

  return {
    accounts: () => readAccounts(workstation).flatMap(accountOf),
    me: () => atDesk?.me ?? null,
    desk: () => atDesk?.desk ?? null,
    fonts: fontsOnce,
    exchange: () =>
      atDesk?.connection.status() ?? { state: 'connecting', since, sending: 0, waiting: null, parked: 0 },
    signIn,
    signOut,
  }
}

type OpenedPerson = { readonly keys: PersonKeys; readonly issuers: readonly Certificate[] }

/** Opens the person's key file; a wrong PIN and a file damaged since its import are told apart. */
function openPerson(account: AccountOnDisk, pin: string, directory: Directory): Answer<OpenedPerson> {
  const file = openKeyFile(readFileSync(account.keyFile), pin, { importedHash: account.keyFileHash })
  if (!file.ok) return file
  const keys = personKeys(file.value, directory)
  if (!keys || keys.person !== account.person) return refuse('account-unknown')
  return ok({ keys, issuers: [...file.value.issuers, ...intermediatesOf(directory)] })
}

/** The unit's seal: a key file of its own with a PIN of its own, open only while it seals. */
function openSeal(
  workstation: Workstation,
  directory: Directory,
  unit: string,
  pin: string,
): Answer<OpenSeal> {
  const folder = join(workstation.folder, 'seals')
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.p12')) : []
  let refusal: Answer<never> = refuse('seal-file-missing')
  for (const name of files) {
    const opened = openKeyFile(readFileSync(join(folder, name)), pin)
    if (!opened.ok) {
      refusal = refuse(opened.refusal.code === 'key-file-damaged' ? 'key-file-damaged' : 'seal-pin-wrong')
      continue
    }
    const entry = listedKeys(opened.value, directory).find(
      (each) => each.holder.kind === 'unit' && each.holder.use === 'seal' && each.holder.unit === unit,
    )
    const listed = directory.units
      .get(unit)
      ?.seals.find(
        (seal) => entry && Buffer.from(entry.certificate.der).toString('base64') === seal.certificate,
      )
    if (!entry || !listed) {
      refusal = refuse('seal-not-listed', { seal: name.replace(/\.p12$/, '') })
      continue
    }
    return ok({
      id: listed.id,
      certificate: entry.certificate,
      sign: async (bytes) => sign('sha256', bytes, entry.privateKey),
      wipe: () => undefined,
    })
  }
  return refusal
}

/** The person's current signing certificate. */
function signingOf(directory: Directory, person: string): Certificate | undefined {
  const current = directory.people.get(person)?.signing.at(-1)
  const listed = current && directory.certificates.get(sha256(fromBase64(current)))
  return listed ? certificateOf(listed) : undefined
}

const intermediates = new WeakMap<Directory, readonly Certificate[]>()
/** The issuing certificates the directory lists, parsed once a version. */
function intermediatesOf(directory: Directory): readonly Certificate[] {
  const known = intermediates.get(directory)
  if (known) return known
  const parsed = [...directory.issuers.values()].flatMap((entry) => {
    const certificate = parseCertificate(fromBase64(entry.certificate))
    return certificate.ok ? [certificate.value] : []
  })
  intermediates.set(directory, parsed)
  return parsed
}

/** Folds signed directory acts; one that is refused is logged and what follows it is not believed. */
function foldActs(
  from: Directory,
  acts: readonly string[],
  workstation: Workstation,
  log: ReceptionOptions['log'],
): Directory {
  let directory = from
  for (const jws of acts) {
    const folded = foldSignedDirectory(directory, jws, workstation.authority)
    if (folded.ok) directory = folded.value.directory
    else if (folded.refusal.code !== 'directory-older-than-known') {
      log('directory-refused', { ...folded.refusal })
      break
    }
  }
  return directory
}
