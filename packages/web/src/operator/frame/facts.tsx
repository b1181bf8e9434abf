import type { ReactNode } from 'react'

/** Names and values of one thing; a value that is empty is a dash. */
export function Facts({
  facts,
}: {
  facts: readonly (readonly [name: string, value: ReactNode])[]
}): ReactNode {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(9rem,auto)_minmax(0,1fr)]">
      {facts.map(([name, value]) => (
        <div key={name} className="grid gap-0.5 sm:contents">
          <dt className="text-sm text-soft sm:py-0.5">{name}</dt>
          <dd className="min-w-0 break-words">{value || '–'}</dd>
        </div>
      ))}
    </dl>
  )
}
