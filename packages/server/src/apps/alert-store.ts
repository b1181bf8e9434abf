import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

// Alerts are written in the database, in the transaction of what they tell of: by triggers (0009_app_alerts.sql), and
// when quotas are taken from (0011_quotas.sql).

export interface AlertRow {
  id: number
  kind: Tables['app_alerts']['kind']
  detail: Partial<EndpointAlertDetail & QuotaAlertDetail>
  created_at: Date
  seen_at: Date | null
}

/** The endpoint at the moment of the alert. */
export interface EndpointAlertDetail {
  url: string | null
  reason: string | null
  failureStreak: number
  firstFailureAt: string | null
  lastSuccessAt: string | null
}

/** The window at the moment of the alert. */
export interface QuotaAlertDetail {
  limit: number
  used: number
  resetsAt: string
}

const COLUMNS = ['id', 'kind', 'detail', 'created_at', 'seen_at'] as const

/** Newest first. */
export async function listAlertRows(
  db: Database,
  {
    appId,
    seen,
    cursor,
    limit,
  }: { appId: string; seen: boolean | undefined; cursor: number | undefined; limit: number },
): Promise<AlertRow[]> {
  const rows = await db
    .selectFrom('app_alerts')
    .select(COLUMNS)
    .where('app_id', '=', appId)
    .$if(seen !== undefined, (query) => query.where('seen_at', seen ? 'is not' : 'is', null))
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows as AlertRow[]
}

/** The first time counts. @returns null when the app has no such alert. */
export async function markAlertSeen(
  db: Database,
  { appId, alertId }: { appId: string; alertId: number },
): Promise<AlertRow | null> {
  const row = await db
    .updateTable('app_alerts')
    .set({ seen_at: sql<Date>`coalesce(seen_at, clock_timestamp())` })
    .where('app_id', '=', appId)
    .where('id', '=', alertId)
    .returning(COLUMNS)
    .executeTakeFirst()
  return (row as AlertRow | undefined) ?? null
}

/** How many alerts of each of a developer's apps have not been seen; an app without any is left out. */
export async function countUnseenAlerts(db: Database, ownerId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('app_alerts as l')
    .innerJoin('apps as a', 'a.id', 'l.app_id')
    .select(['l.app_id', sql<number>`count(*)::integer`.as('count')])
    .where('a.owner_id', '=', ownerId)
    .where('l.seen_at', 'is', null)
    .groupBy('l.app_id')
    .execute()
  return new Map(rows.map(({ app_id, count }) => [app_id, count]))
}
