import type { Database } from '../db/database.ts'
import { insertNewUsers, lockUsers, recordChangedUsers, updateUsers } from './user-writes.ts'

/** What the host says of a person. What is undefined stays as it is, or takes its default for a new one. */
export interface UserUpsert {
  hostId: string
  /** In the form of `normalPhone`; empty takes the number away. */
  phone?: string | undefined
  name?: string | undefined
  locale?: 'fa' | 'en' | undefined
  developer?: boolean | undefined
  blacklisted?: boolean | undefined
  operator?: boolean | undefined
}

export interface UpsertCounts {
  created: number
  updated: number
  /** Rows that said nothing new. */
  unchanged: number
}

export interface UpsertUsersDeps {
  db: Database
  /** Drops what this node has cached under a tag such as `user:{id}`. */
  forget(tag: string): void
}

/**
 * Creates or changes people, all or none of them. Concurrent calls with the same rows in any order do not deadlock:
 * rows are inserted in the order of their names before any that exists is locked, in the same order. So a caller
 * that locks waits only for others that lock, never for one that still inserts.
 * @param users with no host id twice.
 */
export async function upsertUsers(
  deps: UpsertUsersDeps,
  users: readonly UserUpsert[],
): Promise<UpsertCounts> {
  const { created, changed } = await deps.db.transaction().execute(async (tx) => {
    const insertedIds = await insertNewUsers(tx, users)
    if (insertedIds.length === users.length) return { created: insertedIds.length, changed: [] }
    const hostIds = users.map(({ hostId }) => hostId)
    // Somebody who was there at the insert has been deleted since: the name is free for a new person.
    while ((await lockUsers(tx, hostIds)) < users.length) {
      insertedIds.push(...(await insertNewUsers(tx, users)))
    }
    const changedIds = await updateUsers(tx, users, insertedIds)
    await recordChangedUsers(tx, changedIds)
    return { created: insertedIds.length, changed: changedIds }
  })
  for (const id of changed) deps.forget(`user:${id}`)
  return { created, updated: changed.length, unchanged: users.length - created - changed.length }
}
