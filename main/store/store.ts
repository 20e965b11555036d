/**
 * The workstation's store: one encrypted SQLite file and a folder of encrypted blobs. For: everything the client
 * knows, kept through power cuts. Not for: keys (keystore), judging what is stored (actions, seal). Invariants: the
 * domain row and its outbox row commit together; acts and packets are kept byte for byte; everything in `matters` can
 * be rebuilt from `acts`; nothing on disk is plaintext; a damaged store is told, never deleted.
 *
 *   const opened = openStore({ folder, key, clock })          // Result<Store, StoreRefusal>
 *   store.transact((writing) => { ... })                      // every change; a returned refusal rolls back
 *   store.reading                                             // every query
 *   store.onChange(({ tables, matters }) => ...)              // effects, after the commit
 *   store.blobs                                               // blob files (blob-files.ts)
 *
 * The plain functions, one file an aggregate; their first parameter says whether they may write:
 *   record.ts     recordAct acceptAct settleSent settleRefused   (an act and all that hangs on it: use these)
 *   acts.ts       storedAct standingOf actsOf actIdsOf branchOf knownActOf payloadOf
 *   matters.ts    matterDetail matterLine headOf documentOf rebuildMatter rebuildAll
 *   desks.ts      listMatters countByStatus countHeld       search.ts  searchMatters
 *   drafts.ts     saveDraft draft draftsOf draftVersions draftVersion removeDraft
 *   outbox.ts     queuePacket headsOfLanes packetsOfAct waitingBehind waitingCount troubledRows postponeRow
 *   inbox.ts      storeArrived newPackets markDone park retryParked releaseWaiting parkedPackets cursorOf
 *   receipts.ts   keepReceipt receiptOfPacket               blobs.ts   noteBlob blob missingBlobs setBlobState
 *   numbers.ts    takeNumber nextNumber noteNumber documentNumbers registerNumbers
 *   audit.ts      appendAudit auditPage verifyAudit         settings.ts  setting keepSetting
 *   directory-acts.ts  directoryActs directoryVersion storeDirectoryAct
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { noProbe } from '../../core/ports.ts'
import type { Clock, Probe } from '../../core/ports.ts'
import { ok, refuse } from '../../core/result.ts'
import type { Result } from '../../core/result.ts'
import { blobFiles } from './blob-files.ts'
import type { BlobFiles } from './blob-files.ts'
import { handlesOn } from './handle.ts'
import type { Changes, Reading, Writing } from './handle.ts'
import { migrate } from './migrate.ts'

export type { Changes, Reading, Writing } from './handle.ts'

export type StoreRefusal = 'store-key-wrong' | 'store-damaged' | 'store-newer-than-program' | 'store-busy'

export type StoreOptions = {
  readonly folder: string
  /** 32 random bytes; the keystore wraps them for the person. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly probe?: Probe
}

export type Store = {
  readonly folder: string
  readonly reading: Reading
  /** See handle.ts: throws roll back and pass on, refusals roll back and are returned. */
  readonly transact: <T>(work: (writing: Writing) => T) => T
  /** Called after every commit that changed something; returns how to stop. */
  readonly onChange: (listener: (changes: Changes) => void) => () => void
  readonly blobs: BlobFiles
  /** Reads every page: `store-damaged` with the database's own words. Takes seconds on a large store. */
  readonly check: () => Result<true, 'store-damaged'>
  readonly close: () => void
}

export const storeFile = 'office.db'
const checkFile = 'office.check'

