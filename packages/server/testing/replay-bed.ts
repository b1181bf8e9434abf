import type pg from 'pg'
import { createDatabase, type Database } from '../src/db/database.ts'
import { readReplay } from '../src/delivery/control-replay.ts'
import { EVERYTHING, type ReplayFilter } from '../src/delivery/replay-filter.ts'
import { createReplayRunner, type ReplayRunner } from '../src/delivery/replay-runner.ts'
import type { ReplayRow } from '../src/delivery/replay-store.ts'
import { startReplay } from '../src/delivery/start-replay.ts'
import type { TestEndpoint } from './delivery-fixture.ts'
import { waitFor } from './wait-for.ts'

const silent = { info() {}, warn() {}, error() {} }

export interface FinishedDeliveries {
  /** How many, each of an event of its own that can be rendered. */
  count: number
  state?: 'delivered' | 'dead' | 'cancelled'
  eventType?: string
  /** An ISO time; now when absent. */
  createdAt?: string
  grantId?: string
  conversationId?: string
  replay?: boolean
}

/** Puts finished deliveries of an app directly into the history. Returns the ids of what they tell of. */
export async function addFinished(
  db: Pick<pg.Pool, 'query'>,
  endpoint: TestEndpoint,
  { count, state = 'delivered', eventType = 'USER_ACCESS_REVOCATION', ...more }: FinishedDeliveries,
): Promise<string[]> {
  const { rows } = await db.query<{ source_id: string }>(
    `with facts as (
       insert into event_facts (id, type, payload)
       select gen_random_uuid(), $3, jsonb_build_object('user_id', 'user-' || i) from generate_series(1, $1) i
       returning id)
     insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, grant_id,
       conversation_id, state, attempts, attempt_log, replay, created_at, finished_at)
     select nextval(pg_get_serial_sequence('delivery_queue', 'id')), $2, 0, $4, $3, f.id, $5,
       $9, $6, 1, '[]', $7, coalesce($8, clock_timestamp()), coalesce($8, clock_timestamp())
     from facts f returning source_id`,
    [
      count,
      endpoint.endpointId,
      eventType,
      endpoint.appId,
      more.grantId ?? null,
      state,
      more.replay ?? false,
      more.createdAt ?? null,
      more.conversationId ?? null,
    ],
  )
  return rows.map((row) => row.source_id)
}

/** What jobs have queued, and have become of it. */
export async function replaysOf(
  db: Pick<pg.Pool, 'query'>,
  jobId: string,
): Promise<{ source_id: string; state: string; reason: string | null }[]> {
  const { rows } = await db.query(
    `select source_id, 'open' as state, null as reason from delivery_queue where replay_job_id = $1
     union all select source_id, state, reason from delivery_history where replay_job_id = $1`,
    [jobId],
  )
  return rows
}

/** Ends open deliveries without sending them, as if their endpoint had taken them. */
export async function deliverAll(db: Pick<pg.Pool, 'query'>, state = 'delivered'): Promise<number> {
  const { rowCount } = await db.query(
    `with gone as (delete from delivery_queue returning *)
     insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id,
       conversation_id, grant_id, state, attempts, attempt_log, replay, replay_job_id, created_at, finished_at)
     select id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id, grant_id, $1, 1,
       '[]', replay, replay_job_id, created_at, clock_timestamp() from gone`,
    [state],
  )
  return rowCount ?? 0
}

/** Replays on a database of a test. */
export function replaysOn(pool: pg.Pool) {
  const db: Database = createDatabase(pool)
  const read = (jobId: string): Promise<ReplayRow> => readReplay(db, { jobId, appId: null })
  return {
    db,
    read,
    async start(appId: string | null, filter: Partial<ReplayFilter> = {}): Promise<string> {
      const job = await startReplay(db, { appId, filter: { ...EVERYTHING, ...filter }, createdBy: null })
      return job.id
    },
    runner: (): ReplayRunner => createReplayRunner({ db, log: silent }, { pollMs: 5, breathMs: 0 }),
    /** One step, as if its time had come. */
    async step(jobId: string): Promise<boolean> {
      await pool.query('update replay_walks set step_after = clock_timestamp() where job_id = $1', [jobId])
      const { rows } = await pool.query<{ more: boolean }>('select advance_replay($1) as more', [jobId])
      return rows[0]?.more ?? false
    },
    reaches: (jobId: string, status: ReplayRow['status'], timeoutMs = 25_000): Promise<ReplayRow> =>
      waitFor(
        async () => {
          const job = await read(jobId)
          return job.status === status ? job : null
        },
        { timeoutMs },
      ),
  }
}
