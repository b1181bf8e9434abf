import { describe, expect, test } from 'vitest'
import { useConsoleBed } from '../../testing/console-bed.ts'
import { refusal, wrongFields } from '../../testing/console-client.ts'
import { send } from '../../testing/delivery-fixture.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { EndpointHealth } from '../apps/endpoint-view.ts'

const bed = useConsoleBed()

describe('the endpoint', () => {
  test('is enabled and without advice when all is well', async () => {
    await bed.subscribe()
    await bed.deliver(['hello'], 'delivered')
    expect(await bed.health()).toMatchObject({
      url: bed.receiver.url,
      state: 'enabled',
      paused_until: null,
      failure_streak: 0,
      waiting: 0,
      advice: '',
    })
  })

  test('says how often it failed and how many wait', async () => {
    bed.appSays(503)
    await bed.subscribe()
    await bed.deliver(['hello'], 'pending')
    expect(await bed.health()).toMatchObject({
      state: 'enabled',
      failure_streak: 1,
      first_failure_at: expect.any(String),
      last_failure_at: expect.any(String),
      waiting: 1,
      advice: expect.stringContaining('the last attempt failed'),
    })
  })

  test('that asked for time is paused until then', async () => {
    bed.appSays({ status: 429, headers: { 'retry-after': '600' } })
    await bed.subscribe()
    await bed.deliver(['hello'], 'pending')
    const { state, paused_until, advice } = await bed.health()
    expect([state, Date.parse(paused_until!) > Date.now()]).toEqual(['paused', true])
    expect(advice).toContain(paused_until)
  })

  test('shows its breaker: open while paused, half open until an attempt succeeds, then closed', async () => {
    bed.appSays(500)
    await bed.subscribe()
    expect(await bed.health()).toMatchObject({ breaker: 'closed' })
    await bed.node.database.pool.query('update endpoints set failure_streak = 9 where id = $1', [
      bed.app.endpointId,
    ])
    await bed.deliver(['hello'], 'pending')
    expect(await bed.health()).toMatchObject({ state: 'paused', breaker: 'open' })
    await bed.dispatcher.stop()
    await bed.node.database.pool.query('update endpoints set paused_until = now() where id = $1', [
      bed.app.endpointId,
    ])
    expect(await bed.health()).toMatchObject({ state: 'enabled', breaker: 'half_open', paused_until: null })
  })

  test('that is not disabled cannot be enabled', async () => {
    const answer = await bed.call('POST', `/apps/${bed.app.slug}/endpoint/enable`)
    expect(refusal(answer)).toEqual([412, 9, 'ENDPOINT_NOT_DISABLED'])
  })

  test('with another URL starts with a clean record', async () => {
    bed.appSays(500)
    await bed.subscribe()
    await bed.deliver(['hello'], 'pending')
    await bed.call('PATCH', `/apps/${bed.app.slug}`, { events_url: `${bed.receiver.url}/moved` })
    expect(await bed.health()).toMatchObject({
      url: `${bed.receiver.url}/moved`,
      failure_streak: 0,
      advice: '',
    })
  })

  test('without a URL says what to do, and holds what waits', async () => {
    bed.appSays(500)
    await bed.subscribe()
    await bed.deliver(['hello'], 'pending')
    await bed.call('PATCH', `/apps/${bed.app.slug}`, { events_url: '' })
    expect(await bed.health()).toMatchObject({
      state: 'no_url',
      waiting: 1,
      held: 1,
      advice: expect.stringContaining('set events_url'),
    })
    expect((await bed.list('?state=held')).deliveries).toMatchObject([{ next_attempt_at: null }])
  })
})

