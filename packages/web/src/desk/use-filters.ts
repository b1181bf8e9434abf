import { useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

export type Filters<N extends string> = Readonly<Record<N, string>>

/**
 * Filters that live in the address, so that a page can be kept and sent; what is empty is not in it.
 * @param names constant, or every render makes new ones.
 */
export function useFilters<const N extends string>(
  names: readonly N[],
): [Filters<N>, (changed: Partial<Filters<N>>) => void] {
  const search = useLocation({ select: (location) => location.searchStr })
  const navigate = useNavigate()
  const filters = useMemo(() => {
    const given = new URLSearchParams(search)
    return Object.fromEntries(names.map((name) => [name, unquoted(given.get(name) ?? '')])) as Filters<N>
  }, [search, names])
  const change = useCallback(
    (changed: Partial<Filters<N>>) => {
      const next = Object.entries({ ...filters, ...changed }).filter(([, value]) => value !== '')
      void navigate({ to: '.', search: Object.fromEntries(next), replace: true } as never)
    },
    [navigate, filters],
  )
  return [filters, change]
}

/** The router quotes texts that could be read as numbers. */
const unquoted = (text: string): string => (/^".*"$/.test(text) ? text.slice(1, -1) : text)
