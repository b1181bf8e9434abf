import { sql } from 'kysely'
import type { Pool } from 'pg'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

export interface CallCount {
  appId: string
  accepted: number
  refused: number
}

export interface DeliveryCount {
  endpointId: string
  delivered: number
  failed: number
  dead: number
}

/** Adds counts to the present hour; of apps and endpoints that are gone nothing is kept. */
export async function recordUsage(
  pool: Pick<Pool, 'query'>,
  calls: readonly CallCount[],
  deliveries: readonly DeliveryCount[],
): Promise<void> {
  await pool.query({
    name: 'record_usage',
    text: `select record_usage($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::bigint[], $6::bigint[],
      $7::bigint[])`,
    values: [
      calls.map(({ appId }) => appId),
      calls.map(({ accepted }) => accepted),
      calls.map(({ refused }) => refused),
      deliveries.map(({ endpointId }) => endpointId),
      deliveries.map(({ delivered }) => delivered),
      deliveries.map(({ failed }) => failed),
      deliveries.map(({ dead }) => dead),
    ],
  })
}

export const USAGE_SPANS = { hour: 48, day: 30 } as const
export type UsageSpan = keyof typeof USAGE_SPANS

export interface UsageRow {
  from: Date
  accepted: number
  refused: number
  delivered: number
  failed: number
  dead: number
}

/** The latest hours or days of UTC, the oldest first and each of them there, the present one last. */
export async function readUsage(
  db: Database,
  { appId, by }: { appId: string; by: UsageSpan },
): Promise<UsageRow[]> {
  const step = sql.raw(by === 'hour' ? "interval '1 hour'" : "interval '24 hours'")
  const { rows } = await sql<UsageRow>`
    select t.begun as "from", coalesce(sum(u.calls_accepted), 0)::bigint as accepted,
      coalesce(sum(u.calls_refused), 0)::bigint as refused,
      coalesce(sum(u.deliveries_delivered), 0)::bigint as delivered,
      coalesce(sum(u.attempts_failed), 0)::bigint as failed,
      coalesce(sum(u.deliveries_dead), 0)::bigint as dead
    from (
      select date_trunc(${by}, now(), 'UTC') - n * ${step} as begun
      from generate_series(${USAGE_SPANS[by] - 1}::integer, 0, -1) n) t
    left join app_usage u on u.app_id = ${appId} and u.hour >= t.begun and u.hour < t.begun + ${step}
    group by t.begun order by t.begun`.execute(db)
  return rows
}

/** Removes what no chart shows any more. */
export const pruneUsage = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches(
    { db, signal },
    { table: 'app_usage', by: sql`t.hour`, before: sql`now() - interval '32 days'` },
  )
