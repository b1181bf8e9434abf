import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  exchangeCode,
  isAccepted,
  obtainCode,
  postForm,
  refresh,
  type TokenReply,
} from '../../testing/consent-flow.ts'
import { helpPage } from '../../testing/help-page.ts'
import { type AppFixture, addApp, addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { MovingClock } from '../../testing/moving-clock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

const BACK = 'https://app.example/callback'
const clock = new MovingClock()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let server: TestServer
let developer: UserFixture
let app: AppFixture

beforeAll(async () => {
  server = await startTestServer({ clock })
  developer = await addUser(server.db, { developer: true })
  app = await addApp(server.db, developer.id, { redirectUris: [BACK] })
})
afterAll(() => server.close())

/** A user of its own for each test, so that one test's revocations leave the others alone. */
async function firstPair(
  scope = 'USER_ID SEND_EVENT offline_access',
): Promise<TokenReply & { user: UserFixture }> {
  const user = await addUser(server.db)
  await server.db
    .updateTable('sessions')
    .set({ expires_at: new Date(clock.now() + 1e12) })
    .where('user_id', '=', user.id)
    .execute()
  const code = await obtainCode(server, user, { app, redirectUri: BACK, scope })
  return { ...(await exchangeCode(server, app, code, BACK)), user }
}

const invalidGrant = (description: string) => ({
  status: 400,
  body: {
    error: 'invalid_grant',
    error_description: expect.stringContaining(description),
    error_uri: helpPage('invalid_grant'),
  },
})

describe('a refresh token', () => {
  test('gives a new pair of the same scopes, whatever code and redirect_uri come along', async () => {
    const { body } = await firstPair()
    const next = await refresh(server, app, body.refresh_token, {
      code: 'x',
      redirect_uri: 'https://evil.example',
    })
    expect(next.status).toBe(200)
    expect(next.body).toEqual({
      access_token: expect.stringMatching(/^ca_/),
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'USER_ID SEND_EVENT offline_access',
      refresh_token: expect.stringMatching(/^cr_/),
    })
    expect(next.body.refresh_token).not.toBe(body.refresh_token)
    expect(await isAccepted(server, app, next.body.access_token)).toBe(true)
  })

  test('the old pair works for two minutes after; then the old access token is over', async () => {
    const { body } = await firstPair()
    await refresh(server, app, body.refresh_token)
    clock.forward(2 * MINUTE - 5000)
    expect(await isAccepted(server, app, body.access_token)).toBe(true)
    const again = await refresh(server, app, body.refresh_token)
    expect(again.status).toBe(200)
    expect(await isAccepted(server, app, again.body.access_token)).toBe(true)
    // Counted from the first exchange, not from the second.
    clock.forward(5001)
    expect(await isAccepted(server, app, body.access_token)).toBe(false)
    expect(await isAccepted(server, app, again.body.access_token)).toBe(true)
  })

  test('its reuse after two minutes revokes the grant', async () => {
    const { body } = await firstPair()
    const next = await refresh(server, app, body.refresh_token)
    clock.forward(2 * MINUTE)
    expect(await refresh(server, app, body.refresh_token)).toMatchObject(invalidGrant('reused'))
    expect(await isAccepted(server, app, next.body.access_token)).toBe(false)
    expect(await refresh(server, app, next.body.refresh_token)).toMatchObject(
      invalidGrant('taken the consent back'),
    )
  })

  test('two exchanges at once both get a pair that works and goes on', async () => {
    const { body } = await firstPair()
    const both = await Promise.all(Array.from({ length: 4 }, () => refresh(server, app, body.refresh_token)))
    for (const reply of both) {
      expect(reply.status).toBe(200)
      expect(await isAccepted(server, app, reply.body.access_token)).toBe(true)
    }
    clock.forward(3 * MINUTE)
    for (const reply of both) expect((await refresh(server, app, reply.body.refresh_token)).status).toBe(200)
  })

  test('given up while it is being exchanged, takes the new pair along', async () => {
    const { body } = await firstPair()
    const { pool } = server.database
    const holder = await pool.connect()
    const waiting = async (count: number) => {
      const { rows } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length === count
    }
    // Stops the exchange between the old token and the new one.
    await holder.query('begin')
    await holder.query('lock table access_tokens in share mode')
    const exchange = refresh(server, app, body.refresh_token)
    await waitFor(() => waiting(1))
    const givenUp = postForm(server, '/oauth2/revoke', {
      client_id: app.slug,
      client_secret: app.clientSecret,
      token: String(body.refresh_token),
    })
    await waitFor(() => waiting(2))
    await holder.query('rollback')
    holder.release()
    expect((await givenUp).status).toBe(200)
    const next = await exchange
    expect(next.status).toBe(200)
    expect(await isAccepted(server, app, next.body.access_token)).toBe(false)
    expect(await refresh(server, app, next.body.refresh_token)).toMatchObject(invalidGrant('was revoked'))
  })

  test('lives 30 days from its own issue, so that a chain of them may live on', async () => {
    const [used, unused] = [await firstPair(), await firstPair()]
    clock.forward(29 * DAY)
    const next = await refresh(server, app, used.body.refresh_token)
    expect(next.status).toBe(200)
    clock.forward(1 * DAY)
    expect(await refresh(server, app, unused.body.refresh_token)).toMatchObject(invalidGrant('expired at'))
    expect((await refresh(server, app, next.body.refresh_token)).status).toBe(200)
  })

  test('belongs to its client, whose attempt changes nothing', async () => {
    const other = await addApp(server.db, developer.id)
    const { body } = await firstPair()
    await refresh(server, app, body.refresh_token)
    clock.forward(3 * MINUTE)
    expect(await refresh(server, other, body.refresh_token)).toMatchObject(invalidGrant('another client'))
    expect(
      await server.db
        .selectFrom('grants')
        .select('id')
        .where('revoked_at', 'is', null)
        .where('app_id', '=', app.id)
        .execute(),
    ).not.toEqual([])
  })

  test('an access token, a code and an unknown text are none', async () => {
    const { body } = await firstPair()
    for (const text of [body.access_token, 'cr_unknown', '€', 'x'.repeat(5000)]) {
      expect((await refresh(server, app, text)).status).toBe(400)
    }
  })

  test('may narrow the access token, not itself; more than was granted is refused', async () => {
    const { body } = await firstPair()
    const narrow = await refresh(server, app, body.refresh_token, { scope: 'USER_ID' })
    expect(narrow.body).toMatchObject({ scope: 'USER_ID', refresh_token: expect.any(String) })
    const wide = await refresh(server, app, narrow.body.refresh_token)
    expect(wide.body.scope).toBe('USER_ID SEND_EVENT offline_access')
    expect(await refresh(server, app, wide.body.refresh_token, { scope: 'USER_PHONE' })).toMatchObject({
      status: 400,
      body: {
        error: 'invalid_scope',
        error_description: expect.stringContaining('more than was granted'),
        error_uri: helpPage('invalid_scope'),
      },
    })
    expect((await refresh(server, app, wide.body.refresh_token)).status).toBe(200)
  })
})

test('a new consent leaves earlier tokens valid, and each token keeps its own scopes', async () => {
  const { body, user } = await firstPair('USER_ID offline_access')
  const code = await obtainCode(server, user, { app, redirectUri: BACK, scope: 'USER_PHONE' })
  const later = await exchangeCode(server, app, code, BACK)
  expect(later.body.scope).toBe('USER_PHONE')
  expect(await isAccepted(server, app, body.access_token)).toBe(true)
  expect((await refresh(server, app, body.refresh_token)).body.scope).toBe('USER_ID offline_access')
})

test('an access token lives an hour', async () => {
  const { body } = await firstPair()
  clock.forward(60 * MINUTE - 5000)
  expect(await isAccepted(server, app, body.access_token)).toBe(true)
  clock.forward(5001)
  expect(await isAccepted(server, app, body.access_token)).toBe(false)
})
