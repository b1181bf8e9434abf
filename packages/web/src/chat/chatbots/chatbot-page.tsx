import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { ApiFailure } from '../../api/request.ts'
import { useWords } from '../../i18n/use-words.ts'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { PaneSkeleton } from '../pane/pane-skeleton.tsx'
import { useOpenChatbot } from './use-open-chatbot.ts'
import { chatbotWords } from './words.ts'

/** The link to an app's chatbot, `/chat/addon_{slug}`: opens the conversation and goes there. */
export function ChatbotPage(): ReactNode {
  const { slug = '' } = useParams({ strict: false }) as { slug?: string }
  const navigate = useNavigate()
  const { mutate, error } = useOpenChatbot({
    onSuccess: ({ id }) =>
      void navigate({ to: '/chat/$conversationId', params: { conversationId: id }, replace: true }),
  })
  // Opening finds what is there, so doing it again is harmless.
  useEffect(() => mutate(slug), [mutate, slug])
  if (!error) return <PaneSkeleton />
  const isUnknown = error instanceof ApiFailure && error.status === 404
  return (
    <div className="grid h-full place-items-center">
      {isUnknown ? <UnknownChatbot /> : <ErrorState error={error} onRetry={() => mutate(slug)} />}
    </div>
  )
}

function UnknownChatbot(): ReactNode {
  const say = useWords(chatbotWords)
  return (
    <EmptyState
      icon={<SearchX />}
      title={say('unknown.title')}
      action={
        <Link
          to="/chat"
          className="inline-flex min-h-11 items-center rounded-normal bg-accent px-4 font-semibold text-on-accent"
        >
          {say('unknown.back')}
        </Link>
      }
    >
      {say('unknown.text')}
    </EmptyState>
  )
}
