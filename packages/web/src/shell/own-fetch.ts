import type { StartData } from './start-data.ts'

/**
 * Asks as the person whose page this is. A browser has one session: where somebody else has logged in since in another
 * tab, what this page asks is refused as after the end of a session, and does not happen in the other one's name.
 */
export function ownFetch({ person }: Pick<StartData, 'person'>): typeof fetch {
  if (person === null) return (...given) => fetch(...given)
  return (input, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('charsu-person', person.mark)
    return fetch(input, { ...init, headers })
  }
}
