import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { newId } from '../ids.ts'
import type { UserUpsert } from './upsert-users.ts'

/** Array statements over many people at once; an upsert is an insert, a lock and an update, in this order. */

const incoming = (users: readonly UserUpsert[]): RawBuilder<unknown> => sql`unnest(
  ${users.map(({ hostId }) => hostId)}::text[],
  ${users.map(({ phone }) => phone ?? null)}::text[],
  ${users.map(({ name }) => name ?? null)}::text[],
  ${users.map(({ locale }) => locale ?? null)}::text[],
  ${users.map(({ developer }) => developer ?? null)}::boolean[],
  ${users.map(({ blacklisted }) => blacklisted ?? null)}::boolean[],
  ${users.map(({ operator }) => operator ?? null)}::boolean[],
  ${users.map(() => newId())}::uuid[]
) as i (host_id, phone, name, locale, developer, blacklisted, operator, id)`

/** @returns the ids of those that were new. */
export async function insertNewUsers(tx: Tx, users: readonly UserUpsert[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into users (id, host_id, phone, name, locale, developer, blacklisted, operator)
    select i.id, i.host_id, nullif(i.phone, ''), coalesce(i.name, ''), coalesce(i.locale, 'fa'),
      coalesce(i.developer, false), coalesce(i.blacklisted, false), coalesce(i.operator, false)
    from ${incoming(users)}
    order by i.host_id
    on conflict (host_id) do nothing
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** @returns how many of them there are. */
export async function lockUsers(tx: Tx, hostIds: readonly string[]): Promise<number> {
  const { rows } = await sql`
    select 1 from users where host_id = any (${hostIds}::text[]) order by host_id for no key update`.execute(
    tx,
  )
  return rows.length
}

/** @returns the ids of those in which something changed. */
export async function updateUsers(
  tx: Tx,
  users: readonly UserUpsert[],
  insertedIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with next as (
      select u.id, case when i.phone is null then u.phone else nullif(i.phone, '') end as phone,
        coalesce(i.name, u.name) as name, coalesce(i.locale, u.locale) as locale,
        coalesce(i.developer, u.developer) as developer, coalesce(i.blacklisted, u.blacklisted) as blacklisted,
        coalesce(i.operator, u.operator) as operator
      from ${incoming(users)}
      join users u on u.host_id = i.host_id
      where u.id <> all (${insertedIds}::uuid[])
    )
    update users u
    set phone = n.phone, name = n.name, locale = n.locale, developer = n.developer,
      blacklisted = n.blacklisted, operator = n.operator, updated_at = now()
    from next n
    where u.id = n.id and (u.phone, u.name, u.locale, u.developer, u.blacklisted, u.operator)
      is distinct from (n.phone, n.name, n.locale, n.developer, n.blacklisted, n.operator)
    returning u.id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Sessions hold a copy of who their user is: every node has to read it anew. */
export async function recordChangedUsers(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`
    insert into cache_invalidations (kind, key) select 'user', unnest(${ids}::text[])`.execute(tx)
}
