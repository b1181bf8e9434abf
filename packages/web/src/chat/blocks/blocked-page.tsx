import { useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import type { Blocks } from '../../api/person/person-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { personKeys } from '../person/person-keys.ts'
import { usePerson } from '../person-scope.tsx'
import { SidePage } from '../side-page/side-page.tsx'
import { type Blockable, useBlock } from './use-block.ts'
import { blockWords } from './words.ts'

/** Whom the person has blocked, people and chatbots, and the way back. */
export function BlockedPage(): ReactNode {
  const say = useWords(blockWords)
  return (
    <SidePage name="blocked" intro={say('intro')}>
      <BlockedLists />
    </SidePage>
  )
}

function BlockedLists(): ReactNode {
  const say = useWords(blockWords)
  const { request, onEvent, queryClient } = usePerson()
  const { data, error, refetch } = useQuery({
    queryKey: personKeys.blocks,
    queryFn: ({ signal }) => request<Blocks>('GET', '/me/v1/blocks', { signal }),
  })
  useEffect(
    () =>
      onEvent(({ kind }) => {
        if (kind === 'conversation') void queryClient.invalidateQueries({ queryKey: personKeys.blocks })
      }),
    [onEvent, queryClient],
  )
  if (!data)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingRows count={3} />
  const { blocked, chatbots } = data
  if (blocked.length + chatbots.length === 0) {
    return (
      <EmptyState icon={<ShieldCheck />} title={say('empty')}>
        {say('emptyText')}
      </EmptyState>
    )
  }
  return (
    <div className="grid gap-8">
      {blocked.length > 0 && (
        <BlockedList title={say('people')}>
          {blocked.map(({ name, conversation_id: id, blocked_at: at }) => (
            <BlockedRow
              key={`${id}${at}`}
              name={name || say('nobody')}
              at={at}
              whom={id === null ? null : { conversationId: id }}
              shape="person"
            />
          ))}
        </BlockedList>
      )}
      {chatbots.length > 0 && (
        <BlockedList title={say('chatbots')}>
          {chatbots.map(({ slug, display_name: name, blocked_at: at }) => (
            <BlockedRow key={slug} name={name} at={at} whom={{ slug }} shape="app" />
          ))}
        </BlockedList>
      )}
    </div>
  )
}

function BlockedList({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section aria-label={title} className="grid gap-2">
      <h2 className="px-1 text-sm font-semibold text-soft">{title}</h2>
      <ul className="divide-y divide-line overflow-hidden rounded-large border border-line bg-paper">
        {children}
      </ul>
    </section>
  )
}

interface BlockedRowProps {
  name: string
  at: string
  /** Null where the marketplace alone can take it back. */
  whom: Blockable | null
  shape: 'person' | 'app'
}

function BlockedRow({ name, at, whom, shape }: BlockedRowProps): ReactNode {
  const say = useWords(blockWords)
  const { day } = useFormat()
  const { change, busy } = useBlock()
  return (
    <li className="flex items-center gap-3 p-3 sm:gap-4 sm:p-4">
      <Avatar name={name} shape={shape} />
      <div className="grid min-w-0 grow justify-items-start">
        <BidiText className="block max-w-full truncate font-semibold">{name}</BidiText>
        <p className="max-w-full truncate text-sm text-soft">
          {say('since', { day: day(at) })}
          {whom === null && ` · ${say('byMarketplace')}`}
        </p>
      </div>
      {whom !== null && (
        <Button
          size="small"
          className="shrink-0 whitespace-nowrap max-sm:min-h-11"
          busy={busy}
          aria-label={say('unblockNamed', { name })}
          onClick={() => change({ whom, name, blocked: false })}
        >
          {say('unblock')}
        </Button>
      )}
    </li>
  )
}
