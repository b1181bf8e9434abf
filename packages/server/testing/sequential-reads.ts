import type pg from 'pg'

/**
 * Which tables were scanned from end to end while `run` ran, with the rows that this read. The pool must have one
 * connection, whose counters are asked for at once.
 */
export async function sequentialReads(
  pool: pg.Pool,
  run: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const read = async (): Promise<Map<string, number>> => {
    await pool.query('select pg_stat_force_next_flush()')
    await pool.query('select pg_stat_clear_snapshot()')
    const { rows } = await pool.query<{ name: string; read: number }>(
      'select relname as name, seq_tup_read as read from pg_stat_user_tables',
    )
    return new Map(rows.map(({ name, read }) => [name, read]))
  }
  const before = await read()
  await run()
  const differences = [...(await read())].map(
    ([name, count]) => [name, count - (before.get(name) ?? 0)] as const,
  )
  return Object.fromEntries(differences.filter(([, count]) => count > 0))
}
