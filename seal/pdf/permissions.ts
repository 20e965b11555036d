/**
 * What a document's signatures permit later revisions to change: DocMDP for all (ISO 32000-2 12.8.2.2), FieldMDP and
 * /Lock for single fields (12.8.2.4). Without a certification forms may be filled and further signatures made.
 */
import type { Weight } from './changes.ts'
import type { Located } from './signatures.ts'
import { certificationOf, decodeText, transformsOf } from './structure.ts'
import { isArray, isName, isString } from './syntax.ts'

/** The heaviest change permitted, after the strictest certification among the signatures. */
export function permittedWeight(found: readonly Located[]): Weight {
  const levels = found.flatMap(({ view, dictionary }) => {
    const level = view && dictionary ? certificationOf(view, dictionary) : undefined
    return level === undefined ? [] : [level]
  })
  return levels.length === 0 ? 2 : (Math.min(...levels) as Weight)
}

/** Whether this signature locks the field of that name. */
export function lockOf({ view, dictionary }: Located): (field: string) => boolean {
  if (!view || !dictionary) return () => false
  const locks = transformsOf(view, dictionary)
    .filter(({ method }) => method === 'FieldMDP')
    .map(({ parameters }) => {
      const action = view.resolve(parameters?.entries.get('Action'))
      const list = view.resolve(parameters?.entries.get('Fields'))
      const names = (isArray(list) ? list.items : []).flatMap((item) => {
        const name = view.resolve(item)
        return isString(name) ? [decodeText(name.bytes)] : []
      })
      const listed = (field: string): boolean =>
        names.some((name) => field === name || field.startsWith(`${name}.`))
      if (isName(action) && action.name === 'Include') return listed
      if (isName(action) && action.name === 'Exclude') return (field: string) => !listed(field)
      return () => true
    })
  return (field) => locks.some((lock) => lock(field))
}
