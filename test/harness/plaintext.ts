/**
 * Looks for words in bytes, in every form in which Chinese text commonly lies on a disk or a line: UTF-8, UTF-16 both
 * ways, GB18030, JSON escapes, and base64 (both alphabets, all three alignments) of the first four.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Two-byte characters of GB18030, turned round from the decoder. */
const gb = new Map<string, Buffer>()
function gb18030(text: string): Buffer {
  if (gb.size === 0) {
    const decoder = new TextDecoder('gb18030')
    for (let lead = 0x81; lead <= 0xfe; lead++)
      for (let trail = 0x40; trail <= 0xfe; trail++) {
        const bytes = Buffer.of(lead, trail)
        const character = decoder.decode(bytes)
        if ([...character].length === 1 && !gb.has(character)) gb.set(character, bytes)
      }
  }
  return Buffer.concat([...text].map((each) => gb.get(each) ?? Buffer.from(each, 'latin1')))
}

/** What of base64 stays the same wherever the bytes begin. */
const inBase64 = (bytes: Buffer): string[] =>
  [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    const sure = text.slice(shift === 0 ? 0 : 4, -4)
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
  })

export type Form = { readonly name: string; readonly bytes: Buffer }

export function formsOf(words: string): readonly Form[] {
  const plain: [string, Buffer][] = [
    ['utf-8', Buffer.from(words)],
    ['utf-16le', Buffer.from(words, 'utf16le')],
    ['utf-16be', Buffer.from(words, 'utf16le').swap16()],
    ['gb18030', gb18030(words)],
  ]
  const escaped = [...words].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  return [
    ...plain.map(([name, bytes]) => ({ name, bytes })),
    { name: 'json', bytes: Buffer.from(escaped) },
    { name: 'json', bytes: Buffer.from(escaped.toUpperCase().replaceAll('\\U', '\\u')) },
    ...plain.flatMap(([name, bytes]) =>
      inBase64(bytes).map((text) => ({ name: `base64 of ${name}`, bytes: Buffer.from(text) })),
    ),
  ]
}

/** In which forms the words stand in the bytes. */
export const foundIn = (bytes: Buffer, words: readonly string[]): string[] =>
  words.flatMap((each) =>
    formsOf(each)
      .filter((form) => bytes.includes(form.bytes))
      .map((form) => `${each} as ${form.name}`),
  )

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Every place below a folder where the words stand, file names included. */
export const foundBelow = (folder: string, words: readonly string[]): string[] =>
  filesIn(folder).flatMap((path) =>
    [...foundIn(readFileSync(path), words), ...foundIn(Buffer.from(path), words)].map(
      (found) => `${path}: ${found}`,
    ),
  )
