/**
 * Pages being filled, cell by cell. Owned by one layout run; the only mutable thing in it.
 */
import { baselineInCell, blockBottom, cellTop, linesPerPage, paper } from './grid.ts'
import type { Line, Page, Rule } from './page.ts'
import type { Row } from './rows.ts'

type Placed = { readonly row: Row; readonly cell: number; readonly offset: number }
type Sheet = { readonly placed: Placed[]; readonly lines: Line[]; readonly rules: Rule[] }

export class Sheets {
  readonly #sheets: Sheet[] = [{ placed: [], lines: [], rules: [] }]
  /** Next free cell of the last page. */
  #next = 0

  get page(): number {
    return this.#sheets.length - 1
  }

  get cell(): number {
    return this.#next
  }

  get count(): number {
    return this.#sheets.length
  }

  turn(): void {
    this.#sheets.push({ placed: [], lines: [], rules: [] })
    this.#next = 0
  }

  /** Leaves cells empty; the rest of a page at most. */
  skip(cells: number): void {
    this.#next = Math.min(linesPerPage, this.#next + cells)
  }

  moveTo(cell: number): void {
    this.#next = cell
  }

  /** Puts a row into the next cell, on a new page if this one is full; `offset` moves it down, mm. */
  put(row: Row, offset = 0): void {
    if (this.#next >= linesPerPage) this.turn()
    this.#sheets.at(-1)!.placed.push({ row, cell: this.#next, offset })
    this.#next++
  }

  /** Free cells of the last page. */
  get free(): number {
    return linesPerPage - this.#next
  }

  /** Lower edge of what is used on the last page, mm. */
  get usedTo(): number {
    return cellTop(this.#next)
  }

  /** Takes back the last rows of the last page and puts them on a new one. */
  carryOver(rows: number): void {
    const taken = rows === 0 ? [] : this.#sheets.at(-1)!.placed.splice(-rows)
    this.turn()
    for (const { row, offset } of taken) this.put(row, offset)
  }

  /** Rows at the end of the last page that satisfy a condition. */
  countLast(condition: (row: Row) => boolean): number {
    const placed = this.#sheets.at(-1)!.placed
    let count = 0
    while (count < placed.length && condition(placed[placed.length - 1 - count]!.row)) count++
    return count
  }

  get placedOnPage(): number {
    return this.#sheets.at(-1)!.placed.length
  }

  addLine(page: number, line: Line): void {
    this.#sheets[page]!.lines.push(line)
  }

  addRule(page: number, rule: Rule): void {
    this.#sheets[page]!.rules.push(rule)
  }

  /** Whether anything but the imprint stands on a page. */
  hasText(page: number): boolean {
    return this.#sheets[page]!.placed.length > 0
  }

  finish(): Page[] {
    return this.#sheets.map((sheet) => {
      const flowed = sheet.placed.map(({ row, cell, offset }) =>
        row.draw(cellTop(cell) + baselineInCell(row.size) + offset),
      )
      const before = sheet.lines.filter((line) => topOf(line) < topOf(flowed[0]))
      const after = sheet.lines.filter((line) => !before.includes(line))
      return {
        ...paper,
        lines: [...before, ...flowed, ...after].filter((line) => line.runs.length > 0),
        rules: sheet.rules,
        images: [],
      }
    })
  }
}

const topOf = (line: Line | undefined) => line?.runs[0]?.y ?? blockBottom
