import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeCode, isAccepted, obtainCode } from '../../testing/consent-flow.ts'
import { helpDetail } from '../../testing/help-page.ts'
import { type AppFixture, addApp, addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { MovingClock } from '../../testing/moving-clock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { newSecret } from '../ids.ts'

const BACK = 'https://app.example/callback'
const PATH = '/v1/open-platform/oauth/access_token'
const clock = new MovingClock()

let server: TestServer
let user: UserFixture
let app: AppFixture
let otherApp: AppFixture

beforeAll(async () => {
  server = await startTestServer({ clock })
  user = await addUser(server.db)
  app = await addApp(server.db, user.id, { redirectUris: [BACK] })
  otherApp = await addApp(server.db, user.id, { redirectUris: [BACK] })
})
afterAll(() => server.close())

const codeFor = (scope = 'USER_ID', withParameters: Record<string, string> = {}) =>
  obtainCode(server, user, { app, redirectUri: BACK, scope, with: withParameters })

async function send(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(server.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
}
type Body = Record<string, unknown> & { message?: string }

const exchange = (code: string, more: Record<string, unknown> = {}) =>
  send(
    JSON.stringify({
      code,
      client_id: app.slug,
      client_secret: app.key,
      grant_type: 'authorization_code',
      ...more,
    }),
  )

const invalid = (field: string, description: string) => ({
  status: 400,
  body: {
    code: 3,
    details: expect.arrayContaining([
      expect.objectContaining({
        field_violations: [{ field, description: expect.stringContaining(description) }],
      }),
    ]),
  },
})

describe('§7 the older exchange of a code', () => {
  test('answers three fields: the token, a refresh token with offline_access, and its end in unix seconds', async () => {
    const code = await codeFor('USER_ID offline_access')
    const before = Math.floor(clock.now() / 1000)
    const reply = await exchange(code, { unknown: 1, redirect_uri: null })
    const after = Math.floor(clock.now() / 1000)
    expect(reply.status).toBe(200)
    expect(reply.body).toEqual({
      access_token: expect.stringMatching(/^ca_[\w-]{43}$/),
      refresh_token: expect.stringMatching(/^cr_[\w-]{43}$/),
      expires: expect.any(Number),
    })
    const { expires } = reply.body
    expect(expires).toSatisfy((end: number) => before + 3600 <= end && end <= after + 3600)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(await isAccepted(server, app, reply.body.access_token)).toBe(true)
  })

  test('without offline_access the refresh token is an empty text, for readers that want the field', async () => {
    expect((await exchange(await codeFor())).body).toMatchObject({ refresh_token: '' })
  })

  test('the redirect URI may be left out; one that is sent has to be the code’s', async () => {
    const code = await codeFor()
    expect(await exchange(code, { redirect_uri: 'https://app.example/other' })).toMatchObject(
      invalid('code', 'but the code was asked for with'),
    )
    expect((await exchange(code, { redirect_uri: BACK })).status).toBe(200)
    expect((await exchange(await codeFor(), { redirect_uri: '' })).status).toBe(200)
  })

  test('a code works once, at either place, and its reuse revokes what it gave', async () => {
    for (const first of [exchange, (code: string) => exchangeCode(server, app, code, BACK)]) {
      const code = await codeFor('USER_ID')
      const { access_token } = (await first(code)).body
      expect(await isAccepted(server, app, access_token)).toBe(true)
      expect(await exchange(code)).toMatchObject(invalid('code', 'was used before'))
      expect(await isAccepted(server, app, access_token)).toBe(false)
    }
  })

  test('an expired code says so, and one that nobody gave is unknown', async () => {
    const code = await codeFor()
    clock.forward(11 * 60_000)
    expect(await exchange(code)).toMatchObject(invalid('code', 'expired at'))
    expect(await exchange('cc_nothing')).toMatchObject(invalid('code', 'is unknown'))
    expect(await exchange('a b\u200c')).toMatchObject({ status: 400, body: { code: 3 } })
  })

  test('the client secret is an API key of that very client', async () => {
    const code = await codeFor()
    const unknown = { status: 401, body: { code: 16 } }
    for (const secret of [otherApp.key, newSecret('ck'), app.clientSecret, 'x'.repeat(5000)]) {
      const refused = await exchange(code, { client_secret: secret })
      expect(refused).toMatchObject(unknown)
      expect(refused.body.message).not.toContain(secret)
    }
    expect(await exchange(code, { client_id: 'nobody-at-all' })).toMatchObject(unknown)
    expect(await exchange(code, { client_id: otherApp.slug, client_secret: otherApp.key })).toMatchObject(
      invalid('code', 'another client'),
    )
    expect((await exchange(code)).status).toBe(200)
  })

  test('a revoked key is no client secret any more', async () => {
    const lost = await addApp(server.db, user.id, { redirectUris: [BACK] })
    const code = await obtainCode(server, user, { app: lost, redirectUri: BACK, scope: 'USER_ID' })
    await server.db
      .updateTable('api_keys')
      .set({ revoked_at: new Date() })
      .where('app_id', '=', lost.id)
      .execute()
    const reply = await exchange(code, { client_id: lost.slug, client_secret: lost.key })
    expect(reply).toMatchObject({ status: 401, body: { code: 16 } })
  })

  test('a code that was asked for with PKCE needs its verifier here too', async () => {
    const challenge = { code_challenge: 'v'.repeat(43), code_challenge_method: 'plain' }
    expect(await exchange(await codeFor('USER_ID', challenge))).toMatchObject(
      invalid('code', 'code_verifier is missing'),
    )
    const kept = await exchange(await codeFor('USER_ID', challenge), { code_verifier: 'v'.repeat(43) })
    expect(kept.status).toBe(200)
  })

  test('errors have the form of §0, and name every field', async () => {
    expect(await send('{"grant_type": "refresh_token"}')).toMatchObject({
      status: 400,
      body: {
        code: 3,
        details: [
          {
            field_violations: ['grant_type', 'code', 'client_id', 'client_secret'].map((field) => ({
              field,
            })),
          },
          { reason: 'INVALID_FIELDS' },
          helpDetail('INVALID_FIELDS'),
        ],
      },
    })
    expect(await send('{"code": 1, "client_id": [], "client_secret": {}, "grant_type": 7}')).toMatchObject({
      status: 400,
    })
    expect(await send('not json')).toMatchObject({ status: 400, body: { code: 3 } })
  })

  test('grant_type may be missing, and the fields may come as a form', async () => {
    expect((await exchange(await codeFor(), { grant_type: null })).status).toBe(200)
    const fields = { code: await codeFor(), client_id: app.slug, client_secret: app.key }
    const form = await send(new URLSearchParams(fields).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(form.status).toBe(200)
  })

  test('of two exchanges at once one wins, and the reuse leaves no token alive', async () => {
    const code = await codeFor()
    const replies = await Promise.all([exchange(code), exchange(code), exchange(code)])
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 400, 400])
    const { access_token } = replies.find(({ status }) => status === 200)!.body
    expect(await isAccepted(server, app, access_token)).toBe(false)
  })
})
