import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/** A deletion that this node may work at until its lease ends. */
export interface OpenDeletion {
  userId: string
  emptied: boolean
  /** The delivery up to which the history has been searched. */
  searchedTo: number
}

const LEASE = sql`clock_timestamp() + interval '30 seconds'`

/** Takes deletions that no other node is at, the oldest first. */
export async function claimDeletions(db: Database, limit: number): Promise<OpenDeletion[]> {
  const { rows } = await sql<OpenDeletion>`
    update user_deletions set lease_until = ${LEASE}
    where user_id = any (array(
      select d.user_id from user_deletions d
      where d.erased_at is null and d.lease_until < clock_timestamp()
      order by d.requested_at limit ${limit} for update skip locked))
    returning user_id as "userId", emptied_at is not null as emptied, searched_to as "searchedTo"`.execute(db)
  return rows
}

export async function holdDeletions(db: Database, userIds: readonly string[]): Promise<void> {
  await sql`
    update user_deletions set lease_until = ${LEASE}
    where user_id = any (${userIds}::uuid[]) and erased_at is null`.execute(db)
}

/** Lets others go on with what is not done. */
export async function releaseDeletions(db: Database, userIds: readonly string[]): Promise<void> {
  await sql`
    update user_deletions set lease_until = '-infinity'
    where user_id = any (${userIds}::uuid[]) and erased_at is null`.execute(db)
}

export async function markEmptied(db: Database, userId: string): Promise<void> {
  await sql`
    update user_deletions set emptied_at = clock_timestamp()
    where user_id = ${userId}::uuid and emptied_at is null`.execute(db)
}

export async function markSearched(db: Database, userIds: readonly string[], to: number): Promise<void> {
  await sql`
    update user_deletions set searched_to = greatest(searched_to, ${to}::bigint), lease_until = ${LEASE}
    where user_id = any (${userIds}::uuid[]) and erased_at is null`.execute(db)
}

export async function markErased(db: Database, userIds: readonly string[]): Promise<void> {
  await sql`
    update user_deletions set erased_at = clock_timestamp()
    where user_id = any (${userIds}::uuid[]) and erased_at is null`.execute(db)
}

/** For so long the same deletion asked for again is answered as before; the name's hash goes with it. */
const REMEMBERED = sql`now() - interval '30 days'`

export const pruneDeletions = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches({ db, signal }, { table: 'user_deletions', by: sql`t.erased_at`, before: REMEMBERED })
