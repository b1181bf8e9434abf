import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { newId } from '../ids.ts'
import { MAX_READ_MESSAGES } from './get-conversation.ts'
import { openChatbot } from './open-chatbot.ts'

interface Message {
  id: string
  text: string
  sent_at: string
  sender: Record<string, string>
}

interface Answer {
  status: number
  body: {
    conversation?: Record<string, string>
    messages?: Message[]
    code?: number
    message?: string
    details?: { reason?: string; metadata?: Record<string, string> }[]
  }
}

let node: TestServer
let seller: fixture.UserFixture
let buyer: fixture.UserFixture
let post: { id: string; token: string }
let app: fixture.AppFixture
let conversationId: string

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
})
beforeEach(async () => {
  seller = await fixture.addUser(node.db)
  buyer = await fixture.addUser(node.db)
  post = await fixture.addPost(node.db, seller.id)
  app = await fixture.addApp(node.db, seller.id)
  conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
})
afterAll(() => node.close())

async function read(id: string, token: string): Promise<Answer> {
  const answer = await fetch(`${node.url}/v1/open-platform/chat/conversations/${id}`, {
    headers: { 'x-api-key': app.key, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

/** As another app each time: a person's consents to one app are one grant. */
async function readAs(who: fixture.UserFixture, id = conversationId, scope = id): Promise<Answer> {
  app = await fixture.addApp(node.db, seller.id)
  const scopes = [`CHAT_CONVERSATION_READ.${scope}`]
  return read(id, (await fixture.addGrant(node.db, app.id, who.id, scopes)).accessToken)
}

async function write(who: fixture.UserFixture, body: unknown, id = conversationId): Promise<void> {
  const answer = await fetch(`${node.url}/me/v1/conversations/${id}/messages`, {
    method: 'POST',
    headers: { cookie: who.cookie, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}

const reasonOf = ({ status, body }: Answer): string =>
  `${status} ${body.code} ${body.details?.find((detail) => detail.reason)?.reason}`

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

describe('§9 reading a conversation', () => {
  test('text messages of both sides and of apps, ascending, with exactly the public fields at every depth', async () => {
    await write(buyer, { text: 'سلام' })
    await write(buyer, { location: { latitude: 35.7, longitude: 51.4 } })
    await write(seller, { contact: { phone: '09120000000' } })
    await write(seller, { text: 'بفرمایید' })
    const send = [`CONVERSATION_SEND_MESSAGE.${conversationId}`]
    const { accessToken } = await fixture.addGrant(node.db, app.id, buyer.id, send)
    await fetch(`${node.url}/v2/open-platform/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': app.key,
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ message: 'by the app' }),
    })
    const { status, body } = await readAs(seller)
    const conversation = { id: conversationId, type: 'POST', post_token: post.token }
    const message = (text: string, sender: object) => ({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      conversation,
      sender,
      type: 'TEXT',
      sent_at: expect.stringMatching(RFC_3339),
      text,
    })
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        conversation,
        messages: [
          message('سلام', { side: 'BUYER', type: 'HUMAN' }),
          message('بفرمایید', { side: 'SELLER', type: 'HUMAN' }),
          message('by the app', { side: 'BUYER', type: 'BOT' }),
        ],
      },
    })
    const times = body.messages!.map(({ sent_at }) => sent_at)
    expect(times).toEqual(times.toSorted())
  })

  test('a chatbot’s conversation has no post, and its senders no side', async () => {
    const { id } = await openChatbot(node.db, { appId: app.id, userId: buyer.id })
    await write(buyer, { text: '/start' }, id)
    await fetch(`${node.url}/v1/open-platform/chat/bot/conversations/${id}/messages`, {
      method: 'POST',
      headers: { 'x-api-key': app.key, 'content-type': 'application/json' },
      body: JSON.stringify({ text_message: 'welcome' }),
    })
    const { body } = await readAs(buyer, id)
    expect(body.conversation).toEqual({ id, type: 'BOT' })
    expect(body.messages?.map(({ sender, text }) => [sender, text])).toEqual([
      [{ type: 'HUMAN' }, '/start'],
      [{ type: 'BOT' }, 'welcome'],
    ])
  })

  test(`of a long one the latest ${MAX_READ_MESSAGES}`, async () => {
    const count = MAX_READ_MESSAGES + 5
    await node.db
      .insertInto('messages')
      .values(
        Array.from({ length: count }, (_, i) => ({
          id: newId(),
          conversation_id: conversationId,
          sequence: i + 1,
          sender_id: buyer.id,
          app_id: null,
          body: JSON.stringify({ text: `m${i + 1}` }),
          sent_at: new Date(),
        })),
      )
      .execute()
    const { body } = await readAs(seller)
    expect(body.messages).toHaveLength(MAX_READ_MESSAGES)
    expect([body.messages!.at(0)?.text, body.messages!.at(-1)?.text]).toEqual(['m6', `m${count}`])
  })

  test('an empty one has no messages; its id may be in capitals', async () => {
    expect((await readAs(buyer, conversationId.toUpperCase(), conversationId)).body.messages).toEqual([])
  })

  test('only by the scope of just this conversation, and for who takes part', async () => {
    const other = await readAs(seller, conversationId, randomUUID())
    expect(reasonOf(other)).toBe('403 7 SCOPE_MISSING')
    expect(other.body.message).toContain(`CHAT_CONVERSATION_READ.${conversationId}`)
    const wide = ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ', `CHAT_POST_CONVERSATIONS_READ.${post.token}`]
    const { accessToken } = await fixture.addGrant(node.db, app.id, buyer.id, wide)
    expect(reasonOf(await read(conversationId, accessToken))).toBe('403 7 SCOPE_MISSING')
    expect(reasonOf(await readAs(await fixture.addUser(node.db)))).toBe('403 7 NOT_A_PARTICIPANT')
    expect(reasonOf(await readAs(seller, randomUUID()))).toBe('404 5 CONVERSATION_UNKNOWN')
    expect(reasonOf(await readAs(seller, 'conv_123456', conversationId))).toBe('400 3 INVALID_FIELDS')
  })

  test('§12 a development app reads conversations about development posts alone', async () => {
    await node.db
      .updateTable('posts')
      .set({ development: false, for_development: false })
      .where('id', '=', post.id)
      .execute()
    expect(reasonOf(await readAs(seller))).toBe('403 7 DEVELOPMENT_POSTS_ONLY')
    const { id } = await openChatbot(node.db, { appId: app.id, userId: buyer.id })
    expect((await readAs(buyer, id)).status).toBe(200)
  })
})
