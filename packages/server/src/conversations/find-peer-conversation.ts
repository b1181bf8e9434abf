import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** A post, and what its owner and somebody else have to do with each other about it. */
export interface PeerConversation {
  post: { ownerId: string; development: boolean }
  /** And has not been deleted. */
  peerExists: boolean
  /** Null while the two have no conversation about it. */
  conversationId: string | null
}

/** Null when there is no such post. `peerId` is null for an id that nobody has. */
export async function findPeerConversation(
  db: Database,
  { postToken, userId, peerId }: { postToken: string; userId: string; peerId: string | null },
): Promise<PeerConversation | null> {
  const { rows } = await sql<{
    owner_id: string
    development: boolean
    peer_exists: boolean
    conversation_id: string | null
  }>`
    select p.owner_id, p.for_development as development,
      exists (select from users u where u.id = ${peerId}::uuid and u.deleted_at is null) as peer_exists,
      (select c.id from conversations c where c.type = 'POST' and c.post_id = p.id
        and c.demand_id = case when p.owner_id = ${userId}::uuid then ${peerId}::uuid else ${userId}::uuid end
        and (p.owner_id = ${userId}::uuid or p.owner_id = ${peerId}::uuid)) as conversation_id
    from posts p where p.token = ${postToken}`.execute(db)
  const row = rows[0]
  if (!row) return null
  return {
    post: { ownerId: row.owner_id, development: row.development },
    peerExists: row.peer_exists,
    conversationId: row.conversation_id,
  }
}

/**
 * Takes back a conversation that was opened for a message which was then refused. One in which somebody has spoken
 * meanwhile stays.
 */
export async function removeUnusedConversation(db: Database, id: string): Promise<void> {
  await db.deleteFrom('conversations').where('id', '=', id).where('last_sequence', '=', 0).execute()
}
