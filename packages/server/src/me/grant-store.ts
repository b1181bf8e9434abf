import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { microseconds } from './row-columns.ts'

export interface GrantRow {
  id: string
  slug: string
  display_name: string
  description: string
  avatar_url: string | null
  scopes: string[]
  created_at: string
  updated_at: string
}

/** The user's standing consents, latest first. */
export async function grantsOf(db: Database, userId: string): Promise<GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    select g.id, a.slug, a.display_name, a.description, a.avatar_url, g.scopes,
      ${microseconds('g.created_at')} as created_at, ${microseconds('g.updated_at')} as updated_at
    from grants g join apps a on a.id = g.app_id
    where g.user_id = ${userId}::uuid and g.revoked_at is null
    order by g.updated_at desc, g.id desc`.execute(db)
  return rows
}

export interface ScopeSubjects {
  /** Title by post token. */
  posts: Map<string, string>
  /** The other side's name and the post's title by conversation, of those the user takes part in. */
  conversations: Map<string, { peer: string; title: string }>
}

/** What the resources of scopes are called. */
export async function namesOfSubjects(
  db: Database,
  userId: string,
  ids: { postTokens: readonly string[]; conversationIds: readonly string[] },
): Promise<ScopeSubjects> {
  const posts = await sql<{ token: string; title: string }>`
    select token, title from posts where token = any (${ids.postTokens}::text[])`.execute(db)
  const conversations = await sql<{ id: string; peer: string | null; title: string | null }>`
    select c.id, u.name as peer, p.title
    from conversations c
    left join users u on u.id = case when c.supplier_id = ${userId}::uuid then c.demand_id else c.supplier_id end
    left join posts p on p.id = c.post_id
    where c.id = any (${ids.conversationIds}::uuid[])
      and ${userId}::uuid in (c.supplier_id, c.demand_id)`.execute(db)
  return {
    posts: new Map(posts.rows.map(({ token, title }) => [token, title])),
    conversations: new Map(
      conversations.rows.map(({ id, peer, title }) => [id, { peer: peer ?? '', title: title ?? '' }]),
    ),
  }
}
