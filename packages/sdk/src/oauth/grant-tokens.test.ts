import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import { hangUp, json, refusal, type ScriptedServer, scriptedServer } from '../../testing/scripted-server.ts'
import { NoAnswerError } from '../client/errors.ts'
import { MemoryGrants } from '../stores/memory-grants.ts'
import { OAuth } from './oauth.ts'

const grants = new MemoryGrants()
let time = new ManualTime()
beforeEach(async () => {
  time = new ManualTime()
  for (const { id } of grants.all()) await grants.delete(id)
})

const oauthOf = (server: { url: string }): OAuth =>
  new OAuth({
    apiKey: 'ck_of_these_tests',
    clientId: 'visit-planner',
    clientSecret: 'cx_of_these_tests',
    baseUrl: server.url,
    redirectUri: 'https://app.example/charsu/callback',
    grants,
    time,
  })

describe('a client of a grant', () => {
  let server: ScriptedServer
  afterEach(() => server[Symbol.asyncDispose]())

  /** A platform that knows one token at a time and gives the next for each refresh. */
  async function platform(): Promise<{
    oauth: OAuth
    id: string
    refreshes: () => number
    state: { valid: string }
  }> {
    const state = { valid: 'ca_1', count: 1 }
    server = await scriptedServer((response, received) => {
      if (received.url === '/oauth2/token') {
        state.count++
        state.valid = `ca_${state.count}`
        const answer = { access_token: state.valid, refresh_token: `cr_${state.count}`, expires_in: 3600 }
        return json(200, answer)(response, received)
      }
      const isValid = received.headers.authorization === `Bearer ${state.valid}`
      const answer = isValid
        ? json(200, { user_id: 'u1' })
        : refusal(401, 16, 'the user token has expired', { reason: 'ACCESS_TOKEN_EXPIRED' })
      answer(response, received)
    })
    await grants.save({
      id: 'g1',
      scopes: ['USER_ID'],
      accessToken: 'ca_1',
      refreshToken: 'cr_1',
      expiresAt: time.now() + 3_600_000,
      version: 0,
    })
    const refreshes = (): number => server.received.filter(({ url }) => url === '/oauth2/token').length
    return { oauth: oauthOf(server), id: 'g1', refreshes, state }
  }

  test('uses its token while it lives, and refreshes it a minute before it ends', async () => {
    const { oauth, id, refreshes } = await platform()
    const user = oauth.client(id)
    await user.getUser()
    time.advance(3_539_000)
    await user.getUser()
    expect(refreshes()).toBe(0)
    time.advance(2000)
    await user.getUser()
    expect(refreshes()).toBe(1)
    expect(await grants.get(id)).toMatchObject({
      accessToken: 'ca_2',
      refreshToken: 'cr_2',
      scopes: ['USER_ID'],
      expiresAt: time.now() + 3_600_000,
      version: 2,
    })
    expect(
      Object.fromEntries(
        new URLSearchParams(server.received.find(({ url }) => url === '/oauth2/token')?.body),
      ),
    ).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'cr_1',
      client_id: 'visit-planner',
      client_secret: 'cx_of_these_tests',
    })
  })

  test('refreshes once for many who call at the same moment', async () => {
    const { oauth, id, refreshes } = await platform()
    time.advance(3_600_000)
    const users = Array.from({ length: 20 }, () => oauth.client(id).getUser())
    expect(await Promise.all(users)).toHaveLength(20)
    expect(refreshes()).toBe(1)
  })

  test('refreshes when the platform does not take the token, although it should still live', async () => {
    const { oauth, id, refreshes, state } = await platform()
    state.valid = 'ca_of nobody'
    expect(await oauth.client(id).getUser()).toEqual({ user_id: 'u1' })
    expect(refreshes()).toBe(1)
  })

  test('takes the tokens of another process that was faster, without asking', async () => {
    const { oauth, id, refreshes, state } = await platform()
    const before = await grants.get(id)
    if (!before) throw new Error('the grant is not there')
    state.valid = 'ca_theirs'
    await grants.save({ ...before, accessToken: 'ca_theirs', refreshToken: 'cr_theirs' })
    expect(await oauth.refresh(before)).toMatchObject({ accessToken: 'ca_theirs', version: 2 })
    expect(await oauth.client(id).getUser()).toEqual({ user_id: 'u1' })
    expect(refreshes()).toBe(0)
  })

  test('takes the tokens of another process that saved while it asked itself', async () => {
    const { oauth, id } = await platform()
    const before = await grants.get(id)
    if (!before) throw new Error('the grant is not there')
    const ours = oauth.refresh(before)
    await grants.save({ ...before, accessToken: 'ca_theirs', refreshToken: 'cr_theirs' })
    expect(await ours).toMatchObject({ accessToken: 'ca_theirs' })
    expect(await grants.get(id)).toMatchObject({ accessToken: 'ca_theirs', version: 2 })
  })

  test('keeps what somebody else changed of the grant while it asked', async () => {
    const { oauth, id } = await platform()
    const before = await grants.get(id)
    if (!before) throw new Error('the grant is not there')
    const ours = oauth.refresh(before)
    await grants.save({ ...before, side: 'seller' })
    expect(await ours).toMatchObject({ accessToken: 'ca_2', side: 'seller', version: 3 })
  })

  test('does not bring back a grant that was deleted while it asked', async () => {
    const { oauth, id } = await platform()
    const before = await grants.get(id)
    if (!before) throw new Error('the grant is not there')
    const ours = oauth.refresh(before).catch((error) => error)
    await grants.delete(id)
    expect(await ours).toMatchObject({ name: 'NoGrantError', grantId: id })
    expect(await grants.get(id)).toBeUndefined()
  })

  test('one caller who gives up does not take the tokens from the others', async () => {
    const { oauth, id } = await platform()
    const before = await grants.get(id)
    if (!before) throw new Error('the grant is not there')
    const controller = new AbortController()
    const impatient = oauth.refresh(before, { signal: controller.signal }).catch((error) => error)
    const patient = oauth.refresh(before)
    controller.abort('enough')
    expect(await impatient).toBe('enough')
    expect(await patient).toMatchObject({ accessToken: 'ca_2' })
  })
})

