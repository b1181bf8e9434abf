import { describe, expect, test } from 'vitest'
import { appHarness, type PlatformRequest } from '../../../testing/app-harness.ts'
import { scope } from '../../oauth/scope.ts'
import type { AppSettings } from '../app-settings.ts'

/** The platform's side of consent: codes give tokens for all that was asked, of the user `u1`. */
function platform(over: { scopes?: string[]; userId?: string; refuse?: (path: string) => boolean } = {}) {
  let tokens = 0
  return ({ path, body }: PlatformRequest): Response | undefined => {
    if (over.refuse?.(path)) {
      return Response.json({ code: 9, message: 'not now', details: [] }, { status: 412 })
    }
    if (path === '/oauth2/token') {
      const form = new URLSearchParams(body)
      if (form.get('code') === 'used') {
        const error = { error: 'invalid_grant', error_description: 'the code was used before' }
        return Response.json(error, { status: 400 })
      }
      tokens += 1
      return Response.json({
        access_token: `ca_${tokens}`,
        refresh_token: `cr_${tokens}`,
        expires_in: 3600,
        token_type: 'bearer',
        ...(over.scopes && { scope: over.scopes.join(' ') }),
      })
    }
    if (path.startsWith('/v1/open-platform/users')) return Response.json({ user_id: over.userId ?? 'u1' })
    return path.endsWith('/subscriptions') ? Response.json({}) : undefined
  }
}

function consentHarness(stub = platform(), settings: Partial<AppSettings> = {}) {
  const harness = appHarness(settings, stub)
  const get = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    harness.app.fetch(new Request(url, { headers: { 'accept-language': 'en', ...headers } }))
  return {
    ...harness,
    get,
    /** What a browser does with a connect link up to the consent page. */
    open: async (url: string) => {
      const response = await get(url)
      const consent = new URL(response.headers.get('location') ?? 'http://none.test')
      const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
      return { response, consent, cookie, state: consent.searchParams.get('state') ?? '' }
    },
    back: (query: Record<string, string>, cookie: string) =>
      get(`http://app.test/charsu/callback?${new URLSearchParams(query)}`, { cookie }),
  }
}

const scopes = [
  scope.readPostConversations('flat'),
  scope.sendInPostConversations('flat'),
  scope.userId,
  scope.offline,
]

describe('a person who consents', () => {
  test('is asked, comes back, and is kept with what the app listens to', async () => {
    const { app, open, back, grants, requests } = consentHarness()
    app.on('message', () => {})
    const { consent, cookie, state, response } = await open(await app.connectUrl({ scopes, side: 'seller' }))
    expect(response.status).toBe(303)
    expect(`${consent.origin}${consent.pathname}`).toBe('http://charsu.test/oauth2/auth')
    expect(Object.fromEntries(consent.searchParams)).toMatchObject({
      client_id: 'visits',
      redirect_uri: 'http://app.test/charsu/callback',
      scope: scopes.join(' '),
      code_challenge_method: 'S256',
    })
    expect(response.headers.get('set-cookie')).toMatch(
      /; Path=\/charsu\/callback; HttpOnly; SameSite=Lax; Max-Age=1200$/,
    )
    const done = await back({ code: 'c1', state }, cookie)
    expect(done.status).toBe(200)
    expect(await done.text()).toContain('You may close this page')
    expect(done.headers.get('set-cookie')).toContain('Max-Age=0')
    const [grant] = await grants.ofUser('u1')
    expect(grant).toMatchObject({ userId: 'u1', scopes, side: 'seller', accessToken: 'ca_1' })
    const subscription = requests.find(({ path }) => path.endsWith('/subscriptions'))
    expect(subscription?.json).toEqual({
      event_type: 'NEW_MESSAGE_ON_POST',
      event_resource_id: 'flat',
      metadata: { charsu_user_id: 'u1', charsu_grant_id: grant?.id },
    })
  })

  test('goes where the link said, or where the app says', async () => {
    const { app, open, back } = consentHarness()
    const first = await open(await app.connectUrl({ scopes, returnTo: 'https://market.test/chat' }))
    const plain = await back({ code: 'c1', state: first.state }, first.cookie)
    expect([plain.status, plain.headers.get('location')]).toEqual([303, 'https://market.test/chat'])
    app.connected((ctx) => ctx.redirect(`https://app.test/${ctx.note}/${ctx.userId}?back=${ctx.returnTo}`))
    const second = await open(
      await app.connectUrl({ scopes, note: 'order-7', returnTo: 'https://market.test/' }),
    )
    const own = await back({ code: 'c2', state: second.state }, second.cookie)
    expect(own.headers.get('location')).toBe('https://app.test/order-7/u1?back=https://market.test/')
  })

  test('twice, does not pile up', async () => {
    const { app, open, back, grants } = consentHarness()
    for (const code of ['c1', 'c2']) {
      const { state, cookie } = await open(await app.connectUrl({ scopes }))
      await back({ code, state }, cookie)
    }
    expect((await grants.ofUser('u1')).map(({ accessToken }) => accessToken)).toEqual(['ca_2'])
  })

  test('whose answer comes twice at once, is kept once', async () => {
    const { app, open, back, requests } = consentHarness()
    const { state, cookie } = await open(await app.connectUrl({ scopes }))
    const both = await Promise.all([back({ code: 'c1', state }, cookie), back({ code: 'c1', state }, cookie)])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(await both[1]?.text()).toContain('Connected')
    expect(requests.filter(({ path }) => path === '/oauth2/token')).toHaveLength(1)
  })

  test('whose browser asks once more before it has read the answer, gets the same', async () => {
    const { app, open, back, requests } = consentHarness()
    app.connected((ctx) => ctx.redirect(`https://app.test/done`))
    const { state, cookie } = await open(await app.connectUrl({ scopes }))
    for (const _ of [1, 2, 3]) {
      const answer = await back({ code: 'c1', state }, cookie)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://app.test/done'])
    }
    expect(requests.filter(({ path }) => path === '/oauth2/token')).toHaveLength(1)
  })

  test('is kept though subscribing failed, which is tried again at the next renewal', async () => {
    let refusing = true
    const stub = platform({ refuse: (path) => refusing && path.endsWith('/subscriptions') })
    const { app, open, back, grants, reported, requests } = consentHarness(stub)
    app.hears('x', () => {})
    const { state, cookie } = await open(await app.connectUrl({ scopes }))
    expect((await back({ code: 'c1', state }, cookie)).status).toBe(200)
    expect(await grants.ofUser('u1')).toHaveLength(1)
    expect(reported).toHaveLength(1)
    refusing = false
    await app.renew()
    await app.renew()
    expect(requests.filter(({ path }) => path.endsWith('/subscriptions'))).toHaveLength(2)
  })
})

