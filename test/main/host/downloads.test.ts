import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloadsFolder, plainFileName, saveInto } from '../../../main/host/downloads.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-downloads-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the name a saved file gets', () => {
  it.each([
    ['关于春节放假的通知.pdf', '关于春节放假的通知.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system.ini', 'system.ini'],
    ['a\u0000b\u202efdp.exe', 'a_b_fdp.exe'],
    ['CON.pdf', '_CON.pdf'],
    ['  ..hidden. ', 'hidden'],
    ['...', 'document'],
    ['什么?.pdf', '什么_.pdf'],
  ])('%j becomes %j', (given, name) => {
    expect(plainFileName(given)).toBe(name)
  })

  it('is cut at 120 characters and keeps its extension', () => {
    const name = plainFileName(`${'关'.repeat(400)}.pdf`)
    expect([...name]).toHaveLength(120)
    expect(name.endsWith('关.pdf')).toBe(true)
  })
})

describe('saving', () => {
  it('never writes over a file that is there', async () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    expect(await saveInto(folder, 'a.pdf', bytes('first'))).toBe(join(folder, 'a.pdf'))
    expect(await saveInto(folder, 'a.pdf', bytes('second'))).toBe(join(folder, 'a (2).pdf'))
    expect(await saveInto(folder, 'a.pdf', bytes('third'))).toBe(join(folder, 'a (3).pdf'))
    expect((await readdir(folder)).length).toBe(3)
    expect(await readFile(join(folder, 'a.pdf'), 'utf8')).toBe('first')
  })

  it('goes to the folder the desktop names', async () => {
    expect(await downloadsFolder(folder)).toBe(join(folder, 'Downloads'))
    await mkdir(join(folder, '.config'))
    const settings = join(folder, '.config', 'user-dirs.dirs')
    await writeFile(settings, '# made by the desktop\nXDG_DOWNLOAD_DIR="$HOME/下载"\n')
    expect(await downloadsFolder(folder)).toBe(join(folder, '下载'))
    await writeFile(settings, 'XDG_DOWNLOAD_DIR="/srv/downloads"\n')
    expect(await downloadsFolder(folder)).toBe('/srv/downloads')
  })
})
