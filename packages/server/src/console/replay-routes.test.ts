import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { addFinished, deliverAll, replaysOf } from '../../testing/replay-bed.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver } from '../../testing/webhook-receiver.ts'
import { webhookId } from '../delivery/delivery-id.ts'
import { createReplayRunner } from '../delivery/replay-runner.ts'
import type { replayView } from '../delivery/replay-view.ts'
import type { ErrorBody } from '../errors.ts'

type Replay = ReturnType<typeof replayView>

let node: TestServer
let call: ConsoleClient
let app: fixture.AppFixture

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
})
afterAll(() => node.close())
beforeEach(async () => {
  const developer = await fixture.addUser(node.db, { developer: true })
  call = consoleClient(node.url, developer.cookie)
  app = await fixture.addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
})

const path = (rest = '', of = app) => `/apps/${of.slug}/replays${rest}`
const finished = (input: Partial<Parameters<typeof addFinished>[2]> = {}) =>
  addFinished(
    node.database.pool,
    { appId: app.id, endpointId: app.endpointId, identificationKey: '', secret: '' },
    { count: 2, ...input },
  )
const start = async (filter = {}): Promise<Replay> => {
  const answer = await call<Replay>('POST', path(), filter)
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}
const change = (id: string, name: string) => call<Replay>('POST', path(`/${id}/${name}`))
const message = (answer: { body: unknown }): string => (answer.body as ErrorBody).message

