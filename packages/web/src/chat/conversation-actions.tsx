import type { ReactNode } from 'react'
import { AppsMenu } from './apps-menu/apps-menu.tsx'
import { ConversationMenu } from './blocks/conversation-menu.tsx'
import { useConversation } from './use-conversation.ts'

/** What can be done in a conversation besides writing: its apps, and blocking the other side. Nothing until it is known. */
export function ConversationActions({ conversationId }: { conversationId: string }): ReactNode {
  const conversation = useConversation(conversationId)
  if (!conversation) return null
  return (
    <div className="flex shrink-0">
      {conversation.type === 'POST' && <AppsMenu conversationId={conversationId} />}
      <ConversationMenu conversation={conversation} />
    </div>
  )
}
