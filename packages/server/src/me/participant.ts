import type { ConversationFacts } from '../conversations/conversation-facts.ts'
import { notYours } from './not-found.ts'

/** What never changes about conversations, such as who takes part. */
export interface FactsSource {
  get(id: string): Promise<ConversationFacts | null>
}

/** @throws 404 when there is no such conversation, or the user takes no part in it. */
export async function requireParticipant(
  facts: FactsSource,
  userId: string,
  conversationId: string,
): Promise<ConversationFacts> {
  const known = await facts.get(conversationId)
  if (known && (known.supplierId === userId || known.demandId === userId)) return known
  throw notYours('conversation', conversationId)
}
