import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import type { ReplayFilter } from './replay-filter.ts'

export type ReplayStatus = 'running' | 'paused' | 'cancelled' | 'done' | 'failed'

/** Whose jobs are meant: those of one app, or with null every job. */
export interface ReplayScope {
  appId: string | null
}

/** A job with the sums of its walks. */
export interface ReplayRow {
  id: string
  /** Slug; null for every app. */
  app: string | null
  created_from: Date | null
  created_to: Date | null
  event_type: string | null
  state: ReplayFilter['state']
  conversation_id: string | null
  webhook_id: string | null
  status: ReplayStatus
  reason: string | null
  by_host: boolean
  by_operator: boolean
  created_at: Date
  updated_at: Date
  finished_at: Date | null
  /** 0 to 1: how much of the range of ids has been looked at. */
  looked_at: number
  waits_for_endpoint: boolean
  examined: number
  matched: number
  queued: number
  waiting: number
  delivered: number
  dead: number
  cancelled: number
  skipped_consent: number
  skipped_cancelled: number
  skipped_endpoint: number
  skipped_delivered: number
}

/** One at a time may be created, so that their number can be limited. The number is "replay" in ASCII. */
const CREATION_LOCK = 0x72_65_70_6c_61_79

export async function lockCreation(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CREATION_LOCK}::bigint)`.execute(tx)
}

export async function countOpenReplays(tx: Tx, appId: string | null): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from replay_jobs
    where app_id is not distinct from ${appId}::uuid and status in ('running', 'paused')`.execute(tx)
  return rows[0]?.count ?? 0
}

