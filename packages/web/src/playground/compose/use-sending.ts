import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { appQuery, grantsKey, grantsQuery, tokenQuery } from '../../api/development/app-credentials.ts'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Speech } from './check-draft.ts'
import type { Draft } from './grid-rows.ts'
import { type CallMade, chatbotConversation, makeCall, publicCall } from './send-as-app.ts'
import { givenScope, type ScopeWanted, scopeFor } from './sending-consent.ts'

export interface Sending {
  /** Whether the person has allowed it: null while that is not known, 'needless' for a chatbot. */
  consent: 'given' | 'missing' | 'needless' | null
  give: UseMutationResult<unknown, unknown, void>
  send: UseMutationResult<CallMade, unknown, { body: Draft; freshToken: boolean }>
}

/** Sends what was written by the public API itself, as the app, with a token of the person's. */
export function useSending(speech: Speech, wanted: ScopeWanted): Sending {
  const request = useDevelopment()
  const queries = useQueryClient()
  const { scene, side, app } = wanted
  const person = scene[side]
  const grants = useQuery(grantsQuery(request, person.host_id))
  const narrowest = scopeFor(speech, wanted)
  const given = givenScope(grants.data ?? [], speech, wanted)
  const token = (scope: string) => tokenQuery(request, { slug: app, person: person.host_id, scope })
  const give = useMutation({
    async mutationFn() {
      if (narrowest === null) return
      await queries.fetchQuery({ ...token(narrowest), staleTime: 0 })
      await queries.invalidateQueries({ queryKey: grantsKey(person.host_id) })
    },
  })
  const send = useMutation({
    async mutationFn({ body, freshToken }: { body: Draft; freshToken: boolean }) {
      const credentials = await queries.ensureQueryData(appQuery(request, app))
      const scope = given ?? narrowest
      const own =
        scope === null
          ? null
          : await queries.fetchQuery({ ...token(scope), ...(freshToken && { staleTime: 0 }) })
      const conversationId =
        speech === 'chatbot' ? await chatbotConversation(request, person, app) : scene.conversation.id
      const call = publicCall({
        speech,
        app: credentials,
        token: own?.access_token ?? null,
        conversationId,
        body,
      })
      return await makeCall(request, call, () => performance.now())
    },
  })
  const known = grants.data === undefined ? null : given === null ? 'missing' : 'given'
  return { consent: narrowest === null ? 'needless' : known, give, send }
}
