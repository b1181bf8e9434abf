import { type RawBuilder, sql } from 'kysely'
import { recordConversationChanges } from '../db/conversation-changes.ts'
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
  return changes(
    tx,
    { blockerId, blockedId },
    sql`insert into blocks (blocker_id, blocked_id) values (${blockerId}::uuid, ${blockedId}::uuid)
      on conflict do nothing returning 1`,
  )
}

/** Takes a block back. @returns whether there was one. */
export async function unblockUser(tx: Database | Tx, { blockerId, blockedId }: BlockInput): Promise<boolean> {
  return changes(
    tx,
    { blockerId, blockedId },
    sql`delete from blocks where blocker_id = ${blockerId}::uuid and blocked_id = ${blockedId}::uuid
      returning 1`,
  )
}

/** Both hear of it in every conversation of the two; a change that changes nothing is told nobody. */
async function changes(
  tx: Database | Tx,
  { blockerId: one, blockedId: other }: BlockInput,
  change: RawBuilder<unknown>,
): Promise<boolean> {
  const ofTheTwo = sql`
    select c.id, side.user_id
    from conversations c cross join lateral (values (c.supplier_id), (c.demand_id)) side (user_id)
    where exists (select from changed) and (c.supplier_id = ${one}::uuid and c.demand_id = ${other}::uuid
      or c.supplier_id = ${other}::uuid and c.demand_id = ${one}::uuid)`
  const { rows } = await sql<{ changed: boolean }>`
    with changed as (${change}), told as (${recordConversationChanges(ofTheTwo)})
    select exists (select from changed) as changed`.execute(tx)
  return rows[0]!.changed
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
