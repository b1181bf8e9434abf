import { beforeEach, describe, expect, test } from 'vitest'
import { CONVERSATION, PersonHere } from '../../testing/demo-bot-bed.ts'
import { useDevelopmentBed } from '../../testing/development-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { TriggerAnswer } from './answers.ts'
import type { ConsentView } from './consent-routes.ts'
import type { QueueView } from './fault-routes.ts'
import { type Faults, isRelieved, NO_FAULTS } from './faults.ts'

const bed = useDevelopmentBed()

const SCOPES = [
  'CHAT_POST_CONVERSATIONS_READ.demo_flat',
  'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.demo_flat',
  'USER_ID',
  'offline_access',
]

let consent: ConsentView
let negar: PersonHere

beforeEach(async () => {
  negar = await PersonHere.logIn(bed.node.url, 'negar')
  consent = await bed.dev('POST', `/apps/${bed.made.slug}/consents`, { user: 'kamran', scopes: SCOPES })
  const subscribed = await asUser('/v1/open-platform/events/subscriptions', {
    event_type: 'NEW_MESSAGE_ON_POST',
    event_resource_id: 'demo_flat',
  })
  expect(subscribed.status).toBe(200)
})

const asUser = (path: string, body: object, token = consent.access_token) =>
  bed.asApp('POST', path, {
    headers: {
      'x-api-key': bed.made.api_key,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })

const set = (faults: Partial<Faults>) => bed.dev<Faults>('PUT', `/apps/${bed.made.slug}/faults`, faults)
const queue = () => bed.dev<QueueView>('GET', `/apps/${bed.made.slug}/queue`)
const clicked = () =>
  bed.dev<TriggerAnswer>('POST', `/apps/${bed.made.slug}/trigger`, { call: 'action', body: {} })

/** The events of the test's app as they were recorded, one for each exchange. */
const events = (count = 1) => bed.recorded(({ kind }) => kind === 'event', { count })

describe('faults', () => {
  test('are off at first, and what is left out of a change is off', async () => {
    expect(await bed.dev('GET', `/apps/${bed.made.slug}/faults`)).toEqual(NO_FAULTS)
    expect(await set({ down: true, delay_ms: 5 })).toEqual({ ...NO_FAULTS, down: true, delay_ms: 5 })
    expect(await set({ drop: true })).toEqual({ ...NO_FAULTS, drop: true })
    expect(await bed.dev('GET', `/apps/${bed.made.slug}/faults`)).toEqual({ ...NO_FAULTS, drop: true })
  })

  test.each([
    [{ slow: true }, 'is no fault: expected down, delay_ms'],
    [{ toString: true }, 'is no fault'],
    [JSON.parse('{"__proto__": {}, "down": true}'), 'is no fault'],
    [{ delay_ms: 30_001 }, 'must be 0 to 30000'],
    [{ delay_ms: 'long' }, 'delay_ms'],
    [{ down: 'yes' }, 'down'],
    [{ status: 418 }, 'status'],
    [{ status: 429, retry_after: -1 }, 'must be 0 to 3600'],
    [{ retry_after: 3 }, 'goes with status or refuse_calls'],
  ])('refuse %j, and nothing changes', async (body, says) => {
    await set({ drop: true })
    const refused = await bed.fetchDev('PUT', `/apps/${bed.made.slug}/faults`, body)
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)])
    expect(await bed.dev('GET', `/apps/${bed.made.slug}/faults`)).toEqual({ ...NO_FAULTS, drop: true })
  })

  test('of an app that is not here are told by name', async () => {
    for (const [method, path] of [
      ['GET', '/apps/nobodys/faults'],
      ['PUT', '/apps/nobodys/faults'],
      ['GET', '/apps/nobodys/queue'],
      ['POST', '/apps/nobodys/queue/drain'],
      ['POST', '/apps/nobodys/tokens/expire'],
    ] as const) {
      const answer = await bed.fetchDev(method, path, method === 'GET' ? undefined : {})
      expect([path, answer.status, await answer.text()]).toEqual([
        path,
        404,
        expect.stringContaining('APP_UNKNOWN'),
      ])
    }
  })
})

