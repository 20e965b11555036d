/** Whom the dispatch dialog proposes: the units of the directory whose names stand on the paper. Pure. */
import type { RecipientView, UnitView } from '../../preload/contract/views.ts'

export type Addressed = Readonly<Record<string, 'main' | 'copy'>>

export type Proposal = {
  /** Unit to kind. */
  readonly to: Addressed
  /** Names on the paper that no unit of the directory bears. */
  readonly unmatched: readonly string[]
}

/** Statuses from which a unit may be sent the document again. */
const again: ReadonlySet<RecipientView['status']> = new Set(['refused', 'returned', 'recalled'])

/** Units that may be chosen: not our own, and not those who have it. */
export function choosableUnits(
  units: readonly UnitView[],
  recipients: readonly RecipientView[],
): readonly UnitView[] {
  const have = new Set(recipients.filter((each) => !again.has(each.status)).map((each) => each.unit))
  return units.filter((unit) => !unit.mine && !have.has(unit.unit))
}

export function proposeAddressees(
  units: readonly UnitView[],
  main: readonly string[],
  copies: readonly string[],
): Proposal {
  const byName = new Map(units.map((unit) => [unit.name, unit.unit]))
  const to: Record<string, 'main' | 'copy'> = {}
  for (const name of copies) {
    const unit = byName.get(name)
    if (unit) to[unit] = 'copy'
  }
  for (const name of main) {
    const unit = byName.get(name)
    if (unit) to[unit] = 'main'
  }
  return { to, unmatched: [...main, ...copies].filter((name) => !byName.has(name)) }
}
