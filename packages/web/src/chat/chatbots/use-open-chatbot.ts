import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import { personKeys } from '../person/person-keys.ts'
import { usePerson } from '../person-scope.tsx'

/** Opens the conversation with an app's chatbot by its slug, or finds the one that is there. */
export function useOpenChatbot(told: {
  onSuccess: (conversation: Conversation) => void
  onError?: (error: Error) => void
}): UseMutationResult<Conversation, Error, string> {
  const { request } = usePerson()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (slug: string) =>
      request<Conversation>('POST', `/me/v1/chatbots/${encodeURIComponent(slug)}`),
    onSuccess: (conversation) => {
      void client.invalidateQueries({ queryKey: personKeys.chatbots })
      told.onSuccess(conversation)
    },
    onError: (error) => told.onError?.(error),
  })
}
