import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

export interface PersonHere {
  host_id: string
  name: string
  locale: string
  developer: boolean
  operator: boolean
}

export interface PostHere {
  token: string
  title: string
  category: string
  city: string
  state: string
  /** host_id of its owner. */
  owner: string
}

export interface ConversationHere {
  id: string
  post_token: string | null
  /** host_ids of both. */
  seller: string
  buyer: string
}

/** Those who came first, for they are the ones a development marketplace is made with. */
const MOST = 100

export async function peopleHere(db: Database): Promise<PersonHere[]> {
  return await db
    .selectFrom('users')
    .select(['host_id', 'name', 'locale', 'developer', 'operator'])
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(MOST)
    .execute()
}

export async function postsHere(db: Database): Promise<PostHere[]> {
  return await db
    .selectFrom('posts as p')
    .innerJoin('users as u', 'u.id', 'p.owner_id')
    .select(['p.token', 'p.title', 'p.category', 'p.city', 'p.state', 'u.host_id as owner'])
    .where('u.deleted_at', 'is', null)
    .orderBy('p.id')
    .limit(MOST)
    .execute()
}

export async function conversationsHere(db: Database): Promise<ConversationHere[]> {
  const { rows } = await sql<ConversationHere>`
    select c.id, c.post_token, s.host_id as seller, b.host_id as buyer
    from conversations c join users s on s.id = c.supplier_id join users b on b.id = c.demand_id
    where c.type = 'POST' and s.deleted_at is null and b.deleted_at is null
    order by c.id limit ${MOST}`.execute(db)
  return rows
}

export async function slugsHere(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('apps').select('slug').orderBy('slug').execute()
  return rows.map(({ slug }) => slug)
}
