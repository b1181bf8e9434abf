import { useQuery } from '@tanstack/react-query'
import { ExternalLink, RefreshCw } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import type { ConversationApps } from '../../api/person/person-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { personKeys } from '../person/person-keys.ts'
import { usePerson } from '../person-scope.tsx'
import { openPath } from './open-path.ts'
import { appsMenuWords } from './words.ts'

const ITEM =
  'flex min-h-14 cursor-pointer items-center gap-3 rounded-small p-2 outline-none data-[highlighted]:bg-sunken'

/** Within the menu: loaded when it is opened, and anew each time, for apps come and go. */
export function OfferedApps({ conversationId }: { conversationId: string }): ReactNode {
  const say = useWords(appsMenuWords)
  const { request, base } = usePerson()
  const { data, error, refetch } = useQuery({
    queryKey: personKeys.conversationApps(conversationId),
    queryFn: ({ signal }) =>
      request<ConversationApps>('GET', `/me/v1/conversations/${conversationId}/apps`, { signal }),
    staleTime: 0,
  })
  if (!data && error) {
    return (
      <>
        <p role="alert" className="px-3 py-2 text-soft">
          {say('failed')}
        </p>
        <DropdownMenu.Item
          className={ITEM}
          onSelect={(event) => {
            event.preventDefault()
            void refetch()
          }}
        >
          <RefreshCw aria-hidden="true" className="mx-2 size-4" />
          {say('again')}
        </DropdownMenu.Item>
      </>
    )
  }
  if (!data) return <LoadingApps label={say('loading')} />
  if (data.apps.length === 0) return <p className="px-3 pt-1 pb-3 text-soft text-pretty">{say('empty')}</p>
  return data.apps.map(({ slug, display_name, description, avatar_url, open_url }) => (
    <DropdownMenu.Item key={slug} asChild className={ITEM}>
      <a href={openPath(base, open_url)} target="_blank" rel="noopener noreferrer">
        <Avatar name={display_name} imageUrl={avatar_url} shape="app" />
        <span className="grid min-w-0 grow justify-items-start">
          <BidiText className="block max-w-full truncate font-semibold">{display_name}</BidiText>
          {description !== '' && (
            <BidiText className="line-clamp-2 text-sm text-soft [overflow-wrap:anywhere]">
              {description}
            </BidiText>
          )}
        </span>
        <ExternalLink aria-label={say('opensTab')} className="size-4 shrink-0 text-soft" />
      </a>
    </DropdownMenu.Item>
  ))
}

function LoadingApps({ label }: { label: string }): ReactNode {
  return (
    <div role="status" aria-label={label} className="grid gap-1">
      {['w-3/5', 'w-2/5'].map((width) => (
        <div key={width} className="flex min-h-14 items-center gap-3 p-2">
          <Skeleton className="size-11 shrink-0 rounded-normal" />
          <Skeleton className={`h-4 ${width}`} />
        </div>
      ))}
    </div>
  )
}
