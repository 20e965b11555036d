/** Units and people as the directory lists them; read once a session. */
import { create } from 'zustand'
import type { PersonView, UnitView } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'

export type Directory = { readonly units: readonly UnitView[]; readonly people: readonly PersonView[] }

export const useDirectory = create<Directory>(() => ({ units: [], people: [] }))

export async function loadDirectory(): Promise<void> {
  const [units, people] = await Promise.all([call('directory.units', {}), call('directory.people', {})])
  useDirectory.setState({
    ...(units.ok ? { units: units.value.toSorted((a, b) => a.order - b.order) } : {}),
    ...(people.ok ? { people: people.value } : {}),
  })
}
