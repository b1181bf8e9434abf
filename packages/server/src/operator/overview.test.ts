import { describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { useOperatorBed } from '../../testing/operator-bed.ts'
import { newId } from '../ids.ts'
import { stateOfNode } from './node-routes.ts'
import type { Overview } from './overview.ts'
import { firstIdOf } from './overview-store.ts'

describe('operators see how everything fares', () => {
  const bed = useOperatorBed()
  const overview = async (): Promise<Overview> => {
    const answer = await bed.call<Overview>('GET', '/overview')
    expect(answer.status, answer.text).toBe(200)
    return answer.body
  }

  test('a quiet instance: all is zero, one node lives, the database answers, the node is ready', async () => {
    expect(await overview()).toMatchObject({
      apps: { awaiting: 0 },
      deliveries: { waiting: 0, held: 0, dead: 0, oldest_due_seconds: 0, open_replays: 0 },
      messages: { last_day: 0 },
      nodes: { alive: 1, lagging: 0, dead: 0, delivering: 0 },
      database: { reachable: true, latency_ms: expect.any(Number) },
      readiness: { ready: true, reasons: [] },
    })
  })

  test('what waits is told apart from what is held, and the dead and the messages of a day are counted', async () => {
    const { db } = bed.node
    const seller = await fixture.addUser(db)
    const buyer = await fixture.addUser(db)
    const [open, closed] = [
      await fixture.addApp(db, seller.id, { eventsUrl: 'http://127.0.0.1:9/events' }),
      await fixture.addApp(db, seller.id),
    ]
    const post = await fixture.addPost(db, seller.id)
    const conversation = await fixture.addConversation(db, post, seller.id, buyer.id)
    const queued = (endpointId: string, sequence: number) => [endpointId, newId(), sequence, newId(), newId()]
    for (const [endpoint, sequence] of [
      [open.endpointId, 1],
      [open.endpointId, 2],
      [closed.endpointId, 1],
    ] as const) {
      await bed.node.database.pool.query(
        `insert into delivery_queue (endpoint_id, lane, sequence, subscription_id, event_type, source_id)
         values ($1, $2, $3, $4, 'NEW_MESSAGE', $5)`,
        queued(endpoint, sequence),
      )
    }
    for (const state of ['dead', 'cancelled', 'delivered']) {
      await bed.node.database.pool.query(
        `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, state,
           attempts, attempt_log, replay, created_at, finished_at)
         values (900, $1, 1, $2, 'NEW_MESSAGE', $3, $4, 1, '[]', false, now(), now())`,
        [open.endpointId, newId(), newId(), state],
      )
    }
    const message = (id: string, sequence: number) => ({
      id,
      conversation_id: conversation,
      sequence,
      sender_id: seller.id,
      app_id: null,
      body: '{"text":"hello"}',
      sent_at: new Date(),
    })
    const longAgo = firstIdOf(Date.now() - 25 * 3_600_000)
    await db
      .insertInto('messages')
      .values([message(newId(), 1), message(longAgo, 2)])
      .execute()
    await db.updateTable('apps').set({ submitted_at: new Date() }).where('id', '=', open.id).execute()
    const answer = await overview()
    expect(answer).toMatchObject({
      apps: { awaiting: 1 },
      deliveries: { waiting: 2, held: 1, dead: 1 },
      messages: { last_day: 1 },
    })
    expect(JSON.stringify(answer)).not.toContain('hello')
  })

  test('nodes: who answers, who lags, who is dead', async () => {
    const [lagging, dead] = [newId(), newId()]
    await bed.node.database.pool.query(
      `insert into nodes (id, host, pid, version, delivers, seen_at) values
       ($1, 'slow', 1, '0.9.0', true, clock_timestamp() - interval '12 seconds'),
       ($2, 'gone', null, '0.9.0', true, clock_timestamp() - interval '10 minutes')`,
      [lagging, dead],
    )
    const { nodes } = (await bed.call<{ nodes: Record<string, unknown>[] }>('GET', '/nodes')).body
    expect(Object.fromEntries(nodes.map(({ host, state, self }) => [self ? 'this' : host, state]))).toEqual({
      this: 'alive',
      slow: 'lagging',
      gone: 'dead',
    })
    expect((await overview()).nodes).toMatchObject({ alive: 1, lagging: 1, dead: 1, delivering: 1 })
    await bed.node.db.deleteFrom('nodes').where('id', 'in', [lagging, dead]).execute()
  })

  test.each([
    [0, 'alive'],
    [10, 'alive'],
    [10.1, 'lagging'],
    [15, 'lagging'],
    [15.1, 'dead'],
  ])('a node last heard of %s s ago is %s', (seconds, state) => {
    expect(stateOfNode(seconds)).toBe(state)
  })

  test('ids of messages are in the order of their making', () => {
    const before = Date.now()
    const id = newId()
    expect(firstIdOf(before) <= id).toBe(true)
    expect(firstIdOf(Date.now() + 1) > id).toBe(true)
  })
})
