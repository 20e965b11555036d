/**
 * Press (排版): the pure function from approved content, registration and named font files to the PDF. Sealing runs
 * it again and compares the bytes. Refuses rather than print a page that is not what was approved.
 */
import type { Content, Registration } from '../core/outgoing/content.ts'
import { ok, refuse } from '../core/result.ts'
import type { Result } from '../core/result.ts'
import { metricsOf } from './fonts.ts'
import type { Fonts } from './fonts.ts'
import { layOut } from './layout.ts'
import type { FontRole, Layout } from './page.ts'
import { writePdf } from './pdf.ts'

/** `glyph-missing`: a character no font has; facts: character, code, element, block, position, count. */
export type PressRefusal = 'glyph-missing' | 'page-limit' | 'font-missing'

export type FontHash = { readonly role: FontRole; readonly name: string; readonly sha256: string }
export type Pressed = {
  readonly pdf: Uint8Array
  readonly layout: Layout
  readonly fontHashes: readonly FontHash[]
}

export const pageLimit = 1_000

export const fontHashesOf = (fonts: Fonts): readonly FontHash[] =>
  fonts.files.map(({ role, name, sha256 }) => ({ role, name, sha256 }))

/** The printing date at midnight UTC; a date in another form pins a fixed day. */
function pinnedDate(registration: Registration): Date {
  const date = new Date(`${registration.printedOn}T00:00:00Z`)
  return Number.isNaN(date.getTime()) ? new Date('2000-01-01T00:00:00Z') : date
}

export async function press(
  content: Content,
  registration: Registration,
  fonts: Fonts,
): Promise<Result<Pressed, PressRefusal>> {
  if (fonts.files.length === 0) return refuse('font-missing', undefined, 'no font file was found')
  const layout = layOut(content, registration, metricsOf(fonts))
  const missing = layout.missing[0]
  if (missing) {
    return refuse(
      'glyph-missing',
      {
        character: missing.character.isWellFormed() ? missing.character : '\ufffd',
        code: missing.code,
        element: missing.element,
        ...(missing.block === undefined ? {} : { block: missing.block }),
        position: missing.position,
        count: layout.missing.length,
      },
      `${missing.code} in ${missing.element}`,
    )
  }
  if (layout.pages.length > pageLimit) {
    return refuse('page-limit', { pages: layout.pages.length, limit: pageLimit })
  }
  const pdf = await writePdf(layout, fonts, { title: content.title, date: pinnedDate(registration) })
  return ok({ pdf, layout, fontHashes: fontHashesOf(fonts) })
}
