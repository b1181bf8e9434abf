import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** Nothing is counted further; so many stands for that or more. */
export const MOST_COUNTED = 10_000
const MOST_MESSAGES = 100_000
const DAY_MS = 24 * 3_600_000

export interface Counts {
  apps_awaiting: number
  waiting: number
  held: number
  dead: number
  open_replays: number
  messages_last_day: number
}

/** Each walks an index, and no further than it has to. */
export async function readCounts(db: Database, now: number): Promise<Counts> {
  const closed = sql`(e.state = 'disabled' or e.url is null)`
  const upTo = (rows: ReturnType<typeof sql>, most: number) => sql`
    (select count(*)::integer from (${rows} limit ${most}) counted)`
  const ofEndpoints = (which: ReturnType<typeof sql>) => sql`
    select from endpoints e cross join lateral (
      select from delivery_queue q where q.endpoint_id = e.id limit ${MOST_COUNTED}) q where ${which}`
  const { rows } = await sql<Counts>`
    select
      ${upTo(sql`select from apps where submitted_at is not null`, MOST_COUNTED)} as apps_awaiting,
      ${upTo(ofEndpoints(sql`not ${closed}`), MOST_COUNTED)} as waiting,
      ${upTo(ofEndpoints(closed), MOST_COUNTED)} as held,
      ${upTo(sql`select from delivery_history where state = 'dead'`, MOST_COUNTED)} as dead,
      ${upTo(sql`select from replay_jobs where status in ('running', 'paused')`, MOST_COUNTED)} as open_replays,
      ${upTo(sql`select from messages where id >= ${firstIdOf(now - DAY_MS)}::uuid`, MOST_MESSAGES)} as messages_last_day`.execute(
    db,
  )
  return rows[0]!
}

/** The first UUIDv7 that is made at a time: ids of messages are in the order of their making. */
export function firstIdOf(milliseconds: number): string {
  const time = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}
