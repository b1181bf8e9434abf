import { afterEach, describe, expect, test } from 'vitest'
import { hostClient } from '../../packages/server/testing/host-client.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'
import { type AppCall, type AppReply, barrier, type HandlerApp, startHandlerApp } from './handler-app.ts'

/** Far fewer than there are handlers at once. */
const CONNECTIONS = 2
const AT_ONCE = 20

interface Scene {
  bed: ClientBed
  app: HandlerApp
  conversations: { id: string; buyer: fixture.UserFixture }[]
  /** The app answers in a conversation of the seller's. */
  reply(conversationId: string, message: string): Promise<number>
}

let closing: (() => PromiseLike<unknown>)[] = []
afterEach(async () => {
  for (const close of closing) await close()
  closing = []
})

async function openScene(handle: (scene: Scene, call: AppCall) => Promise<AppReply>): Promise<Scene> {
  const app = await startHandlerApp((call) => handle(scene, call))
  const database = await createTestDatabase({ max: CONNECTIONS })
  const bed = await openClientBed({
    server: { database, deps: { delivery: { slotsUnproven: AT_ONCE } } },
    app: {
      eventsUrl: `${app.url}/events`,
      sessionInitializationUrl: `${app.url}/session`,
      dynamicActionUrl: `${app.url}/action`,
    },
  })
  closing = [() => bed[Symbol.asyncDispose](), () => app[Symbol.asyncDispose](), () => database.drop()]
  const conversations: Scene['conversations'] = []
  for (let i = 0; i < AT_ONCE; i++) {
    const buyer = await fixture.addUser(bed.node.db)
    const id = await fixture.addConversation(bed.node.db, bed.post, bed.seller.id, buyer.id)
    conversations.push({ id, buyer })
  }
  const scopes = ['CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND', 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ']
  await bed.node.db.updateTable('access_tokens').set({ scopes }).execute()
  const scene: Scene = {
    bed,
    app,
    conversations,
    reply: async (id, message) =>
      (await bed.call('POST', `/v2/open-platform/conversations/${id}/messages`, { message })).status,
  }
  return scene
}

const textsIn = async ({ bed: { node } }: Scene, conversationId: string): Promise<string[]> => {
  const rows = await node.db
    .selectFrom('messages')
    .select('body')
    .where('conversation_id', '=', conversationId)
    .orderBy('sequence')
    .execute()
  return rows.map(({ body }) => (body as { text: string }).text)
}

describe(`§3 and §5 an app that calls the API before it answers, ${AT_ONCE} times at once, over ${CONNECTIONS} connections of the database`, () => {
  test('from inside its webhook handler', async () => {
    const allThere = barrier(AT_ONCE)
    const scene = await openScene(async ({ reply }, { body }) => {
      const message = body.new_message as {
        conversation: { id: string }
        sender: { type: string }
        text: string
      }
      if (message.sender.type === 'BOT') return {}
      await allThere()
      return { status: await reply(message.conversation.id, `answer to ${message.text}`) }
    })
    const { bed, app, conversations } = scene
    const subscribed = await bed.call('POST', '/v1/open-platform/events/subscriptions', {
      event_type: 'NEW_MESSAGE_ON_POST',
    })
    expect(subscribed.status).toBe(200)
    const host = hostClient(bed.node)
    const said = await Promise.all(
      conversations.map(({ id, buyer }, i) =>
        host('POST', `/conversations/${id}/messages`, { sender: buyer.hostId, text: `question ${i}` }),
      ),
    )
    expect(said.map(({ status }) => status)).toEqual(said.map(() => 200))
    // Each question and each answer is told of, once.
    await waitFor(() => app.received.length === 2 * AT_ONCE && app.underWay() === 0)
    expect(new Set(app.received.map(({ headers }) => headers['webhook-id'])).size).toBe(2 * AT_ONCE)
    for (const [i, { id }] of conversations.entries()) {
      expect(await textsIn(scene, id)).toEqual([`question ${i}`, `answer to question ${i}`])
    }
    await waitFor(async () => {
      const { rows } = await bed.node.database.pool.query('select from delivery_queue')
      return rows.length === 0
    })
    const { rows } = await bed.node.database.pool.query(
      'select state, attempts, count(*)::integer from delivery_history group by 1, 2',
    )
    expect(rows).toEqual([{ state: 'delivered', attempts: 1, count: 2 * AT_ONCE }])
  })

  test.each([
    ['session initialization', 'open_server_link', { url: 'https://app.example/start' }, 'opened'],
    ['dynamic action', 'get_dynamic_action', { text_message: 'done' }, 'toast'],
  ])('from inside its handler of a click: %s', async (_, kind, answer, outcome) => {
    const allThere = barrier(AT_ONCE)
    const scene = await openScene(async ({ reply }, { body }) => {
      await allThere()
      const status = await reply(String(body.conversation_id), 'sent while answering')
      return { status, text: JSON.stringify(answer) }
    })
    const { bed, conversations } = scene
    const clicks = await Promise.all(
      conversations.map(async ({ id }) => {
        const { body } = await bed.call('POST', `/v2/open-platform/conversations/${id}/messages`, {
          message: 'with a button',
          sender_buttons: { rows: [{ buttons: [{ caption: 'Go', action: { [kind]: { data: { id } } } }] }] },
        })
        return `/me/v1/conversations/${id}/messages/${body.message_id}/click`
      }),
    )
    const results = await Promise.all(
      clicks.map(async (path) => {
        const response = await fetch(bed.node.url + path, {
          method: 'POST',
          headers: { cookie: bed.seller.cookie, 'content-type': 'application/json', origin: bed.node.url },
          body: '{"row": 0, "column": 0}',
        })
        return (await response.json()) as { outcome: string }
      }),
    )
    expect(results.map((result) => result.outcome)).toEqual(results.map(() => outcome))
    for (const { id } of conversations) {
      expect(await textsIn(scene, id)).toEqual(['with a button', 'sent while answering'])
    }
  })
})
