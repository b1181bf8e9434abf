import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

export interface TriggeredApp {
  id: string
  slug: string
  eventsUrl: string | null
}

export async function findTriggeredApp(db: Database, slug: string): Promise<TriggeredApp | null> {
  const row = await db
    .selectFrom('apps as a')
    .innerJoin('endpoints as e', (join) => join.onRef('e.app_id', '=', 'a.id').on('e.kind', '=', 'events'))
    .select(['a.id', 'a.slug', 'e.url as eventsUrl'])
    .where('a.slug', '=', slug)
    .executeTakeFirst()
  return row ?? null
}

/** The app that a delivery is for, finished or not; null when there is no such delivery. */
export async function appOfDelivery(db: Database, deliveryId: number): Promise<string | null> {
  const { rows } = await sql<{ app_id: string }>`
    select e.app_id from endpoints e join (
      select endpoint_id from delivery_queue where id = ${deliveryId}
      union all select endpoint_id from delivery_history where id = ${deliveryId}) d on d.endpoint_id = e.id
    limit 1`.execute(db)
  return rows[0]?.app_id ?? null
}
