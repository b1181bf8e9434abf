import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  exchangeCode,
  isAccepted,
  obtainCode,
  postForm,
  refresh,
  type TokenReply,
} from '../../testing/consent-flow.ts'
import {
  type AppFixture,
  addApp,
  addPost,
  addSubscription,
  addUser,
  type UserFixture,
} from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { AppUserIds } from '../access/app-user-ids.ts'
import { publishFact } from '../events/publish-fact.ts'
import { hashSecret } from '../ids.ts'
import { revokeGrant } from './revoke-grant.ts'

const BACK = 'https://app.example/callback'
const SECRET = 'secret-of-the-tests-0123456789abcdef'
const userIds = new AppUserIds(Buffer.from(SECRET))

let server: TestServer
let app: AppFixture
let user: UserFixture

beforeAll(async () => {
  server = await startTestServer({ config: { secret: SECRET } })
})
afterAll(() => server.close())
beforeEach(async () => {
  const developer = await addUser(server.db, { developer: true })
  app = await addApp(server.db, developer.id, {
    redirectUris: [BACK],
    eventsUrl: 'http://127.0.0.1:9/events',
  })
  user = await addUser(server.db)
})

async function tokens(scope = 'USER_ID offline_access'): Promise<TokenReply> {
  const code = await obtainCode(server, user, { app, redirectUri: BACK, scope })
  return exchangeCode(server, app, code, BACK)
}

const grantId = async (): Promise<string> =>
  (
    await server.db
      .selectFrom('grants')
      .select('id')
      .where('user_id', '=', user.id)
      .where('revoked_at', 'is', null)
      .executeTakeFirstOrThrow()
  ).id

const facts = () =>
  server.db
    .selectFrom('event_facts')
    .select(['type', 'payload'])
    .where('type', '=', 'USER_ACCESS_REVOCATION')
    .execute()

/** As another node would: this one hears of it only through the database. */
const deps = () => ({ db: server.db, userIds, publishFact, authenticator: { forget: () => {} } })

describe('taking a consent back', () => {
  test('kills every token on other nodes, ends subscriptions, and leaves other grants alone', async () => {
    const [first, second] = [await tokens(), await tokens('SEND_EVENT')]
    const id = await grantId()
    await addSubscription(server.db, app, user.id, id)
    const bystander = await addUser(server.db)
    const theirs = await exchangeCode(
      server,
      app,
      await obtainCode(server, bystander, { app, redirectUri: BACK, scope: 'USER_ID' }),
      BACK,
    )
    for (const { body } of [first, second])
      expect(await isAccepted(server, app, body.access_token)).toBe(true)

    expect(await revokeGrant(deps(), { grantId: id, reason: 'user', userId: user.id })).toBe(true)
    for (const { body } of [first, second]) {
      await waitFor(async () => !(await isAccepted(server, app, body.access_token)))
    }
    expect((await refresh(server, app, first.body.refresh_token)).body.error).toBe('invalid_grant')
    expect(await isAccepted(server, app, theirs.body.access_token)).toBe(true)
    const alive = server.db.selectFrom('subscriptions').select('id').where('grant_id', '=', id)
    expect(await alive.where('ended_at', 'is', null).execute()).toEqual([])
  })

  test('another user’s grant, an unknown one and one already revoked stay as they are', async () => {
    await tokens()
    const id = await grantId()
    const stranger = await addUser(server.db)
    expect(await revokeGrant(deps(), { grantId: id, reason: 'user', userId: stranger.id })).toBe(false)
    expect(await revokeGrant(deps(), { grantId: stranger.id, reason: 'user' })).toBe(false)
    const both = await Promise.all([1, 2].map(() => revokeGrant(deps(), { grantId: id, reason: 'user' })))
    expect(both.sort()).toEqual([false, true])
  })

  test('the app hears of it, once, under the id it knows, if both scopes were granted', async () => {
    await tokens('USER_ID')
    await tokens('NOTIFICATION_ACCESS_REVOCATION')
    const id = await grantId()
    await Promise.all([1, 2, 3].map(() => revokeGrant(deps(), { grantId: id, reason: 'user' })))
    const user_id = userIds.toPublic(app.id, user.id)
    expect(
      (await facts()).filter(({ payload }) => (payload as { user_id: string }).user_id === user_id),
    ).toEqual([{ type: 'USER_ACCESS_REVOCATION', payload: { user_id } }])
  })

  test.each(['USER_ID', 'NOTIFICATION_ACCESS_REVOCATION', 'SEND_EVENT'])(
    'with %s alone it does not',
    async (scope) => {
      await tokens(scope)
      const before = (await facts()).length
      await revokeGrant(deps(), { grantId: await grantId(), reason: 'user' })
      expect(await facts()).toHaveLength(before)
    },
  )

  test('a new consent begins a new grant; the old tokens stay dead', async () => {
    const old = await tokens()
    const oldGrant = await grantId()
    await revokeGrant(deps(), { grantId: oldGrant, reason: 'user' })
    const fresh = await tokens()
    expect(await grantId()).not.toBe(oldGrant)
    expect(await isAccepted(server, app, fresh.body.access_token)).toBe(true)
    await waitFor(async () => !(await isAccepted(server, app, old.body.access_token)))
  })

  test('in the middle of many refreshes it wins, without a deadlock', async () => {
    const { body } = await tokens()
    const id = await grantId()
    const replies = await Promise.all([
      ...Array.from({ length: 8 }, () => refresh(server, app, body.refresh_token)),
      revokeGrant(deps(), { grantId: id, reason: 'user' }),
      ...Array.from({ length: 8 }, () => refresh(server, app, body.refresh_token)),
    ])
    for (const reply of replies) if (typeof reply === 'object') expect([200, 400]).toContain(reply.status)
    for (const reply of replies) {
      if (typeof reply !== 'object' || reply.status !== 200) continue
      await waitFor(async () => !(await isAccepted(server, app, reply.body.access_token)))
    }
  })
})

