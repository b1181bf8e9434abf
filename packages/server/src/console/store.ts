import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export interface Page {
  /** The id that the page before ended with; absent for the newest. */
  cursor?: string | undefined
  limit: number
}

export type ClickRow = Selectable<Tables['clicks']>

export async function listClicks(
  db: Database,
  { appId, outcome, cursor, limit }: Page & { appId: string; outcome?: ClickRow['outcome'] | undefined },
): Promise<ClickRow[]> {
  return await db
    .selectFrom('clicks')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome!))
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export interface SubscriptionRow {
  id: string
  event_type: string
  user_id: string
  post_token: string | null
  metadata: unknown
  created_at: Date
  expires_at: Date
}

/** Those that still hear events. */
export async function listSubscriptions(
  db: Database,
  { appId, cursor, limit }: Page & { appId: string },
): Promise<SubscriptionRow[]> {
  return await db
    .selectFrom('subscriptions as s')
    .innerJoin('grants as g', 'g.id', 's.grant_id')
    .leftJoin('posts as p', 'p.id', 's.post_id')
    .select(['s.id', 's.event_type', 's.user_id', 's.metadata', 's.created_at', 's.expires_at'])
    .select('p.token as post_token')
    .where('s.app_id', '=', appId)
    .where('s.ended_at', 'is', null)
    .where('s.expires_at', '>', sql<Date>`now()`)
    .where('g.revoked_at', 'is', null)
    .$if(cursor !== undefined, (query) => query.where('s.id', '<', cursor!))
    .orderBy('s.id', 'desc')
    .limit(limit)
    .execute()
}
