import { beforeEach, describe, expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import {
  type Answer,
  hangUp,
  json,
  type Received,
  refusal,
  scriptedServer,
} from '../../testing/scripted-server.ts'
import { RefusedError } from '../client/errors.ts'
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
    const ask = { scopes: ['USER_ID'], state: undefined as never }
    expect(() => oauth.consentUrl(ask)).toThrow('state that is hard to guess')
    expect(() => oauth.consentUrl({ scopes: 'USER_ID' as never, state: 'x' })).toThrow(
      'takes a list of scopes',
    )
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

  test.each([null, undefined, ''])('that is none (%j) is not asked about', async (code) => {
    await using server = await scriptedServer(tokens())
    await expect(oauthOf(server).exchange(code as string)).rejects.toThrow('exchange needs the code')
    expect(server.received).toEqual([])
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

test('settings that cannot be right are named, without the secret', () => {
  const at = { url: 'https://charsu.example' }
  expect(() => oauthOf(at, { clientId: '' })).toThrow('clientId is missing: pass the slug of your app')
  expect(() => oauthOf(at, { clientSecret: ' ' })).toThrow('clientSecret is missing')
  expect(() => oauthOf(at, { redirectUri: '/callback' })).toThrow('redirectUri must be an absolute URL')
  expect(() => oauthOf(at, { tokenBaseUrl: 'oauth.divar.ir' })).toThrow('tokenBaseUrl must be an absolute')
  expect(() => oauthOf(at, { grants: undefined as never })).toThrow('grants is missing: pass a store')
  expect(JSON.stringify(oauthOf(at))).toBe('{}')
})
