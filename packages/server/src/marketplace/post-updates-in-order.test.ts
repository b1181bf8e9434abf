import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { misplacedDeliveries } from '../../testing/delivery-fixture.ts'
import { hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'

const CHANGES = 12

describe('§5 events of one post come in order', () => {
  let database: TestDatabase
  let nodes: TestServer[]
  let receiver: WebhookReceiver
  let seller: fixture.UserFixture

  beforeAll(async () => {
    database = await createTestDatabase()
    nodes = [await startTestServer({ database }), await startTestServer({ database })]
    const { db } = nodes[0]!
    const refused = new Set<string>()
    // Every fourth change of each post is taken at the second attempt.
    receiver = await startWebhookReceiver(({ body, json }) => {
      if (change(json).n % 4 !== 0 || refused.has(body)) return 200
      refused.add(body)
      return 500
    })
    seller = await fixture.addUser(db)
    const app = await fixture.addApp(db, seller.id, { eventsUrl: receiver.url })
    const { grantId } = await fixture.addGrant(db, app.id, seller.id, ['USER_POSTS_GET'])
    await fixture.addSubscription(db, app, seller.id, grantId)
    await db.updateTable('subscriptions').set({ event_type: 'POST_UPDATE' }).execute()
  })
  afterAll(async () => {
    for (const node of nodes) await node.close()
    await receiver.close()
    await database.drop()
  })

  const change = (json: unknown): { token: string; n: number } => {
    const { post } = (json as { post_update: { post: { token: string; data: { n: number } } } }).post_update
    return { token: post.token, n: post.data.n }
  }
  const queued = async (): Promise<number> => {
    await database.pool.query(
      'update delivery_queue set due_at = clock_timestamp() where due_at > clock_timestamp()',
    )
    return Number((await database.pool.query('select count(*) from delivery_queue')).rows[0].count)
  }

  test('whichever nodes write and deliver them, through retries; none is lost or doubled', async () => {
    const hosts = nodes.map((node) => hostClient(node))
    const tokens = ['a', 'b', 'c', 'd', 'e']
    const told = async (): Promise<void> => {
      await waitFor(async () => (await queued()) === 0)
    }
    await Promise.all(
      tokens.map(async (token) => {
        for (let n = 1; n <= CHANGES; n++) {
          const fields = { owner: seller.hostId, development: true, data: { n } }
          const answer = await hosts[n % hosts.length]!('PUT', `/posts/${token}`, fields)
          expect(answer).toMatchObject({ status: 200 })
          expect(await misplacedDeliveries(database.pool)).toEqual([])
        }
      }),
    )
    await told()
    for (const token of tokens) {
      const heard = receiver.received.map(({ json }) => change(json)).filter((each) => each.token === token)
      const expected = Array.from({ length: CHANGES }, (_, i) =>
        (i + 1) % 4 === 0 ? [i + 1, i + 1] : [i + 1],
      )
      expect(heard.map(({ n }) => n)).toEqual(expected.flat())
    }
  })

  test('calls that change the same posts in any order, on two nodes, all go through; each is last told of as it is', async () => {
    const tokens = Array.from({ length: 300 }, (_, i) => `many_${i}`)
    const rows = (n: number, reversed: boolean) =>
      (reversed ? tokens.toReversed() : tokens).map((token) => ({
        token,
        owner: seller.hostId,
        development: true,
        data: { n },
      }))
    const before = receiver.received.length
    const answers = await Promise.all(
      [1, 2, 3, 5, 6, 7].map((n, i) =>
        hostClient(nodes[i % 2]!)('POST', '/posts', { posts: rows(n, i % 3 === 0) }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    await waitFor(async () => (await queued()) === 0, { timeoutMs: 60_000 })
    const last = new Map(
      receiver.received.slice(before).map(({ json }) => [change(json).token, change(json).n]),
    )
    const { rows: kept } = await database.pool.query(
      `select token, (data ->> 'n')::int as n from posts where token like 'many%'`,
    )
    expect(last).toEqual(new Map(kept.map(({ token, n }) => [token, n])))
  })
})
