import type { Database } from '../db/database.ts'

/** Reads of what scopes are about. Ids and tokens come from parsed scopes, so they have the right form. */

export interface ConversationSubject {
  id: string
  type: 'POST' | 'BOT'
  supplierId: string | null
  demandId: string
  postToken: string | null
  postTitle: string | null
  supplierName: string | null
  demandName: string
  onDevelopmentPost: boolean | null
  botName: string | null
}

export async function conversationSubjects(
  db: Database,
  ids: readonly string[],
): Promise<ConversationSubject[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('conversations as c')
    .innerJoin('users as d', 'd.id', 'c.demand_id')
    .leftJoin('users as s', 's.id', 'c.supplier_id')
    .leftJoin('posts as p', 'p.id', 'c.post_id')
    .leftJoin('apps as a', 'a.id', 'c.app_id')
    .select([
      'c.id',
      'c.type',
      'c.supplier_id as supplierId',
      'c.demand_id as demandId',
      'c.post_token as postToken',
      'p.title as postTitle',
      's.name as supplierName',
      'd.name as demandName',
      'a.display_name as botName',
      'p.for_development as onDevelopmentPost',
    ])
    .where('c.id', 'in', [...ids])
    .execute()
}

export interface PostSubject {
  token: string
  title: string
  ownerId: string
  development: boolean
}

export async function postSubjects(db: Database, tokens: readonly string[]): Promise<PostSubject[]> {
  if (tokens.length === 0) return []
  return db
    .selectFrom('posts')
    .select(['token', 'title', 'owner_id as ownerId', 'for_development as development'])
    .where('token', 'in', [...tokens])
    .execute()
}

export async function userNames(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export interface AppSubject {
  slug: string
  name: string
  ownerId: string
}

export async function appSubjects(db: Database, slugs: readonly string[]): Promise<AppSubject[]> {
  if (slugs.length === 0) return []
  return db
    .selectFrom('apps')
    .select(['slug', 'display_name as name', 'owner_id as ownerId'])
    .where('slug', 'in', [...slugs])
    .execute()
}
