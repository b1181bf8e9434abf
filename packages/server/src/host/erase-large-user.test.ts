import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { NO_LIMITS } from '../../testing/no-limits.ts'
import { startNode } from '../../testing/node-child.ts'
import type { ServerChildInput } from '../../testing/server-child.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { startTestServer, TEST_HOST_KEY } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver } from '../../testing/webhook-receiver.ts'
import { createDatabase, type Database } from '../db/database.ts'

const SERVER_CHILD = new URL('../../testing/server-child.ts', import.meta.url).pathname
const LONG_CONVERSATION = 40_000
const SHORT_CONVERSATIONS = 500
const DELIVERIES = 12_000
const TEST_MS = 120_000

interface LargePerson extends fixture.UserFixture {
  peer: fixture.UserFixture
  conversationId: string
}

/** A buyer with a long conversation, half of it theirs, and many short ones, and deliveries about all of it. */
async function addLargePerson(db: Database, pool: pg.Pool): Promise<LargePerson> {
  const person = await fixture.addUser(db)
  const peer = await fixture.addUser(db)
  const app = await fixture.addApp(db, (await fixture.addUser(db)).id)
  const conversationId = await fixture.addConversation(
    db,
    await fixture.addPost(db, peer.id),
    peer.id,
    person.id,
  )
  await pool.query(
    `insert into posts (id, token, owner_id)
     select gen_random_uuid(), 'short' || n, $1 from generate_series(1, ${SHORT_CONVERSATIONS}) n`,
    [peer.id],
  )
  await pool.query(
    `insert into conversations (id, post_id, post_token, supplier_id, demand_id, last_sequence)
     select gen_random_uuid(), p.id, p.token, p.owner_id, $1, 3 from posts p where p.token like 'short%'`,
    [person.id],
  )
  await pool.query('update conversations set last_sequence = $2 where id = $1', [
    conversationId,
    LONG_CONVERSATION,
  ])
  await pool.query(
    `insert into messages (id, conversation_id, sequence, sender_id, body, sent_at)
     select gen_random_uuid(), c.id, n, case when n % 2 = 0 then c.supplier_id else c.demand_id end,
       json_build_object('text', 'words ' || n), now()
     from conversations c cross join lateral generate_series(1, c.last_sequence) n where c.demand_id = $1`,
    [person.id],
  )
  await pool.query(
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
       state, attempts, attempt_log, replay, created_at, finished_at)
     select n, $1, n, $1, 'NEW_MESSAGE', gen_random_uuid(), case when n % 3 = 0 then $2 else gen_random_uuid() end,
       'delivered', 1, '[{"attempt": 1, "answerBody": "words"}]', false, now(), now()
     from generate_series(1, ${DELIVERIES}) n`,
    [app.endpointId, conversationId],
  )
  await pool.query(`select setval('delivery_queue_id_seq', ${DELIVERIES})`)
  return { ...person, peer, conversationId }
}

async function left(pool: pg.Pool, { id }: { id: string }) {
  const { rows } = await pool.query<{ words: number; answers: number; others: number }>(
    `select
       (select count(*) from messages where sender_id = $1 and body::text like '%words%') as words,
       (select count(*) from messages where sender_id <> $1 and body::text like '%words%') as others,
       (select count(*) from delivery_history h join conversations c on c.id = h.conversation_id
        where h.attempt_log::text like '%words%' and c.demand_id = $1) as answers`,
    [id],
  )
  return rows[0]!
}

const erased = (host: HostClient, { hostId }: fixture.UserFixture) =>
  waitFor(
    async () => {
      const { body } = await host('DELETE', `/users/${hostId}`)
      return (body as { erased_at: string | null }).erased_at !== null
    },
    { timeoutMs: TEST_MS / 2 },
  )

const OTHERS = LONG_CONVERSATION / 2 + SHORT_CONVERSATIONS

describe('erasing a person of very many messages', () => {
  test(
    'goes in steps, beside which everybody else writes on, and takes nothing but what is theirs',
    async () => {
      await using node = await startTestServer()
      const { pool } = node.database
      const host = hostClient(node)
      const person = await addLargePerson(node.db, pool)
      const fresh = await fixture.addUser(node.db)
      const post = await fixture.addPost(node.db, person.peer.id)
      const conversationId = await fixture.addConversation(node.db, post, person.peer.id, fresh.id)
      expect(await host('DELETE', `/users/${person.hostId}`)).toMatchObject({ status: 200 })
      let isErased = false
      const writing = (async () => {
        const statuses: number[] = []
        do {
          const message = { sender: person.peer.hostId, text: 'meanwhile' }
          statuses.push((await host('POST', `/conversations/${conversationId}/messages`, message)).status)
        } while (!isErased)
        return statuses
      })()
      await erased(host, person)
      isErased = true
      expect(new Set(await writing)).toEqual(new Set([200]))
      expect(await left(pool, person)).toEqual({ words: 0, answers: 0, others: OTHERS })
      const { rows } = await pool.query(
        `select count(*) as kept from delivery_history where attempt_log::text like '%words%'`,
      )
      expect(rows).toEqual([{ kept: (DELIVERIES * 2) / 3 }])
    },
    TEST_MS,
  )

  test(
    'is gone on with by another node after kill -9 in the middle',
    async () => {
      await using database = await createTestDatabase()
      const { pool } = database
      const db = createDatabase(pool)
      const person = await addLargePerson(db, pool)
      const input: ServerChildInput = {
        databaseUrl: database.url,
        settings: {
          CHARSU_PORT: '0',
          CHARSU_HOST_KEY: TEST_HOST_KEY,
          CHARSU_LOG_LEVEL: 'fatal',
          ...NO_LIMITS,
        },
        delivery: {},
      }
      const child = startNode(SERVER_CHILD, input)
      try {
        const { port } = await child.next<{ port: number }>()
        const deleted = await hostClient({ url: `http://127.0.0.1:${port}` })(
          'DELETE',
          `/users/${person.hostId}`,
        )
        expect(deleted.status).toBe(200)
        await waitFor(async () => (await left(pool, person)).words < OTHERS)
      } finally {
        await child.kill()
      }
      expect((await left(pool, person)).words).toBeGreaterThan(0)
      // As if its lease had run out.
      await pool.query(`update user_deletions set lease_until = '-infinity'`)
      await using next = await startTestServer({ database })
      await erased(hostClient(next), person)
      expect(await left(pool, person)).toEqual({ words: 0, answers: 0, others: OTHERS })
    },
    TEST_MS,
  )

  test('many nodes at once erase many people, each once', async () => {
    await using database = await createTestDatabase({ max: 30 })
    const nodes = await Promise.all([1, 2, 3].map(() => startTestServer({ database })))
    try {
      const { pool } = database
      const people: fixture.UserFixture[] = []
      for (let i = 0; i < 20; i++) people.push(await fixture.addUser(nodes[0]!.db, { name: 'words' }))
      const hosts = nodes.map((node) => hostClient(node))
      await Promise.all(people.map(({ hostId }, i) => hosts[i % 3]!('DELETE', `/users/${hostId}`)))
      for (const person of people) await erased(hosts[0]!, person)
      const { rows } = await pool.query(
        `select count(*) as done, count(distinct erased_at) > 0 as at from user_deletions where erased_at is not null`,
      )
      expect(rows).toEqual([{ done: 20, at: true }])
    } finally {
      for (const node of nodes) await node.close()
    }
  })
})

