import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../testing/webhook-receiver.ts'
import { openChatbot } from './open-chatbot.ts'

interface ChatbotEvent {
  type: string
  new_chatbot_message: { id: string; type: string; text?: string; sent_at: number; sender: object }
}

/** Two nodes over one database. */
let here: TestServer
let there: TestServer
let receiver: WebhookReceiver
let answers: WebhookAnswer[]
let user: fixture.UserFixture
let app: fixture.AppFixture
let conversationId: string

beforeAll(async () => {
  here = await startTestServer()
  there = await startTestServer({ database: here.database })
})
beforeEach(async () => {
  answers = []
  receiver = await startWebhookReceiver(() => answers.shift() ?? 200)
  user = await fixture.addUser(here.db)
  app = await fixture.addApp(here.db, user.id, { eventsUrl: receiver.url })
  conversationId = (await openChatbot(here.db, { appId: app.id, userId: user.id })).id
})
afterEach(() => receiver.close())
afterAll(async () => {
  await there.close()
  await here.close()
})

const send = (body: unknown, node: TestServer): Promise<Response> =>
  fetch(`${node.url}/me/v1/conversations/${conversationId}/messages`, {
    method: 'POST',
    headers: { cookie: user.cookie, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const tryToWrite = async (body: unknown): Promise<number> => (await send(body, here)).status

async function write(body: unknown, node = here): Promise<string> {
  const answer = await send(body, node)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { id: string }).id
}

async function say(text: string): Promise<void> {
  const answer = await fetch(
    `${here.url}/v1/open-platform/chat/bot/conversations/${conversationId}/messages`,
    {
      method: 'POST',
      headers: { 'x-api-key': app.key, 'content-type': 'application/json' },
      body: JSON.stringify({ text_message: text }),
    },
  )
  expect(answer.status).toBe(200)
}

const events = (): ChatbotEvent[] => receiver.received.map(({ body }) => JSON.parse(body) as ChatbotEvent)

const queued = async (): Promise<number> => {
  const { rows } = await here.database.pool.query('select from delivery_queue where conversation_id = $1', [
    conversationId,
  ])
  return rows.length
}

const finished = async () => {
  const { rows } = await here.database.pool.query<{ state: string; reason: string | null; attempts: number }>(
    'select state, reason, attempts from delivery_history where conversation_id = $1 order by sequence',
    [conversationId],
  )
  return rows
}

describe('§9 and §5 NEW_CHATBOT_MESSAGE', () => {
  test('what the user writes goes to the app without subscription or consent, under its identification key', async () => {
    const id = await write({ text: 'سلام' })
    await waitFor(() => receiver.received.length === 1)
    const [call] = receiver.received
    expect(call?.headers).toMatchObject({
      authorization: 'identification-key',
      'content-type': expect.stringContaining('application/json'),
      'webhook-id': expect.any(String),
    })
    expect(JSON.parse(call!.body)).toEqual({
      type: 'NEW_CHATBOT_MESSAGE',
      new_chatbot_message: {
        id,
        conversation: { id: conversationId, type: 'BOT' },
        sender: { type: 'HUMAN' },
        type: 'TEXT',
        sent_at: expect.any(Number),
        text: 'سلام',
      },
    })
  })

  test('places and contacts too', async () => {
    const location = { latitude: 35.6892, longitude: 51.389 }
    const contact = { name: 'مریم', phone: '09121234567' }
    await write({ location })
    await write({ contact })
    await waitFor(() => receiver.received.length === 2)
    expect(events().map(({ new_chatbot_message: said }) => said)).toMatchObject([
      { type: 'LOCATION', location_data: location },
      { type: 'CONTACT', contact_data: contact },
    ])
  })

  test('the chatbot never hears itself', async () => {
    await write({ text: 'one' })
    await say('answer')
    await write({ text: 'two' })
    await say('another answer')
    await write({ text: 'three' })
    await waitFor(() => receiver.received.length === 3)
    await waitFor(async () => (await finished()).length === 3)
    expect(events().map(({ new_chatbot_message: said }) => said.text)).toEqual(['one', 'two', 'three'])
    expect(await queued()).toBe(0)
  })

  test('an app that answers from inside its own webhook is not waited for', async () => {
    const chatty = await startWebhookReceiver(async (call) => {
      const { new_chatbot_message: said } = JSON.parse(call.body) as ChatbotEvent
      await say(`you said ${said.text}`)
      return 200
    })
    await here.db.updateTable('endpoints').set({ url: chatty.url }).where('app_id', '=', app.id).execute()
    await Promise.all(Array.from({ length: 10 }, (_, i) => write({ text: `m${i}` }, i % 2 ? here : there)))
    await waitFor(async () => (await finished()).length === 10)
    expect((await finished()).map(({ state, attempts }) => [state, attempts])).toEqual(
      Array(10).fill(['delivered', 1]),
    )
    await chatty.close()
  })

  test('retries carry the same bytes under the same webhook-id', async () => {
    answers = [{ status: 503, headers: { 'retry-after': '1' } }]
    await write({ location: { latitude: 1.5, longitude: -0.25 } })
    await waitFor(() => receiver.received.length === 2)
    const [first, second] = receiver.received
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.headers['charsu-attempt']).toBe('2')
  })

  test('in the order of the conversation, whichever node took the message', async () => {
    const written = Array.from({ length: 40 }, (_, i) => write({ text: `m${i}` }, i % 2 ? here : there))
    await Promise.all(written)
    await waitFor(() => receiver.received.length === 40)
    const times = events().map(({ new_chatbot_message: said }) => said.sent_at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(new Set(times).size).toBe(40)
  })

  test('for an app without events URL nothing is queued; the messages are there all the same', async () => {
    await here.db.updateTable('endpoints').set({ url: null }).where('app_id', '=', app.id).execute()
    await write({ text: 'nobody hears' })
    expect(await queued()).toBe(0)
    const rows = await here.db
      .selectFrom('messages')
      .select('id')
      .where('conversation_id', '=', conversationId)
      .execute()
    expect(rows).toHaveLength(1)
  })

  test('for a disabled events URL they are held, and go out when it is enabled', async () => {
    const set = (state: 'enabled' | 'disabled') =>
      here.database.pool.query(
        `update endpoints set state = $2, revision = revision + 1,
           disabled_at = case when $2 = 'disabled' then clock_timestamp() end where app_id = $1`,
        [app.id, state],
      )
    await set('disabled')
    await write({ text: 'one' })
    await write({ text: 'two' })
    expect(await queued()).toBe(2)
    await set('enabled')
    await waitFor(() => receiver.received.length === 2)
    expect(events().map(({ new_chatbot_message: said }) => said.text)).toEqual(['one', 'two'])
  })

  test('an app whose approval was taken back hears nothing of what waited for it, and nobody can write to it', async () => {
    const permission = { app_id: app.id, name: 'CHAT_BOT_SEND_MESSAGE', approved_at: new Date() }
    await here.db.insertInto('app_permissions').values(permission).execute()
    await here.db.updateTable('apps').set({ development: false }).where('id', '=', app.id).execute()
    answers = [{ status: 503, headers: { 'retry-after': '1' } }]
    await write({ text: 'waits' })
    await waitFor(() => receiver.received.length === 1)
    const approve = (approved_at: Date | null) =>
      here.db.updateTable('app_permissions').set({ approved_at }).where('app_id', '=', app.id).execute()
    await approve(null)
    expect(await tryToWrite({ text: 'is not for it' })).toBe(412)
    await waitFor(async () => (await finished()).length === 1)
    expect(await finished()).toMatchObject([{ state: 'cancelled', reason: 'approval_withdrawn' }])
    expect(receiver.received).toHaveLength(1)
    await approve(new Date())
    await write({ text: 'is again' })
    await waitFor(() => receiver.received.length === 2)
  })
})
