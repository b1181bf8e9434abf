import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { addEndpoint } from '../../testing/delivery-fixture.ts'
import { addFinished } from '../../testing/replay-bed.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Tx } from '../db/database.ts'
import { newId } from '../ids.ts'
import { EVERYTHING } from './replay-filter.ts'
import { advanceReplay, findsAnything, insertReplay } from './replay-store.ts'

const MOST_EXAMINED = 5_000
const ROWS = 12_000

test('a step reads 5,000 deliveries and no more, whatever the filter and however its plan was made', async () => {
  // One connection: what is planned while the tables are empty stays planned.
  await using fresh = await createTestDatabase({ max: 1 })
  const db = createDatabase(fresh.pool)
  const near = await addEndpoint(fresh.pool, 'http://127.0.0.1:9/a')
  const far = await addEndpoint(fresh.pool, 'http://127.0.0.1:9/b')
  const read = async (tx: Tx): Promise<number> => {
    const { rows } = await sql<{ read: number }>`
      select sum(seq_tup_read + idx_tup_fetch)::bigint as read from pg_stat_xact_user_tables
      where relname like 'delivery_%'`.execute(tx)
    return rows[0]?.read ?? 0
  }
  const rowsRead = (run: (tx: Tx) => Promise<unknown>): Promise<number> =>
    db.transaction().execute(async (tx) => {
      const before = await read(tx)
      await run(tx)
      return (await read(tx)) - before
    })
  const create = async (tx: Tx, appId: string | null): Promise<string> => {
    const id = newId()
    const filter = { ...EVERYTHING, state: 'dead', eventType: 'POST_UPDATE', from: new Date(0) } as const
    await insertReplay(tx, { id, appId, filter, createdBy: null, byOperator: false })
    return id
  }
  for (const appId of [near.appId, null]) {
    const early = await db.transaction().execute((tx) => create(tx, appId))
    await rowsRead((tx) => findsAnything(tx, early))
    await rowsRead((tx) => advanceReplay(tx, early))
  }

  await addFinished(fresh.pool, far, { count: ROWS, state: 'dead' })
  await addFinished(fresh.pool, near, { count: ROWS, state: 'dead' })
  await addFinished(fresh.pool, near, { count: ROWS, state: 'cancelled' })
  await addFinished(fresh.pool, near, { count: ROWS, state: 'delivered' })

  for (const [appId, examined] of [
    [near.appId, 2 * ROWS],
    [null, 3 * ROWS],
  ] as const) {
    let jobId = ''
    const creation = await rowsRead(async (tx) => {
      jobId = await create(tx, appId)
    })
    expect(creation).toBeLessThanOrEqual(200)
    // It finds nothing and nothing is left: the look at the newest saw all of them, and once more their end.
    const looking = await rowsRead(async (tx) => expect(await findsAnything(tx, jobId)).toBe(false))
    expect(looking).toBeLessThanOrEqual(2 * examined + 100)
    let more = true
    while (more) {
      const step = await rowsRead(async (tx) => {
        more = await advanceReplay(tx, jobId)
      })
      expect(step).toBeLessThanOrEqual(MOST_EXAMINED + 100)
    }
    const { rows } = await fresh.pool.query(
      'select sum(examined)::int as examined, bool_and(closed) as closed from replay_walks where job_id = $1',
      [jobId],
    )
    expect(rows).toEqual([{ examined, closed: true }])
  }
})
