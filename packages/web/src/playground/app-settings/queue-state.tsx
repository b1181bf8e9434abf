import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { DeliveryQueue } from '../../api/development/development-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { appWords } from './app-words.ts'

const LOOKED_AT_MS = 1_000

/** How many events wait for the app, and why they do. */
export function QueueState({ slug }: { slug: string }): ReactNode {
  const say = useWords(appWords)
  const format = useFormat()
  const request = useDevelopment()
  const queries = useQueryClient()
  const path = `/dev/v1/apps/${encodeURIComponent(slug)}/queue`
  const key = ['queue', slug]
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => request<DeliveryQueue>('GET', path, { signal }),
    refetchInterval: LOOKED_AT_MS,
  })
  const drain = useMutation({
    mutationFn: () => request('POST', `${path}/drain`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  })
  if (data === undefined) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null
  const waits = data.waiting + data.held > 0
  return (
    <section className="grid gap-3">
      <div className="flex items-center justify-between gap-2">
        <h3 className="font-semibold">{say('queue.title')}</h3>
        <Chip tone={data.breaker === 'closed' ? 'good' : 'warn'}>
          {say('queue.breaker')}: <bdi>{data.breaker}</bdi>
        </Chip>
      </div>
      <dl className="grid grid-cols-3 gap-2 text-center">
        {(['waiting', 'held', 'in_flight'] as const).map((name) => (
          <div key={name} className="grid rounded-normal bg-ground p-3">
            <dt className="order-last text-xs text-soft">{say(`queue.${name}`)}</dt>
            <dd className="text-2xl font-bold tabular-nums">{format.number(data[name])}</dd>
          </div>
        ))}
      </dl>
      {(data.next_attempt_at || data.oldest_at) && (
        <p className="flex flex-wrap gap-x-4 text-sm text-soft">
          {data.oldest_at && (
            <span>
              {say('queue.oldest')} {format.time(data.oldest_at)}
            </span>
          )}
          {data.next_attempt_at && (
            <span>
              {say('queue.next')} {format.time(data.next_attempt_at)}
            </span>
          )}
        </p>
      )}
      {waits && (
        <Button busy={drain.isPending} onClick={() => drain.mutate()}>
          {say('queue.drain')}
        </Button>
      )}
    </section>
  )
}
