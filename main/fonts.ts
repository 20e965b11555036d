/**
 * Finds the font files: a folder named by SEALPOST_FONTS or handed in, then the set-up's folder, then the packages
 * that npm brought. The disk part of paper/fonts.ts; a role nobody has is left out, and the layout tells which
 * characters are missing.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FontFile } from '../paper/fonts.ts'
import { fontRoles } from '../paper/page.ts'
import type { FontRole } from '../paper/page.ts'
import { sha256 } from '../seal/hash.ts'

const project = dirname(dirname(fileURLToPath(import.meta.url)))

/** File names by role, the preferred first: what an office has installed, then what the set-up brings. */
const names: Readonly<Record<FontRole, readonly RegExp[]>> = {
  fangsong: [/^(仿宋_?GB2312|FZFSK?|STFANGSO|simfang).*\.(ttf|otf)$/i, /^FandolFang-Regular\.otf$/],
  xiaobiaosong: [/^(方正小标宋|FZXBS).*\.(ttf|otf)$/i, /^NotoSerifSC_900Black\.ttf$/],
  heiti: [/^(simhei|STHEITI|FZHTK?).*\.(ttf|otf)$/i, /^NotoSansSC_500Medium\.ttf$/],
  kaiti: [/^(楷体_?GB2312|simkai|STKAITI|FZKTK?).*\.(ttf|otf)$/i, /^LXGWWenKai-Regular\.ttf$/],
  songti: [/^(STSONG|FZSSK?|simsun).*\.(ttf|otf)$/i, /^NotoSerifSC_400Regular\.ttf$/],
}

/** Where fonts lie unless folders are handed in. */
export function fontFolders(): readonly string[] {
  const packages = join(project, 'node_modules', '@expo-google-fonts')
  return [
    ...(process.env['SEALPOST_FONTS'] ? [process.env['SEALPOST_FONTS']] : []),
    join(project, '.cache', 'fonts'),
    join(packages, 'noto-serif-sc', '900Black'),
    join(packages, 'noto-serif-sc', '400Regular'),
    join(packages, 'noto-sans-sc', '500Medium'),
  ]
}

/** The first file found for each role, in the order of the folders. */
export function readFontFiles(folders: readonly string[] = fontFolders()): FontFile[] {
  const listed = folders
    .filter((folder) => existsSync(folder))
    .map((folder) => ({ folder, entries: readdirSync(folder).sort() }))
  const find = (role: FontRole) => {
    for (const { folder, entries } of listed) {
      for (const pattern of names[role]) {
        const entry = entries.find((name) => pattern.test(name))
        if (entry) return { folder, entry }
      }
    }
    return null
  }
  return fontRoles.flatMap((role) => {
    const found = find(role)
    if (!found) return []
    const bytes = new Uint8Array(readFileSync(join(found.folder, found.entry)))
    return [{ role, name: found.entry, sha256: sha256(bytes), bytes }]
  })
}
