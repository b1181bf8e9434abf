import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import {
  type Answer,
  hangUp,
  json,
  type Received,
  refusal,
  type ScriptedServer,
  scriptedServer,
} from '../../testing/scripted-server.ts'
import { NoAnswerError, RefusedError } from '../client/errors.ts'
import { OAuthError } from '../client/oauth-error.ts'
import { MemoryGrants } from '../stores/memory-grants.ts'
import { OAuth } from './oauth.ts'
import type { OAuthSettings } from './oauth-settings.ts'
import { pkcePair } from './pkce.ts'
import { scope } from './scope.ts'

const BACK = 'https://app.example/charsu/callback?a=1'

const grants = new MemoryGrants()
let time = new ManualTime()
beforeEach(async () => {
  time = new ManualTime()
  for (const { id } of grants.all()) await grants.delete(id)
})

const oauthOf = (server: { url: string }, settings: Partial<OAuthSettings> = {}): OAuth =>
  new OAuth({
    apiKey: 'ck_of_these_tests',
    clientId: 'visit-planner',
    clientSecret: 'cx_of_these_tests',
    baseUrl: server.url,
    redirectUri: BACK,
    grants,
    time,
    ...settings,
  })

const tokens = (more: Record<string, unknown> = {}): Answer =>
  json(200, {
    access_token: 'ca_1',
    token_type: 'bearer',
    expires_in: 3600,
    scope: 'USER_ID offline_access',
    refresh_token: 'cr_1',
    ...more,
  })

const formOf = (received: Received | undefined): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(received?.body))

describe('the consent URL', () => {
  test('asks as the contract has it', async () => {
    const { codeChallenge } = await pkcePair()
    const oauth = oauthOf({ url: 'https://charsu.example/' })
    const url = new URL(
      oauth.consentUrl({
        scopes: [scope.sendMessage('62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'), scope.userId],
        state: 'a b&c=ز',
        codeChallenge,
      }),
    )
    expect(url.origin + url.pathname).toBe('https://charsu.example/oauth2/auth')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'visit-planner',
      redirect_uri: BACK,
      scope: 'CONVERSATION_SEND_MESSAGE.62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11 USER_ID',
      state: 'a b&c=ز',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    })
  })

  test('may lead to another host than the calls', () => {
    const oauth = oauthOf({ url: 'https://open-api.divar.ir' }, { consentBaseUrl: 'https://oauth.divar.ir' })
    expect(oauth.consentUrl({ scopes: ['USER_ID'], state: 'x' })).toMatch(
      /^https:\/\/oauth\.divar\.ir\/oauth2\/auth\?/,
    )
  })

  test('is not made of scopes that the platform would refuse', () => {
    const oauth = oauthOf({ url: 'https://charsu.example' })
    expect(() => oauth.consentUrl({ scopes: ['USR_ID', 'CONVERSATION_SEND_MESSAGE'], state: 'x' })).toThrow(
      'consentUrl cannot ask for these scopes: "USR_ID" is not a scope. Did you mean "USER_ID"?; CONVERSATION_SEND_MESSAGE needs its resource; write CONVERSATION_SEND_MESSAGE.{conversation_id}',
    )
    expect(() => oauth.consentUrl({ scopes: [], state: 'x' })).toThrow('1 to 50 scopes, but got 0')
    expect(() => oauth.consentUrl({ scopes: ['USER_ID'], state: '' })).toThrow('state that is hard to guess')
  })
})

test('a PKCE pair is what RFC 7636 asks for, and another each time', async () => {
  const { codeVerifier, codeChallenge } = await pkcePair()
  expect(codeVerifier).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))
  expect(codeChallenge).toBe(Buffer.from(digest).toString('base64url'))
  expect((await pkcePair()).codeVerifier).not.toBe(codeVerifier)
})

