import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { TimerOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { grantsKey, grantsQuery } from '../../api/development/app-credentials.ts'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { GrantView, PersonHere } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { baseOf } from '../../shell/page-base.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { uiWords } from '../../ui/words.ts'
import { consentWords } from './consent-words.ts'

/** What both people allow now, each to be taken back; and the app's tokens, to be ended. */
export function GivenGrants({ people, app }: { people: readonly PersonHere[]; app: string }): ReactNode {
  const say = useWords(consentWords)
  return (
    <section className="grid gap-5" aria-label={say('grants')}>
      <h3 className="font-semibold">{say('grants')}</h3>
      {people.map((person) => (
        <GrantsOf key={person.host_id} person={person} />
      ))}
      <ExpireTokens app={app} />
    </section>
  )
}

function GrantsOf({ person }: { person: PersonHere }): ReactNode {
  const say = useWords(consentWords)
  const request = useDevelopment()
  const { data, error, refetch } = useQuery(grantsQuery(request, person.host_id))
  return (
    <div className="grid gap-2">
      <h4 className="flex items-center gap-2 text-sm font-semibold text-soft">
        <Avatar name={person.name} size="small" />
        <BidiText>{person.name}</BidiText>
      </h4>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <LoadingRows count={1} />
        )
      ) : data.length === 0 ? (
        <p className="text-sm text-soft">{say('nothing', { name: person.name })}</p>
      ) : (
        data.map((grant) => <Grant key={grant.id} grant={grant} person={person} />)
      )}
    </div>
  )
}

function Grant({ grant, person }: { grant: GrantView; person: PersonHere }): ReactNode {
  const say = useWords(consentWords)
  const sayUi = useWords(uiWords)
  const request = useDevelopment()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () =>
      request('DELETE', `${baseOf(person.host_id)}/me/v1/grants/${encodeURIComponent(grant.id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: grantsKey(person.host_id) }),
    onSettled: () => setAsking(false),
  })
  return (
    <article className="grid gap-2 rounded-large border border-line p-3">
      <div className="flex items-center justify-between gap-2">
        <p className="min-w-0 truncate font-semibold">
          <BidiText>{grant.app.display_name}</BidiText>
        </p>
        <Button kind="danger" size="small" onClick={() => setAsking(true)}>
          {say('revoke')}
        </Button>
      </div>
      <ul className="grid list-disc gap-1 ps-5 text-sm">
        {grant.scopes.map(({ scope, display }) => (
          <li key={scope}>
            <BidiText>{display}</BidiText>
            <p className="text-xs break-all text-soft">
              <code>{scope}</code>
            </p>
          </li>
        ))}
      </ul>
      {revoke.isError && (
        <p role="alert" className="text-sm text-bad">
          {failureWords(sayUi, revoke.error)}
        </p>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={say('revokeTitle')}
        confirm={say('revoke')}
        dangerous
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate()}
      >
        {say('revokeText', { app: grant.app.display_name })}
      </ConfirmDialog>
    </article>
  )
}

function ExpireTokens({ app }: { app: string }): ReactNode {
  const say = useWords(consentWords)
  const sayUi = useWords(uiWords)
  const request = useDevelopment()
  const expire = useMutation({
    mutationFn: () =>
      request<{ expired: number }>('POST', `/dev/v1/apps/${encodeURIComponent(app)}/tokens/expire`, {
        body: {},
      }),
  })
  return (
    <div className="grid gap-2">
      <Button icon={<TimerOff className="size-4" />} busy={expire.isPending} onClick={() => expire.mutate()}>
        {say('expire', { app })}
      </Button>
      {expire.isSuccess && (
        <p role="status" className="text-sm text-soft">
          {say('expired', { count: expire.data.expired })}
        </p>
      )}
      {expire.isError && (
        <p role="alert" className="text-sm text-bad">
          {failureWords(sayUi, expire.error)}
        </p>
      )}
    </div>
  )
}
