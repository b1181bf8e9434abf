import { QueryClientProvider } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import { ownFetch } from '../shell/own-fetch.ts'
import { pageBase } from '../shell/page-base.ts'
import { SessionEnded } from '../shell/session-ended.tsx'
import { useStart } from '../shell/start-context.tsx'
import { usePageSeen } from '../shell/use-page-seen.ts'
import { createPerson, type Person } from './person/create-person.ts'
import type { ChatState } from './state/chat-state.ts'

const Current = createContext<Person | null>(null)

export interface PersonScopeProps {
  /** Whose pages these are: '' for who is logged in, `/dev/as/{host_id}` for somebody in particular. */
  base: string
  /** Instead of the browser's, for pages that watch what is asked; the same one as long as the scope is there. */
  fetch?: typeof fetch
  /** Whether they hear of nothing while nobody looks. A browser has six connections to a server for all its tabs. */
  restsUnseen?: boolean
  children: ReactNode
}

/** One person: their calls, their stream, their outbox. Two of them can stand side by side. */
export function PersonScope({
  base,
  fetch: given,
  restsUnseen = false,
  children,
}: PersonScopeProps): ReactNode {
  const start = useStart()
  const [own] = useState(() => (base === pageBase(location.pathname) ? ownFetch(start) : undefined))
  const [person, setPerson] = useState<Person | null>(null)
  const [hasEnded, setHasEnded] = useState(false)
  const send = given ?? own
  useEffect(() => {
    const fresh = createPerson({
      base,
      ...(send && { fetch: send }),
      onSessionEnded: () => setHasEnded(true),
    })
    fresh.start()
    setPerson(fresh)
    setHasEnded(false)
    return () => fresh.stop()
  }, [base, send])
  const isSeen = usePageSeen()
  useEffect(() => {
    // Somebody may have come back by now.
    if (restsUnseen && !isSeen && document.visibilityState === 'hidden') person?.rest()
  }, [restsUnseen, isSeen, person])
  if (person === null) return null
  return (
    <Current value={person}>
      <QueryClientProvider client={person.queryClient}>
        {children}
        {hasEnded && <SessionEnded />}
      </QueryClientProvider>
    </Current>
  )
}

/** The person whose pages these are. @throws Error outside of a {@link PersonScope}. */
export function usePerson(): Person {
  const person = use(Current)
  if (person === null)
    throw new Error('usePerson is for components within a PersonScope: put one around them')
  return person
}

/** A part of what the chat knows. @param select must give the same object while nothing of it has changed. */
export function useChat<T>(select: (state: ChatState) => T): T {
  const { store } = usePerson()
  const read = useCallback(() => select(store.get()), [store, select])
  return useSyncExternalStore(store.subscribe, read)
}
