/** The window's files: the built renderer and, under fonts/, the very font files pages are set in. */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { Fonts } from '../paper/fonts.ts'
import type { Asset } from './host/host.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
}

/** Serves `path` from the folder; nothing outside of it, nothing that is not one of the types above. */
export function assetsFrom(folder: string, fonts: () => Promise<Fonts>) {
  return async (path: string): Promise<Asset | null> => {
    if (path.startsWith('fonts/')) {
      const font = (await fonts()).files.find((file) => file.role === path.slice('fonts/'.length))
      return font ? { body: font.bytes, type: font.name.endsWith('.otf') ? 'font/otf' : 'font/ttf' } : null
    }
    const clean = normalize(path)
    const type = types[extname(clean)]
    if (type === undefined || clean.startsWith('..') || clean.startsWith('/') || clean.includes('\0'))
      return null
    try {
      return { body: await readFile(join(folder, clean)), type }
    } catch {
      return null
    }
  }
}
