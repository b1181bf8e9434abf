import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { MovingClock } from '../../testing/moving-clock.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { Authenticator, type PresentedCredentials } from './authenticator.ts'
import type { AppCaller } from './callers.ts'

const HOST_KEY = 'host-key-of-the-tests-0123456789abcdef'
const NOTHING: PresentedCredentials = {
  apiKey: undefined,
  authorization: undefined,
  accessToken: undefined,
  sessionSecret: undefined,
}

let database: TestDatabase
let db: Database
let clock: MovingClock
let authenticator: Authenticator
/** Whether what is cached may be used without asking the database. */
let fresh: boolean

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool)
})
afterAll(() => database.drop())
beforeEach(() => {
  clock = new MovingClock()
  fresh = true
  const freshness = {
    polledAt: () => (fresh ? clock.monotonic() : Number.NEGATIVE_INFINITY),
    listen: () => {},
  }
  authenticator = new Authenticator({ db, clock, freshness, hostKey: HOST_KEY })
})

const refusal = async (identify: () => unknown): Promise<unknown> => {
  try {
    return { let: 'through', as: await identify() }
  } catch (error) {
    return (error as { reason?: string }).reason
  }
}
const app = (apiKey?: string) => authenticator.app({ ...NOTHING, apiKey })
const withToken = async (caller: AppCaller, presented: Partial<PresentedCredentials>) =>
  authenticator.appWithUser(caller, { ...NOTHING, ...presented })

async function marketplace(values: { development?: boolean } = {}) {
  const user = await fixture.addUser(db)
  const made = await fixture.addApp(db, user.id, values)
  const grant = await fixture.addGrant(db, made.id, user.id, [
    'USER_PHONE',
    'USER_POSTS_GET',
    'NO_SUCH_SCOPE',
  ])
  return { user, app: made, grant, caller: await app(made.key) }
}

describe('an API key', () => {
  test('says which app calls; without one or with an unknown one nobody does', async () => {
    const { app: made, caller } = await marketplace()
    expect(caller).toMatchObject({ appId: made.id, slug: made.slug, development: true })
    expect(await refusal(() => app())).toBe('API_KEY_MISSING')
    expect(await refusal(() => app(''))).toBe('API_KEY_MISSING')
    expect(await refusal(() => app(`${made.key}x`))).toBe('API_KEY_UNKNOWN')
  })

  test('that is revoked works until this node hears of it, and not at all once it does not hear any more', async () => {
    const { app: made } = await marketplace()
    await db.updateTable('api_keys').set({ revoked_at: new Date() }).where('app_id', '=', made.id).execute()
    expect(await app(made.key)).toMatchObject({ appId: made.id })
    fresh = false
    expect(await refusal(() => app(made.key))).toBe('API_KEY_UNKNOWN')
    fresh = true
    authenticator.forget(`app:${made.id}`)
    expect(await refusal(() => app(made.key))).toBe('API_KEY_UNKNOWN')
  })

  test('of a production app carries only what the host approved', async () => {
    const { app: made, caller } = await marketplace({ development: false })
    expect(caller.permissions).toEqual(new Set())
    await db
      .insertInto('app_permissions')
      .values([
        { app_id: made.id, name: 'GET_POST', approved_at: new Date() },
        { app_id: made.id, name: 'EVENTS_SEND', approved_at: null },
      ])
      .execute()
    authenticator.forget(`app:${made.id}`)
    expect((await app(made.key)).permissions).toEqual(new Set(['GET_POST']))
  })
})