export async function hasUsableEndpoint(tx: Tx, appId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from endpoints where app_id = ${appId} and state = 'enabled' and url is not null`.execute(tx)
  return rows.length > 0
}

export interface NewReplay {
  id: string
  appId: string | null
  filter: ReplayFilter
  createdBy: string | null
  byOperator: boolean
}

/** A database clock that was set back by less than this hides nothing from the filter. */
const CLOCK_SLACK = sql`interval '1 hour'`

export async function insertReplay(tx: Tx, replay: NewReplay): Promise<void> {
  const { id, appId, filter, createdBy, byOperator } = replay
  await sql`
    insert into replay_jobs (id, app_id, created_from, created_to, event_type, state,
      conversation_id, webhook_id, after_id, last_id, created_by, by_operator)
    select ${id}, ${appId}, f.created_from, f.created_to, ${filter.eventType}, ${filter.state},
      ${filter.conversationId}::uuid, ${filter.webhookId},
      greatest(delivery_id_before(f.created_from - ${CLOCK_SLACK}),
        (select h.id - 1 from delivery_history h order by h.id limit 1), 0),
      delivery_id_before(coalesce(f.created_to + ${CLOCK_SLACK}, 'infinity')), ${createdBy}::uuid, ${byOperator}
    from (select ${filter.from}::timestamptz as created_from, ${filter.to}::timestamptz as created_to) f`.execute(
    tx,
  )
  await sql`
    insert into replay_walks (job_id, endpoint_id, cursor)
    select j.id, e.id, j.after_id from replay_jobs j join endpoints e on j.app_id is null or e.app_id = j.app_id
    where j.id = ${id}`.execute(tx)
}

/** Null when a look at the newest deliveries does not tell. */
export async function findsAnything(tx: Tx, jobId: string): Promise<boolean | null> {
  const { rows } = await sql<{ finds: boolean | null }>`
    select replay_finds_anything(${jobId}) as finds`.execute(tx)
  return rows[0]?.finds ?? null
}

/** Changes a job's status if it is one of `from`; tells whether it did. */
export async function changeStatus(
  db: Database | Tx,
  { jobId, appId }: ReplayScope & { jobId: string },
  { from, to, reason = null }: { from: readonly ReplayStatus[]; to: ReplayStatus; reason?: string | null },
): Promise<boolean> {
  // What changes for a walk at rest is seen at its next step, so that step is now.
  const { rows } = await sql`
    with changed as (
      update replay_jobs
      set status = ${to}, reason = ${reason}, updated_at = clock_timestamp(),
        finished_at = case when ${to} in ('cancelled', 'done', 'failed') then clock_timestamp() end
      where id = ${jobId} and (${appId}::uuid is null or app_id = ${appId}) and status = any (${from}::text[])
      returning id
    ), woken as (
      update replay_walks w set step_after = clock_timestamp() from changed c where w.job_id = c.id and not w.closed
    )
    select id from changed`.execute(db)
  return rows.length > 0
}

export async function findReplay(
  db: Database | Tx,
  { jobId, appId }: ReplayScope & { jobId: string },
): Promise<ReplayRow | undefined> {
  const { rows } = await select(
    db,
    sql`j.id = ${jobId} and (${appId}::uuid is null or j.app_id = ${appId})`,
    1,
  )
  return rows[0]
}

/** The newest first; `before` is the last id of the page before. */
export async function listReplays(
  db: Database | Tx,
  { appId, before, limit }: ReplayScope & { before: string | undefined; limit: number },
): Promise<ReplayRow[]> {
  const { rows } = await select(
    db,
    sql`(${appId}::uuid is null or j.app_id = ${appId}) and (${before ?? null}::uuid is null or j.id < ${before ?? null})`,
    limit,
  )
  return rows
}

const select = (db: Database | Tx, where: ReturnType<typeof sql>, limit: number) =>
  sql<ReplayRow>`
    select j.id, a.slug as app, j.created_from, j.created_to, j.event_type, j.state,
      j.conversation_id, j.webhook_id, j.status, j.reason,
      j.created_by is null and not j.by_operator as by_host, j.by_operator, j.created_at, j.updated_at, j.finished_at, w.*
    from (select * from replay_jobs j where ${where} order by j.id desc limit ${limit}) j
    left join apps a on a.id = j.app_id
    cross join lateral (
      select
        coalesce(avg((w.cursor - j.after_id)::double precision / nullif(j.last_id - j.after_id, 0)), 1) as looked_at,
        coalesce(bool_or(j.status = 'running' and not w.closed and j.app_id is not null and not exists (
          select from endpoints e where e.id = w.endpoint_id and e.state = 'enabled' and e.url is not null)),
          false) as waits_for_endpoint,
        coalesce(sum(w.examined), 0)::bigint as examined, coalesce(sum(w.matched), 0)::bigint as matched,
        coalesce(sum(w.queued), 0)::bigint as queued,
        coalesce(sum(cardinality(w.outstanding)), 0)::bigint as waiting,
        coalesce(sum(w.delivered), 0)::bigint as delivered, coalesce(sum(w.dead), 0)::bigint as dead,
        coalesce(sum(w.cancelled), 0)::bigint as cancelled,
        coalesce(sum(w.skipped_consent), 0)::bigint as skipped_consent,
        coalesce(sum(w.skipped_cancelled), 0)::bigint as skipped_cancelled,
        coalesce(sum(w.skipped_endpoint), 0)::bigint as skipped_endpoint,
        coalesce(sum(w.skipped_delivered), 0)::bigint as skipped_delivered
      from replay_walks w where w.job_id = j.id) w
    order by j.id desc`.execute(db)

/** Jobs on which a step can be made now. */
export async function dueReplays(db: Database | Tx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select j.id from replay_jobs j
    where exists (
      select from replay_walks w where w.job_id = j.id and not w.closed and w.step_after <= clock_timestamp())
    order by j.id`.execute(db)
  return rows.map(({ id }) => id)
}

/** One step; tells whether there may be more to do at once. */
export async function advanceReplay(db: Database | Tx, jobId: string): Promise<boolean> {
  const { rows } = await sql<{ more: boolean }>`select advance_replay(${jobId}) as more`.execute(db)
  return rows[0]?.more ?? false
}

/** Ends the jobs that have looked at everything and of whose replays none is under way. */
export async function completeReplays(db: Database | Tx): Promise<void> {
  await sql`
    update replay_jobs j
    set status = 'done', updated_at = clock_timestamp(), finished_at = clock_timestamp(),
      reason = case when not exists (select from replay_walks w where w.job_id = j.id and w.queued > 0)
        then 'nothing_to_replay' end
    where j.status = 'running' and not exists (
      select from replay_walks w where w.job_id = j.id and not w.closed)`.execute(db)
}
