/** A person's store opened by a test once the client has let go of it: what lies there, seen by who has the PIN. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { unwrapDatabaseKey } from '../../main/keys/database-key.ts'
import { openStore, storeFile } from '../../main/store/store.ts'
import type { Store } from '../../main/store/store.ts'
import { expectOk } from './province.ts'

const place = (folder: string, person: string): string => join(folder, 'people', person)
const keyOf = async (folder: string, person: string, pin: string): Promise<Uint8Array> =>
  expectOk(await unwrapDatabaseKey(readFileSync(join(place(folder, person), 'store-key.json')), pin))

/** The database below the store, with nothing of ours between. The caller closes it. */
export async function openedDatabase(
  folder: string,
  person: string,
  pin: string,
): Promise<Database.Database> {
  const key = await keyOf(folder, person, pin)
  const database = new Database(join(place(folder, person), 'store', storeFile))
  database.pragma(`cipher = 'chacha20'`)
  database.pragma(`key = 'raw:${Buffer.from(key).toString('hex')}'`)
  return database
}

/** Every page of it decrypted, those that are free again among them. */
export async function decryptedPages(folder: string, person: string, pin: string): Promise<Buffer> {
  const database = await openedDatabase(folder, person, pin)
  try {
    return database.serialize()
  } finally {
    database.close()
  }
}

/** The caller closes it. */
export async function openedStore(folder: string, person: string, pin: string): Promise<Store> {
  const key = await keyOf(folder, person, pin)
  return expectOk(openStore({ folder: join(place(folder, person), 'store'), key, clock: Date.now }))
}
