import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plug } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Grant } from '../../api/person/person-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { useWords } from '../../i18n/use-words.ts'
import { failureWords } from '../../ui/failure-words.ts'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { personKeys } from '../person/person-keys.ts'
import { usePerson } from '../person-scope.tsx'
import { SidePage } from '../side-page/side-page.tsx'
import { ConnectedAppCard } from './connected-app-card.tsx'
import { DisconnectDialog } from './disconnect-dialog.tsx'
import { connectedWords } from './words.ts'

/** The apps that the person allowed something, what each may do, and the way to take it back. Live. */
export function ConnectedAppsPage(): ReactNode {
  const say = useWords(connectedWords)
  return (
    <SidePage name="connectedApps" intro={say('intro')}>
      <ConnectedApps />
    </SidePage>
  )
}

function ConnectedApps(): ReactNode {
  const say = useWords(connectedWords)
  const { request } = usePerson()
  const [asked, setAsked] = useState<Grant | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: personKeys.grants,
    queryFn: ({ signal }) => request<{ grants: Grant[] }>('GET', '/me/v1/grants', { signal }),
  })
  const { disconnect, isDisconnecting } = useDisconnect(() => setAsked(null))
  if (!data)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingRows count={3} />
  if (data.grants.length === 0) {
    return (
      <EmptyState icon={<Plug />} title={say('empty')}>
        {say('emptyText')}
      </EmptyState>
    )
  }
  return (
    <>
      <ul aria-label={say('list')} className="grid gap-4">
        {data.grants.map((grant) => (
          <li key={grant.id}>
            <ConnectedAppCard grant={grant} onDisconnect={() => setAsked(grant)} />
          </li>
        ))}
      </ul>
      <DisconnectDialog
        grant={asked}
        busy={isDisconnecting}
        onClose={() => setAsked(null)}
        onConfirm={disconnect}
      />
    </>
  )
}

function useDisconnect(onEnd: () => void) {
  const say = useWords(connectedWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const client = useQueryClient()
  const { request } = usePerson()
  const { mutate, isPending } = useMutation({
    mutationFn: async (grant: Grant) => {
      try {
        await request('DELETE', `/me/v1/grants/${grant.id}`)
      } catch (error) {
        // It was taken back elsewhere a moment before, which is what was wanted.
        if (!(error instanceof ApiFailure && error.status === 404)) throw error
      }
    },
    onSuccess: (_, grant) => {
      client.setQueryData<{ grants: Grant[] }>(
        personKeys.grants,
        (known) => known && { grants: known.grants.filter(({ id }) => id !== grant.id) },
      )
      toast({ text: say('done', { name: grant.app.display_name }) })
      onEnd()
    },
    onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: personKeys.grants }),
  })
  return { disconnect: mutate, isDisconnecting: isPending }
}
