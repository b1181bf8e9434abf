import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useState } from 'react'
import { createRequest, NoAnswer, type Request } from '../api/request.ts'
import { ownFetch } from './own-fetch.ts'
import { pageBase } from './page-base.ts'
import { SessionEnded } from './session-ended.tsx'
import { useStart } from './start-context.tsx'

const Scope = createContext<Request | null>(null)

const MOST_RETRIES = 2
const FRESH_MS = 3_000

/** What the person whose page this is asks and knows; when their session ends, the page stays as it is and says so. */
export function RequestScope({ children }: { children: ReactNode }): ReactNode {
  const start = useStart()
  const [isEnded, setEnded] = useState(false)
  const [request] = useState(() =>
    createRequest({
      base: pageBase(location.pathname),
      fetch: ownFetch(start),
      onSessionEnded: () => setEnded(true),
    }),
  )
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            retry: (count, error) => error instanceof NoAnswer && count < MOST_RETRIES,
            staleTime: FRESH_MS,
          },
        },
      }),
  )
  return (
    <Scope value={request}>
      <QueryClientProvider client={client}>
        {children}
        {isEnded && <SessionEnded />}
      </QueryClientProvider>
    </Scope>
  )
}

/** Calls of the person's own. */
export function useRequest(): Request {
  const request = use(Scope)
  if (request === null) throw new Error('useRequest is for components below <RequestScope>')
  return request
}
