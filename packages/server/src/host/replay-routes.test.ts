import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { addFinished, replaysOn } from '../../testing/replay-bed.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import type { replayView } from '../delivery/replay-view.ts'

type Replay = ReturnType<typeof replayView>

describe('host API: replays', () => {
  let node: TestServer
  let host: HostClient
  let app: fixture.AppFixture
  let other: fixture.AppFixture

  beforeAll(async () => {
    node = await startTestServer({ config: { dispatcher: false } })
    host = hostClient(node)
  })
  beforeEach(async () => {
    await node.database.pool.query('truncate delivery_queue, delivery_history, replay_jobs cascade')
    const developer = await fixture.addUser(node.db, { developer: true })
    app = await fixture.addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    other = await fixture.addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  })
  afterAll(() => node.close())

  const finished = ({ id, endpointId } = app, count = 2) =>
    addFinished(
      node.database.pool,
      { appId: id, endpointId, identificationKey: '', secret: '' },
      { count, state: 'dead' },
    )
  const start = async (body: unknown): Promise<Replay> => {
    const answer = await host('POST', '/replays', body)
    expect(answer.status).toBe(200)
    return answer.body as Replay
  }
  const list = async (query = '') =>
    (await host('GET', `/replays${query}`)).body as { replays: Replay[]; has_more: boolean }

  test('of one app or of every app, are started, listed and read', async () => {
    await finished()
    await finished(other, 3)
    const every = await start({})
    expect(every).toMatchObject({ app: null, status: 'running', created_by: 'host' })
    const one = await start({ app: other.slug, state: 'dead' })
    expect(one).toMatchObject({ app: other.slug, filter: { state: 'dead' } })
    expect(await list()).toEqual({ replays: [one, every], has_more: false })
    expect(await list(`?after=${one.id}`)).toEqual({ replays: [every], has_more: false })
    expect((await list(`?app=${other.slug}`)).replays).toEqual([one])
    const replays = replaysOn(node.database.pool)
    for (const { id } of [every, one]) await replays.step(id)
    const counted = async ({ id }: Replay) =>
      ((await host('GET', `/replays/${id}`)).body as Replay).progress.queued
    expect([await counted(every), await counted(one)]).toEqual([5, 3])
  })

  test('are paused, resumed and cancelled, and refused as the status demands', async () => {
    await finished()
    const { id } = await start({})
    const change = (name: string) => host('POST', `/replays/${id}/${name}`)
    for (const [name, status] of [
      ['pause', 'paused'],
      ['resume', 'running'],
      ['cancel', 'cancelled'],
    ] as const) {
      expect(await change(name)).toMatchObject({ status: 200, body: { id, status } })
    }
    expect(await change('pause')).toMatchObject({
      status: 412,
      body: {
        code: 9,
        details: [
          { reason: 'REPLAY_STATUS', metadata: { status: 'cancelled' } },
          helpDetail('REPLAY_STATUS'),
        ],
      },
    })
    const unknown = await host('POST', '/replays/01900000-0000-7000-8000-000000000001/pause')
    expect(unknown).toMatchObject({
      status: 404,
      body: { details: [{ reason: 'REPLAY_NOT_FOUND' }, helpDetail('REPLAY_NOT_FOUND')] },
    })
  })

  test('find the deliveries of an app in spite of another app that is disabled', async () => {
    await finished()
    await node.db
      .updateTable('endpoints')
      .set({ state: 'disabled' })
      .where('id', '=', app.endpointId)
      .execute()
    expect(await host('POST', '/replays', { app: app.slug })).toMatchObject({
      status: 412,
      body: { details: [{ reason: 'ENDPOINT_DISABLED' }, helpDetail('ENDPOINT_DISABLED')] },
    })
    const { id } = await start({})
    await replaysOn(node.database.pool).step(id)
    const { body } = await host('GET', `/replays/${id}`)
    expect(body).toMatchObject({ progress: { matched: 2, queued: 0, skipped: { endpoint_disabled: 2 } } })
  })

  test('of every app are at most three at a time, beside three of each app', async () => {
    await finished()
    for (let i = 0; i < 3; i++) await start({})
    const fourth = await host('POST', '/replays', {})
    expect(fourth).toMatchObject({
      status: 412,
      body: { details: [{ reason: 'TOO_MANY_REPLAYS' }, helpDetail('TOO_MANY_REPLAYS')] },
    })
    await start({ app: app.slug })
  })

  test.each([
    ['nothing there', {}, 412, 'NOTHING_TO_REPLAY'],
    ['an unknown app', { app: 'no-such-app' }, 404, 'APP_UNKNOWN'],
  ])('are refused: %s', async (_, body, status, reason) => {
    expect(await host('POST', '/replays', body)).toMatchObject({
      status,
      body: { details: [{ reason }, helpDetail(reason)] },
    })
  })

  test('are refused with every wrong field', async () => {
    const wrong = { event_type: 'y', state: 'cancelled', app: 5, from: 'x' }
    const fields = Object.fromEntries(Object.keys(wrong).map((field) => [field, expect.any(String)]))
    expect(await host('POST', '/replays', wrong)).toMatchObject(badFields(fields))
    const misspelt = { App: 'shop', slug: 'shop' }
    expect(await host('POST', '/replays', misspelt)).toMatchObject(
      badFields({ App: expect.stringContaining('Did you mean "app"?'), slug: expect.any(String) }),
    )
    expect(await host('GET', '/replays?after=x')).toMatchObject(badFields({ after: expect.any(String) }))
    expect((await host('GET', '/replays?app=no-such-app')).status).toBe(404)
  })
})
