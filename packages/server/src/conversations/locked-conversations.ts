import type { Pool } from 'pg'

/** Those of the conversations that another transaction has locked at this moment. Never waits for a lock. */
export async function findLockedConversations(
  pool: Pick<Pool, 'query'>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>({
    text: `select c.id from conversations c where c.id = any ($1)
      except all
      select * from (
        select c.id from conversations c where c.id = any ($1) for no key update skip locked) free`,
    values: [ids],
  })
  return new Set(rows.map(({ id }) => id))
}
