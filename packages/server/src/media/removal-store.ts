import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

/** Rows of one statement. */
const BATCH = 500

const DAY = sql`interval '1 day'`

/**
 * Looks at uses that are a day old: keeps those whose message is there, and removes those whose message was never
 * sent.
 * @returns whether there may be more.
 */
export async function settleUses(db: Database): Promise<boolean> {
  const { rows } = await sql<{ seen: number }>`
    with old as (
      select media_id, message_id from media_uses
      where not confirmed and created_at < clock_timestamp() - ${DAY}
      order by created_at limit ${BATCH} for update skip locked),
    judged as materialized (
      select old.*, exists (select from messages m where m.id = old.message_id) as sent from old),
    kept as (
      update media_uses u set confirmed = true from judged j
      where j.sent and u.media_id = j.media_id and u.message_id = j.message_id),
    dropped as (
      delete from media_uses u using judged j
      where not j.sent and u.media_id = j.media_id and u.message_id = j.message_id)
    select count(*)::int as seen from judged`.execute(db)
  return rows[0]!.seen === BATCH
}

/**
 * Looks at files whose time to be looked at has come, and gives up those that no message has taken for a day, and
 * uploads that never came to their end. A row that a send has just taken is locked, or has a new version whose
 * check_at is looked at anew: neither is given up.
 * @returns whether there may be more.
 */
export async function giveUpUnused(db: Database): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update media m set
      state = case when j.used then m.state else 'removing' end,
      check_at = case when j.used and not j.confirmed then clock_timestamp() + ${DAY} end
    from (
      select d.id,
        exists (select from media_uses u where u.media_id = d.id) as used,
        exists (select from media_uses u where u.media_id = d.id and u.confirmed) as confirmed
      from (
        select id from media where check_at < clock_timestamp()
        order by check_at limit ${BATCH} for update skip locked) as d) as j
    where m.id = j.id`.execute(db)
  return numAffectedRows === BigInt(BATCH)
}

/** The next ones whose objects are to be removed, after `after`. */
export async function listRemoving(db: Database, after: string): Promise<string[]> {
  const rows = await db
    .selectFrom('media')
    .select('id')
    .where('state', '=', 'removing')
    .where('id', '>', after)
    .orderBy('id')
    .limit(BATCH)
    .execute()
  return rows.map(({ id }) => id)
}

/** Takes what a person has uploaded out of service; the files themselves go with the next housekeeping. */
export async function giveUpMediaOfUser(db: Database | Tx, userId: string): Promise<void> {
  await db
    .updateTable('media')
    // The name is the person's own words, and nobody is shown it any more.
    .set({ state: 'removing', check_at: null, name: null })
    .where('owner_kind', '=', 'user')
    .where('owner_id', '=', userId)
    .where('state', '<>', 'removing')
    .execute()
}

/** Lets go of the files that these messages show: whether another message does is looked at a day later. */
export async function deleteUses(tx: Tx, messageIds: readonly string[]): Promise<void> {
  await sql`
    with gone as (
      delete from media_uses where message_id = any (${messageIds}::uuid[]) returning media_id)
    update media set check_at = clock_timestamp() + ${DAY}
    where id in (select media_id from gone) and state = 'ready' and check_at is null`.execute(tx)
}
