import type { Database } from '../db/database.ts'
import { blockApp, unblockApp } from '../marketplace/app-blocks.ts'
import { blockUser, unblockUser } from '../marketplace/blocks.ts'
import { type FactsSource, requireParticipant } from './participant.ts'

export interface BlockPeerDeps {
  db: Database
  facts: FactsSource
  /** Their pages are told. */
  readers: { wakeUser(userId: string): void }
}

export interface BlockPeerInput {
  userId: string
  conversationId: string
  blocked: boolean
}

/**
 * Blocks the other side of a conversation, or takes the block back: a person in every conversation of the two, an app
 * as a chatbot. Doing it again changes nothing.
 * @throws 404 not the user's conversation.
 */
export async function blockPeer(deps: BlockPeerDeps, input: BlockPeerInput): Promise<{ blocked: boolean }> {
  const { userId, conversationId, blocked } = input
  const { supplierId, demandId, appId } = await requireParticipant(deps.facts, userId, conversationId)
  const peerId = supplierId === userId ? demandId : supplierId
  if (peerId !== null) {
    await (blocked ? blockUser : unblockUser)(deps.db, { blockerId: userId, blockedId: peerId })
  } else if (appId !== null) {
    await (blocked ? blockApp : unblockApp)(deps.db, { userId, appId })
  }
  deps.readers.wakeUser(userId)
  if (peerId !== null) deps.readers.wakeUser(peerId)
  return { blocked }
}
