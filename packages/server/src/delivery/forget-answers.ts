import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/**
 * What apps answered to events about deleted people is found by searching: an index on whom a delivery is about would
 * cost every delivery, for what is done seldom. So one search serves many people (db/migrations/0015).
 */

export interface ForgetAnswersDeps {
  db: Database
  /** Ends it between two steps. */
  signal: AbortSignal
  /** Called with each place up to which the history has been searched. */
  onSearched(deliveryId: number): Promise<void>
}

/** Deliveries of one step. */
const STEP = 2_000
/** Between two steps, so that a long search leaves the database to others. */
const BREATH_MS = 20
const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/** Takes the answers of apps to events about these people out of all deliveries, those behind `after` of the finished. */
export async function forgetAnswersAbout(
  deps: ForgetAnswersDeps,
  userIds: readonly string[],
  after: number,
): Promise<void> {
  const { db, signal } = deps
  await walk<string>(
    deps,
    NIL_UUID,
    (from) => sql`forget_open_facts(${userIds}::uuid[], ${from}::uuid, ${STEP})`,
  )
  await walk<number>(
    deps,
    0,
    (from) => sql`forget_open_answers(${userIds}::uuid[], ${from}::bigint, ${STEP})`,
  )
  const last = await lastDelivery(db)
  let from = after
  while (!signal.aborted) {
    const { rows } = await sql<{ reached: number | null }>`
      select forget_answers(${userIds}::uuid[], ${from}::bigint, ${last}::bigint, ${STEP}) as reached`.execute(
      db,
    )
    const reached = rows[0]?.reached ?? null
    if (reached === null) return
    from = reached
    await deps.onSearched(reached)
    await pause(BREATH_MS)
  }
}

/** Whether an attempt may be under way whose answer is not written yet. */
export async function isDeliveringAbout(db: Database, userIds: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ delivering: boolean }>`
    select is_delivering_about(${userIds}::uuid[]) as delivering`.execute(db)
  return rows[0]?.delivering === true
}

async function walk<Place>(
  { db, signal }: ForgetAnswersDeps,
  start: Place,
  step: (from: Place) => ReturnType<typeof sql>,
): Promise<void> {
  let from: Place | null = start
  while (from !== null && !signal.aborted) {
    const { rows }: { rows: { reached: Place | null }[] } = await sql<{ reached: Place | null }>`
      select ${step(from)} as reached`.execute(db)
    from = rows[0]?.reached ?? null
  }
}

async function lastDelivery(db: Database): Promise<number> {
  const { rows } = await sql<{ last: number }>`select last_value as last from delivery_queue_id_seq`.execute(
    db,
  )
  return rows[0]?.last ?? 0
}

/**
 * What developers were shown of calls, which development mode alone writes, goes as a whole: whom each tells of is
 * known of few.
 */
export async function forgetTraffic(db: Database): Promise<void> {
  await sql`delete from development_traffic`.execute(db)
}