describe('an endpoint that a 410 disabled', () => {
  const enable = (body?: object) =>
    bed.call<EndpointHealth>('POST', `/apps/${bed.app.slug}/endpoint/enable`, body)

  /** Three deliveries are held: one that was attempted, two that were not. */
  const disabled = async (): Promise<void> => {
    bed.appSays(410)
    await bed.subscribe()
    await bed.deliver(['first'], 'held')
    await send(bed.node.database.pool, bed.conversation, ['second', 'third'])
    bed.appSays(200)
    bed.receiver.received.splice(0)
  }

  test('says why, since when, and how many it holds', async () => {
    await disabled()
    const health = await bed.health()
    expect(health).toMatchObject({
      state: 'disabled',
      disabled_reason: 'answered_410_gone',
      waiting: 3,
      held: 3,
      advice: expect.stringContaining('answered 410'),
    })
    expect(Math.abs(Date.parse(health.disabled_at!) - Date.now())).toBeLessThan(60_000)
    expect((await bed.list('?state=held')).deliveries).toHaveLength(3)
    expect((await bed.list('?state=pending')).deliveries).toEqual([])
  })

  test.each([
    ['as long as nothing else is said', undefined],
    ['when that is asked for', { waiting: 'release' }],
  ])('is enabled again and delivers what it held, in order, %s', async (_when, body) => {
    await disabled()
    const answer = await enable(body)
    expect([answer.status, answer.body]).toMatchObject([
      200,
      {
        state: 'enabled',
        disabled_reason: null,
        disabled_at: null,
        failure_streak: 0,
        held: 0,
        dropped_before: null,
      },
    ])
    await bed.makeDue()
    await waitFor(async () => (await bed.list('?state=delivered')).deliveries.length === 3)
    expect(bed.receiver.received.map(({ text }) => text)).toEqual(['first', 'second', 'third'])
  })

  test('drops what it held when that is asked for, and delivers what comes afterwards', async () => {
    await disabled()
    const answer = await enable({ waiting: 'drop' })
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { state: 'enabled', dropped_before: expect.any(String) },
    ])
    await send(bed.node.database.pool, bed.conversation, ['fourth'])
    await bed.makeDue()
    await waitFor(async () => (await bed.list('?state=delivered')).deliveries.length === 1)
    expect(bed.receiver.received.map(({ text }) => text)).toEqual(['fourth'])
    const { deliveries } = await bed.list('?state=dead')
    expect(deliveries.map(({ reason }) => reason)).toEqual(Array(3).fill('dropped_on_reenabling'))
    expect(deliveries.map(({ attempts_made }) => attempts_made).toSorted()).toEqual([0, 0, 1])
    await bed.call('POST', `/apps/${bed.app.slug}/deliveries/${deliveries.at(-1)!.id}/resend`)
    await waitFor(() => bed.receiver.received.length === 2)
    expect(bed.receiver.received[1]).toMatchObject({ text: 'first', headers: { 'charsu-replay': 'true' } })
  })

  test('is not enabled by a choice that there is not', async () => {
    await disabled()
    expect(Object.keys(wrongFields(await enable({ waiting: 'forget' })))).toEqual(['waiting'])
    expect(wrongFields(await enable({ wating: 'drop' }))).toEqual({
      wating: expect.stringContaining('Did you mean "waiting"?'),
    })
    expect(await bed.health()).toMatchObject({ state: 'disabled' })
  })

  test('stays disabled with another URL, and with limits', async () => {
    await disabled()
    await bed.call('PATCH', `/apps/${bed.app.slug}`, { events_url: `${bed.receiver.url}/moved` })
    await bed.call('PATCH', `/apps/${bed.app.slug}/endpoint`, { concurrency: 1 })
    expect(await bed.health()).toMatchObject({
      state: 'disabled',
      disabled_reason: 'answered_410_gone',
      disabled_at: expect.any(String),
      held: 3,
    })
  })
})

describe('limits of an endpoint', () => {
  const limit = (limits: object) =>
    bed.call<EndpointHealth>('PATCH', `/apps/${bed.app.slug}/endpoint`, limits)
  const revision = async (): Promise<number> =>
    (
      await bed.node.db
        .selectFrom('endpoints')
        .select('revision')
        .where('id', '=', bed.app.endpointId)
        .executeTakeFirstOrThrow()
    ).revision

  test('are the server’s own until the developer sets some, one at a time, and takes them away', async () => {
    expect(await bed.health()).toMatchObject({ concurrency: null, rate_per_second: null })
    expect((await limit({ concurrency: 7 })).body).toMatchObject({ concurrency: 7, rate_per_second: null })
    expect((await limit({ rate_per_second: 20 })).body).toMatchObject({ concurrency: 7, rate_per_second: 20 })
    expect((await limit({ concurrency: null })).body).toMatchObject({
      concurrency: null,
      rate_per_second: 20,
    })
    expect((await limit({})).body).toMatchObject({ concurrency: null, rate_per_second: 20 })
    expect(await bed.health()).toMatchObject({ concurrency: null, rate_per_second: 20 })
  })

  test('reach every node by the endpoint’s revision', async () => {
    const before = await revision()
    await limit({ rate_per_second: 5 })
    expect(await revision()).toBeGreaterThan(before)
  })

  test.each([
    [{ concurrency: 1, rate_per_second: 1 }, []],
    [{ concurrency: 100, rate_per_second: 10_000 }, []],
    [{ concurrency: 0 }, ['concurrency']],
    [{ concurrency: 101 }, ['concurrency']],
    [{ concurrency: 1.5 }, ['concurrency']],
    [{ concurrency: '5' }, ['concurrency']],
    [{ rate_per_second: 0 }, ['rate_per_second']],
    [{ rate_per_second: 10_001, concurrency: -1 }, ['concurrency', 'rate_per_second']],
  ])('%j: wrong are %j', async (limits, fields) => {
    const answer = await limit(limits)
    expect(answer.status).toBe(fields.length === 0 ? 200 : 400)
    if (fields.length > 0) expect(Object.keys(wrongFields(answer)).toSorted()).toEqual(fields)
  })
})
