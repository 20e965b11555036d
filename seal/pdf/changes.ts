/**
 * Compares two revisions of a PDF and says what the later one changed: nothing of weight, filled forms and further
 * signatures, annotations, or anything else. Walks both object graphs from their roots at once; an object that is
 * reached in two roles must pass in both. What is not known to be harmless is `content`.
 * Non-goal: whether a change was permitted for one signature (verify.ts asks).
 */
import { certificationOf, fieldsOf, formOf, type Field } from './structure.ts'
import type { PdfView } from './read.ts'
import { isSignatureValue } from './signatures.ts'
import {
  isArray,
  isDictionary,
  isName,
  isReference,
  isStream,
  isString,
  MalformedPdf,
  type PdfDictionary,
  type PdfValue,
} from './syntax.ts'

/** Rising weight: 0 none, 1 validation material and metadata, 2 forms and signatures, 3 annotations, 4 content. */
export type Weight = 0 | 1 | 2 | 3 | 4

export type Changes = {
  readonly weight: Weight
  /** Names of fields whose value or looks changed. */
  readonly fields: readonly string[]
  /** In English, at most 20. */
  readonly findings: readonly string[]
}

export const changeLimits = { comparisons: 5_000_000, findings: 20 } as const

/** How many more comparisons a whole verification may make; counts down. */
export type Budget = { left: number }
export const newBudget = (): Budget => ({ left: changeLimits.comparisons })

export function compareRevisions(older: PdfView, newer: PdfView, budget: Budget): Changes {
  try {
    return new Comparison(older, newer, budget).run()
  } catch (error) {
    if (!(error instanceof MalformedPdf)) throw error
    return { weight: 4, fields: [], findings: [`not comparable: ${error.message}`] }
  }
}

type Blame = { readonly weight: Weight; readonly field?: string }
type Pair = { readonly a: PdfValue; readonly b: PdfValue; readonly path: string; readonly blame: Blame }
const content: Blame = { weight: 4 }

class Comparison {
  private readonly older: PdfView
  private readonly newer: PdfView
  private readonly budget: Budget
  private readonly oldFields: ReadonlyMap<number, Field>
  private readonly newFields: ReadonlyMap<number, Field>
  /** Pages, page tree nodes, fields and the catalog: compared in their own roles, so references to them only by number. */
  private readonly own = new Set<number>()
  private readonly visited = new Set<string>()
  private readonly pending: Pair[] = []
  private readonly findings: string[] = []
  private readonly changedFields = new Set<string>()
  private weight: Weight = 0

  constructor(older: PdfView, newer: PdfView, budget: Budget) {
    this.older = older
    this.newer = newer
    this.budget = budget
    this.oldFields = new Map(fieldsOf(older).map((field) => [field.reference.number, field]))
    this.newFields = new Map(fieldsOf(newer).map((field) => [field.reference.number, field]))
  }

  private found(weight: Weight, what: string, field?: string): void {
    if (weight > this.weight) this.weight = weight
    if (field !== undefined) this.changedFields.add(field)
    if (this.findings.length < changeLimits.findings) this.findings.push(what)
  }

  run(): Changes {
    const oldRoot = this.older.revision.trailer.entries.get('Root')
    const newRoot = this.newer.revision.trailer.entries.get('Root')
    if (!isReference(oldRoot) || !isReference(newRoot) || oldRoot.number !== newRoot.number)
      throw new MalformedPdf('another catalog')
    this.own.add(oldRoot.number)
    for (const number of this.oldFields.keys()) this.own.add(number)
    this.collectPages(this.older.catalog().entries.get('Pages'), 0)
    if (
      this.differs(
        this.older.revision.trailer.entries.get('Info'),
        this.newer.revision.trailer.entries.get('Info'),
      )
    )
      this.found(1, 'document information')
    this.catalog()
    this.fields()
    this.drain()
    return { weight: this.weight, fields: [...this.changedFields], findings: this.findings }
  }

  private collectPages(value: PdfValue | undefined, depth: number): void {
    if (!isReference(value) || this.own.has(value.number) || depth > 64) throw new MalformedPdf('page tree')
    this.own.add(value.number)
    const kids = this.older.resolve(this.older.dictionary(value)?.entries.get('Kids'))
    if (isArray(kids)) for (const kid of kids.items) this.collectPages(kid, depth + 1)
  }

  /** Whether two values of free content differ at first sight; what they refer to is not followed. */
  private differs(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
    if (isReference(a) && isReference(b))
      return a.number !== b.number || this.older.whereabouts(a.number) !== this.newer.whereabouts(b.number)
    return a !== b
  }

