import { describe, expect, test } from 'vitest'
import { startDatabaseProxy } from '../../testing/database-proxy.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { silentLog } from '../../testing/test-log.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createPool } from '../db/pool.ts'
import type { ErrorBody } from '../errors.ts'

const TOKEN = 'token-of-the-collector-0123456789'

const get = (node: TestServer, path: string, bearer?: string): Promise<Response> =>
  fetch(node.url + path, { headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } })

/** Status and reason of a refusal, or the status alone. */
async function outcome(answer: Response): Promise<string> {
  const text = await answer.text()
  if (answer.ok) return `${answer.status}`
  const { details } = JSON.parse(text) as ErrorBody
  return `${answer.status} ${details.map(({ reason }) => reason).join('')}`
}

const PRODUCTION = { mode: 'production' } as const

describe('who may read the metrics', () => {
  test.each([
    ['anybody in development', {}, undefined, '200'],
    ['with a token, nobody without it', { metricsToken: TOKEN }, undefined, '401 METRICS_TOKEN_MISSING'],
    ['nor with another', { metricsToken: TOKEN }, `${TOKEN}x`, '401 METRICS_TOKEN_WRONG'],
    ['nor with the host key', { metricsToken: TOKEN }, TEST_HOST_KEY, '401 METRICS_TOKEN_WRONG'],
    ['whoever has the token', { metricsToken: TOKEN }, TOKEN, '200'],
    ['the same in production', { ...PRODUCTION, metricsToken: TOKEN }, TOKEN, '200'],
    ['in production nobody else', PRODUCTION, undefined, '401 HOST_KEY_MISSING'],
    ['nor with a wrong key', PRODUCTION, TOKEN, '401 HOST_KEY_WRONG'],
    ['but the host', PRODUCTION, TEST_HOST_KEY, '200'],
  ])('%s', async (_, config, bearer, expected) => {
    await using node = await startTestServer({ config: { dispatcher: false, ...config } })
    expect(await outcome(await get(node, '/metrics', bearer))).toBe(expected)
  })
})

interface Readiness {
  ready: boolean
  reasons?: { code: string; message: string }[]
}

async function readiness(node: TestServer): Promise<[number, string[]]> {
  const answer = await get(node, '/readyz')
  const { reasons = [] } = (await answer.json()) as Readiness
  return [answer.status, reasons.map(({ code }) => code)]
}

describe('without its database', () => {
  test('a node lives, is not ready, and still tells what it can', async () => {
    const database = await createTestDatabase()
    const node = await startTestServer({ database })
    expect(await readiness(node)).toEqual([200, []])
    await database.drop()
    // The last reading is given for a second.
    const found = await waitFor(async () => {
      const [status, reasons] = await readiness(node)
      return reasons.includes('database_unreachable') ? { status } : null
    })
    expect(found.status).toBe(503)
    expect(await (await get(node, '/healthz')).json()).toEqual({ alive: true })
    const text = await (await get(node, '/metrics')).text()
    expect(text).toMatch(/^charsu_database_up 0$/m)
    expect(text).not.toMatch(/^charsu_(delivery_oldest_due_age_seconds|deliveries_open|endpoints\{.*) /m)
    expect(text).toMatch(/^charsu_deliveries_in_flight 0$/m)
    await node.close()
  })

  test('one that has frozen counts as away after a second, and as there again when it answers', async () => {
    await using database = await createTestDatabase({ max: 2 })
    await using proxy = await startDatabaseProxy(database.url)
    const pool = createPool({ url: proxy.url, max: 5, log: silentLog, applicationName: 'charsu test' })
    const node = await startTestServer({ database: { ...database, pool } })
    expect(await readiness(node)).toEqual([200, []])
    proxy.swallow('charsu observe')
    await waitFor(async () => (await readiness(node))[0] === 503)
    expect(await readiness(node)).toEqual([503, ['database_unreachable']])
    expect(await (await get(node, '/metrics')).text()).toMatch(/^charsu_database_up 0$/m)
    proxy.heal()
    await waitFor(async () => (await readiness(node))[0] === 200)
    proxy.swallow('charsu observe')
    await waitFor(async () => (await readiness(node))[0] === 503)
    // Nor does it keep the node from closing.
    await node.close()
    await pool.end()
  })

  test('what it says of it holds neither its address nor its password', async () => {
    const database = await createTestDatabase()
    const node = await startTestServer({ database })
    await database.drop()
    const text = await (await get(node, '/readyz')).text()
    const { hostname, port, username, password, pathname } = new URL(database.url)
    for (const secret of [`${hostname}:${port}`, password, pathname, `${username}@`])
      expect(text).not.toContain(secret)
    await node.close()
  })
})

test('a database that was put back to an older state makes the node not ready', async () => {
  await using node = await startTestServer()
  await node.database.pool.query('delete from schema_migrations where version > 1')
  expect(await readiness(node)).toEqual([503, ['migrations_pending']])
})

test('a due delivery that nobody serves makes a node that delivers not ready', async () => {
  await using database = await createTestDatabase()
  await using idle = await startTestServer({ database, config: { dispatcher: false } })
  await database.pool.query(`insert into users (id, host_id) values (gen_random_uuid(), 'owner')`)
  await database.pool.query(
    `insert into apps (id, slug, owner_id, display_name) select gen_random_uuid(), 'app', id, 'App' from users`,
  )
  await database.pool.query(
    `insert into endpoints (id, app_id, url) select gen_random_uuid(), id, 'http://127.0.0.1:9/' from apps`,
  )
  await database.pool.query(
    `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
     select id, id, 1, id, 'NEW_MESSAGE', id, now() - interval '2 minutes' from endpoints`,
  )
  expect(await readiness(idle)).toEqual([200, []])
  const { rows } = await database.pool.query('select count(*) from delivery_queue')
  expect(rows).toEqual([{ count: 1 }])
})

test('a node that is asked to stop is not ready, and serves on until balancers had time to notice', async () => {
  const node = await startTestServer({ config: { stopDelayMs: 2_000 } })
  expect(await readiness(node)).toEqual([200, []])
  const closed = node.close()
  expect(await readiness(node)).toEqual([503, ['stopping']])
  expect((await get(node, '/completion')).status).toBe(200)
  await closed
  await expect(get(node, '/healthz')).rejects.toThrow()
})
