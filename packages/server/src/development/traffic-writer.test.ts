import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startDatabaseProxy } from '../../testing/database-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { createPool } from '../db/pool.ts'
import type { TrafficEntry } from './traffic-record.ts'
import { readTrafficAfter } from './traffic-store.ts'
import { TrafficWriter } from './traffic-writer.ts'

let database: TestDatabase
let db: Database
let warnings: string[]
const log = { warn: (_: object, message: string) => void warnings.push(message) }

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
})
afterAll(() => database.drop())
beforeEach(async () => {
  warnings = []
  await database.pool.query('truncate development_traffic')
})

const entry = (url: string, more: Partial<TrafficEntry> = {}): TrafficEntry => ({
  at: 0,
  app: null,
  record: {
    direction: 'from_app',
    kind: 'call',
    method: 'GET',
    url,
    request: { headers: {}, body: null },
    answer: null,
    failure: null,
    ms: 0,
    refs: {},
  },
  ...more,
})

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => entry(`/${from + i}`))
const written = async (): Promise<string[]> =>
  (await readTrafficAfter(db, { after: 0, limit: 100_000 })).map(({ url }) => url)

test('what comes together is written together, in its order', async () => {
  let batches = 0
  const writer = new TrafficWriter({ db, log, onWritten: () => batches++ })
  const entries = numbered(60)
  for (const each of entries) writer.add(each)
  await waitFor(async () => (await written()).length === 60)
  expect(await written()).toEqual(entries.map(({ record }) => record.url))
  expect(batches).toBe(1)
  await writer.stop()
})

test('two writers at once: ids become visible in their order, so none is missed behind the last one seen', async () => {
  const writers = [0, 1].map(
    () => new TrafficWriter({ db, log, onWritten() {} }, { mostInBatch: 3, gatherMs: 1 }),
  )
  const seen: string[] = []
  let after = 0
  const look = async (): Promise<number> => {
    const records = await readTrafficAfter(db, { after, limit: 1_000 })
    after = Number(records.at(-1)?.id ?? after)
    return seen.push(...records.map(({ url }) => url))
  }
  for (const [i, writer] of writers.entries()) for (const each of numbered(300, i * 300)) writer.add(each)
  await waitFor(async () => (await look()) >= 600)
  expect(new Set(seen).size).toBe(600)
  for (const writer of writers) await writer.stop()
})

test('only the newest are kept', async () => {
  const writer = new TrafficWriter({ db, log, onWritten() {} }, { mostKept: 10 })
  for (const each of numbered(450)) writer.add(each)
  await waitFor(async () => (await written()).at(-1) === '/449')
  await writer.stop()
  const kept = await written()
  expect(kept.length).toBeLessThan(10 + 200)
  expect(kept.at(-1)).toBe('/449')
})

test('one that the database refuses does not take the others with it', async () => {
  const writer = new TrafficWriter({ db, log, onWritten() {} })
  writer.add(entry('/good'))
  writer.add(entry('/bad', { app: { appId: 'no uuid' } }))
  writer.add(entry('/good too'))
  await waitFor(async () => (await written()).length === 2)
  await writer.stop()
  expect(await written()).toEqual(['/good', '/good too'])
})

test('hostile names of an app are no app, and harm nothing', async () => {
  const writer = new TrafficWriter({ db, log, onWritten() {} })
  writer.add(entry('/1', { app: { clientId: "'; drop table apps; --\0\ud800" } }))
  writer.add(entry('/2', { app: { apiKey: '\0' } }))
  await writer.stop()
  expect(await readTrafficAfter(db, { after: 0, limit: 10 })).toMatchObject([{ app: null }, { app: null }])
})

test('while the database is away nothing waits for it, memory is bounded, and the newest are written later', async () => {
  await using proxy = await startDatabaseProxy(database.url)
  const pool = createPool({
    url: proxy.url,
    max: 2,
    log,
    applicationName: 'charsu away',
    connectTimeoutMs: 100,
    queryTimeoutMs: 100,
  })
  const writer = new TrafficWriter(
    { db: createDatabase(pool), log, onWritten() {} },
    { retryMs: 20, mostWaiting: 50 },
  )
  proxy.swallow('charsu away')
  for (const each of numbered(500)) writer.add(each)
  await waitFor(() => warnings.includes('could not record exchanges with apps; trying again'))
  for (const each of numbered(500, 500)) writer.add(each)
  expect(await written()).toEqual([])
  proxy.heal()
  await waitFor(async () => (await written()).length > 0)
  await writer.stop()
  const urls = await written()
  expect(urls.length).toBeLessThanOrEqual(50)
  expect(urls.at(-1)).toBe('/999')
  expect(warnings).toContain('exchanges with apps could not be recorded')
  await pool.end()
})

test('a stop in the middle of an outage ends', async () => {
  const pool = createPool({ url: 'postgres://127.0.0.1:9/none', max: 1, log, applicationName: 'nobody' })
  const writer = new TrafficWriter({ db: createDatabase(pool), log, onWritten() {} })
  writer.add(entry('/lost'))
  await writer.stop()
  writer.add(entry('/after the end'))
  await pool.end()
})
