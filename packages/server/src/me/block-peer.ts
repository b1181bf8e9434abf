import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { blockUser, unblockUser } from '../marketplace/blocks.ts'
import { type FactsSource, requireParticipant } from './participant.ts'

export interface BlockPeerDeps {
  db: Database
  facts: FactsSource
}

export interface BlockPeerInput {
  userId: string
  conversationId: string
  blocked: boolean
}

/**
 * Blocks the person on the other side of a conversation, or takes the block back; it holds in every conversation of
 * the two. Doing it again changes nothing.
 * @throws 404 not the user's conversation, 412 its other side is an app.
 */
export async function blockPeer(deps: BlockPeerDeps, input: BlockPeerInput): Promise<{ blocked: boolean }> {
  const { userId, conversationId, blocked } = input
  const { supplierId, demandId } = await requireParticipant(deps.facts, userId, conversationId)
  const peerId = supplierId === userId ? demandId : supplierId
  if (peerId === null) throw peerIsApp()
  const pair = { blockerId: userId, blockedId: peerId }
  if (blocked) await blockUser(deps.db, pair)
  else await unblockUser(deps.db, pair)
  return { blocked }
}

const peerIsApp = (): ApiError =>
  new ApiError('FAILED_PRECONDITION', 'the other side is an app: take its consent back under your apps', {
    reason: 'PEER_IS_APP',
  })