describe('a grant that ended', () => {
  const put = (more: object = {}): Promise<boolean> =>
    grants.save({
      id: 'g1',
      scopes: ['USER_ID'],
      accessToken: 'ca_1',
      refreshToken: 'cr_1',
      expiresAt: time.now(),
      version: 0,
      ...more,
    })
  const gone = json(400, {
    error: 'invalid_grant',
    error_description: 'the user has taken this consent back',
  })

  test('at the platform is deleted, and says that the user has to be asked again', async () => {
    await using server = await scriptedServer(gone)
    await put()
    await expect(oauthOf(server).client('g1').getUser()).rejects.toThrow(
      'refresh was refused (400, invalid_grant): the user has taken this consent back. This consent gives no more tokens: send the user to consentUrl again.',
    )
    expect(await grants.get('g1')).toBeUndefined()
  })

  test('is not deleted for a wrong secret or a platform that is away', async () => {
    await put()
    await using wrong = await scriptedServer(
      json(401, { error: 'invalid_client', error_description: 'unknown' }),
    )
    await expect(oauthOf(wrong).client('g1').getUser()).rejects.toMatchObject({ error: 'invalid_client' })
    await using away = await scriptedServer(json(503, { error: 'temporarily_unavailable' }))
    await expect(oauthOf(away).client('g1').getUser()).rejects.toBeInstanceOf(NoAnswerError)
    expect(await grants.get('g1')).toBeDefined()
  })

  test('is used to its last second when the token endpoint is away', async () => {
    await put({ expiresAt: time.now() + 30_000 })
    await using server = await scriptedServer((response, received) =>
      received.url === '/oauth2/token'
        ? hangUp(response, received)
        : json(200, { user_id: 'u1' })(response, received),
    )
    expect(await oauthOf(server).client('g1').getUser()).toEqual({ user_id: 'u1' })
  })

  test('without a refresh token says which scope keeps one', async () => {
    await put({ refreshToken: undefined })
    const call = oauthOf({ url: 'http://127.0.0.1:1' }).client('g1').getUser()
    await expect(call).rejects.toThrow(
      'The access token of the grant has run out, and there is none to refresh it with. Send the user to consentUrl again; the scope offline_access keeps a consent beyond an hour. (grant g1)',
    )
  })

  test('in the store says so', async () => {
    const call = oauthOf({ url: 'http://127.0.0.1:1' }).client('unknown').getUser()
    await expect(call).rejects.toMatchObject({ name: 'NoGrantError', grantId: 'unknown' })
  })
})
