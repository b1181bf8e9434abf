import type { Pool, PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventStreamClient } from '../../testing/event-stream.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { ANY_SLOTS } from '../../testing/queue-bed.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { sendBatch } from '../conversations/send-batch.ts'
import { newId } from '../ids.ts'

const CONVERSATIONS = 6
const MESSAGES = 150

/** Small and with a known beginning, so that a failing run can be had again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('a stream that is cut off and comes back', () => {
  let database: TestDatabase
  let nodes: TestServer[]
  let seller: fixture.UserFixture
  let app: fixture.AppFixture
  let grant: fixture.GrantFixture

  beforeAll(async () => {
    database = await createTestDatabase({ max: 20 })
    nodes = [await startTestServer({ database }), await startTestServer({ database })]
    const { db } = nodes[0]!
    seller = await fixture.addUser(db)
    app = await fixture.addApp(db, seller.id)
    grant = await fixture.addGrant(db, app.id, seller.id, ['SEND_EVENT'])
  })
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await database.drop()
  })

  const addConversation = async () => {
    const { db } = nodes[0]!
    const buyer = await fixture.addUser(db)
    const post = await fixture.addPost(db, seller.id)
    return { id: await fixture.addConversation(db, post, seller.id, buyer.id), buyer }
  }
  const writeOver = async (node: TestServer, conversation: { id: string; buyer: fixture.UserFixture }) => {
    const answer = await fetch(`${node.url}/me/v1/conversations/${conversation.id}/messages`, {
      method: 'POST',
      headers: { cookie: conversation.buyer.cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'hello' }),
    })
    expect(answer.status).toBe(200)
    return ((await answer.json()) as { id: string }).id
  }
  /** Any number of messages in the transaction that the connection is in, or in one of their own. */
  const writeBy = async (
    connection: Pool | PoolClient,
    conversation: { id: string; buyer: fixture.UserFixture },
    texts: readonly string[],
  ): Promise<string[]> => {
    const messages = texts.map((text) => ({
      id: newId(),
      conversationId: conversation.id,
      senderId: conversation.buyer.id,
      app: null,
      idempotency: null,
      type: 'TEXT',
      body: JSON.stringify({ text }),
      traceparent: null,
    }))
    const slots = { ...ANY_SLOTS, defaultFree: 0 }
    const { acks } = await sendBatch(connection as Pool, messages, { id: newId(), leaseSeconds: 30, slots })
    expect(acks.map(({ status }) => status)).toEqual(texts.map(() => 0))
    return messages.map(({ id }) => id)
  }
  const sendNotice = async (node: TestServer, message: string) => {
    const answer = await fetch(
      `${node.url}/experimental/open-platform/events/send?${new URLSearchParams({ message })}`,
      { method: 'POST', headers: { 'x-api-key': app.key, 'x-access-token': grant.accessToken } },
    )
    expect(answer.status).toBe(200)
  }

  test.each([1, 2, 3])(
    'gets everything once, from two nodes, whatever commits late (random run %i)',
    async (seed) => {
      const random = randomFrom(seed)
      const conversations = await Promise.all(Array.from({ length: CONVERSATIONS }, addConversation))
      const client = await new EventStreamClient(nodes[0]!.url, seller.cookie).connect()
      await waitFor(() => client.events.length > 0)
      const sent: string[] = []
      const notices: string[] = []
      let sending = true

      /** Transactions that take their id early, let others pass, and commit long after. */
      const late = async (
        conversation: Awaited<ReturnType<typeof addConversation>>,
        holdsMessage: boolean,
      ) => {
        const connection = await database.pool.connect()
        try {
          while (sending) {
            await connection.query('begin')
            await connection.query('select pg_current_xact_id()')
            const early = holdsMessage ? await writeBy(connection, conversation, ['held']) : []
            const passed = sent.length + 5 + random(20)
            await waitFor(() => sent.length >= passed || !sending)
            const ids = holdsMessage ? early : await writeBy(connection, conversation, ['late'])
            await connection.query('commit')
            sent.push(...ids)
          }
        } finally {
          connection.release()
        }
      }
      const usual = async () => {
        for (let i = 0; i < MESSAGES / 3; i++) {
          // The last conversation is the one that a held transaction keeps locked.
          const conversation = conversations[random(CONVERSATIONS - 1)]!
          sent.push(await writeOver(nodes[random(2)]!, conversation))
          if (random(8) === 0) {
            const message = `notice ${seed} ${notices.length} ${newId()}`
            notices.push(message)
            await sendNotice(nodes[random(2)]!, message)
          }
        }
      }
      const reading = (async () => {
        while (sending) {
          await client.disconnect()
          const missed = sent.length + random(10)
          await waitFor(() => sent.length >= missed || !sending)
          await client.connect(nodes[random(2)]!.url, 1 + random(12))
          await waitFor(() => client.isCut || !sending)
        }
        await client.disconnect()
        await client.connect()
      })()
      const lateOnes = [
        late(conversations[0]!, false),
        late(conversations[1]!, false),
        late(conversations.at(-1)!, true),
      ]
      await Promise.all([usual(), usual(), usual()])
      sending = false
      await Promise.all([...lateOnes, reading])

      await waitFor(
        () => client.of('message').length >= sent.length && client.of('notice').length >= notices.length,
        { timeoutMs: 20_000 },
      )
      await client.disconnect()
      expect(
        client
          .of('message')
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(sent.toSorted())
      expect(
        client
          .of('notice')
          .map(({ message }) => message)
          .toSorted(),
      ).toEqual(notices.toSorted())
      expect(client.of('resync')).toEqual([])
      for (const { id } of conversations) {
        const sequences = client
          .of('message')
          .filter(({ conversation_id }) => conversation_id === id)
          .map(({ sequence }) => sequence)
        expect(sequences).toEqual(sequences.map((_, i) => i + 1))
      }
    },
  )

  test('does not tell what was there before, though its transactions ended in another order than they began', async () => {
    const conversation = await addConversation()
    const begin = async () => {
      const connection = await database.pool.connect()
      await connection.query('begin')
      await connection.query('select pg_current_xact_id()')
      return connection
    }
    const [first, bystander, second] = [await begin(), await begin(), await begin()]
    await writeBy(second, conversation, ['first in the conversation, by the later transaction'])
    await second.query('commit')
    await writeBy(first, conversation, ['second in the conversation, by the earlier one'])
    await first.query('commit')
    const client = await new EventStreamClient(nodes[0]!.url, seller.cookie).connect()
    await waitFor(() => client.events.length > 0)
    const third = await writeOver(nodes[0]!, conversation)
    await waitFor(() => client.of('message').length > 0)
    await bystander.query('commit')
    const fourth = await writeOver(nodes[1]!, conversation)
    await waitFor(() => client.of('message').some(({ id }) => id === fourth))
    expect(client.of('message').map(({ id }) => id)).toEqual([third, fourth])
    await client.disconnect()
    for (const connection of [first, bystander, second]) connection.release()
  })

  test('that slept through more than can be told one by one is told to load everything, and goes on', async () => {
    const conversation = await addConversation()
    const client = await new EventStreamClient(nodes[0]!.url, seller.cookie).connect()
    await waitFor(() => client.events.length > 0)
    await client.disconnect()
    for (let i = 0; i < 6; i++) await writeBy(database.pool, conversation, Array(200).fill('missed'))
    await client.connect()
    await waitFor(() => client.of('resync').length > 0)
    const after = await writeOver(nodes[0]!, conversation)
    await waitFor(() => client.of('message').some(({ id }) => id === after))
    await client.disconnect()
    expect(client.of('resync')).toHaveLength(1)
    expect(client.of('message')).toHaveLength(1)
  })

  test('with an id of another database, or none of ours, is told to load everything', async () => {
    for (const id of ['1.zzzzzzz', 'no id of ours', 'reload']) {
      const client = new EventStreamClient(nodes[0]!.url, seller.cookie)
      client.lastEventId = id
      await client.connect()
      await waitFor(() => client.events.length > 0)
      expect(client.events[0]?.event).toBe('resync')
      await client.disconnect()
    }
  })

  test('a client that takes nothing for a while is not buffered for, and then gets everything once', async () => {
    const conversation = await addConversation()
    const client = await new EventStreamClient(nodes[0]!.url, seller.cookie).connect()
    await waitFor(() => client.events.length > 0)
    client.pause()
    const sent: string[] = []
    for (let i = 0; i < 4; i++) {
      sent.push(...(await writeBy(database.pool, conversation, Array(200).fill('😀'.repeat(4096)))))
    }
    // Another stream of the same user shows that the node has seen them all.
    const other = await new EventStreamClient(nodes[0]!.url, seller.cookie).connect()
    await waitFor(() => other.events.length > 0)
    const last = await writeOver(nodes[0]!, conversation)
    await waitFor(() => other.of('message').some(({ id }) => id === last))
    await other.disconnect()
    client.resume()
    await waitFor(() => client.of('message').length > sent.length, { timeoutMs: 25_000 })
    expect(client.of('message').map(({ id }) => id)).toEqual([...sent, last])
    await client.disconnect()
  })
})