describe('a replay', () => {
  test('is started with a filter, shows its progress, and is listed, the newest first', async () => {
    await finished()
    const filter = {
      from: '2026-01-01T00:00:00+03:30',
      to: '2099-01-01T00:00:00Z',
      event_type: 'USER_ACCESS_REVOCATION',
      state: 'delivered',
    }
    const first = await start(filter)
    expect(first).toEqual({
      id: expect.any(String),
      app: app.slug,
      filter: {
        ...filter,
        from: '2025-12-31T20:30:00.000Z',
        to: '2099-01-01T00:00:00.000Z',
        conversation_id: null,
        webhook_id: null,
      },
      status: 'running',
      reason: null,
      created_by: 'developer',
      created_at: expect.any(String),
      updated_at: expect.any(String),
      finished_at: null,
      progress: {
        percent: 0,
        examined: 0,
        matched: 0,
        queued: 0,
        waiting: 0,
        delivered: 0,
        dead: 0,
        cancelled: 0,
        skipped: { consent_withdrawn: 0, cancelled: 0, endpoint_disabled: 0, delivered_since: 0 },
      },
    })
    const second = await start()
    expect(second.filter).toEqual({
      from: null,
      to: null,
      event_type: null,
      state: null,
      conversation_id: null,
      webhook_id: null,
    })
    const page = await call<{ replays: Replay[]; next_cursor: string | null }>('GET', path('?limit=1'))
    expect(page.body).toEqual({ replays: [second], next_cursor: second.id })
    const rest = await call('GET', path(`?cursor=${page.body.next_cursor}`))
    expect(rest.body).toEqual({ replays: [first], next_cursor: null })
  })

  test('ends with 100 per cent, counted', async () => {
    await finished({ count: 5 })
    const { id } = await start()
    const runner = createReplayRunner(
      { db: node.db, log: { info() {}, warn() {}, error() {} } },
      { pollMs: 5 },
    )
    runner.start()
    const done = await waitFor(async () => {
      await deliverAll(node.database.pool)
      const { body } = await call<Replay>('GET', path(`/${id}`))
      return body.status === 'done' ? body : null
    })
    await runner.stop()
    expect(done).toMatchObject({
      reason: null,
      finished_at: expect.any(String),
      progress: { percent: 100, examined: 5, matched: 5, queued: 5, waiting: 0, delivered: 5 },
    })
  })

  describe('narrowed as the list of deliveries is sends those alone:', () => {
    const queued = async (filter: object): Promise<string[]> => {
      const { id } = await start(filter)
      await node.database.pool.query('select advance_replay($1)', [id])
      return (await replaysOf(node.database.pool, id)).map(({ source_id }) => source_id)
    }

    test('those of a conversation', async () => {
      const [one, other] = [randomUUID(), randomUUID()]
      const its = await finished({ conversationId: one })
      await finished({ conversationId: other })
      await finished()
      expect((await queued({ conversation_id: one })).sort()).toEqual(its.toSorted())
    })

    test('those of one event', async () => {
      const [one] = await finished({ count: 3 })
      const listed = await call<{ deliveries: { webhook_id: string }[] }>(
        'GET',
        `/apps/${app.slug}/deliveries`,
      )
      const id = webhookId(one!, app.id)
      expect(listed.body.deliveries.map(({ webhook_id }) => webhook_id)).toContain(id)
      expect(await queued({ webhook_id: id })).toEqual([one])
    })

    test('those that meet every one of them', async () => {
      const conversationId = randomUUID()
      await finished({ conversationId })
      const [dead] = await finished({ conversationId, state: 'dead', count: 1 })
      expect(await queued({ conversation_id: conversationId, state: 'dead' })).toEqual([dead])
    })
  })

  test('is carried on by every node that delivers, without being asked to', async () => {
    const receiver = await startWebhookReceiver()
    await node.db
      .updateTable('endpoints')
      .set({ url: receiver.url })
      .where('id', '=', app.endpointId)
      .execute()
    await finished({ count: 3 })
    const { id } = await start({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999999Z' })
    const delivering = await startTestServer({ database: node.database })
    try {
      await waitFor(async () => (await call<Replay>('GET', path(`/${id}`))).body.status === 'done')
    } finally {
      await delivering.close()
      await receiver.close()
    }
    expect(receiver.received.map(({ headers }) => headers['charsu-replay'])).toEqual(['true', 'true', 'true'])
  })

  test('is paused, resumed and cancelled', async () => {
    await finished()
    const { id } = await start()
    expect((await change(id, 'pause')).body).toMatchObject({ id, status: 'paused', finished_at: null })
    expect((await change(id, 'resume')).body).toMatchObject({ id, status: 'running' })
    expect((await change(id, 'cancel')).body).toMatchObject({
      id,
      status: 'cancelled',
      finished_at: expect.any(String),
    })
  })

  test('says that it waits while the events URL is disabled', async () => {
    await finished()
    const { id } = await start()
    await node.db
      .updateTable('endpoints')
      .set({ state: 'disabled' })
      .where('id', '=', app.endpointId)
      .execute()
    expect((await call('GET', path(`/${id}`))).body).toMatchObject({
      status: 'running',
      reason: 'waits_for_endpoint',
    })
  })
})

describe('is refused, saying what to do:', () => {
  test('a change that the status does not allow', async () => {
    await finished()
    const { id } = await start()
    const refused = async (name: string, status: string, advice: string) => {
      const answer = await change(id, name)
      expect(refusal(answer)).toEqual([412, 9, 'REPLAY_STATUS'])
      expect(message(answer)).toContain(`cannot ${name} a replay that is ${status}`)
      expect(message(answer)).toContain(advice)
    }
    await refused('resume', 'running', 'pause or cancel it')
    await change(id, 'pause')
    await refused('pause', 'paused', 'resume or cancel it')
    await change(id, 'cancel')
    for (const name of ['pause', 'resume', 'cancel']) await refused(name, 'cancelled', 'start another')
    await node.database.pool.query(`update replay_jobs set status = 'done' where id = $1`, [id])
    for (const name of ['pause', 'resume', 'cancel']) await refused(name, 'done', 'start another')
  })

  test('two changes at once: one wins', async () => {
    await finished()
    const { id } = await start()
    const answers = await Promise.all(Array.from({ length: 8 }, () => change(id, 'pause')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)])
  })

  test.each(['not-an-id', '01900000-0000-7000-8000-000000000001'])('an unknown replay: %s', async (id) => {
    const answers = await Promise.all([
      call('GET', path(`/${id}`)),
      ...['pause', 'resume', 'cancel'].map((name) => change(id, name)),
    ])
    for (const answer of answers) expect(refusal(answer)).toEqual([404, 5, 'REPLAY_NOT_FOUND'])
  })

  test("another app's replay, as one that does not exist", async () => {
    await finished()
    const { id } = await start()
    const stranger = await fixture.addUser(node.db, { developer: true })
    const theirs = await fixture.addApp(node.db, stranger.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    const theirCall = consoleClient(node.url, stranger.cookie)
    for (const [method, rest] of [
      ['GET', `/${id}`],
      ['POST', `/${id}/cancel`],
    ] as const) {
      expect(refusal(await theirCall(method, path(rest, theirs)))).toEqual([404, 5, 'REPLAY_NOT_FOUND'])
      expect(refusal(await theirCall(method, path(rest)))).toEqual([404, 5, 'APP_UNKNOWN'])
    }
    expect((await theirCall<{ replays: Replay[] }>('GET', path('', theirs))).body.replays).toEqual([])
    expect((await call('GET', path(`/${id}`))).body).toMatchObject({ status: 'running' })
  })

  test.each([
    ['no delivery at all', {}, null],
    ['another outcome', { state: 'dead' }, {}],
    ['another event', { event_type: 'POST_UPDATE' }, {}],
    ['a time before', { to: '2026-01-01T00:00:00Z' }, {}],
    ['a time after', { from: '2099-01-01T00:00:00Z' }, {}],
    ['another conversation', { conversation_id: randomUUID() }, {}],
    ['a webhook id of nothing', { webhook_id: `evt_${'a'.repeat(27)}` }, {}],
    ['cancelled ones alone', {}, { state: 'cancelled' }],
    ['replays alone', {}, { replay: true }],
  ] as const)('a filter that matches nothing: %s', async (_, filter, delivery) => {
    if (delivery) await finished(delivery)
    const answer = await call('POST', path(), filter)
    expect(refusal(answer)).toEqual([412, 9, 'NOTHING_TO_REPLAY'])
    expect(message(answer)).toContain('widen it')
    expect((await call<{ replays: Replay[] }>('GET', path())).body.replays).toEqual([])
  })

  test.each([
    [{ from: 'yesterday' }, { from: expect.stringContaining('RFC 3339') }],
    [{ to: '2026-02-30T00:00:00Z' }, { to: expect.stringContaining('RFC 3339') }],
    [{ from: 17 }, { from: expect.any(String) }],
    [
      { from: '2026-02-02T00:00:00Z', to: '2026-02-01T00:00:00Z' },
      { to: expect.stringContaining('later than from') },
    ],
    [
      { from: '2026-02-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
      { to: expect.stringContaining('later than from') },
    ],
    [{ event_type: 'NEW_MASSAGE' }, { event_type: expect.stringContaining('NEW_MESSAGE') }],
    [{ state: 'pending' }, { state: expect.stringContaining('delivered') }],
    [{ conversation_id: 'mine' }, { conversation_id: expect.stringContaining('id of a conversation') }],
    [{ webhook_id: 'evt_1' }, { webhook_id: expect.stringContaining('evt_ and 27') }],
    [{ webhook_id: '' }, { webhook_id: expect.any(String) }],
    [{ states: 'dead' }, { states: expect.stringContaining('Did you mean "state"?') }],
    [{ app: 'another-app' }, { app: expect.stringContaining('is not known here') }],
    [
      { from: '', state: 'cancelled', event_type: 3 },
      { from: expect.any(String), state: expect.any(String), event_type: expect.any(String) },
    ],
  ])('the filter %j', async (filter, fields) => {
    await finished()
    const answer = await call('POST', path(), filter)
    expect(refusal(answer)).toEqual([400, 3, 'INVALID_FIELDS'])
    expect(wrongFields(answer)).toEqual(fields)
  })

  test('a fourth while three run or are paused; also when many ask at once', async () => {
    await finished()
    const answers = await Promise.all(Array.from({ length: 8 }, () => call<Replay>('POST', path(), {})))
    const started = answers.filter(({ status }) => status === 200)
    expect(started).toHaveLength(3)
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(refusal(answer)).toEqual([412, 9, 'TOO_MANY_REPLAYS'])
      expect(message(answer)).toContain('cancel one')
    }
    await change(started[0]!.body.id, 'pause')
    expect((await call('POST', path(), {})).status).toBe(412)
    await change(started[0]!.body.id, 'cancel')
    expect((await call('POST', path(), {})).status).toBe(200)
  })

  test.each(['disabled', 'without URL'])(
    'a start while the events URL is missing or disabled: %s',
    async (how) => {
      await finished()
      await node.db
        .updateTable('endpoints')
        .set(how === 'disabled' ? { state: 'disabled' } : { url: null })
        .where('id', '=', app.endpointId)
        .execute()
      const answer = await call('POST', path(), {})
      expect(refusal(answer)).toEqual([412, 9, 'ENDPOINT_DISABLED'])
      expect(message(answer)).toContain('set it or enable it')
    },
  )
})
