import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { silentLog } from '../../testing/test-log.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { LiveNodes, type OwnNode, pruneNodes } from './live-nodes.ts'

let database: TestDatabase
let db: Database
const started: LiveNodes[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
})
afterAll(() => database.drop())
afterEach(async () => {
  for (const nodes of started.splice(0)) await nodes.stop()
  await db.deleteFrom('nodes').execute()
})

const BEAT_MS = 20

async function join(own: Partial<OwnNode> = {}, lifeMs = 15_000, onChange = (): void => {}) {
  const self: OwnNode = { id: newId(), host: 'here', pid: 1, version: '0', delivers: true, ...own }
  const nodes = new LiveNodes({ db, log: silentLog, onChange }, self, { beatMs: BEAT_MS, lifeMs })
  started.push(nodes)
  await nodes.start()
  return nodes
}

describe('living nodes', () => {
  test('are counted as they come and go, each from the first moment of the one that came', async () => {
    const first = await join()
    expect([first.delivering, first.isAlone]).toEqual([1, true])
    const second = await join()
    expect([second.delivering, second.isAlone]).toEqual([2, false])
    const third = await join()
    expect(third.delivering).toBe(3)
    await waitFor(() => first.delivering === 3 && second.delivering === 3)
    await second.stop()
    await third.stop()
    await waitFor(() => first.delivering === 1 && first.isAlone)
  })

  test('share nothing with a node that only accepts, which is not alone for all that', async () => {
    const delivering = await join()
    const accepting = await join({ delivers: false })
    await waitFor(() => !delivering.isAlone)
    expect(delivering.delivering).toBe(1)
    expect([accepting.delivering, accepting.isAlone]).toEqual([1, false])
  })

  test('are those that were seen a while ago by the clock of the database', async () => {
    const living = await join()
    const insert = (seconds: number) =>
      database.pool.query(
        `insert into nodes (id, host, version, delivers, seen_at)
         values ($1, 'elsewhere', '0', true, clock_timestamp() - make_interval(secs => $2))`,
        [newId(), seconds],
      )
    await insert(16)
    await insert(10)
    await waitFor(() => living.delivering === 2)
    expect(living.delivering).toBe(2)
  })

  test('say that they come and that they go, so that nobody waits for the next look', async () => {
    let told = 0
    const node = await join({}, 15_000, () => told++)
    expect(told).toBe(1)
    await node.stop()
    expect(told).toBe(2)
  })

  test('that were taken for dead are back with their next sign of life', async () => {
    const node = await join()
    await db.deleteFrom('nodes').execute()
    await waitFor(async () => (await db.selectFrom('nodes').selectAll().execute()).length === 1)
    expect(node.delivering).toBe(1)
  })

  test('keep the last number while the database cannot be asked', async () => {
    const own = await createTestDatabase({ max: 2 })
    const warnings: string[] = []
    const through = createDatabase(own.pool)
    await own.pool.query(
      `insert into nodes (id, host, version, delivers) values (gen_random_uuid(), 'elsewhere', '0', true)`,
    )
    const nodes = new LiveNodes(
      { db: through, log: { warn: (_, message) => void warnings.push(message) } },
      { id: newId(), host: 'here', pid: null, version: '0', delivers: true },
      { beatMs: BEAT_MS },
    )
    await nodes.start()
    await own.pool.query('alter table nodes rename to taken_away')
    await waitFor(() => warnings.length > 0)
    nodes.wake()
    expect(nodes.delivering).toBe(2)
    await own.pool.query('alter table taken_away rename to nodes')
    await nodes.stop()
    expect(warnings).toHaveLength(1)
    await own.drop()
  })
})

test('rows of the dead are removed after a while, by several nodes at once', async () => {
  const dead = Array.from({ length: 20 }, newId)
  await db
    .insertInto('nodes')
    .values(dead.map((id) => ({ id, host: 'gone', pid: null, version: '0', delivers: true })))
    .execute()
  await database.pool.query(`update nodes set seen_at = clock_timestamp() - interval '2 hours'`)
  await join()
  await Promise.all([pruneNodes(db), pruneNodes(db), pruneNodes(db)])
  expect(await db.selectFrom('nodes').select('host').execute()).toEqual([{ host: 'here' }])
})
