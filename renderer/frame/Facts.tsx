/** Named facts, one a line: what will be signed, what a document is. Empty values are left out. */
import type { ReactNode } from 'react'

export type Fact = readonly [name: string, value: ReactNode]

export function Facts({ facts, label }: { readonly facts: readonly Fact[]; readonly label?: string }) {
  return (
    <dl className="facts" aria-label={label}>
      {facts
        .filter(([, value]) => value !== '' && value !== undefined && value !== null && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