describe('what an app has not heard yet of a deleted person', () => {
  test('is cancelled and never sent, whosever consent it rests on; nor is it sent once more', async () => {
    let answers = 503
    await using app = await startWebhookReceiver(() => answers)
    await using node = await startTestServer()
    const { db, database } = node
    const host = hostClient(node)
    const developer = await fixture.addUser(db, { developer: true })
    const [seller, buyer] = [await fixture.addUser(db), await fixture.addUser(db)]
    const post = await fixture.addPost(db, seller.id)
    const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
    const consented = await fixture.addApp(db, developer.id, { eventsUrl: app.url })
    const grant = await fixture.addGrant(db, consented.id, seller.id, [
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
    ])
    await fixture.addSubscription(db, consented, seller.id, grant.grantId)
    const write = (sender: fixture.UserFixture, text: string) =>
      host('POST', `/conversations/${conversationId}/messages`, { sender: sender.hostId, text })
    await write(buyer, 'words of the buyer')
    await write(seller, 'words of the seller')
    await waitFor(() => app.received.length > 0)
    await host('DELETE', `/users/${buyer.hostId}`)
    await erased(host, buyer)
    answers = 200
    const heard = app.received.length
    await database.pool.query(`update endpoints set paused_until = '-infinity'`)
    await database.pool.query('update delivery_queue set due_at = now() where due_at is not null')
    await waitFor(() => app.received.some(({ text }) => text === 'words of the seller'))
    expect(app.received.slice(heard).map(({ text }) => text)).toEqual(['words of the seller'])
    const history = async () => {
      const found = await database.pool.query<{ id: number; state: string; reason: string | null }>(
        `select id, state, reason from delivery_history where conversation_id = $1 order by id`,
        [conversationId],
      )
      return found.rows
    }
    const rows = await waitFor(async () => {
      const finished = await history()
      return finished.length === 2 ? finished : null
    })
    expect(rows).toMatchObject([{ state: 'cancelled', reason: 'message_deleted' }, { state: 'delivered' }])

    const seen = await fetch(`${node.url}/console/v1/apps/${consented.slug}/deliveries/${rows[0]!.id}`, {
      headers: { cookie: developer.cookie },
    })
    expect(await seen.json()).toMatchObject({ request_body: null, attempts: [{ answer_body: null }] })
    const resent = await fetch(
      `${node.url}/console/v1/apps/${consented.slug}/deliveries/${rows[0]!.id}/resend`,
      { method: 'POST', headers: { cookie: developer.cookie, origin: node.url } },
    )
    expect(resent.status).toBe(412)
  })
})
