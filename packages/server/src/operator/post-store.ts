import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

export interface PostRow {
  id: string
  token: string
  title: string
  category: string
  city: string
  district: string
  images: string[]
  state: string
  chat_enabled: boolean
  is_phone_hidden: boolean
  development: boolean
  reject_reason: string
  data: Record<string, unknown>
  first_published_at: Date | null
  last_modified_at: Date
  created_at: Date
  /** Of the owner. */
  host_id: string
  name: string
  deleted_at: Date | null
}

const posts = (db: Database) =>
  db
    .selectFrom('posts as p')
    .innerJoin('users as u', 'u.id', 'p.owner_id')
    .select(['p.id', 'p.token', 'p.title', 'p.category', 'p.city', 'p.district', 'p.images', 'p.state'])
    .select(['p.chat_enabled', 'p.is_phone_hidden', 'p.development', 'p.reject_reason', 'p.data'])
    .select(['p.first_published_at', 'p.last_modified_at', 'p.created_at'])
    .select(['u.host_id', 'u.name', 'u.deleted_at'])

export interface PostsFilter {
  /** A whole token, or words of the title. */
  search: string | undefined
  /** Host id. */
  owner: string | undefined
  state: string | undefined
  cursor: string | undefined
  limit: number
}

/** The newest first. */
export async function findPosts(
  db: Database,
  { search, owner, state, cursor, limit }: PostsFilter,
): Promise<PostRow[]> {
  return await posts(db)
    .$if(search !== undefined, (query) =>
      // As an array, which is found first: else all posts would be walked through and looked up in it.
      query.where(
        sql<boolean>`p.id = any (array(
          select id from posts where token = ${search}
          union select id from posts where search_words(title) @@ search_query(${search})))`,
      ),
    )
    .$if(owner !== undefined, (query) =>
      query.where('p.owner_id', '=', db.selectFrom('users').select('id').where('host_id', '=', owner!)),
    )
    .$if(state !== undefined, (query) => query.where('p.state', '=', state!))
    .$if(cursor !== undefined, (query) => query.where('p.id', '<', cursor!))
    .orderBy('p.id', 'desc')
    .limit(limit)
    .execute()
}

export async function readPost(db: Database, token: string): Promise<PostRow | null> {
  const row = await posts(db).where('p.token', '=', token).executeTakeFirst()
  return row ?? null
}

/** No post's conversations are counted further. */
export const MOST_CONVERSATIONS = 1_000

export async function countConversations(db: Database, postId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (
      select from conversations where post_id = ${postId} and type = 'POST'
      limit ${MOST_CONVERSATIONS}) counted`.execute(db)
  return rows[0]?.count ?? 0
}
