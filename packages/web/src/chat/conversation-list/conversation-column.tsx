import { MessagesSquare } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { LinkLine } from '../pane/link-line.tsx'
import { useChat, usePerson } from '../person-scope.tsx'
import { chatWords } from '../words.ts'
import { ColumnHeader } from './column-header.tsx'
import { ConversationList } from './conversation-list.tsx'

export interface ConversationColumnProps {
  ref: Ref<HTMLElement>
  chosenId: string | null
  className?: string
}

/** All conversations of the person, and the way to everything else of theirs. */
export function ConversationColumn({ ref, chosenId, className }: ConversationColumnProps): ReactNode {
  const say = useWords(chatWords)
  const { loader } = usePerson()
  const list = useChat((state) => state.list)
  return (
    <nav
      ref={ref}
      aria-label={say('conversations')}
      className={classNames('flex min-h-0 shrink-0 flex-col border-line bg-paper md:border-e', className)}
    >
      <ColumnHeader />
      {chosenId === null && <LinkLine />}
      {list.status === 'loading' && <LoadingRows />}
      {list.status === 'failed' && <ErrorState error={list.error} onRetry={loader.reloadList} />}
      {list.status === 'ready' && list.conversations.length === 0 && (
        <EmptyState icon={<MessagesSquare />} title={say('list.empty')}>
          {say('list.emptyText')}
        </EmptyState>
      )}
      {list.status === 'ready' && list.conversations.length > 0 && (
        <ConversationList list={list} chosenId={chosenId} />
      )}
    </nav>
  )
}
