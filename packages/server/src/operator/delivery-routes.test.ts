import { beforeEach, describe, expect, test } from 'vitest'
import { refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { useOperatorBed } from '../../testing/operator-bed.ts'
import { addFinished, replaysOn } from '../../testing/replay-bed.ts'
import { newId } from '../ids.ts'

interface Page {
  deliveries: {
    id: string
    app: { slug: string }
    event_type: string
    state: string
    reason: string | null
  }[]
  next_cursor: string | null
}
interface Replay {
  id: string
  app: string | null
  status: string
  created_by: string
  filter: { state: string | null }
  progress: { queued: number; percent: number }
}

describe('operators see deliveries of all apps and send dead ones once more', () => {
  const bed = useOperatorBed()
  let one: fixture.AppFixture
  let other: fixture.AppFixture

  beforeEach(async () => {
    const { pool } = bed.node.database
    await pool.query('truncate delivery_queue, delivery_attempts, delivery_history, replay_jobs cascade')
    const developer = await fixture.addUser(bed.node.db, { developer: true })
    one = await fixture.addApp(bed.node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    other = await fixture.addApp(bed.node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  })

  type Finished = Parameters<typeof addFinished>[2]
  const finished = ({ id, endpointId }: fixture.AppFixture, more: Finished) =>
    addFinished(
      bed.node.database.pool,
      { appId: id, endpointId, identificationKey: '', secret: '' },
      { state: 'dead', ...more },
    )
  const list = async (query: Record<string, string> = {}): Promise<Page> =>
    (await bed.call<Page>('GET', `/deliveries?${new URLSearchParams(query)}`)).body
  const slugs = (page: Page) => page.deliveries.map(({ app }) => app.slug)

  test('the dead of all apps, the newest first; of one app; of one event; of one reason; of one time', async () => {
    await finished(one, { count: 1, createdAt: '2026-11-01T10:00:00Z' })
    await finished(other, { count: 1, eventType: 'POST_UPDATE', createdAt: '2026-11-02T10:00:00Z' })
    await finished(one, { count: 1, state: 'cancelled' })
    await finished(one, { count: 1, state: 'delivered' })
    await bed.node.database.pool.query(
      `update delivery_history set reason = 'status_400' where event_type = 'POST_UPDATE'`,
    )
    expect(slugs(await list())).toEqual([other.slug, one.slug])
    expect(slugs(await list({ app: one.slug }))).toEqual([one.slug])
    expect(slugs(await list({ event_type: 'POST_UPDATE' }))).toEqual([other.slug])
    expect(slugs(await list({ reason: 'status_400' }))).toEqual([other.slug])
    expect(slugs(await list({ from: '2026-11-02T00:00:00Z' }))).toEqual([other.slug])
    expect(slugs(await list({ to: '2026-11-02T00:00:00Z' }))).toEqual([one.slug])
    expect((await list({ reason: 'status_400' })).deliveries).toMatchObject([
      { state: 'dead', help: expect.stringContaining('/errors/status_400') },
    ])
  })

  test.each([true, false])('pages follow each other without gap or double, of one app: %s', async (ofOne) => {
    for (let i = 0; i < 5; i++) await finished(i % 2 === 0 ? one : other, { count: 1 })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await list({ limit: '2', cursor, ...(ofOne && { app: one.slug }) })
      seen.push(...page.deliveries.map(({ id }) => id))
      cursor = page.next_cursor
    }
    expect(seen).toHaveLength(ofOne ? 3 : 5)
    expect(seen).toEqual(seen.toSorted((a, b) => Number(b) - Number(a)))
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('a filter that fits hardly anything goes on over short pages until it has found everything', async () => {
    await finished(one, { count: 1, eventType: 'POST_UPDATE' })
    await finished(other, { count: 4_500 })
    for (const app of ['', one.slug]) {
      const seen: string[] = []
      let pages = 0
      for (let cursor: string | null = ''; cursor !== null; pages++) {
        const page: Page = await list({ event_type: 'POST_UPDATE', cursor, ...(app && { app }) })
        seen.push(...slugs(page))
        cursor = page.next_cursor
      }
      expect(seen).toEqual([one.slug])
      expect(pages).toBe(app ? 1 : 3)
    }
  })

  test('what waits and what is held, of all apps and of one', async () => {
    const closed = await fixture.addApp(bed.node.db, bed.operator.id)
    for (const app of [one, closed]) {
      await bed.node.database.pool.query(
        `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id, due_at)
         values ($1, $2, 1, $3, 'NEW_MESSAGE', $4, now())`,
        [app.endpointId, newId(), newId(), newId()],
      )
    }
    expect((await list({ list: 'waiting' })).deliveries).toMatchObject([
      { app: { slug: closed.slug }, state: 'held', next_attempt_at: null },
      { app: { slug: one.slug }, state: 'pending', next_attempt_at: expect.any(String) },
    ])
    expect(slugs(await list({ list: 'waiting', app: one.slug }))).toEqual([one.slug])
  })

  test('one delivery tells how each attempt went, and neither what was sent nor what was answered', async () => {
    const [sourceId] = await finished(one, { count: 1 })
    const attempt = {
      attempt: 1,
      startedAt: '2026-11-22T10:00:00.000Z',
      durationMs: 12.5,
      outcome: 'dead',
      status: 400,
      error: null,
      requestHeaders: { authorization: 'secret words' },
      answerHeaders: { 'x-said': 'secret words' },
      answerBody: 'secret words',
    }
    await bed.node.database.pool.query('update delivery_history set attempt_log = $2 where source_id = $1', [
      sourceId,
      JSON.stringify([attempt]),
    ])
    const { id } = (await list()).deliveries[0]!
    const answer = await bed.call('GET', `/deliveries/${id}`)
    expect(answer.body).toMatchObject({
      id,
      app: { slug: one.slug },
      state: 'dead',
      attempts: [
        { attempt: 1, started_at: '2026-11-22T10:00:00.000Z', duration_ms: 12.5, status: 400, error: null },
      ],
    })
    expect(answer.text).not.toContain('secret words')
    expect(answer.text).not.toContain('user-1')
  })

  test('a replay sends the dead once more, with progress, paused and cancelled, all of it written down', async () => {
    await finished(one, { count: 3 })
    await finished(one, { count: 2, state: 'delivered' })
    await finished(other, { count: 4 })
    const started = await bed.call<Replay>('POST', '/replays', { app: one.slug })
    expect(started.body).toMatchObject({
      app: one.slug,
      created_by: 'operator',
      status: 'running',
      filter: { state: 'dead' },
    })
    const path = `/replays/${started.body.id}`
    await replaysOn(bed.node.database.pool).step(started.body.id)
    expect((await bed.call<Replay>('GET', path)).body.progress.queued).toBe(3)
    expect((await bed.call<Replay>('POST', `${path}/pause`)).body.status).toBe('paused')
    expect((await bed.call<Replay>('POST', `${path}/resume`)).body.status).toBe('running')
    expect((await bed.call<Replay>('POST', `${path}/cancel`)).body.status).toBe('cancelled')
    expect(refusal(await bed.call('POST', `${path}/pause`))).toEqual([412, 9, 'REPLAY_STATUS'])
    expect(
      (await bed.call<{ replays: Replay[] }>('GET', `/replays?app=${one.slug}`)).body.replays,
    ).toMatchObject([{ id: started.body.id }])
    expect(await bed.actions()).toMatchObject([
      { action: 'cancel_replay', app: { slug: one.slug }, replay_id: started.body.id },
      { action: 'resume_replay' },
      { action: 'pause_replay' },
      { action: 'start_replay', after: { event_type: null } },
    ])
  })

  test('a replay of every app takes the dead of all', async () => {
    await finished(one, { count: 1 })
    await finished(other, { count: 2 })
    const { body } = await bed.call<Replay>('POST', '/replays', {})
    await replaysOn(bed.node.database.pool).step(body.id)
    expect((await bed.call<Replay>('GET', `/replays/${body.id}`)).body).toMatchObject({
      app: null,
      progress: { queued: 3 },
    })
  })

  test('what is wrong is named, and nothing is begun or written down', async () => {
    expect(refusal(await bed.call('POST', '/replays', { app: one.slug }))).toEqual([
      412,
      9,
      'NOTHING_TO_REPLAY',
    ])
    expect(refusal(await bed.call('POST', '/replays', { app: 'nobody' }))).toEqual([404, 5, 'APP_UNKNOWN'])
    expect(refusal(await bed.call('GET', '/deliveries?app=nobody'))).toEqual([404, 5, 'APP_UNKNOWN'])
    expect(refusal(await bed.call('GET', '/deliveries/123'))).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
    expect(refusal(await bed.call('GET', '/deliveries/x'))).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
    expect(refusal(await bed.call('GET', `/replays/${newId()}`))).toEqual([404, 5, 'REPLAY_NOT_FOUND'])
    const ofConversation = await bed.call('POST', '/replays', { conversation_id: newId() })
    expect(wrongFields(ofConversation)).toEqual({ conversation_id: expect.any(String) })
    const wrong = await bed.call('POST', '/replays', { state: 'delivered', form: 'now', from: 'yesterday' })
    expect(Object.keys(wrongFields(wrong)).toSorted()).toEqual(['form', 'from', 'state'])
    const query = '/deliveries?list=all&event_type=ODD&from=noon&cursor=-1'
    expect(Object.keys(wrongFields(await bed.call('GET', query))).toSorted()).toEqual([
      'cursor',
      'event_type',
      'from',
      'list',
    ])
    expect(await bed.actions()).toEqual([])
  })
})
