/** A person's store opened by a test once the client has let go of it: what lies there, seen by who has the PIN. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unwrapDatabaseKey } from '../../main/keys/database-key.ts'
import { openStore } from '../../main/store/store.ts'
import type { Store } from '../../main/store/store.ts'
import { expectOk } from './province.ts'

/** The caller closes it. */
export async function openedStore(folder: string, person: string, pin: string): Promise<Store> {
  const place = join(folder, 'people', person)
  const key = expectOk(await unwrapDatabaseKey(readFileSync(join(place, 'store-key.json')), pin))
  return expectOk(openStore({ folder: join(place, 'store'), key, clock: Date.now }))
}
