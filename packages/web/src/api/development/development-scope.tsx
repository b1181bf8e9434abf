import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useState } from 'react'
import { createRequest, type Request } from '../request.ts'

const Scope = createContext<Request | null>(null)

/** What is known of the development marketplace itself; people's own data lives in their own scopes. */
export function DevelopmentScope({ children }: { children: ReactNode }): ReactNode {
  const [request] = useState(() => createRequest({ base: '' }))
  const [client] = useState(
    () =>
      new QueryClient({
        // Tried again by those that ask regularly; a failure is to be seen at once.
        defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
      }),
  )
  return (
    <Scope value={request}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </Scope>
  )
}

/** Calls of paths from the root of this server, as nobody in particular. */
export function useDevelopment(): Request {
  const request = use(Scope)
  if (request === null) throw new Error('useDevelopment is for components below <DevelopmentScope>')
  return request
}
