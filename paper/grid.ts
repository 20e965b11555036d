/**
 * Measures of GB/T 9704-2012, 5: A4, the text block (版心) 156 by 225 mm, 22 lines of 28 characters of size 3 (三号).
 * A line is a cell of 225/22 mm with the character's body in its vertical middle. All in mm unless named otherwise.
 */

export const paper = { width: 210, height: 297 } as const
export const block = { left: 28, top: 37, width: 156, height: 225 } as const
export const blockRight = block.left + block.width
export const blockBottom = block.top + block.height

export const linesPerPage = 22
export const charactersPerLine = 28
export const pitch = block.height / linesPerPage
export const cell = block.width / charactersPerLine

export const pointsPerMillimetre = 72 / 25.4
export const toPoints = (millimetres: number) => millimetres * pointsPerMillimetre
export const toMillimetres = (points: number) => points / pointsPerMillimetre

/** 三号, 二号, 四号 in points. */
export const sizes = { body: 16, title: 22, imprint: 14, head: 46 } as const

/** 28 characters of 16 pt are wider than 156 mm: this much is taken from each, points (-0.207). */
export const gridSpacing = toPoints(cell) - sizes.body

/** Of the character's body (字身), above the baseline. */
export const bodyAscent = 0.88

/** Baseline below the top of a line cell for a size in points. */
export const baselineInCell = (size: number) => {
  const body = toMillimetres(size)
  return (pitch - body) / 2 + bodyAscent * body
}

export const cellTop = (index: number) => block.top + index * pitch
