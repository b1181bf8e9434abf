import type pg from 'pg'

type Queryable = Pick<pg.Pool, 'query'>

/** Leases held at this moment; of one node, or of all. Each can cost one duplicate when a fault strikes now. */
export async function leasesHeld(db: Queryable, node?: string): Promise<number> {
  const { rows } = await db.query<{ held: number }>(
    `select count(*)::int as held from delivery_queue
     where lease_until is not null and ($1::uuid is null or lease_owner = $1)`,
    [node ?? null],
  )
  return rows[0]!.held
}

/** Lets all leases run out, as if their time had passed. */
export const expireLeases = (db: Queryable): Promise<unknown> =>
  db.query(
    `update delivery_queue set lease_until = clock_timestamp() - interval '1 second'
     where lease_until is not null`,
  )

/**
 * Lets every wait for a retry or the end of a pause be over. Never waits for a lock, since it takes them in no order.
 * @param below only of what has had fewer attempts than these.
 */
export async function endWaits(db: Queryable, below: number | null = null): Promise<void> {
  await db.query(
    `update delivery_queue set due_at = clock_timestamp() where id in (
       select id from delivery_queue where due_at > clock_timestamp() and ($1::int is null or attempts < $1)
       for update skip locked)`,
    [below],
  )
  await db.query(
    `update endpoints set paused_until = clock_timestamp(), probe_until = null where id in (
       select id from endpoints where paused_until > clock_timestamp() for update skip locked)`,
  )
}

/** Cuts every connection of the nodes to this database. */
export const cutConnections = (db: Queryable): Promise<unknown> =>
  db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name like 'charsu test node%'`,
  )

export interface QueueRow {
  id: number
  lease_owner: string | null
  lease_number: number
  attempts: number
  failures: number
  source_id: string
}

export async function queueRows(db: Queryable): Promise<QueueRow[]> {
  const { rows } = await db.query<QueueRow>(
    'select id, lease_owner, lease_number, attempts, failures, source_id from delivery_queue order by id',
  )
  return rows
}

export interface AttemptOnRecord {
  outcome: string
  status: number | null
  error: string | null
  answerBody: string | null
}

/** The attempts of each finished delivery of an endpoint, in the order of the messages. */
export async function attemptLogs(db: Queryable, endpointId: string): Promise<AttemptOnRecord[][]> {
  const { rows } = await db.query<{ attempt_log: AttemptOnRecord[] }>(
    'select attempt_log from delivery_history where endpoint_id = $1 order by conversation_id, sequence',
    [endpointId],
  )
  return rows.map(({ attempt_log }) => attempt_log)
}

export async function endpointRow(db: Queryable, id: string): Promise<{ state: string }> {
  const { rows } = await db.query<{ state: string }>('select state from endpoints where id = $1', [id])
  return rows[0]!
}

const COMMIT_LOCK = 7_461_022

/** From now on whoever takes a delivery out of the queue waits at the very end, all its work done, until `release`. */
export async function holdCommits(pool: pg.Pool): Promise<{ release(): Promise<void> }> {
  const holder = await pool.connect()
  await holder.query('select pg_advisory_lock($1)', [COMMIT_LOCK])
  await pool.query(
    `create function wait_at_commit() returns trigger language plpgsql as
     $wait$ begin perform pg_advisory_xact_lock_shared(${COMMIT_LOCK}); return null; end $wait$`,
  )
  await pool.query(
    `create constraint trigger wait_at_commit after delete on delivery_queue
     deferrable initially deferred for each row execute function wait_at_commit()`,
  )
  let released = false
  return {
    async release() {
      if (released) return
      released = true
      await holder.query('select pg_advisory_unlock($1)', [COMMIT_LOCK])
      holder.release()
      await pool.query('drop trigger wait_at_commit on delivery_queue')
      await pool.query('drop function wait_at_commit')
    },
  }
}
