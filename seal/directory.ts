/**
 * One signed act of the directory, verified against the authority's certificate and folded in. Clients and the hub
 * both believe the directory by this function alone: whoever serves it adds nothing.
 */
import { directoryAct, directoryLimits, directoryType, foldDirectory } from '../core/directory/directory.ts'
import type { Directory, DirectoryRefusal } from '../core/directory/directory.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import type { Certificate } from './certificate.ts'
import { sha256 } from './hash.ts'
import { jwsId, verifyJws } from './jws.ts'
import { readStatement } from './statement.ts'

const kind = {
  typ: directoryType,
  maxBytes: directoryLimits.actBytes,
  maxDepth: 16,
  schema: directoryAct,
} as const

export type FoldedAct = { readonly directory: Directory; readonly act: string }

export function foldSignedDirectory(
  directory: Directory,
  jws: string,
  authority: Pick<Certificate, 'thumbprint' | 'publicKey'>,
): Result<FoldedAct, DirectoryRefusal> {
  const read = readStatement(jws, kind)
  if (!read.ok) return refuse('directory-malformed', undefined, read.refusal.detail)
  const { jws: parsed, value } = read.value
  if (parsed.thumbprint !== authority.thumbprint)
    return refuse('directory-not-by-authority', undefined, 'another certificate')
  const signature = verifyJws(parsed, authority.publicKey)
  if (!signature.ok) return refuse('directory-not-by-authority', undefined, signature.refusal.code)
  const id = jwsId(parsed)
  const folded = foldDirectory(directory, value, id, sha256)
  return folded.ok ? ok({ directory: folded.value, act: id }) : folded
}