describe('an answer', () => {
  test('that is a status comes without the app, with its Retry-After, and says what it is', async () => {
    await set({ status: 503, retry_after: 7 })
    const before = bed.app.received.length
    const answer = await clicked()
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '7', 'charsu-fault': 'status' } })
    expect(bed.app.received).toHaveLength(before)
    expect((await bed.recorded(({ fault }) => fault === 'status'))[0]).toMatchObject({ kind: 'trigger' })
  })

  test('that is lost leaves the app called and the platform with nothing', async () => {
    await set({ drop: true })
    const before = bed.app.received.length
    const answer = await clicked()
    expect(answer).toMatchObject({ status: null, failure: { stage: 'reset' } })
    expect(bed.app.received).toHaveLength(before + 1)
    const [record] = await bed.recorded(({ fault }) => fault === 'drop')
    expect(record).toMatchObject({
      answer: null,
      failure: { reason: expect.stringContaining('switched on') },
    })
  })

  test('that is late comes late, and beyond the deadline counts as none', async () => {
    await set({ delay_ms: 300 })
    const late = await clicked()
    expect(late.status).toBe(200)
    expect(late.ms).toBeGreaterThanOrEqual(299)
    await set({ delay_ms: 30_000 })
    const tooLate = await clicked()
    expect(tooLate).toMatchObject({ status: null, failure: { stage: 'timeout' } })
    expect((await bed.recorded(({ fault }) => fault === 'delay', { count: 2 })).length).toBe(2)
  })
})

describe('an event', () => {
  test('goes twice where that is switched on, under one id', async () => {
    await set({ duplicate: true })
    await negar.says('twice, please')
    const records = await events(2)
    expect(records.map(({ fault }) => fault)).toEqual([undefined, 'duplicate'])
    expect(new Set(records.map(({ refs }) => refs.webhook_id)).size).toBe(1)
  })

  test('waits while the app is down, and all of them come in their order when it is up again', async () => {
    await set({ down: true })
    for (const text of ['one', 'two', 'three']) await negar.says(text)
    const waiting = await waitFor(async () => {
      const state = await queue()
      return state.waiting === 3 && state.in_flight === 0 && state.next_attempt_at ? state : undefined
    })
    expect(waiting).toMatchObject({ held: 0, oldest_at: expect.any(String) })
    const [failed] = await bed.recorded(({ fault }) => fault === 'down')
    expect(failed).toMatchObject({ answer: null, failure: { stage: 'connect' } })
    expect(bed.app.received.filter(({ path }) => path.endsWith('/events'))).toEqual([])

    await set({})
    const texts = await waitFor(() => {
      const calls = bed.app.received.filter(({ path }) => path.endsWith('/events'))
      return calls.length === 3 ? calls.map(({ body }) => textOf(body)) : undefined
    })
    expect(texts).toEqual(['one', 'two', 'three'])
    await waitFor(async () => (await queue()).waiting === 0 && (await queue()).in_flight === 0)
    expect(await queue()).toMatchObject({ breaker: 'closed', oldest_at: null, next_attempt_at: null })
  })

  test.each<[string, Partial<Faults>]>([
    ['answers are lost', { drop: true }],
    ['each answer is an error', { status: 503, retry_after: 3_600 }],
  ])('waits while %s, and comes at once when that is off', async (_what, faults) => {
    await set(faults)
    for (const text of ['one', 'two']) await negar.says(text)
    await waitFor(async () => {
      const { waiting, in_flight, next_attempt_at } = await queue()
      return waiting === 2 && in_flight === 0 && next_attempt_at !== null
    })
    await set({})
    await waitFor(async () => (await queue()).waiting === 0 && (await queue()).in_flight === 0)
    const taken = await bed.recorded(({ kind, answer }) => kind === 'event' && answer?.status === 200, {
      count: 2,
    })
    expect(taken.map(({ request }) => textOf(JSON.parse(request.body ?? '{}')))).toEqual(['one', 'two'])
  })

  test('is not tried anew by a fault that is switched on, or leaves another as it was', () => {
    const slow = { ...NO_FAULTS, delay_ms: 2_000 }
    expect(isRelieved(slow, { ...slow, drop: true })).toBe(false)
    expect(isRelieved({ ...slow, duplicate: true }, slow)).toBe(false)
    expect(isRelieved(slow, NO_FAULTS)).toBe(true)
  })

  test('that is held because its endpoint was disabled goes out when the queue is drained', async () => {
    bed.appSays({ status: 410 })
    await negar.says('gone?')
    await waitFor(async () => (await queue()).breaker === 'disabled')
    expect(await queue()).toMatchObject({ waiting: 1, held: 1, next_attempt_at: null })
    bed.appSays({})
    const before = bed.app.received.length
    expect(await bed.dev('POST', `/apps/${bed.made.slug}/queue/drain`)).toEqual({ made_due: 1 })
    await waitFor(() => bed.app.received.length > before)
    await waitFor(async () => (await queue()).waiting === 0)
  })
})

