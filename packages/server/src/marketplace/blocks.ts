import type { Database, Tx } from '../db/database.ts'
import { ApiError } from '../errors.ts'

export interface BlockInput {
  /** Internal ids of existing users. */
  blockerId: string
  blockedId: string
}

/**
 * One person blocks another: from then on neither can write to the other, and no app can for them. Doing it again
 * changes nothing.
 * @returns whether it was new.
 * @throws 400 when both are one person.
 */
export async function blockUser(tx: Database | Tx, { blockerId, blockedId }: BlockInput): Promise<boolean> {
  if (blockerId === blockedId) {
    throw new ApiError('INVALID_ARGUMENT', 'nobody can block themselves: name another user', {
      reason: 'BLOCKS_THEMSELVES',
    })
  }
  const row = await tx
    .insertInto('blocks')
    .values({ blocker_id: blockerId, blocked_id: blockedId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('blocker_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a block back. @returns whether there was one. */
export async function unblockUser(tx: Database | Tx, { blockerId, blockedId }: BlockInput): Promise<boolean> {
  const row = await tx
    .deleteFrom('blocks')
    .where('blocker_id', '=', blockerId)
    .where('blocked_id', '=', blockedId)
    .returning('blocker_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Who a person has blocked, the latest first. */
export async function listBlocked(
  db: Database | Tx,
  blockerId: string,
): Promise<{ id: string; hostId: string; name: string; blockedAt: Date }[]> {
  return db
    .selectFrom('blocks as b')
    .innerJoin('users as u', 'u.id', 'b.blocked_id')
    .select(['u.id', 'u.host_id as hostId', 'u.name', 'b.created_at as blockedAt'])
    .where('b.blocker_id', '=', blockerId)
    .orderBy('b.created_at', 'desc')
    .orderBy('u.id', 'desc')
    .execute()
}