describe('POST /oauth2/revoke', () => {
  const revoke = (token: unknown, by = app) =>
    postForm(server, '/oauth2/revoke', {
      client_id: by.slug,
      client_secret: by.clientSecret,
      token: String(token),
    })

  test('an access token dies alone', async () => {
    const { body } = await tokens()
    expect(await revoke(body.access_token)).toMatchObject({ status: 200, body: {} })
    expect(await isAccepted(server, app, body.access_token)).toBe(false)
    expect((await refresh(server, app, body.refresh_token)).status).toBe(200)
    expect((await revoke(body.access_token)).status).toBe(200)
  })

  test('subscriptions made with a dead token end with it, those of other tokens live on', async () => {
    const [one, other] = [await tokens(), await tokens()]
    const id = await grantId()
    const tokenId = async (token: unknown) =>
      (
        await server.db
          .selectFrom('access_tokens')
          .select('id')
          .where('hash', '=', hashSecret(String(token)))
          .executeTakeFirstOrThrow()
      ).id
    const post = await addPost(server.db, user.id)
    const ending = await addSubscription(server.db, app, user.id, id, {
      tokenId: await tokenId(one.body.access_token),
    })
    const living = await addSubscription(server.db, app, user.id, id, {
      tokenId: await tokenId(other.body.access_token),
      postId: post.id,
    })
    await revoke(one.body.access_token)
    const alive = await server.db
      .selectFrom('subscriptions')
      .select('id')
      .where('id', 'in', [ending, living])
      .where('ended_at', 'is', null)
      .execute()
    expect(alive).toEqual([{ id: living }])
  })

  test('a refresh token takes along the tokens of its consent, and not the grant', async () => {
    const [one, other] = [await tokens(), await tokens()]
    const next = await refresh(server, app, one.body.refresh_token)
    expect((await revoke(next.body.refresh_token)).status).toBe(200)
    for (const { body } of [one, next]) expect(await isAccepted(server, app, body.access_token)).toBe(false)
    expect((await refresh(server, app, next.body.refresh_token)).body.error_description).toContain(
      'was revoked',
    )
    expect(await isAccepted(server, app, other.body.access_token)).toBe(true)
    expect((await refresh(server, app, other.body.refresh_token)).status).toBe(200)
  })

  test('an unknown token is no error; another client’s is refused and lives', async () => {
    const { body } = await tokens()
    const other = await addApp(server.db, user.id)
    expect(await revoke('ca_unknown')).toMatchObject({ status: 200 })
    for (const token of [body.access_token, body.refresh_token]) {
      expect(await revoke(token, other)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    }
    expect(await isAccepted(server, app, body.access_token)).toBe(true)
  })

  test('needs the client and a token', async () => {
    expect((await postForm(server, '/oauth2/revoke', { token: 'x' })).status).toBe(401)
    const wrong = { client_id: app.slug, client_secret: 'cx_wrong', token: 'x' }
    expect((await postForm(server, '/oauth2/revoke', wrong)).status).toBe(401)
    const none = { client_id: app.slug, client_secret: app.clientSecret }
    expect(await postForm(server, '/oauth2/revoke', none)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })
})