describe('the app’s own calls', () => {
  const send = (token?: string) =>
    asUser(
      `/v2/open-platform/conversations/${CONVERSATION}/messages`,
      { type: 'TEXT', message: 'hello' },
      token,
    )

  test('are refused as a limit refuses them, until that is switched off', async () => {
    await set({ refuse_calls: true, retry_after: 9 })
    const refused = await send()
    expect(refused.status).toBe(429)
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '9',
      'ratelimit-remaining': '0',
      'ratelimit-policy': expect.stringMatching(/^\d+;w=60$/),
      'charsu-fault': 'refuse_calls',
    })
    expect(await refused.json()).toMatchObject({
      code: 8,
      details: [{ reason: 'MINUTE_LIMIT_EXCEEDED' }, {}],
    })
    const [record] = await bed.recorded(({ fault }) => fault === 'refuse_calls')
    expect(record).toMatchObject({ direction: 'from_app', answer: { status: 429 } })
    await set({})
    expect((await send()).status).toBe(200)
  })

  test('fail with tokens that were ended, and work again with fresh ones', async () => {
    expect((await send()).status).toBe(200)
    expect(await bed.dev('POST', `/apps/${bed.made.slug}/tokens/expire`, { user: 'kamran' })).toEqual({
      expired: 1,
    })
    expect((await send()).status).toBe(401)
    const answer = await fetch(`${bed.node.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: consent.refresh_token ?? '',
        client_id: bed.made.client_id,
        client_secret: bed.made.client_secret,
      }),
    })
    const { access_token } = (await answer.json()) as { access_token: string }
    expect((await send(access_token)).status).toBe(200)
  })
})

describe('a consent', () => {
  const ask = (user: string, scopes: string[]) =>
    bed.fetchDev('POST', `/apps/${bed.made.slug}/consents`, { user, scopes })

  test('tells its tokens, a refresh token only with offline_access', async () => {
    expect(consent).toMatchObject({ scopes: SCOPES, expires_in: 3600, refresh_token: expect.any(String) })
    const answer = await ask('emma', ['USER_ID'])
    expect(await answer.json()).toMatchObject({ refresh_token: null, scopes: ['USER_ID'] })
  })

  test.each([
    ['kamran', ['CHAT_POST_CONVERSATIONS_READ.demo_bike'], 400, "must be the user's own post"],
    ['kamran', ['NO_SUCH_SCOPE'], 400, 'is not a scope'],
    ['kamran', [], 400, 'scope is missing'],
    ['nobody', ['USER_ID'], 404, 'USER_UNKNOWN'],
  ])('of %s for %j is refused', async (user, scopes, status, says) => {
    const answer = await ask(user, scopes)
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(says)])
  })
})

const textOf = (body: unknown): string | undefined =>
  (body as { new_message?: { text?: string } }).new_message?.text
