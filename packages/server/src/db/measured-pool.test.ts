import { expect, test } from 'vitest'
import { createTestDatabase } from '../../testing/test-database.ts'
import { WAITED } from './measured-pool.ts'

test('every use of a pool says how long it waited for a connection, also when it waited in vain', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const { pool } = database
  const waits: number[] = []
  pool.on(WAITED as 'acquire', (ms: unknown) => void waits.push(ms as number))
  await pool.query('select 1')
  expect(waits).toHaveLength(1)
  const holder = await pool.connect()
  const waiting = pool.query('select 1')
  expect([waits.length, pool.waitingCount]).toEqual([2, 1])
  holder.release()
  await waiting
  expect(waits).toHaveLength(3)
  await pool.end()
  await expect(pool.connect()).rejects.toThrow('after calling end')
  expect(waits).toHaveLength(4)
  for (const ms of waits) expect(ms).toBeGreaterThanOrEqual(0)
})
