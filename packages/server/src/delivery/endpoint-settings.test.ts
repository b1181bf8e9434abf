import { randomBytes } from 'node:crypto'
import { webhookSecret } from '@charsu/protocol/webhook-signature'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addEndpoint } from '../../testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { newId } from '../ids.ts'
import { EndpointSettingsCache } from './endpoint-settings.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ max: 2 })
})
afterAll(() => database.drop())

const URL_BEFORE = 'https://example.com/before'
const URL_AFTER = 'https://example.com/after'

/** A cache on a clock that the test moves, and how often it asked the database. */
function cache() {
  const time = { now: Date.now() }
  let queries = 0
  const pool = {
    query: (...query: Parameters<typeof database.pool.query>) => {
      queries++
      return database.pool.query(...query)
    },
  }
  const clock = { now: () => time.now }
  return { settings: new EndpointSettingsCache({ pool: pool as never, clock }), time, queries: () => queries }
}

const change = (endpointId: string) =>
  database.pool.query('update endpoints set url = $2, revision = revision + 1 where id = $1', [
    endpointId,
    URL_AFTER,
  ])

test('a revision is read once, however many attempts begin together', async () => {
  const { appId, endpointId, identificationKey, secret } = await addEndpoint(database.pool, URL_BEFORE)
  const { settings, queries } = cache()
  const answers = await Promise.all([1, 2, 3].map(() => settings.get(endpointId, 1)))
  await settings.get(endpointId, 1)
  expect(answers[2]).toEqual({
    appId,
    revision: 1,
    url: URL_BEFORE,
    identificationKey,
    signingSecrets: [secret],
  })
  expect(queries()).toBe(1)
})

test('a lease that knows a newer revision never gets the older settings', async () => {
  const { endpointId } = await addEndpoint(database.pool, URL_BEFORE)
  const { settings } = cache()
  await settings.get(endpointId, 1)
  await change(endpointId)
  expect(await settings.get(endpointId, 2)).toMatchObject({ revision: 2, url: URL_AFTER })
  expect(await settings.get(endpointId, 1)).toMatchObject({ revision: 2, url: URL_AFTER })
})

test('while a secret is being rotated out both sign, the newest first; then the old one is gone by itself', async () => {
  const { endpointId, appId, secret } = await addEndpoint(database.pool, URL_BEFORE)
  const { settings, time } = cache()
  const next = webhookSecret(randomBytes(32))
  await database.pool.query(
    `update app_secrets set expires_at = now() + interval '24 hours', created_at = now() - interval '1 day'
     where app_id = $1`,
    [appId],
  )
  await database.pool.query(
    `insert into app_secrets (id, app_id, kind, signing_secret) values ($1, $2, 'webhook_signing', $3)`,
    [newId(), appId, next],
  )
  expect((await settings.get(endpointId, 1))?.signingSecrets).toEqual([next, secret])
  time.now += 25 * 3_600_000
  expect((await settings.get(endpointId, 1))?.signingSecrets).toEqual([next])
})

test('an endpoint that was removed has no settings', async () => {
  expect(await cache().settings.get(newId(), 1)).toBeUndefined()
})
