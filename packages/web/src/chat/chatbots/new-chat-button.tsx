import { MessageSquarePlus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ChatbotList } from './chatbot-list.tsx'
import { chatbotWords } from './words.ts'

export interface NewChatButtonProps {
  /** Instead of going to the conversation's page. */
  onOpen?: (conversationId: string) => void
}

/** Begins a conversation with an app's chatbot, chosen from a list. */
export function NewChatButton({ onOpen }: NewChatButtonProps): ReactNode {
  const say = useWords(chatbotWords)
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <IconButton label={say('start')} onClick={() => setIsOpen(true)}>
        <MessageSquarePlus aria-hidden="true" />
      </IconButton>
      <Dialog open={isOpen} onOpenChange={setIsOpen} title={say('title')} description={say('text')}>
        <ChatbotList onDone={() => setIsOpen(false)} {...(onOpen && { onOpen })} />
      </Dialog>
    </>
  )
}
