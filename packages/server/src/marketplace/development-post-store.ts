import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

export interface DevelopmentPost {
  token: string
  title: string
  category: string
  city: string
  state: string
  created_at: Date
}

const COLUMNS = ['token', 'title', 'category', 'city', 'state', 'created_at'] as const

/** Retired and removed ones count no more. */
const ACTIVE = ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ'] as const
const REMOVED = 'ARCHIVED'

/** Puts the copies of one developer one after the other, so that no two of them are both the last one allowed. */
export async function lockDeveloper(tx: Tx, developerId: string): Promise<void> {
  await tx.selectFrom('users').select('id').where('id', '=', developerId).forNoKeyUpdate().execute()
}

export async function countActiveDevelopmentPosts(tx: Tx, developerId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('posts')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('owner_id', '=', developerId)
    .where('development', '=', true)
    .where('state', 'in', ACTIVE)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** A post of the developer's own that is there, or anybody's that is published. */
export async function findSource(
  tx: Tx,
  { token, developerId }: { token: string; developerId: string },
): Promise<{ id: string } | null> {
  const row = await tx
    .selectFrom('posts')
    .select('id')
    .where('token', '=', token)
    .where((where) =>
      where.or([
        where('state', '=', 'PUBLISHED'),
        where.and([where('owner_id', '=', developerId), where('state', '<>', REMOVED)]),
      ]),
    )
    .executeTakeFirst()
  return row ?? null
}

/** Copies what everybody may read of a published post; who its owner is, and how to reach them, stays behind. */
export async function insertCopy(
  tx: Tx,
  copy: { id: string; sourceId: string; developerId: string; token: string },
): Promise<DevelopmentPost> {
  const { rows } = await sql<DevelopmentPost>`
    insert into posts (id, token, owner_id, category, city, district, title, images, state, chat_enabled,
      is_phone_hidden, development, for_development, data, first_published_at, last_modified_at, copied_from)
    select ${copy.id}::uuid, ${copy.token}, ${copy.developerId}::uuid, p.category, p.city, p.district, p.title, p.images,
      'PUBLISHED', true, true, true, true, p.data, now(), now(), coalesce(p.copied_from, p.id)
    from posts p where p.id = ${copy.sourceId}::uuid
    returning token, title, category, city, state, created_at`.execute(tx)
  return rows[0]!
}

/** The active ones first, the newest first. */
export async function listDevelopmentPosts(
  db: Database,
  developerId: string,
  limit: number,
): Promise<DevelopmentPost[]> {
  return db
    .selectFrom('posts')
    .select(COLUMNS)
    .where('owner_id', '=', developerId)
    .where('development', '=', true)
    .where('state', '<>', REMOVED)
    .orderBy(sql`state = 'RETIRED'`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export async function findDevelopmentPost(
  db: Database,
  { token, developerId }: { token: string; developerId: string },
): Promise<DevelopmentPost | null> {
  const row = await db
    .selectFrom('posts')
    .select(COLUMNS)
    .where('token', '=', token)
    .where('owner_id', '=', developerId)
    .where('development', '=', true)
    .where('state', '<>', REMOVED)
    .executeTakeFirst()
  return row ?? null
}
