import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { microseconds } from './row-columns.ts'

export interface GrantRow {
  id: string
  app_id: string
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
    select g.id, g.app_id, a.slug, a.display_name, a.description, a.avatar_url, g.scopes,
      ${microseconds('g.created_at')} as created_at, ${microseconds('g.updated_at')} as updated_at
    from grants g join apps a on a.id = g.app_id
    where g.user_id = ${userId}::uuid and g.revoked_at is null
    order by g.updated_at desc, g.id desc`.execute(db)
  return rows
}