export function openStore(options: StoreOptions): Result<Store, StoreRefusal> {
  const { folder, key, clock, probe = noProbe } = options
  if (key.length !== 32) throw new Error('the store key has 32 bytes')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, storeFile)
  const checked = keyCheck(join(folder, checkFile), key)
  if (checked === 'differs') return refuse('store-key-wrong')
  if (checked === 'fits' && sizeOf(path) === 0)
    return refuse('store-damaged', { file: storeFile, missing: true })

  const database = new Database(path, { timeout: 500 })
  const closing = <Code extends StoreRefusal>(refusal: Result<never, Code>): Result<never, Code> => {
    database.close()
    return refusal
  }
  try {
    database.pragma(`cipher = 'chacha20'`)
    database.pragma(`key = 'raw:${Buffer.from(key).toString('hex')}'`)
    database.pragma('temp_store = MEMORY')
    database.pragma('locking_mode = EXCLUSIVE')
    database.prepare('SELECT count(*) FROM sqlite_master').get()
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('cache_size = -32000')
    // A longer log between checkpoints: pages that many packets touch are written back once, not again and again.
    database.pragma('wal_autocheckpoint = 8000')
    database.pragma('journal_size_limit = 67108864')
    const migrated = migrate(database, probe)
    if (!migrated.ok) return closing(migrated)
    if (checked === 'absent') writeKeyCheck(folder, key, probe)
  } catch (error) {
    const code = codeOf(error)
    if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') return closing(refuse('store-busy'))
    if (code === 'SQLITE_NOTADB' && checked === 'absent') return closing(refuse('store-key-wrong'))
    if (isDamage(code)) return closing(refuse('store-damaged', { file: storeFile }, String(error)))
    database.close()
    throw error
  }

  const handles = handlesOn(database, clock, probe)
  const listeners = new Set<(changes: Changes) => void>()
  return ok({
    folder,
    reading: handles.reading,
    transact: (work) => {
      const { result, changes } = handles.transact(work)
      if (changes.tables.size > 0 || changes.matters.size > 0)
        for (const listener of listeners) listener(changes)
      return result
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    blobs: blobFiles(join(folder, 'blobs'), probe),
    check: () => {
      try {
        const words = database.pragma('integrity_check(1)', { simple: true })
        return words === 'ok' ? ok(true) : refuse('store-damaged', { file: storeFile }, String(words))
      } catch (error) {
        if (isDamage(codeOf(error))) return refuse('store-damaged', { file: storeFile }, String(error))
        throw error
      }
    },
    close: () => {
      listeners.clear()
      database.close()
    },
  })
}

/**
 * Troubles that strike in the middle of work and are no bugs: for the outermost handler, which tells them. Null means
 * a bug. After `store-damaged` nothing is written any more; after `store-full` the transaction was rolled back.
 */
export function storeTrouble(error: unknown): 'store-damaged' | 'store-full' | null {
  const code = codeOf(error)
  if (isDamage(code)) return 'store-damaged'
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT' ? 'store-full' : null
}

/** 0 where there is no file: an emptied store is as gone as a removed one. */
const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

const isDamage = (code: string): boolean =>
  code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR') || code === 'SQLITE_NOTADB'

/**
 * A wrong key and a damaged first page look the same to the cipher. This small file beside the database tells them
 * apart: a MAC under the store key, which says nothing about the key.
 */
function keyCheck(path: string, key: Uint8Array): 'fits' | 'differs' | 'absent' {
  if (!existsSync(path)) return 'absent'
  const found = /^sealpost-store 1 ([0-9a-f]{32}) ([0-9a-f]{64})\n$/.exec(readFileSync(path, 'latin1'))
  if (!found?.[1] || !found[2]) return 'absent'
  return timingSafeEqual(Buffer.from(found[2], 'hex'), macOf(key, found[1])) ? 'fits' : 'differs'
}

const macOf = (key: Uint8Array, salt: string): Buffer =>
  createHmac('sha256', key).update(`sealpost store key check ${salt}`).digest()

function writeKeyCheck(folder: string, key: Uint8Array, probe: Probe): void {
  const salt = randomBytes(16).toString('hex')
  const beside = join(folder, `${checkFile}.new`)
  const file = openSync(beside, 'w', 0o600)
  writeSync(file, `sealpost-store 1 ${salt} ${macOf(key, salt).toString('hex')}\n`)
  fsyncSync(file)
  closeSync(file)
  probe('key check')
  renameSync(beside, join(folder, checkFile))
}
