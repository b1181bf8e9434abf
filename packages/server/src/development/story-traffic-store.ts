import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { TrafficRecord } from './traffic-record.ts'
import { recordOf, type TrafficRow } from './traffic-store.ts'

/** The newest exchanges that have one of these names, `message:…`, `click:…`, `delivery:…` or `trace:…`; the oldest first. */
export async function trafficNamed(
  db: Database,
  { names, limit }: { names: readonly string[]; limit: number },
): Promise<TrafficRecord[]> {
  if (names.length === 0) return []
  const { rows } = await sql<TrafficRow>`
    select t.id, t.at, t.app, t.record from development_traffic t
    where t.names && ${[...names]}::text[] order by t.id desc limit ${limit}`.execute(db)
  return rows.map(recordOf).reverse()
}

export interface Span {
  app: string
  /** Milliseconds since 1970. */
  from: number
  to: number
}

/** What apps and the platform said to each other in these times, each app's in its own; the oldest first. */
export async function trafficWithin(
  db: Database,
  { spans, limit }: { spans: readonly Span[]; limit: number },
): Promise<TrafficRecord[]> {
  if (spans.length === 0) return []
  const times = (of: 'from' | 'to') => spans.map((span) => new Date(span[of]).toISOString())
  const { rows } = await sql<TrafficRow>`
    select t.id, t.at, t.app, t.record from development_traffic t
    where t.id in (
      select w.id from unnest(${spans.map(({ app }) => app)}::text[], ${times('from')}::timestamptz[],
        ${times('to')}::timestamptz[]) as s (app, since, until)
      cross join lateral (
        select i.id from development_traffic i where i.at between s.since and s.until and i.app = s.app
        order by i.at limit ${limit}) w)
    order by t.id`.execute(db)
  return rows.map(recordOf)
}
