import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useWords } from '../../i18n/use-words.ts'
import { failureWords } from '../../ui/failure-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { personKeys } from '../person/person-keys.ts'
import { usePerson } from '../person-scope.tsx'
import { blockWords } from './words.ts'

/** Whom to block: the other side of a conversation, or an app's chatbot. */
export type Blockable = { conversationId: string } | { slug: string }

export interface BlockChange {
  whom: Blockable
  /** As they are called. */
  name: string
  blocked: boolean
}

const pathOf = (whom: Blockable): string =>
  'slug' in whom
    ? `/me/v1/chatbots/${encodeURIComponent(whom.slug)}/block`
    : `/me/v1/conversations/${encodeURIComponent(whom.conversationId)}/block`

/** Blocks, or takes a block back. What changes in conversations is told by the stream. */
export function useBlock(onEnd: () => void = () => {}): { change: (to: BlockChange) => void; busy: boolean } {
  const say = useWords(blockWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const client = useQueryClient()
  const { request, loader } = usePerson()
  const { mutate, isPending } = useMutation({
    mutationFn: ({ whom, blocked }: BlockChange) => request(blocked ? 'PUT' : 'DELETE', pathOf(whom)),
    onSuccess: async (_, { whom, name, blocked }) => {
      if ('conversationId' in whom) loader.loadConversation(whom.conversationId)
      toast({ text: say(blocked ? 'blocked' : 'unblocked', { name: name || say('nobody') }) })
      onEnd()
      await client.invalidateQueries({ queryKey: personKeys.chatbots })
    },
    onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: personKeys.blocks }),
  })
  return { change: mutate, busy: isPending }
}
