import type { Selectable } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

/** Reads of people and posts by the names the host gave them; null for what is not there. */

export type User = Selectable<Tables['users']>
export type Post = Selectable<Tables['posts']>

export async function findUserByHostId(db: Database | Tx, hostId: string): Promise<User | null> {
  const row = await db.selectFrom('users').selectAll().where('host_id', '=', hostId).executeTakeFirst()
  return row ?? null
}

export async function findUser(db: Database | Tx, id: string): Promise<User | null> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function findPostByToken(db: Database | Tx, token: string): Promise<Post | null> {
  const row = await db.selectFrom('posts').selectAll().where('token', '=', token).executeTakeFirst()
  return row ?? null
}

/** A person's posts in any of `states`, newest first, at most `limit`. */
export async function listPostsOf(
  db: Database | Tx,
  ownerId: string,
  states: readonly string[],
  limit: number,
): Promise<Post[]> {
  return db
    .selectFrom('posts')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('state', 'in', states)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
