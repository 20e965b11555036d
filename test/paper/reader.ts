/** Reads made PDFs with poppler, an independent reader: text, boxes, pictures. Coordinates in mm from the top left. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

function withFile<Value>(pdf: Uint8Array, use: (file: string, folder: string) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-paper-'))
  try {
    writeFileSync(join(folder, 'in.pdf'), pdf)
    return use(join(folder, 'in.pdf'), folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(program: string, args: readonly string[]): string {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
  if (done.status !== 0) throw new Error(`${program}: ${done.error?.message ?? done.stderr}`)
  if (done.stderr.trim() !== '') throw new Error(`${program} complained: ${done.stderr}`)
  return done.stdout
}

/** Text in the order in which it was written, all blanks taken out. */
export const textOf = (pdf: Uint8Array): string =>
  withFile(pdf, (file) => run('pdftotext', ['-raw', '-enc', 'UTF-8', file, '-'])).replace(/\s+/gu, '')

export const infoOf = (pdf: Uint8Array): string => withFile(pdf, (file) => run('pdfinfo', [file]))
export const fontsOf = (pdf: Uint8Array): string => withFile(pdf, (file) => run('pdffonts', [file]))

export type BoxedLine = {
  readonly page: number
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&apos;': "'",
}

/** Lines with their boxes, put together from words: one line where words share a vertical place. */
export function linesOf(pdf: Uint8Array): BoxedLine[] {
  const xml = withFile(pdf, (file) => run('pdftotext', ['-bbox-layout', '-enc', 'UTF-8', file, '-']))
  const millimetres = (points: string | undefined) => (Number(points) * 25.4) / 72
  return xml
    .split('<page ')
    .slice(1)
    .flatMap((pageText, page) => {
      const lines: BoxedLine[] = []
      for (const [, xMin, yMin, xMax, yMax, word] of pageText.matchAll(
        /<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</g,
      )) {
        const text = word!.replace(/&\w+;/g, (entity) => entities[entity] ?? entity)
        const [left, top, right, bottom] = [xMin, yMin, xMax, yMax].map(millimetres) as [
          number,
          number,
          number,
          number,
        ]
        const same = lines.findIndex(
          (line) => Math.abs((line.top + line.bottom) / 2 - (top + bottom) / 2) < 1.5,
        )
        if (same === -1) lines.push({ page, text, left, right, top, bottom })
        else {
          const line = lines[same]!
          lines[same] = {
            page,
            text: line.left <= left ? line.text + text : text + line.text,
            left: Math.min(line.left, left),
            right: Math.max(line.right, right),
            top: Math.min(line.top, top),
            bottom: Math.max(line.bottom, bottom),
          }
        }
      }
      return lines.sort((a, b) => a.top - b.top)
    })
}

export type Picture = { readonly width: number; readonly height: number; readonly grey: Uint8Array }

/** Pages as grey pictures, 0 = black. */
export function render(pdf: Uint8Array, dpi: number): Picture[] {
  return withFile(pdf, (file, folder) => {
    run('pdftoppm', ['-gray', '-r', String(dpi), file, join(folder, 'page')])
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pgm'))
      .sort()
      .map((name) => {
        const bytes = readFileSync(join(folder, name))
        const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString('latin1'))!
        return {
          width: Number(head[1]),
          height: Number(head[2]),
          grey: new Uint8Array(bytes.subarray(head[0].length)),
        }
      })
  })
}
