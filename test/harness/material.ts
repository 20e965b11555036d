/** Where material made by others lies when it is at hand: signed vectors and sample texts. Outside the repository. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const material = join(import.meta.dirname, '../../../shared')

/** The path of a piece of material, or undefined after telling on the console that its tests are skipped. */
export function findMaterial(piece: string): string | undefined {
  const path = join(material, piece)
  if (existsSync(path)) return path
  console.log(`skipped: no ${piece} at hand`)
  return undefined
}