describe('whose answer is not taken', () => {
  test('one that another browser began, or nobody', async () => {
    const { app, open, back, requests } = consentHarness()
    const mine = await open(await app.connectUrl({ scopes }))
    const theirs = await open(await app.connectUrl({ scopes }))
    for (const [state, cookie] of [
      [mine.state, theirs.cookie],
      [mine.state, ''],
      ['', mine.cookie],
      [`${mine.state.slice(0, 42)}_`, mine.cookie],
      ['x'.repeat(5000), mine.cookie],
      ['<script>', mine.cookie],
    ] as const) {
      const answer = await back({ code: 'c1', state }, cookie)
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('does not belong to this browser')
    }
    expect(requests).toEqual([])
  })

  test('one that was denied', async () => {
    const { app, open, back, grants } = consentHarness()
    const first = await open(await app.connectUrl({ scopes, note: 'n' }))
    const page = await back({ error: 'access_denied', state: first.state }, first.cookie)
    expect(await page.text()).toContain('You did not allow it')
    app.denied((ctx) => new Response(`a pity, ${ctx.note}`))
    const second = await open(await app.connectUrl({ scopes, note: 'n' }))
    const own = await back({ error: 'access_denied', state: second.state }, second.cookie)
    expect(await own.text()).toBe('a pity, n')
    expect(await grants.expiringBefore(Number.POSITIVE_INFINITY)).toEqual([])
  })

  test('a code that was used, and the log says why', async () => {
    const { app, open, back, reported } = consentHarness()
    const { state, cookie } = await open(await app.connectUrl({ scopes }))
    const answer = await back({ code: 'used', state }, cookie)
    expect(answer.status).toBe(502)
    expect(await answer.text()).not.toContain('used before')
    expect(reported[0]?.message).toContain('the code was used before')
  })

  test('a scope that the app may not ask for, and the log says why', async () => {
    const { app, open, back, reported } = consentHarness()
    const { state, cookie } = await open(await app.connectUrl({ scopes }))
    const refused = { error: 'invalid_scope', error_description: 'this app may not ask for USER_PHONE' }
    expect((await back({ ...refused, state }, cookie)).status).toBe(400)
    expect(reported[0]?.message).toContain('invalid_scope, this app may not ask for USER_PHONE')
  })

  test('an error that somebody wrote by hand, and it does nothing to a terminal', async () => {
    const { app, open, back, reported } = consentHarness()
    const { state, cookie } = await open(await app.connectUrl({ scopes }))
    await back({ error: 'x\u001b[2J', error_description: 'a\nfake: line\u202e\u009b31m', state }, cookie)
    expect(reported[0]?.message).toContain('x [2J, a fake: line 31m')
  })

  test('the consent of somebody else than the link was opened for', async () => {
    const { app, open, back, grants } = consentHarness(platform({ userId: 'somebody' }))
    const { state, cookie } = await open(await app.connectUrl({ scopes, userId: 'u1' }))
    const answer = await back({ code: 'c1', state }, cookie)
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('somebody else')])
    expect(await grants.ofUser('somebody')).toEqual([])
  })

  test('a handler that throws: the person sees a page, the boundary the error', async () => {
    const { app, open, back } = consentHarness()
    const seen: unknown[] = []
    app.catch((error) => seen.push([error.kind, error.message]))
    app.connected(() => {
      throw new Error('no disk')
    })
    const { state, cookie } = await open(await app.connectUrl({ scopes }))
    expect((await back({ code: 'c1', state }, cookie)).status).toBe(502)
    expect(seen).toEqual([['consent', 'a handler of consent threw (connect): no disk']])
  })
})

