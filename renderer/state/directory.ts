/** Units and people as the directory lists them; read once a session. */
import { create } from 'zustand'
import type { PersonView, UnitView } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'

export type Directory = { readonly units: readonly UnitView[]; readonly people: readonly PersonView[] }

const begin: Directory = { units: [], people: [] }

export const useDirectory = create<Directory>(() => begin)

export async function loadDirectory(): Promise<void> {
  const [units, people] = await Promise.all([call('directory.units', {}), call('directory.people', {})])
  useDirectory.setState({
    ...(units.ok ? { units: units.value.toSorted((a, b) => a.order - b.order) } : {}),
    ...(people.ok ? { people: people.value } : {}),
  })
}

export const leaveDirectory = (): void => useDirectory.setState(begin)
