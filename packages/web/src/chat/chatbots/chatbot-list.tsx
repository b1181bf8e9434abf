import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bot } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Chatbots } from '../../api/person/person-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Chip } from '../../ui/chip.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Spinner } from '../../ui/spinner.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { personKeys } from '../person/person-keys.ts'
import { usePerson } from '../person-scope.tsx'
import { useOpenChatbot } from './use-open-chatbot.ts'
import { chatbotWords } from './words.ts'

export interface ChatbotListProps {
  onDone: () => void
  onOpen?: (conversationId: string) => void
}

export function ChatbotList({ onDone, onOpen }: ChatbotListProps): ReactNode {
  const say = useWords(chatbotWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const navigate = useNavigate()
  const { request } = usePerson()
  const { data, error, refetch } = useQuery({
    queryKey: personKeys.chatbots,
    queryFn: ({ signal }) => request<Chatbots>('GET', '/me/v1/chatbots', { signal }),
    staleTime: 0,
  })
  const { mutate, isPending, variables } = useOpenChatbot({
    onSuccess: ({ id }) => {
      onDone()
      if (onOpen) onOpen(id)
      else void navigate({ to: '/chat/$conversationId', params: { conversationId: id } })
    },
    onError: (fault) => toast({ text: failureWords(sayUi, fault), tone: 'bad' }),
  })
  if (!data)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingRows count={3} />
  if (data.chatbots.length === 0) {
    return (
      <EmptyState icon={<Bot />} title={say('empty')}>
        {say('emptyText')}
      </EmptyState>
    )
  }
  return (
    <ul aria-label={say('list')} className="-mx-3 grid">
      {data.chatbots.map(
        ({ slug, display_name: name, description, avatar_url, conversation_id, blocked }) => (
          <li key={slug}>
            <button
              type="button"
              disabled={isPending}
              aria-busy={(isPending && variables === slug) || undefined}
              onClick={() => mutate(slug)}
              className="flex min-h-16 w-full items-center gap-3 rounded-normal p-3 text-start transition-colors hover:bg-sunken disabled:cursor-progress"
            >
              <Avatar name={name} imageUrl={avatar_url} shape="app" />
              <span className="grid min-w-0 grow justify-items-start">
                <BidiText className="block max-w-full truncate font-semibold">{name}</BidiText>
                {description !== '' && (
                  <BidiText className="line-clamp-2 text-sm text-soft [overflow-wrap:anywhere]">
                    {description}
                  </BidiText>
                )}
              </span>
              {isPending && variables === slug ? (
                <Spinner />
              ) : blocked ? (
                <Chip tone="bad">{say('blocked')}</Chip>
              ) : (
                conversation_id !== null && <Chip>{say('talked')}</Chip>
              )}
            </button>
          </li>
        ),
      )}
    </ul>
  )
}