describe('a user token', () => {
  test('comes as Bearer or in the older header; Bearer wins', async () => {
    const { caller, grant, user } = await marketplace()
    const joined = { token: { userId: user.id, grantId: grant.grantId } }
    for (const authorization of [`Bearer ${grant.accessToken}`, `bearer   ${grant.accessToken} `])
      expect(await withToken(caller, { authorization, accessToken: 'other' })).toMatchObject(joined)
    expect(await withToken(caller, { accessToken: grant.accessToken })).toMatchObject(joined)
    const basic = { authorization: 'Basic eDp5', accessToken: grant.accessToken }
    expect(await withToken(caller, basic)).toMatchObject(joined)
    const wrongBearer = { authorization: 'Bearer other', accessToken: grant.accessToken }
    expect(await refusal(() => withToken(caller, wrongBearer))).toBe('ACCESS_TOKEN_UNKNOWN')
    expect(await refusal(() => withToken(caller, {}))).toBe('ACCESS_TOKEN_MISSING')
  })

  test('that an operation does not need is refused all the same when it is no good', async () => {
    const { caller, grant } = await marketplace()
    const maybe = async (presented: Partial<PresentedCredentials>) =>
      authenticator.appMaybeUser(caller, { ...NOTHING, ...presented })
    for (const presented of [{}, { accessToken: '' }, { authorization: 'Bearer ' }]) {
      expect(await maybe(presented)).toEqual({ ...caller, token: null })
    }
    const good = { authorization: `Bearer ${grant.accessToken}` }
    expect(await maybe(good)).toMatchObject({ appId: caller.appId, token: { grantId: grant.grantId } })
    expect(await refusal(() => maybe({ accessToken: 'ca_wrong' }))).toBe('ACCESS_TOKEN_UNKNOWN')
    const other = await marketplace()
    expect(await refusal(() => maybe({ accessToken: other.grant.accessToken }))).toBe(
      'ACCESS_TOKEN_OF_ANOTHER_APP',
    )
  })

  test('of another app is refused, cached or not', async () => {
    const [one, other] = [await marketplace(), await marketplace()]
    const accessToken = other.grant.accessToken
    const foreign = () => refusal(() => withToken(one.caller, { accessToken }))
    expect(await foreign()).toBe('ACCESS_TOKEN_OF_ANOTHER_APP')
    expect(await foreign()).toBe('ACCESS_TOKEN_OF_ANOTHER_APP')
  })

  test('that has expired is refused although it is cached', async () => {
    const { caller, grant } = await marketplace()
    const { accessToken } = grant
    await withToken(caller, { accessToken })
    clock.forward(3_600_001)
    expect(await refusal(() => withToken(caller, { accessToken }))).toBe('ACCESS_TOKEN_EXPIRED')
  })

  test('dies with its grant', async () => {
    const { caller, grant } = await marketplace()
    const { accessToken } = grant
    await withToken(caller, { accessToken })
    await db.updateTable('grants').set({ revoked_at: new Date() }).where('id', '=', grant.grantId).execute()
    authenticator.forget(`grant:${grant.grantId}`)
    expect(await refusal(() => withToken(caller, { accessToken }))).toBe('ACCESS_TOKEN_UNKNOWN')
  })

  test('carries the scopes that exist; those of a production app only as far as the host approved them', async () => {
    const { caller, grant } = await marketplace()
    const scopesOf = async (own: AppCaller, accessToken: string) =>
      (await withToken(own, { accessToken })).token.scopes
    expect(await scopesOf(caller, grant.accessToken)).toEqual(new Set(['USER_PHONE', 'USER_POSTS_GET']))
    const production = await marketplace({ development: false })
    await db
      .insertInto('app_scopes')
      .values({ app_id: production.app.id, name: 'USER_PHONE', approved_at: new Date() })
      .execute()
    expect(await scopesOf(production.caller, production.grant.accessToken)).toEqual(new Set(['USER_PHONE']))
  })
})

describe('the host key', () => {
  const host = (presented: Partial<PresentedCredentials>) =>
    refusal(() => authenticator.host({ ...NOTHING, ...presented }))

  test('opens the host API as Bearer or as API key; nothing else does', async () => {
    expect(await host({ authorization: `Bearer ${HOST_KEY}` })).toMatchObject({ let: 'through' })
    expect(await host({ apiKey: HOST_KEY })).toMatchObject({ let: 'through' })
    expect(await host({})).toBe('HOST_KEY_MISSING')
    for (const wrong of [`${HOST_KEY}x`, HOST_KEY.slice(1), 'x'])
      expect(await host({ apiKey: wrong })).toBe('HOST_KEY_WRONG')
  })

  test('is never right where none is set', async () => {
    const freshness = { polledAt: () => 0, listen: () => {} }
    authenticator = new Authenticator({ db, clock, freshness, hostKey: null })
    expect(await host({ apiKey: 'null' })).toBe('HOST_KEY_WRONG')
  })
})

describe('a session', () => {
  const secretOf = (cookie: string) => cookie.split('=')[1]

  test('is its user’s until it ends', async () => {
    const user = await fixture.addUser(db)
    const presented = { ...NOTHING, sessionSecret: secretOf(user.cookie) }
    expect(await authenticator.session(presented)).toMatchObject({ userId: user.id, developer: false })
    expect(await refusal(() => authenticator.developer(presented))).toBe('NOT_A_DEVELOPER')
    clock.forward(3_600_001)
    expect(await refusal(() => authenticator.session(presented))).toBe('SESSION_MISSING')
    for (const sessionSecret of [undefined, '', 'cs_guess'])
      expect(await refusal(() => authenticator.session({ ...NOTHING, sessionSecret }))).toBe(
        'SESSION_MISSING',
      )
  })

  test('of a developer opens the console', async () => {
    const { cookie, id } = await fixture.addUser(db, { developer: true })
    expect(await authenticator.developer({ ...NOTHING, sessionSecret: secretOf(cookie) })).toMatchObject({
      userId: id,
    })
  })
})
