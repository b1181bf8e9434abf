import type { MessageLimit } from '../access/message-limit.ts'
import {
  type SendAsPersonDeps,
  type SendAsPersonInput,
  sendAsPerson,
} from '../conversations/send-as-person.ts'
import type { Database } from '../db/database.ts'
import type { MediaLinks } from '../delivery/media-links.ts'
import { findMessage } from './message-store.ts'
import { type FactsSource, requireParticipant } from './participant.ts'
import { type MessageView, viewMessage } from './view-message.ts'

export interface SendMyMessageDeps extends SendAsPersonDeps {
  /** Keeps people from flooding each other. */
  messageLimit: Pick<MessageLimit, 'counted'>
  db: Database
  facts: FactsSource
  links: MediaLinks
}

/**
 * A person writes into a conversation of theirs.
 * @throws 404 not theirs, 429 code 8 too many within a minute (wire contract §12), and what sendAsPerson throws.
 */
export async function sendMyMessage(deps: SendMyMessageDeps, input: SendAsPersonInput): Promise<MessageView> {
  await requireParticipant(deps.facts, input.userId, input.conversationId)
  const sent = await deps.messageLimit.counted(input.userId, () => sendAsPerson(deps, input))
  const row = await findMessage(deps.db, sent.id)
  if (!row) throw new Error(`the message ${sent.id} was sent and is not there`)
  return viewMessage(row, input.userId, deps.links)
}
