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

/**
 * The person with one of these forms of a phone number; the latest changed of several. Nobody who is blacklisted.
 * @param knownToAppId where given, only this app's developer, and people with a standing grant for it.
 */
export async function findUserByPhone(
  db: Database,
  phones: readonly string[],
  knownToAppId: string | null,
): Promise<{ id: string } | null> {
  const row = await db
    .selectFrom('users as u')
    .select('u.id')
    .where('u.phone', 'in', phones)
    .where('u.blacklisted', '=', false)
    .$if(knownToAppId !== null, (query) =>
      query.where((is) =>
        is.or([
          is.exists(
            is.selectFrom('apps as a').where('a.id', '=', knownToAppId).whereRef('a.owner_id', '=', 'u.id'),
          ),
          is.exists(
            is
              .selectFrom('grants as g')
              .where('g.app_id', '=', knownToAppId)
              .whereRef('g.user_id', '=', 'u.id')
              .where('g.revoked_at', 'is', null),
          ),
        ]),
      ),
    )
    .orderBy('u.updated_at', 'desc')
    .orderBy('u.id')
    .executeTakeFirst()
  return row ?? null
}

/** In any order; those that are not there are left out. */
export async function findPosts(db: Database | Tx, ids: readonly string[]): Promise<Post[]> {
  return db.selectFrom('posts').selectAll().where('id', 'in', ids).execute()
}

/** A person's posts in any of the states, newest first. */
export async function listPostsOf(
  db: Database | Tx,
  ownerId: string,
  which: { states: readonly string[]; developmentOnly: boolean; limit: number },
): Promise<Post[]> {
  return db
    .selectFrom('posts')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('state', 'in', which.states)
    .$if(which.developmentOnly, (query) => query.where('for_development', '=', true))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(which.limit)
    .execute()
}
