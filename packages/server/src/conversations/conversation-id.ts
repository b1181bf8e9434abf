import { invalidArgument } from '../errors.ts'
import { isUuid } from '../ids.ts'

/** A conversation's id from a path, in the spelling of the database. @throws 400 when it is no UUID. */
export function conversationIdOf(text: string): string {
  if (isUuid(text)) return text.toLowerCase()
  throw invalidArgument([{ field: 'conversation_id', description: 'must be the UUID of a conversation' }])
}
