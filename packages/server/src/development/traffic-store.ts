import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { storableText } from '../db/storable-text.ts'
import { hashSecret } from '../ids.ts'
import type { AppClaim, TrafficEntry, TrafficRecord } from './traffic-record.ts'

/** Records that are kept, the newest. */
export const MOST_KEPT = 5_000

const LOCK = 'development_traffic'

const claimOf = (app: AppClaim, name: string): string | null =>
  app !== null && name in app ? storableText((app as Record<string, string>)[name] ?? '') : null

/**
 * Writes records under ids in the order of their commits, over all nodes: a reader that goes on from the last id it saw
 * misses nothing. An app is named by whatever is known of it; a key also when it has been revoked.
 */
export async function writeTraffic(db: Database, entries: readonly TrafficEntry[]): Promise<void> {
  const claims = (name: string) => entries.map(({ app }) => claimOf(app, name))
  const keyHashes = entries.map(({ app }) => {
    const key = claimOf(app, 'apiKey')
    return key === null ? null : hashSecret(key).toString('hex')
  })
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${LOCK}, 0))`.execute(tx)
    await sql`
      insert into development_traffic (id, at, app, conversation_id, record)
      select nextval('development_traffic_id'), i.at,
        coalesce(i.slug,
          (select a.slug from apps a where a.id = i.app_id),
          (select a.slug from endpoints e join apps a on a.id = e.app_id where e.id = i.endpoint_id),
          (select a.slug from apps a where a.slug = i.client_id),
          (select a.slug from api_keys k join apps a on a.id = k.app_id where k.hash = decode(i.key_hash, 'hex'))),
        i.record #>> '{refs,conversation_id}', i.record
      from unnest(
        ${entries.map(({ at }) => new Date(at).toISOString())}::timestamptz[],
        ${claims('slug')}::text[], ${claims('appId')}::uuid[], ${claims('endpointId')}::uuid[],
        ${claims('clientId')}::text[], ${keyHashes}::text[],
        ${entries.map(({ record }) => JSON.stringify(record))}::json[]
      ) with ordinality as i (at, slug, app_id, endpoint_id, client_id, key_hash, record, place)
      order by i.place`.execute(tx)
  })
}

/** Leaves the newest {@link MOST_KEPT}. */
export async function trimTraffic(db: Database, keep: number = MOST_KEPT): Promise<void> {
  await sql`
    delete from development_traffic where id <= (
      select t.id from development_traffic t order by t.id desc offset ${keep} limit 1)`.execute(db)
}

export interface TrafficFilter {
  /** Of this app, and what nobody knows the app of: a wrong key is what a developer looks for most. */
  app?: string | undefined
  conversationId?: string | undefined
}

export interface TrafficRow {
  id: number
  at: Date
  app: string | null
  record: Omit<TrafficRecord, 'id' | 'at' | 'app'>
}

const matching = ({ app, conversationId }: TrafficFilter) => sql<boolean>`
  (${app ?? null}::text is null or t.app is null or t.app = ${app ?? null})
  and (${conversationId ?? null}::text is null or t.conversation_id = ${conversationId ?? null})`

export const recordOf = ({ id, at, app, record }: TrafficRow): TrafficRecord => ({
  id: String(id),
  at: at.toISOString(),
  app,
  ...record,
})

/** Those behind `after`, the oldest first. */
export async function readTrafficAfter(
  db: Database,
  { after, limit, ...filter }: TrafficFilter & { after: number; limit: number },
): Promise<TrafficRecord[]> {
  const { rows } = await sql<TrafficRow>`
    select t.id, t.at, t.app, t.record from development_traffic t
    where t.id > ${after} and ${matching(filter)} order by t.id limit ${limit}`.execute(db)
  return rows.map(recordOf)
}

/** The newest ones, of these the oldest first. */
export async function readNewestTraffic(
  db: Database,
  { limit, ...filter }: TrafficFilter & { limit: number },
): Promise<TrafficRecord[]> {
  const { rows } = await sql<TrafficRow>`
    select t.id, t.at, t.app, t.record from development_traffic t
    where ${matching(filter)} order by t.id desc limit ${limit}`.execute(db)
  return rows.map(recordOf).reverse()
}

export interface TrafficExtent {
  /** Ids of the oldest and the newest record that is kept; where none is, just behind the last one given out. */
  oldest: number
  newest: number
}

export async function trafficExtent(db: Database): Promise<TrafficExtent> {
  const { rows } = await sql<{ oldest: number | null; newest: number | null; given: number }>`
    select min(t.id) as oldest, max(t.id) as newest,
      (select case when s.is_called then s.last_value else 0 end from development_traffic_id s) as given
    from development_traffic t`.execute(db)
  const { oldest = null, newest = null, given = 0 } = rows[0] ?? {}
  return { oldest: oldest ?? given + 1, newest: newest ?? given }
}
