/**
 * `npm run -s press -- IN.txt OUT.pdf`: typesets a plain text document. Needs no client.
 * Exit code 0 pressed, 1 refused or wrongly called, 3 the text cannot be read. Errors are one line each.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { readFontFiles } from '../main/fonts.ts'
import { loadFonts } from '../paper/fonts.ts'
import { decodeText, importText } from '../paper/import.ts'
import type { Imported, ImportRefusal } from '../paper/import.ts'
import { press } from '../paper/press.ts'
import type { PressRefusal } from '../paper/press.ts'
import type { Content, Registration } from '../core/outgoing/content.ts'
import type { Refusal } from '../core/result.ts'

const importSentences: Readonly<Record<ImportRefusal, string>> = {
  'classified-mark':
    'the text bears a classification mark: nothing was kept; stop, and use the channel for classified papers',
  'too-long': 'the text is longer than a document may be',
  'not-text': 'the file is not a text (control characters or an unknown encoding)',
  empty: 'the text is empty',
}

function pressSentence(refusal: Refusal<PressRefusal>): string {
  const { facts } = refusal
  switch (refusal.code) {
    case 'glyph-missing': {
      const block = facts?.['block'] === undefined ? '' : ` ${Number(facts['block']) + 1}`
      const place = `${facts?.['element']}${block}, character ${facts?.['position']}`
      return `no font has the character ${facts?.['code']} (${place}); ${facts?.['count']} such in all`
    }
    case 'page-limit':
      return `the text fills ${facts?.['pages']} pages; the limit is ${facts?.['limit']}`
    case 'font-missing':
      return 'no font files found: run `npm run setup`, or name a folder in SEALPOST_FONTS'
  }
}

function contentOf(imported: Imported): { content: Content; registration: Registration } {
  const date = imported.dateText ?? ''
  return {
    content: {
      documentType: imported.documentType ?? '通知',
      issuer: imported.issuer ?? '',
      title: imported.title,
      mainRecipients: [...imported.mainRecipients],
      body: [...imported.body],
      signature: imported.signature ?? '',
      ...(imported.annotation === undefined ? {} : { annotation: imported.annotation }),
      copies: [...imported.copies],
      urgency: imported.urgency ?? 'normal',
      publicity: { kind: 'public' },
    },
    // The date is printed as the text has it: old forms are not rewritten.
    registration: { number: imported.documentNumber ?? '', date, printedOn: imported.date ?? '' },
  }
}

function stop(code: number, sentence: string): never {
  process.stderr.write(`press: ${sentence}\n`)
  process.exit(code)
}

const [input, output, ...more] = process.argv.slice(2)
if (!input || !output || more.length > 0) stop(1, 'usage: npm run -s press -- IN.txt OUT.pdf')

let bytes: Uint8Array
try {
  bytes = readFileSync(input)
} catch (error) {
  stop(3, `cannot read ${input} (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
}
const text = decodeText(bytes)
if (!text.ok) stop(text.refusal.code === 'not-text' ? 3 : 1, importSentences[text.refusal.code])
const imported = importText(text.value)
if (!imported.ok) stop(imported.refusal.code === 'not-text' ? 3 : 1, importSentences[imported.refusal.code])

const { content, registration } = contentOf(imported.value)
const pressed = await press(content, registration, loadFonts(readFontFiles()))
if (!pressed.ok) stop(1, pressSentence(pressed.refusal))
try {
  writeFileSync(output, pressed.value.pdf)
} catch (error) {
  stop(1, `cannot write ${output} (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
}
process.stdout.write(`${output}: ${pressed.value.layout.pages.length} pages\n`)
