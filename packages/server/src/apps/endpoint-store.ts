import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

// Every change of what an endpoint is called with moves its revision: a node that holds an older copy sees so at
// its next lease.

export async function insertEndpoint(
  tx: Tx,
  { id, appId, url }: { id: string; appId: string; url: string | null },
): Promise<void> {
  await tx.insertInto('endpoints').values({ id, app_id: appId, url, disabled_reason: null }).execute()
}

const HEALTHY = {
  paused_until: sql<Date>`'-infinity'::timestamptz`,
  probe_until: null,
  breaker_trips: 0,
  failure_streak: 0,
  first_failure_at: null,
  last_failure_at: null,
  warned_at: null,
} as const

/** Another URL starts with a clean record: what the old one did says nothing about it. */
export async function changeEndpointUrl(tx: Tx, appId: string, url: string | null): Promise<void> {
  await tx
    .updateTable('endpoints')
    .set({ ...HEALTHY, url, revision: sql<number>`revision + 1` })
    .where('app_id', '=', appId)
    .where('kind', '=', 'events')
    .where(sql<boolean>`url is distinct from ${url}`)
    .execute()
}

/** What all calls of the app are made with has changed, its older subscriptions' too. */
export async function touchEndpoint(tx: Tx, appId: string): Promise<void> {
  await tx
    .updateTable('endpoints')
    .set({ revision: sql<number>`revision + 1` })
    .where('app_id', '=', appId)
    .execute()
}

export interface EndpointLimits {
  /** Attempts at once; null for the operator's default. */
  concurrency: number | null
  /** Attempts a second; null for no limit. */
  rate_per_second: number | null
}

export async function changeEndpointLimits(
  tx: Tx,
  appId: string,
  limits: Partial<EndpointLimits>,
): Promise<void> {
  if (Object.keys(limits).length === 0) return
  await tx
    .updateTable('endpoints')
    .set({ ...limits, revision: sql<number>`revision + 1` })
    .where('app_id', '=', appId)
    .where('kind', '=', 'events')
    .execute()
}

/**
 * @param dropHeld what was accepted before this moment is not attempted any more: the queue ends it in passing.
 * @returns whether it was disabled.
 */
export async function enableEndpoint(
  tx: Tx,
  { appId, dropHeld }: { appId: string; dropHeld: boolean },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('endpoints')
    .set({
      ...HEALTHY,
      state: 'enabled',
      disabled_reason: null,
      disabled_at: null,
      ...(dropHeld && { skip_before: sql<Date>`clock_timestamp()` }),
      revision: sql<number>`revision + 1`,
    })
    .where('app_id', '=', appId)
    .where('kind', '=', 'events')
    .where('state', '=', 'disabled')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export interface EndpointRow extends EndpointLimits {
  url: string | null
  state: 'enabled' | 'disabled'
  disabled_reason: string | null
  disabled_at: Date | null
  warned_at: Date | null
  /** Null when no pause began since the last success. */
  paused_until: Date | null
  paused: boolean
  failure_streak: number
  first_failure_at: Date | null
  last_failure_at: Date | null
  last_success_at: Date | null
  skip_before: Date | null
  /** Deliveries not finished yet, counted up to {@link MOST_COUNTED}. */
  waiting: number
}

/** A backlog of millions is not counted to its end. */
export const MOST_COUNTED = 10_000

export async function loadEndpoint(db: Database, appId: string): Promise<EndpointRow | null> {
  const row = await db
    .selectFrom('endpoints as e')
    .select(['e.url', 'e.state', 'e.disabled_reason', 'e.disabled_at', 'e.warned_at', 'e.failure_streak'])
    .select(['e.first_failure_at', 'e.last_failure_at', 'e.last_success_at', 'e.skip_before'])
    .select(['e.concurrency', 'e.rate_per_second'])
    .select([
      sql<Date | null>`nullif(e.paused_until, '-infinity')`.as('paused_until'),
      sql<boolean>`e.paused_until > now()`.as('paused'),
      sql<number>`(select count(*)::integer from (
        select from delivery_queue q where q.endpoint_id = e.id limit ${MOST_COUNTED}) counted)`.as(
        'waiting',
      ),
    ])
    .where('e.app_id', '=', appId)
    .where('e.kind', '=', 'events')
    .executeTakeFirst()
  return row ?? null
}
