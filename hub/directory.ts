/**
 * The directory as the hub serves it: acts signed by the authority, kept as they came, folded in memory. The hub
 * adds nothing of its own; a stored act is verified again at every start, for a disk is not to be believed either.
 */
import { emptyDirectory } from '../core/directory/directory.ts'
import type { Directory, DirectoryRefusal } from '../core/directory/directory.ts'
import type { Probe } from '../core/ports.ts'
import { ok } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import type { Certificate } from '../seal/certificate.ts'
import { foldSignedDirectory } from '../seal/directory.ts'
import type { HubDatabase } from './database.ts'

/** Acts in one answer. */
const pageActs = 500
/** Bytes in one answer, unless a single act is larger. */
const pageBytes = 8 * 1024 * 1024

export type DirectoryDesk = {
  current(): Directory
  /** Takes the next version in; refused unless the authority signed it and it follows the one known. */
  add(jws: string): Promise<Result<{ readonly version: number }, DirectoryRefusal>>
  /** Signed acts after a version, oldest first. */
  after(version: number): Promise<readonly string[]>
}

/** Loads what is stored. Throws when a stored act no longer verifies: the folder was changed from outside. */
export async function openDirectory(world: {
  readonly database: HubDatabase
  readonly authority: Certificate
  readonly probe: Probe
}): Promise<DirectoryDesk> {
  const { database, authority, probe } = world
  let directory = emptyDirectory
  let writing: Promise<unknown> = Promise.resolve()

  const stored = await database.selectFrom('directory_acts').select('jws').orderBy('version').execute()
  for (const { jws } of stored) {
    const next = foldSignedDirectory(directory, jws, authority)
    if (!next.ok) throw new Error(`a stored directory act is refused: ${next.refusal.code}`)
    directory = next.value.directory
  }

  async function add(jws: string): Promise<Result<{ version: number }, DirectoryRefusal>> {
    const next = foldSignedDirectory(directory, jws, authority)
    if (!next.ok) return next
    const { version } = next.value.directory
    probe('directory-insert')
    await database.insertInto('directory_acts').values({ version, act: next.value.act, jws }).execute()
    directory = next.value.directory
    return ok({ version })
  }

  return {
    current: () => directory,
    add(jws) {
      const added = writing.then(() => add(jws))
      writing = added.catch(() => undefined)
      return added
    },
    async after(version) {
      const rows = await database
        .selectFrom('directory_acts')
        .select('jws')
        .where('version', '>', version)
        .orderBy('version')
        .limit(pageActs)
        .execute()
      let bytes = 0
      return rows
        .map(({ jws }) => jws)
        .filter((jws, index) => (bytes += jws.length) <= pageBytes || index === 0)
    },
  }
}
