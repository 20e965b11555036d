/**
 * One signed act of the directory, verified against the authority's certificate and folded in. Clients and the hub
 * both believe the directory by this function alone: whoever serves it adds nothing.
 */
import { createHash } from 'node:crypto'
import { directoryAct, directoryLimits, directoryType, foldDirectory } from '../core/directory/directory.ts'
import type { Directory, DirectoryRefusal } from '../core/directory/directory.ts'
import { parseBoundedJson } from '../core/json.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import type { Certificate } from './certificate.ts'
import { jwsId, parseJws, verifyJws } from './jws.ts'

export type FoldedAct = { readonly directory: Directory; readonly act: string }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export function foldSignedDirectory(
  directory: Directory,
  jws: string,
  authority: Pick<Certificate, 'thumbprint' | 'publicKey'>,
): Result<FoldedAct, DirectoryRefusal> {
  const parsed = parseJws(jws, { typ: directoryType, maxBytes: directoryLimits.actBytes })
  if (!parsed.ok) return refuse('directory-malformed', undefined, parsed.refusal.code)
  if (parsed.value.thumbprint !== authority.thumbprint)
    return refuse('directory-not-by-authority', undefined, 'another certificate')
  const signature = verifyJws(parsed.value, authority.publicKey)
  if (!signature.ok) return refuse('directory-not-by-authority', undefined, signature.refusal.code)
  const json = parseBoundedJson(parsed.value.payload, { maxBytes: directoryLimits.actBytes, maxDepth: 16 })
  if (!json.ok) return refuse('directory-malformed', undefined, json.refusal.code)
  const act = directoryAct.safeParse(json.value)
  if (!act.success) return refuse('directory-malformed', undefined, act.error.issues[0]?.message)
  const id = jwsId(parsed.value)
  const folded = foldDirectory(directory, act.data, id, sha256)
  return folded.ok ? ok({ directory: folded.value, act: id }) : folded
}
