import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** A person whom a developer may pick to be. */
export interface PersonToBe {
  host_id: string
  name: string
  developer: boolean
  operator: boolean
  blacklisted: boolean
  /** Titles of the posts they own, at most three. */
  posts: string[]
}

const MOST_PEOPLE = 100

/** Those who came first, for they are the ones a development marketplace is made with. */
export async function peopleToBe(db: Database): Promise<PersonToBe[]> {
  const { rows } = await sql<PersonToBe>`
    select u.host_id, u.name, u.developer, u.operator, u.blacklisted,
      array(select p.title from posts p where p.owner_id = u.id order by p.id limit 3) as posts
    from users u where u.deleted_at is null order by u.id limit ${MOST_PEOPLE}`.execute(db)
  return rows
}

export async function userIdOf(db: Database, hostId: string): Promise<string | null> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('host_id', '=', hostId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.id ?? null
}
