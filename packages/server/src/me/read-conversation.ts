import type { Database } from '../db/database.ts'
import { moveReadPlace, type ReadPlace } from './conversation-store.ts'

export interface ReadConversationDeps {
  db: Database
  /** Their pages are told. */
  readers: { wakeUser(userId: string): void }
}

/**
 * A person has read up to a message: their other pages hear of it, and the other side as far as it is shown.
 * @returns null when the user takes no part in such a conversation.
 */
export async function readConversation(
  { db, readers }: ReadConversationDeps,
  input: { userId: string; conversationId: string; sequence: number },
): Promise<ReadPlace | null> {
  const read = await moveReadPlace(db, input.userId, input.conversationId, input.sequence)
  for (const userId of read?.concerned ?? []) readers.wakeUser(userId)
  return read?.place ?? null
}