describe('a code', () => {
  test('becomes a grant with its user, saved', async () => {
    await using server = await scriptedServer(tokens(), json(200, { user_id: 'u1' }))
    const grant = await oauthOf(server).exchange('cc_code', { side: 'buyer', codeVerifier: 'v'.repeat(43) })
    expect(grant).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      userId: 'u1',
      scopes: ['USER_ID', 'offline_access'],
      accessToken: 'ca_1',
      refreshToken: 'cr_1',
      expiresAt: time.now() + 3_600_000,
      side: 'buyer',
      version: 1,
    })
    expect(await grants.get(grant.id)).toEqual(grant)
    const [asked, read] = server.received
    expect(asked).toMatchObject({ method: 'POST', url: '/oauth2/token' })
    expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(asked?.headers).not.toHaveProperty('x-api-key')
    expect(formOf(asked)).toEqual({
      grant_type: 'authorization_code',
      code: 'cc_code',
      redirect_uri: BACK,
      code_verifier: 'v'.repeat(43),
      client_id: 'visit-planner',
      client_secret: 'cx_of_these_tests',
    })
    expect(read?.headers.authorization).toBe('Bearer ca_1')
  })

  test('without USER_ID and offline_access becomes one without user and refresh token', async () => {
    await using server = await scriptedServer(tokens({ scope: 'SEND_EVENT', refresh_token: undefined }))
    const grant = await oauthOf(server).exchange('cc_code')
    expect(grant).toMatchObject({ scopes: ['SEND_EVENT'], version: 1 })
    expect(grant).not.toHaveProperty('userId')
    expect(grant).not.toHaveProperty('refreshToken')
    expect(server.received).toHaveLength(1)
  })

  test('whose answer leaves out scope and time gives what was asked for, for an hour', async () => {
    await using server = await scriptedServer(json(200, { access_token: 'ca_1' }))
    const grant = await oauthOf(server).exchange('cc_code', { scopes: ['SEND_EVENT'] })
    expect(grant).toMatchObject({ scopes: ['SEND_EVENT'], expiresAt: time.now() + 3_600_000 })
  })

  test('that the platform does not take leaves nothing, and neither code nor secret is in the error', async () => {
    const description = 'the code cc_code was used before by cx_of_these_tests'
    await using server = await scriptedServer(
      json(400, { error: 'invalid_grant', error_description: description }),
    )
    const error = await oauthOf(server)
      .exchange('cc_code')
      .catch((thrown) => thrown)
    expect(error).toBeInstanceOf(OAuthError)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({
      name: 'OAuthError',
      error: 'invalid_grant',
      status: 400,
      operation: 'exchange',
    })
    expect(error.message).toBe(
      'exchange was refused (400, invalid_grant): the code [secret] was used before by [secret]. A code works once, for ten minutes, with the redirectUri it was asked for with: send the user to consentUrl again.',
    )
    expect(error.errorDescription).toBe('the code [secret] was used before by [secret]')
    expect(grants.all()).toEqual([])
  })

  test('is not tried twice, for its second use revokes what the first gave', async () => {
    await using server = await scriptedServer(hangUp)
    const error = await oauthOf(server)
      .exchange('cc_code')
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'NoAnswerError', attempts: 1 })
    expect(error.hint).toBe('Whether the code was used up is not known: send the user to consentUrl again.')
    expect(server.received).toHaveLength(1)
  })

  test('leaves nothing when the key may not read the user', async () => {
    await using server = await scriptedServer(
      tokens(),
      refusal(403, 7, 'no', { reason: 'PERMISSION_MISSING' }),
    )
    await expect(oauthOf(server).exchange('cc_code')).rejects.toMatchObject({
      operation: 'getUser',
      reason: 'PERMISSION_MISSING',
    })
    expect(grants.all()).toEqual([])
  })

  test('says so when the store never saves', async () => {
    await using server = await scriptedServer(tokens({ scope: 'SEND_EVENT' }))
    const store = new MemoryGrants()
    store.save = async () => false
    await expect(oauthOf(server, { grants: store }).exchange('cc_code')).rejects.toThrow(
      'save answers false every time. Let save compare grant.version',
    )
  })

  test('is traded at the token endpoint’s own host, if it has one', async () => {
    await using server = await scriptedServer(tokens({ scope: 'SEND_EVENT' }))
    const oauth = oauthOf({ url: 'http://127.0.0.1:1' }, { tokenBaseUrl: server.url })
    await expect(oauth.exchange('cc_code')).resolves.toMatchObject({ accessToken: 'ca_1' })
  })
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
    expect(formOf(server.received.find(({ url }) => url === '/oauth2/token'))).toEqual({
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

test('settings that cannot be right are named, without the secret', () => {
  const at = { url: 'https://charsu.example' }
  expect(() => oauthOf(at, { clientId: '' })).toThrow('clientId is missing: pass the slug of your app')
  expect(() => oauthOf(at, { clientSecret: ' ' })).toThrow('clientSecret is missing')
  expect(() => oauthOf(at, { redirectUri: '/callback' })).toThrow('redirectUri must be an absolute URL')
  expect(() => oauthOf(at, { tokenBaseUrl: 'oauth.divar.ir' })).toThrow('tokenBaseUrl must be an absolute')
  expect(JSON.stringify(oauthOf(at))).toBe('{}')
})
