import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeCode, isAccepted, obtainCode, postForm, refresh } from '../../testing/consent-flow.ts'
import { helpPage } from '../../testing/help-page.ts'
import { type AppFixture, addApp, addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { MovingClock } from '../../testing/moving-clock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { hashSecret, newId } from '../ids.ts'

const BACK = 'https://app.example/callback'
const clock = new MovingClock()
const MINUTE = 60_000

let server: TestServer
let developer: UserFixture
let user: UserFixture
let app: AppFixture
let otherApp: AppFixture

beforeAll(async () => {
  server = await startTestServer({ clock })
  developer = await addUser(server.db, { developer: true })
  user = await freshUser()
  app = await addApp(server.db, developer.id, { redirectUris: [BACK, 'https://app.example/second'] })
  otherApp = await addApp(server.db, developer.id, { redirectUris: [BACK] })
})
afterAll(() => server.close())

/** Its session outlives every jump of the clock. */
async function freshUser(): Promise<UserFixture> {
  const fresh = await addUser(server.db)
  await server.db
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() + 1e12) })
    .where('user_id', '=', fresh.id)
    .execute()
  return fresh
}

const codeFor = (scope = 'USER_ID', withParameters: Record<string, string> = {}) =>
  obtainCode(server, user, { app, redirectUri: BACK, scope, with: withParameters })

const invalidGrant = (description: string) => ({
  status: 400,
  body: {
    error: 'invalid_grant',
    error_description: expect.stringContaining(description),
    error_uri: helpPage('invalid_grant'),
  },
})