describe('a link', () => {
  test('that somebody forged, changed, or kept too long, asks nobody for anything', async () => {
    const { app, open, clock } = consentHarness()
    const url = await app.connectUrl({ scopes })
    const other = consentHarness(undefined, { clientSecret: 'cx_other' })
    const forged = await other.app.connectUrl({ scopes: [scope.userPhone] })
    for (const bad of [
      forged,
      url.slice(0, -3),
      url.replace('ticket=', 'ticket=A'),
      'http://app.test/charsu/connect',
      'http://app.test/charsu/connect?ticket=.',
      'http://app.test/charsu/connect?ticket=%00.%00',
      `http://app.test/charsu/connect?ticket=${'x'.repeat(20_000)}`,
    ]) {
      const { response } = await open(bad)
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
    }
    clock.now += 10 * 60_000 + 1
    expect((await open(url)).response.status).toBe(400)
  })

  test('that could not work is refused where it is made', async () => {
    const { app } = consentHarness()
    // @ts-expect-error one scope alone
    await expect(app.connectUrl({ scopes: scope.userId })).rejects.toThrow('scopes must be a list')
    await expect(app.connectUrl({ scopes: [] })).rejects.toThrow('nothing to ask for')
    await expect(app.connectUrl({ scopes: ['USER_IDD'] })).rejects.toThrow('Did you mean "USER_ID"?')
    await expect(app.connectUrl({ scopes, returnTo: '/chat' })).rejects.toThrow(
      'returnTo must be an absolute',
    )
    await expect(app.connectUrl({ scopes: [scope.offline], userId: 'u1' })).rejects.toThrow(
      'add scope.userId',
    )
    await expect(app.connectUrl({ scopes, note: 'x'.repeat(4000) })).rejects.toThrow('shorten the note')
  })

  test('sets a cookie for https alone, at the path that browsers see behind a proxy', async () => {
    const { app, open } = consentHarness(undefined, { publicUrl: 'https://app.test/visits/' })
    const url = await app.connectUrl({ scopes })
    expect(url).toMatch(/^https:\/\/app\.test\/visits\/charsu\/connect\?ticket=/)
    const { response } = await open(url.replace('/visits', ''))
    expect(response.headers.get('set-cookie')).toMatch(/; Path=\/visits\/charsu\/callback; .*; Secure$/)
  })
})

describe('renewal', () => {
  test('gives new tokens before the old ones end, and subscribes with them', async () => {
    const { app, open, back, grants, clock, requests } = consentHarness()
    app.on('post', () => {})
    const asked = [scope.userPosts, scope.userId, scope.offline]
    const { state, cookie } = await open(await app.connectUrl({ scopes: asked }))
    await back({ code: 'c1', state }, cookie)
    clock.now += 40 * 60_000
    await app.renew()
    expect((await grants.ofUser('u1'))[0]?.accessToken).toBe('ca_1')
    clock.now += 6 * 60_000
    await app.renew()
    expect((await grants.ofUser('u1'))[0]?.accessToken).toBe('ca_2')
    const subscriptions = requests.filter(({ path }) => path.endsWith('/subscriptions'))
    expect(subscriptions.map(({ headers, json }) => [headers.get('authorization'), json.event_type])).toEqual(
      [
        ['Bearer ca_1', 'POST_UPDATE'],
        ['Bearer ca_2', 'POST_UPDATE'],
      ],
    )
  })

  test('subscribes with a new token also when somebody else needed it first', async () => {
    const { app, open, back, clock, requests } = consentHarness()
    app.on('post', () => {})
    const asked = [scope.userPosts, scope.userId, scope.offline]
    const { state, cookie } = await open(await app.connectUrl({ scopes: asked }))
    await back({ code: 'c1', state }, cookie)
    clock.now += 61 * 60_000
    const client = await app.clientWith(scope.userPosts, 'u1')
    await client?.getUser()
    await app.renew()
    const subscriptions = requests.filter(({ path }) => path.endsWith('/subscriptions'))
    expect(subscriptions.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer ca_1',
      'Bearer ca_2',
    ])
  })

  test('forgets what cannot be renewed, a day after it ended', async () => {
    const { app, allow, grants, clock } = consentHarness()
    await allow([scope.userId], { userId: 'u1', expiresAt: clock.now })
    await app.renew()
    expect(await grants.ofUser('u1')).toHaveLength(1)
    clock.now += 25 * 3_600_000
    await app.renew()
    expect(await grants.ofUser('u1')).toEqual([])
  })
})
