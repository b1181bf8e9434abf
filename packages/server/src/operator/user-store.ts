import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { normalPhone } from '../marketplace/phone.ts'
import { samePhones } from '../marketplace/same-phone.ts'

export const USER_FLAGS = ['blacklisted', 'developer', 'operator'] as const
export type UserFlag = (typeof USER_FLAGS)[number]
export type UserFlags = Readonly<Record<UserFlag, boolean>>

export interface UserRow extends UserFlags {
  id: string
  host_id: string
  phone: string | null
  name: string
  locale: string
  created_at: Date
  updated_at: Date
}

const COLUMNS = [
  'u.id',
  'u.host_id',
  'u.phone',
  'u.name',
  'u.locale',
  'u.blacklisted',
  'u.developer',
  'u.operator',
  'u.created_at',
  'u.updated_at',
] as const

export interface UsersFilter {
  /** Words of the name, the beginning of the host id, or a whole phone number. */
  search: string | undefined
  flag: UserFlag | undefined
  cursor: string | undefined
  limit: number
}

/** Who came last first. Nobody who was deleted. */
export async function findUsers(
  db: Database,
  { search, flag, cursor, limit }: UsersFilter,
): Promise<UserRow[]> {
  return await db
    .selectFrom('users as u')
    .select(COLUMNS)
    .where('u.deleted_at', 'is', null)
    .$if(search !== undefined, (query) => query.where(matching(search!)))
    .$if(flag !== undefined, (query) => query.where(`u.${flag!}`, '=', true))
    .$if(cursor !== undefined, (query) => query.where('u.id', '<', cursor!))
    .orderBy('u.id', 'desc')
    .limit(limit)
    .execute()
}

/** Each kind by its own index. A part of a phone number finds nobody, so that numbers cannot be tried out. */
function matching(search: string) {
  const phone = normalPhone(search)
  const phones = phone === null ? [] : samePhones(phone)
  const prefix = `${search.replace(/[\\%_]/g, '\\$&')}%`
  // As an array, which is found first: else all people would be walked through and looked up in it.
  return sql<boolean>`u.id = any (array(
    select id from users where host_id like ${prefix}
    union select id from users where phone = any (${phones}::text[])
    union select id from users where search_words(name) @@ search_query(${search})))`
}

export async function readUser(db: Database | Tx, hostId: string): Promise<UserRow | null> {
  const row = await userByHostId(db, hostId).executeTakeFirst()
  return row ?? null
}

/**
 * The person and the operator who is about to change them; nobody else changes either until the transaction ends. Always
 * in the same order, for two operators may be after each other.
 */
export async function lockUsers(
  tx: Tx,
  { hostId, operatorId }: { hostId: string; operatorId: string },
): Promise<{ user: UserRow | null; operator: UserRow | null }> {
  const rows = await tx
    .selectFrom('users as u')
    .select(COLUMNS)
    .where((is) => is.or([is('u.host_id', '=', hostId), is('u.id', '=', operatorId)]))
    .where('u.deleted_at', 'is', null)
    .orderBy('u.id')
    .forNoKeyUpdate()
    .execute()
  return {
    user: rows.find(({ host_id }) => host_id === hostId) ?? null,
    operator: rows.find(({ id }) => id === operatorId) ?? null,
  }
}

const userByHostId = (db: Database | Tx, hostId: string) =>
  db
    .selectFrom('users as u')
    .select(COLUMNS)
    .where('u.host_id', '=', hostId)
    .where('u.deleted_at', 'is', null)

/** No person's posts are counted further. */
export const MOST_POSTS = 1_000

export interface Belongings {
  apps: { slug: string; display_name: string }[]
  posts: number
}

export async function readBelongings(db: Database, userId: string): Promise<Belongings> {
  const apps = await db
    .selectFrom('apps')
    .select(['slug', 'display_name'])
    .where('owner_id', '=', userId)
    .orderBy('slug')
    .limit(100)
    .execute()
  const { rows } = await sql<{ posts: number }>`
    select count(*)::integer as posts from (
      select from posts where owner_id = ${userId} limit ${MOST_POSTS}) counted`.execute(db)
  return { apps, posts: rows[0]?.posts ?? 0 }
}
