/**
 * Saving a file where a person finds it: a name that no system refuses, a folder that the desktop names, and never
 * over a file that is already there.
 *
 * Non-goals: no dialog (Electron has its own).
 */
import { access, mkdir, open, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { extname, join } from 'node:path'

const longest = 120
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** A file name that Windows and Linux take, at most 120 characters, keeping the extension; never a path. */
export function plainFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const plain = last
    .replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"|?*]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
  if (plain === '') return 'document'
  const safe = reserved.test(plain) ? `_${plain}` : plain
  const extension = extname(safe).slice(0, 10)
  const stem = [...safe.slice(0, safe.length - extname(safe).length)]
  return stem.slice(0, longest - extension.length).join('') + extension
}

/** The person's download folder as the desktop names it (freedesktop user-dirs), else `Downloads`. */
export async function downloadsFolder(home = homedir()): Promise<string> {
  const named = await readFile(join(home, '.config', 'user-dirs.dirs'), 'utf8').catch(() => '')
  const line = /^XDG_DOWNLOAD_DIR="(?:\$HOME\/)?([^"\n]+)"$/m.exec(named)
  if (!line?.[1]) return join(home, 'Downloads')
  return line[0].includes('$HOME/') || !line[1].startsWith('/') ? join(home, line[1]) : line[1]
}

/** Writes the bytes under the first free name (`a.pdf`, `a (2).pdf`, ...) and returns the path. Disk errors throw. */
export async function saveInto(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true })
  const plain = plainFileName(name)
  const extension = extname(plain)
  const stem = plain.slice(0, plain.length - extension.length)
  for (let copy = 1; copy <= 1_000; copy++) {
    const path = join(folder, copy === 1 ? plain : `${stem} (${copy})${extension}`)
    const taken = await access(path).then(
      () => true,
      () => false,
    )
    if (taken) continue
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await file.close()
    }
    return path
  }
  throw new Error('a thousand files of this name are already there')
}