describe('a code', () => {
  test('gives an access token for an hour, the scopes as they were written, and nothing may keep the answer', async () => {
    const scope = 'SEND_EVENT USER_ID SEND_EVENT offline_access'
    const reply = await exchangeCode(server, app, await codeFor(scope), BACK)
    expect(reply.status).toBe(200)
    expect(reply.body).toEqual({
      access_token: expect.stringMatching(/^ca_[\w-]{43}$/),
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'SEND_EVENT USER_ID offline_access',
      refresh_token: expect.stringMatching(/^cr_[\w-]{43}$/),
    })
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await isAccepted(server, app, reply.body.access_token)).toBe(true)
  })

  test('gives a refresh token only with offline_access', async () => {
    const { body } = await exchangeCode(server, app, await codeFor('USER_ID'), BACK)
    expect(body).not.toHaveProperty('refresh_token')
  })

  test('may be exchanged with JSON, and with the client in HTTP Basic', async () => {
    const json = await fetch(`${server.url}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: app.slug,
        client_secret: app.clientSecret,
        code: await codeFor(),
        redirect_uri: BACK,
        refresh_token: null,
        unknown: { x: 1 },
      }),
    })
    expect(json.status).toBe(200)
    const form = { grant_type: 'authorization_code', redirect_uri: BACK }
    const basic = `Basic ${btoa(`${app.slug}:${app.clientSecret}`)}`
    const headers = { authorization: basic }
    expect(
      await postForm(server, '/oauth2/token', { ...form, code: await codeFor() }, headers),
    ).toMatchObject({ status: 200 })
    const both = { ...form, code: await codeFor(), client_id: app.slug, client_secret: '' }
    expect(await postForm(server, '/oauth2/token', both, headers)).toMatchObject({ status: 200 })
  })

  test('works once, and its reuse revokes what it gave, refreshed tokens too', async () => {
    const code = await codeFor('USER_ID offline_access')
    const first = await exchangeCode(server, app, code, BACK)
    const second = await refresh(server, app, first.body.refresh_token)
    const another = await exchangeCode(server, app, await codeFor('USER_ID'), BACK)
    expect(await isAccepted(server, app, second.body.access_token)).toBe(true)

    expect(await exchangeCode(server, app, code, BACK)).toMatchObject(invalidGrant('used before'))
    expect(await isAccepted(server, app, first.body.access_token)).toBe(false)
    expect(await isAccepted(server, app, second.body.access_token)).toBe(false)
    expect(await refresh(server, app, second.body.refresh_token)).toMatchObject(invalidGrant('was revoked'))
    // Another consent's tokens, of the same grant, live on.
    expect(await isAccepted(server, app, another.body.access_token)).toBe(true)
  })

  test('of exchanges at the same time exactly one wins', async () => {
    const code = await codeFor('USER_ID offline_access')
    const replies = await Promise.all(Array.from({ length: 6 }, () => exchangeCode(server, app, code, BACK)))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400])
    // They are reuses all the same, so what the winner got is gone.
    const winner = replies.find(({ status }) => status === 200)
    expect(await isAccepted(server, app, winner?.body.access_token)).toBe(false)
  })

  test('lives ten minutes', async () => {
    const [early, late] = [await codeFor(), await codeFor()]
    clock.forward(10 * MINUTE - 5000)
    expect((await exchangeCode(server, app, early, BACK)).status).toBe(200)
    clock.forward(5001)
    expect(await exchangeCode(server, app, late, BACK)).toMatchObject(invalidGrant('the code expired at 20'))
  })

  test('belongs to its client, and another client’s attempt does not use it up', async () => {
    const code = await codeFor()
    expect(await exchangeCode(server, otherApp, code, BACK)).toMatchObject(invalidGrant('another client'))
    expect((await exchangeCode(server, app, code, BACK)).status).toBe(200)
    expect(await exchangeCode(server, otherApp, code, BACK)).toMatchObject(invalidGrant('another client'))
  })

  test('belongs to its redirect_uri; both are shown, and the code is not used up', async () => {
    const code = await codeFor()
    const wrong = 'https://app.example/second'
    const { body } = await exchangeCode(server, app, code, wrong)
    expect(body.error).toBe('invalid_grant')
    expect(body.error_description).toContain(
      `redirect_uri is ${wrong}, but the code was asked for with ${BACK}`,
    )
    expect(await exchangeCode(server, app, code, `${BACK}/`)).toMatchObject(invalidGrant(`${BACK}/`))
    expect(await exchangeCode(server, app, code, '')).toMatchObject(invalidGrant('redirect_uri is missing'))
    expect((await exchangeCode(server, app, code, BACK)).status).toBe(200)
  })

  test('dies with its grant', async () => {
    const code = await codeFor()
    const row = await server.db
      .selectFrom('authorization_codes')
      .select('grant_id')
      .where('hash', '=', hashSecret(code))
      .executeTakeFirstOrThrow()
    await server.db
      .updateTable('grants')
      .set({ revoked_at: new Date() })
      .where('id', '=', row.grant_id)
      .execute()
    expect(await exchangeCode(server, app, code, BACK)).toMatchObject(invalidGrant('taken the consent back'))
  })

  test.each(['cc_unknown', 'x', '€'.repeat(50), 'x'.repeat(5000)])(
    'that is %.20s is no code',
    async (code) => {
      const reply = await exchangeCode(server, app, code, BACK)
      expect(reply.status).toBe(400)
      expect(['invalid_grant', 'invalid_request']).toContain(reply.body.error)
    },
  )
})

describe('the client', () => {
  const form = { grant_type: 'refresh_token', refresh_token: 'cr_x' }
  const refusedClient = (description: string) => ({
    status: 401,
    body: {
      error: 'invalid_client',
      error_description: expect.stringContaining(description),
      error_uri: helpPage('invalid_client'),
    },
  })

  test.each([
    ['no credentials', {}, 'client_id is missing'],
    ['no secret', { client_id: 'x' }, 'client_secret is missing'],
    ['an unknown client', { client_id: 'nobody', client_secret: 'x' }, 'not the slug of an app'],
  ])('%s', async (_, credentials, description) => {
    const reply = await postForm(server, '/oauth2/token', { ...form, ...credentials })
    expect(reply).toMatchObject(refusedClient(description))
    expect(reply.headers.get('www-authenticate')).toMatch(/^Basic /)
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })

  test('a wrong secret, another app’s, and an API key, which is no secret', async () => {
    const tried: [string, string][] = [
      ['cx_wrong', 'not that of the app'],
      [otherApp.clientSecret, 'not that of the app'],
      [app.key, 'holds an API key'],
      [`${app.clientSecret} `, 'not that of the app'],
    ]
    for (const [client_secret, description] of tried) {
      const reply = await postForm(server, '/oauth2/token', { ...form, client_id: app.slug, client_secret })
      expect(reply).toMatchObject(refusedClient(description))
    }
  })

  test('a broken Basic header, and one that contradicts the body', async () => {
    for (const authorization of ['Basic', 'Basic !!!', `Basic ${btoa('no colon')}`, `Basic ${btoa(':x')}`]) {
      const reply = await postForm(server, '/oauth2/token', form, { authorization })
      expect(reply).toMatchObject(refusedClient('HTTP Basic'))
    }
    const authorization = `Basic ${btoa(`${app.slug}:${app.clientSecret}`)}`
    const reply = await postForm(
      server,
      '/oauth2/token',
      { ...form, client_id: otherApp.slug },
      { authorization },
    )
    expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test('while a secret is rotated both work, afterwards the newer alone', async () => {
    const rotating = await addApp(server.db, developer.id, { redirectUris: [BACK] })
    const newer = 'cx_the-newer-one'
    await server.db
      .updateTable('app_secrets')
      .set({ expires_at: new Date(clock.now() + 60 * MINUTE) })
      .where('app_id', '=', rotating.id)
      .execute()
    await server.db
      .insertInto('app_secrets')
      .values({
        id: newId(),
        app_id: rotating.id,
        kind: 'oauth_client',
        hash: hashSecret(newer),
        signing_secret: null,
      })
      .execute()
    const withSecret = (client_secret: string) =>
      postForm(server, '/oauth2/token', { ...form, client_id: rotating.slug, client_secret })
    const accepted = invalidGrant('unknown')
    expect(await withSecret(rotating.clientSecret)).toMatchObject(accepted)
    expect(await withSecret(newer)).toMatchObject(accepted)
    clock.forward(60 * MINUTE)
    expect(await withSecret(rotating.clientSecret)).toMatchObject(refusedClient('rotated'))
    expect(await withSecret(newer)).toMatchObject(accepted)
  })
})

describe('what is no token request is refused in OAuth’s own form', () => {
  const post = async (body: string | Uint8Array<ArrayBuffer>, contentType: string) => {
    const response = await fetch(`${server.url}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    })
    return {
      status: response.status,
      cache: response.headers.get('cache-control'),
      body: await response.json(),
    }
  }
  const invalidRequest = (status: number, reason = 'invalid_request') => ({
    status,
    cache: 'no-store',
    body: { error: 'invalid_request', error_description: expect.any(String), error_uri: helpPage(reason) },
  })

  test('a body that cannot be read', async () => {
    const json = 'application/json'
    expect(await post('{', json)).toEqual(invalidRequest(400, 'BODY_NOT_JSON'))
    expect(await post(Buffer.from([0x7b, 0xff]), json)).toEqual(invalidRequest(400, 'BODY_NOT_UTF8'))
    expect(await post('{"code": "a\\u0000"}', json)).toEqual(invalidRequest(400, 'INVALID_FIELDS'))
    expect(await post('code=%00', 'application/x-www-form-urlencoded')).toEqual(
      invalidRequest(400, 'INVALID_FIELDS'),
    )
    expect(await post('x'.repeat(300_000), 'application/x-www-form-urlencoded')).toEqual(
      invalidRequest(413, 'BODY_TOO_LARGE'),
    )
    expect(await post('<x/>', 'application/xml')).toEqual(invalidRequest(415, 'CONTENT_TYPE_NOT_SUPPORTED'))
  })

  test('values that are no strings', async () => {
    for (const value of [1, true, [], ['x'], {}]) {
      expect(await post(JSON.stringify({ grant_type: value }), 'application/json')).toEqual(
        invalidRequest(400),
      )
    }
    for (const body of ['[]', '"x"', '1', 'null', '', '{"constructor": "x", "__proto__": {"code": "x"}}']) {
      expect(await post(body, 'application/json')).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      })
    }
  })

  test('grant types that are not served', async () => {
    const client = { client_id: app.slug, client_secret: app.clientSecret }
    for (const grant_type of ['password', 'client_credentials', 'implicit', 'toString', '€']) {
      expect(await postForm(server, '/oauth2/token', { ...client, grant_type })).toMatchObject({
        status: 400,
        body: { error: 'unsupported_grant_type' },
      })
    }
    expect(await postForm(server, '/oauth2/token', client)).toMatchObject({
      body: {
        error: 'invalid_request',
        error_description: expect.stringContaining('grant_type is missing'),
        error_uri: helpPage('invalid_request'),
      },
    })
    for (const [grant_type, missing] of [
      ['authorization_code', 'code'],
      ['refresh_token', 'refresh_token'],
    ] as const) {
      expect(await postForm(server, '/oauth2/token', { ...client, grant_type })).toMatchObject({
        body: {
          error: 'invalid_request',
          error_description: expect.stringContaining(`${missing} is missing`),
        },
      })
    }
  })

  test('no input makes a 500', async () => {
    const names = [
      'grant_type',
      'client_id',
      'client_secret',
      'code',
      'redirect_uri',
      'refresh_token',
      'code_verifier',
      'scope',
      'token',
    ]
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.jsonValue(),
      fc.constantFrom('authorization_code', 'refresh_token', '\0', '\ud800'),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value),
        fc.boolean(),
        fc.constantFrom('/oauth2/token', '/oauth2/revoke'),
        async (body, known, path) => {
          const client = known ? { client_id: app.slug, client_secret: app.clientSecret } : {}
          const response = await fetch(server.url + path, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ ...body, ...client }),
          })
          expect(response.status).toBeLessThan(500)
          if (response.status !== 200)
            expect(Object.keys((await response.json()) as object)).toEqual([
              'error',
              'error_description',
              'error_uri',
            ])
        },
      ),
      { numRuns: 80 },
    )
  })

  test('no Authorization header makes a 500', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const authorization = `Basic ${Buffer.from(bytes).toString('base64')}`
        const reply = await postForm(
          server,
          '/oauth2/token',
          { grant_type: 'refresh_token' },
          { authorization },
        )
        expect(reply.status).toBeLessThan(500)
      }),
      { numRuns: 40 },
    )
  })
})
