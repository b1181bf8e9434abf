import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { addEndpoint, type TestEndpoint } from '../../testing/delivery-fixture.ts'
import { startNode } from '../../testing/node-child.ts'
import { addFinished, deliverAll, replaysOf, replaysOn } from '../../testing/replay-bed.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { changeReplay } from './control-replay.ts'
import { createReplayRunner } from './replay-runner.ts'

const CHILD = new URL('../../testing/replay-child.ts', import.meta.url).pathname
const PATIENCE_MS = 60_000

let database: TestDatabase
let replays: ReturnType<typeof replaysOn>
let app: TestEndpoint
const cleanups: (() => unknown)[] = []

beforeEach(async () => {
  database = await createTestDatabase()
  replays = replaysOn(database.pool)
  app = await addEndpoint(database.pool, 'http://127.0.0.1:9/a')
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await database.drop()
})

function startRunner() {
  const runner = replays.runner()
  cleanups.push(() => runner.stop())
  runner.start()
  return runner
}

/** Takes the part of the dispatchers until the job is done. */
const drained = (jobId: string) =>
  waitFor(
    async () => {
      await deliverAll(database.pool)
      return (await replays.read(jobId)).status === 'done'
    },
    { timeoutMs: PATIENCE_MS },
  )

/** Each of these events was queued exactly once. */
async function expectOnceEach(jobId: string, sources: readonly string[]): Promise<void> {
  const replayed = await replaysOf(database.pool, jobId)
  expect(replayed.map((row) => row.source_id).sort()).toEqual([...sources].sort())
  const { length: count } = sources
  expect(await replays.read(jobId)).toMatchObject({
    matched: count,
    queued: count,
    delivered: count,
    waiting: 0,
  })
}

test('three runners at once queue each delivery once, of one app and of every app', async () => {
  const other = await addEndpoint(database.pool, 'http://127.0.0.1:9/b')
  const own = await addFinished(database.pool, app, { count: 1_500 })
  const all = [...own, ...(await addFinished(database.pool, other, { count: 300 }))]
  const jobs = [await replays.start(app.appId), await replays.start(null)] as const
  for (let i = 0; i < 3; i++) startRunner()
  for (const jobId of jobs) await drained(jobId)
  await expectOnceEach(jobs[0], own)
  await expectOnceEach(jobs[1], all)
})

test('20,000 deliveries are replayed once each, though the process that does it is killed again and again', async () => {
  const sources = await addFinished(database.pool, app, { count: 20_000 })
  const jobId = await replays.start(app.appId)
  const { queued } = await replays.read(jobId)
  expect(queued).toBe(0)
  for (let killed = 0; killed < 4; killed++) {
    const child = startNode(CHILD, { url: database.url })
    cleanups.push(() => child.kill())
    await child.next()
    const before = (await replays.read(jobId)).queued
    const goal = before + Math.floor(Math.random() * 3_000)
    await waitFor(
      async () => {
        await deliverAll(database.pool)
        return (await replays.read(jobId)).queued > goal
      },
      { timeoutMs: PATIENCE_MS },
    )
    await child.kill()
  }
  expect(await replays.read(jobId)).toMatchObject({ status: 'running' })
  startRunner()
  await drained(jobId)
  await expectOnceEach(jobId, sources)
})

test('stopping ends after the step under way; the next start goes on from there', async () => {
  const sources = await addFinished(database.pool, app, { count: 1_200 })
  const jobId = await replays.start(app.appId)
  const first = startRunner()
  await waitFor(async () => (await replays.read(jobId)).queued > 0)
  await first.stop()
  await deliverAll(database.pool)
  const { queued } = await replays.read(jobId)
  expect(queued).toBe(500)
  expect(await replays.step(jobId)).toBe(true)
  first.start()
  await drained(jobId)
  await expectOnceEach(jobId, sources)
})

test('a short job does not wait for a long one', async () => {
  const other = await addEndpoint(database.pool, 'http://127.0.0.1:9/b')
  await addFinished(database.pool, app, { count: 20_000 })
  const few = await addFinished(database.pool, other, { count: 3 })
  const long = await replays.start(app.appId)
  const short = await replays.start(other.appId)
  startRunner()
  await drained(short)
  expect(await replays.read(long)).toMatchObject({ status: 'running' })
  await expectOnceEach(short, few)
})

test('goes on by itself after the database was away', async () => {
  const name = new URL(database.url).pathname.slice(1)
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  cleanups.push(() => admin.end())
  const sources = await addFinished(database.pool, app, { count: 1_200 })
  const jobId = await replays.start(app.appId)
  const states: string[] = []
  const log = {
    info: () => states.push('back'),
    warn: () => states.push('away'),
    error: () => states.push('fault'),
  }
  const runner = createReplayRunner({ db: replays.db, log }, { pollMs: 5, breathMs: 0 })
  cleanups.push(() => runner.stop())
  runner.start()
  await waitFor(async () => (await replays.read(jobId)).queued > 0)
  await admin.query(`alter database ${name} with allow_connections false`)
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  await waitFor(() => states.includes('away'))
  // One that is still ending would take the next query with it.
  await waitFor(async () => {
    const { rows } = await admin.query('select from pg_stat_activity where datname = $1', [name])
    return rows.length === 0
  })
  await admin.query(`alter database ${name} with allow_connections true`)
  await drained(jobId)
  expect(states).toEqual(['away', 'back'])
  await expectOnceEach(jobId, sources)
})

test('a job that cannot go on fails by itself alone, and goes on when it is resumed', async () => {
  const other = await addEndpoint(database.pool, 'http://127.0.0.1:9/b')
  await addFinished(database.pool, app, { count: 2 })
  await addFinished(database.pool, other, { count: 2 })
  const broken = await replays.start(app.appId)
  const whole = await replays.start(other.appId)
  const setExamined = (to: string) =>
    database.pool.query('update replay_walks set examined = $2 where job_id = $1', [broken, to])
  await setExamined('9223372036854775807')
  startRunner()
  expect(await replays.reaches(broken, 'failed')).toMatchObject({ reason: 'internal_error', queued: 0 })
  await drained(whole)
  await setExamined('0')
  await changeReplay(replays.db, { jobId: broken, appId: app.appId }, 'resume')
  await drained(broken)
  expect(await replays.read(broken)).toMatchObject({ reason: null, delivered: 2 })
})

test('a job that finds nothing after all says so', async () => {
  await addFinished(database.pool, app, { count: 1 })
  const jobId = await replays.start(app.appId)
  await database.pool.query('truncate delivery_history')
  startRunner()
  expect(await replays.reaches(jobId, 'done')).toMatchObject({ reason: 'nothing_to_replay', queued: 0 })
})