  private catalog(): void {
    const [old, now] = [this.older.catalog().entries, this.newer.catalog().entries]
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      const [a, b] = [old.get(key), now.get(key)]
      if (key === 'Pages') this.pages(a, b)
      else if (key === 'AcroForm') this.form()
      else if (key === 'DSS' || key === 'Metadata' || key === 'Extensions' || key === 'Version') {
        if (this.differs(a, b)) this.found(1, `catalog ${key}`)
      } else this.same(a, b, `catalog ${key}`, content)
    }
  }

  private pages(a: PdfValue | undefined, b: PdfValue | undefined): void {
    if (!isReference(a) || !isReference(b) || a.number !== b.number) return this.found(4, 'page tree')
    const [old, now] = [this.older.dictionary(a), this.newer.dictionary(b)]
    if (!old || !now) return this.found(4, 'page tree')
    for (const key of new Set([...old.entries.keys(), ...now.entries.keys()])) {
      const [x, y] = [old.entries.get(key), now.entries.get(key)]
      const path = `page ${a.number} ${key}`
      if (key === 'Annots' && !old.entries.has('Kids')) this.annotations(x, y, path)
      else if (key !== 'Kids') this.same(x, y, path, content)
      else {
        const [before, after] = [this.older.resolve(x), this.newer.resolve(y)]
        if (!isArray(before) || !isArray(after) || before.items.length !== after.items.length)
          this.found(4, 'page tree')
        else before.items.forEach((kid, place) => this.pages(kid, after.items[place]))
      }
    }
  }

  private annotations(a: PdfValue | undefined, b: PdfValue | undefined, path: string): void {
    const [before, after] = [this.older.resolve(a), this.newer.resolve(b)]
    const old = isArray(before) ? before.items : []
    const now = isArray(after) ? after.items : []
    const kept = new Map<number, number>()
    now.forEach((item, place) => {
      if (isReference(item)) kept.set(item.number, place)
    })
    let last = -1
    const known = new Set<number>()
    old.forEach((item, place) => {
      if (!isReference(item)) return this.same(item, now[place], path, content)
      known.add(item.number)
      const found = kept.get(item.number)
      const widget = this.subtypeOf(this.older, item) === 'Widget'
      const blame: Blame = { weight: widget ? 4 : 3 }
      if (found === undefined) return this.found(blame.weight, `${path}: ${item.number} removed`)
      if (found < last) this.found(blame.weight, `${path}: another order`)
      last = found
      if (!this.oldFields.has(item.number)) this.same(item, now[found], `annotation ${item.number}`, blame)
    })
    now.forEach((item, place) => {
      if (!isReference(item)) {
        if (place >= old.length || isReference(old[place])) this.found(4, `${path}: added in place`)
      } else if (!known.has(item.number)) {
        const widget = this.subtypeOf(this.newer, item) === 'Widget'
        if (!widget) this.found(3, `${path}: annotation ${item.number} added`)
        // A new field's widget is judged with the field; an old field must not come to stand on another page.
        else if (!this.newFields.has(item.number) || this.oldFields.has(item.number))
          this.found(4, `${path}: widget ${item.number} added`)
      }
    })
  }

  private subtypeOf(view: PdfView, value: PdfValue): string {
    const subtype = view.resolve(view.dictionary(value)?.entries.get('Subtype'))
    return isName(subtype) ? subtype.name : ''
  }

  private form(): void {
    const [old, now] = [formOf(this.older), formOf(this.newer)]
    if (!now) return old ? this.found(4, 'form removed') : undefined
    for (const key of new Set([...(old?.entries.keys() ?? []), ...now.entries.keys()])) {
      const [a, b] = [old?.entries.get(key), now.entries.get(key)]
      if (key === 'Fields') continue
      if (key === 'SigFlags') {
        if (this.older.resolve(a) !== this.newer.resolve(b)) this.found(1, 'form SigFlags')
      } else if (key === 'DR') this.resources(a, b)
      else this.same(a, b, `form ${key}`, { weight: key === 'DA' || key === 'NeedAppearances' ? 2 : 4 })
    }
  }

  /** Resources of the form: names may be added, none may change. */
  private resources(a: PdfValue | undefined, b: PdfValue | undefined): void {
    const [old, now] = [this.older.dictionary(a), this.newer.dictionary(b)]
    if (!old) return now ? this.found(2, 'form resources') : undefined
    for (const [kind, before] of old.entries) {
      const [inner, after] = [this.older.dictionary(before), this.newer.dictionary(now?.entries.get(kind))]
      if (!inner) this.same(before, now?.entries.get(kind), `form resources ${kind}`, content)
      else
        for (const [name, value] of inner.entries)
          this.same(value, after?.entries.get(name), `form ${name}`, content)
    }
  }

  private fields(): void {
    for (const [number, old] of this.oldFields) {
      const now = this.newFields.get(number)
      if (!now || now.name !== old.name || now.kind !== old.kind)
        this.found(4, `field ${old.name} removed or renamed`)
      else this.field(old, now)
    }
    for (const [number, now] of this.newFields) if (!this.oldFields.has(number)) this.addedField(now)
  }

  private addedField({ name, kind, value, dictionary }: Field): void {
    if (kind !== 'Sig') return this.found(4, `field ${name} added`)
    const signature = this.newer.dictionary(value)
    if (signature) this.addedSignature(name, value, signature)
    else if (dictionary.entries.has('AP')) this.found(4, `unsigned field ${name} with looks added`)
    else this.found(2, `unsigned field ${name} added`)
  }

  private addedSignature(name: string, value: PdfValue | undefined, signature: PdfDictionary): void {
    const reused = isReference(value) && this.older.whereabouts(value.number) !== 'free'
    if (reused || !isSignatureValue(signature))
      return this.found(4, `field ${name} with what is no new signature`)
    if (certificationOf(this.newer, signature) !== undefined)
      return this.found(4, `field ${name} certifies afterwards`)
    const type = this.newer.resolve(signature.entries.get('Type'))
    const timestamp = isName(type) && type.name === 'DocTimeStamp'
    this.found(timestamp ? 1 : 2, `signature ${name} added`)
  }

  private field(old: Field, now: Field): void {
    const signs = old.kind === 'Sig'
    const signed = signs && this.older.dictionary(old.value) === undefined && this.newer.dictionary(now.value)
    if (signed) this.addedSignature(old.name, now.value, signed)
    const free = signs ? (signed ? signedKeys : noKeys) : filledKeys
    for (const key of new Set([...old.dictionary.entries.keys(), ...now.dictionary.entries.keys()])) {
      const filled: Blame = signs ? { weight: 2 } : { weight: 2, field: old.name }
      const blame = free.has(key) ? filled : content
      this.same(
        old.dictionary.entries.get(key),
        now.dictionary.entries.get(key),
        `field ${old.name} ${key}`,
        blame,
      )
    }
  }

  /** Demands equality, blaming a difference as stated. References are compared later, each once for each blame. */
  private same(a: PdfValue | undefined, b: PdfValue | undefined, path: string, blame: Blame): void {
    if (--this.budget.left < 0) throw new MalformedPdf('too much to compare')
    const [x, y] = [a ?? null, b ?? null]
    if (isReference(x) && isReference(y) && x.number === y.number && x.generation === y.generation) {
      if (this.own.has(x.number)) return
      const key = `${blame.weight} ${blame.field ?? ''} ${x.number}`
      if (this.visited.has(key)) return
      this.visited.add(key)
      this.pending.push({ a: x, b: y, path, blame })
      return
    }
    if (isArray(x) && isArray(y) && x.items.length === y.items.length)
      x.items.forEach((item, place) => this.same(item, y.items[place], path, blame))
    else if (isDictionary(x) && isDictionary(y)) this.sameEntries(x.entries, y.entries, path, blame)
    else if (isStream(x) && isStream(y)) {
      this.sameEntries(x.entries, y.entries, path, blame)
      if (Buffer.compare(x.raw, y.raw) !== 0) this.found(blame.weight, path, blame.field)
    } else if (!equalSimple(x, y)) this.found(blame.weight, path, blame.field)
  }

  private sameEntries(
    a: ReadonlyMap<string, PdfValue>,
    b: ReadonlyMap<string, PdfValue>,
    path: string,
    blame: Blame,
  ): void {
    for (const key of new Set([...a.keys(), ...b.keys()])) this.same(a.get(key), b.get(key), path, blame)
  }

  private drain(): void {
    for (let pair = this.pending.pop(); pair; pair = this.pending.pop())
      this.same(this.older.resolve(pair.a), this.newer.resolve(pair.b), pair.path, pair.blame)
  }
}

const noKeys: ReadonlySet<string> = new Set()
const signedKeys: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'M'])
const filledKeys: ReadonlySet<string> = new Set(['V', 'RV', 'I', 'TI', 'AP', 'AS', 'M'])

function equalSimple(a: PdfValue, b: PdfValue): boolean {
  if (isName(a)) return isName(b) && a.name === b.name
  if (isString(a)) return isString(b) && Buffer.compare(a.bytes, b.bytes) === 0
  return a === b
}
