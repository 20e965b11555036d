/**
 * The page model: what stands where on paper, in millimetres from the top left corner of an A4 page. Every writer
 * (PDF, SVG, later OFD) draws exactly this and decides nothing. Non-goal: knowing what a document is.
 *
 * Invariant: plain data that survives structured cloning and JSON; positions are final.
 */

/** Changes whenever the same content could come out at other places; an approval is signed over it. */
export const layoutVersion = 'gb9704-2012/1'

/** 仿宋, 小标宋, 黑体, 楷体, 宋体. */
export const fontRoles = ['fangsong', 'xiaobiaosong', 'heiti', 'kaiti', 'songti'] as const
export type FontRole = (typeof fontRoles)[number]

export type Ink = 'black' | 'red'

/** Characters of one face in one line: one text operator. */
export type Run = {
  readonly text: string
  /** Left edge of the first character, mm. */
  readonly x: number
  /** Baseline, mm from the top of the page. */
  readonly y: number
  /** Points. */
  readonly size: number
  readonly font: FontRole
  /** Added after every character, points. */
  readonly charSpacing: number
  /** Width of the characters in relation to their height; 1 = as designed. */
  readonly scaleX: number
  readonly ink: Ink
  /** Left edge of each character (code point), mm: for writers that place each character. */
  readonly xs: readonly number[]
}

export type ElementName =
  | 'urgency'
  | 'issuer'
  | 'number'
  | 'title'
  | 'recipients'
  | 'body'
  | 'signature'
  | 'date'
  | 'annotation'
  | 'imprint'
  | 'pageNumber'

export type Line = {
  readonly element: ElementName
  /** Index of the block in the content's body, for `body` and for titles inside it. */
  readonly block?: number
  readonly runs: readonly Run[]
}

/** A straight horizontal rule. */
export type Rule = {
  readonly x: number
  readonly y: number
  readonly width: number
  /** mm; `y` is its middle. */
  readonly thickness: number
  readonly ink: Ink
}

export type PlacedImage = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** SHA-256 of the picture's bytes, hex. */
  readonly sha256: string
}

export type Page = {
  readonly width: number
  readonly height: number
  readonly lines: readonly Line[]
  readonly rules: readonly Rule[]
  readonly images: readonly PlacedImage[]
}

/** Where a seal goes: its centre and width in mm, the page counted from 0. */
export type SealPlace = {
  readonly page: number
  readonly x: number
  readonly y: number
  readonly width: number
}

/** A character no font has. */
export type MissingGlyph = {
  readonly character: string
  /** For example U+1F600. */
  readonly code: string
  readonly element: ElementName
  readonly block?: number
  /** Position in the element's text, counted in characters from 1. */
  readonly position: number
}

export type Layout = {
  readonly layoutVersion: string
  readonly pages: readonly Page[]
  readonly sealPlaces: readonly SealPlace[]
  /** At most 100. */
  readonly missing: readonly MissingGlyph[]
}
