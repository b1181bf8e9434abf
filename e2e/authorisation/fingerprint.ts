import type { Pool } from 'pg'
import { waitFor } from '../../packages/server/testing/wait-for.ts'

/** As SQL writes them. */
const UNWATCHED = `'nodes', 'development_traffic', 'app_usage'`

/**
 * Everything that is stored, as one text a table, to tell whether anything changed. Heartbeats change by themselves, and
 * what developers see and count of calls with every call; people who are being erased are waited for.
 */
export async function fingerprint(pool: Pool): Promise<Record<string, string>> {
  await waitFor(async () => {
    const { rows } = await pool.query('select from user_deletions where erased_at is null')
    return rows.length === 0
  })
  const tables = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in (${UNWATCHED}) order by 1`,
  )
  const sums = tables.rows.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, '' order by t::text), '')) as sum from ${name} t`,
  )
  const { rows } = await pool.query<{ name: string; sum: string }>(sums.join(' union all '))
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]))
}
