import { encodeChatPeers } from '@charsu/protocol/chat-peers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { AppUserIds } from '../access/app-user-ids.ts'
import { readSetting } from '../db/instance-settings.ts'

const PATH = '/v2/open-platform/chat/conversation'
const RESTRICTED = { code: 9, message: "message delivery failed due to recipient's restriction" }

let node: TestServer
let userIds: AppUserIds
let app: fixture.AppFixture
let seller: fixture.UserFixture
let buyer: fixture.UserFixture
let post: { id: string; token: string }

beforeAll(async () => {
  node = await startTestServer()
  userIds = new AppUserIds(Buffer.from((await readSetting<string>(node.db, 'secret')) ?? ''))
  app = await fixture.addApp(node.db, (await fixture.addUser(node.db)).id)
})
afterAll(() => node.close())

beforeEach(async () => {
  seller = await fixture.addUser(node.db)
  buyer = await fixture.addUser(node.db)
  post = await fixture.addPost(node.db, seller.id)
})

const idOf = (user: fixture.UserFixture): string => userIds.toPublic(app.id, user.id)
const peersScope = (user: fixture.UserFixture, peer: fixture.UserFixture, token = post.token): string =>
  `CHAT_MESSAGE_SEND.${encodeChatPeers(idOf(user), token, idOf(peer))}`

const bodyOf = (user: fixture.UserFixture, peer: fixture.UserFixture, more: object = {}) => ({
  user_id: idOf(user),
  peer_id: idOf(peer),
  post_token: post.token,
  type: 'TEXT',
  message: 'A visit on Monday?',
  ...more,
})

async function send(
  accessToken: string,
  body: unknown,
  headers: Record<string, string> = {},
  { url, path }: { url?: string; path?: string } = {},
) {
  const response = await fetch((url ?? node.url) + (path ?? PATH), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': app.key,
      'x-access-token': accessToken,
      ...headers,
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const tokenOf = async (user: fixture.UserFixture, ...scopes: string[]) =>
  (await fixture.addGrant(node.db, app.id, user.id, scopes)).accessToken

const conversationsOf = () =>
  node.db.selectFrom('conversations').selectAll().where('post_id', '=', post.id).execute()
const messagesOf = (conversationId: string) =>
  node.db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('sequence')
    .execute()

describe('§2 the older form of sending: chat/conversation', () => {
  test('goes out as the user into the conversation with the peer, with a button for each side', async () => {
    const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
    const token = await tokenOf(buyer, peersScope(buyer, seller))
    const link = {
      icon_name: 'نام آیکون مورد نظر برای این دکمه',
      caption: 'Open',
      direct_link: 'https://app.example/',
    }
    const answer = await send(
      token,
      bodyOf(buyer, seller, {
        sender_btn: { action: 'DIRECT_LINK', data: { ...link, extra_data: {} } },
        receiver_btn: {
          action: 'LINK',
          data: { icon_name: 'EDIT', caption: 'Change', extra_data: { visit: 17 }, direct_link: '' },
        },
      }),
    )
    expect(answer).toEqual({
      status: 200,
      body: { status: 200, message: 'success', message_id: expect.any(String) },
    })
    expect(await messagesOf(conversationId)).toMatchObject([
      {
        id: answer.body.message_id,
        sender_id: buyer.id,
        app_id: app.id,
        type: 'TEXT',
        body: {
          text: 'A visit on Monday?',
          sender_buttons: {
            rows: [
              {
                buttons: [
                  {
                    action: { open_direct_link: 'https://app.example/' },
                    caption: 'Open',
                    icon: link.icon_name,
                  },
                ],
              },
            ],
          },
          receiver_buttons: {
            rows: [
              {
                buttons: [
                  { action: { open_server_link: { data: { visit: 17 } } }, caption: 'Change', icon: 'EDIT' },
                ],
              },
            ],
          },
        },
      },
    ])
  })

  test('opens the conversation, whichever of the two writes first, and finds it the next time', async () => {
    const asBuyer = await tokenOf(buyer, peersScope(buyer, seller))
    expect((await send(asBuyer, bodyOf(buyer, seller))).status).toBe(200)
    const [opened] = await conversationsOf()
    expect(opened).toMatchObject({ supplier_id: seller.id, demand_id: buyer.id, type: 'POST' })

    const asSeller = await tokenOf(seller, peersScope(seller, buyer))
    expect((await send(asSeller, bodyOf(seller, buyer))).status).toBe(200)
    expect(await conversationsOf()).toHaveLength(1)
    expect((await messagesOf(opened!.id)).map(({ sender_id }) => sender_id)).toEqual([buyer.id, seller.id])
  })

  test('null buttons, a missing type and unknown fields are all the same to it', async () => {
    const token = await tokenOf(buyer, peersScope(buyer, seller))
    const body = bodyOf(buyer, seller, { sender_btn: null, receiver_btn: null, type: null, more: 1 })
    expect((await send(token, body)).status).toBe(200)
    const empty = { action: '', data: null }
    expect((await send(token, bodyOf(buyer, seller, { type: '', sender_btn: empty }))).status).toBe(200)
    const [conversation] = await conversationsOf()
    for (const { body } of await messagesOf(conversation!.id)) {
      expect(body).toEqual({ text: 'A visit on Monday?' })
    }
  })

  test.each([
    ['CHAT_MESSAGE_SEND in its older spelling', (_: string) => peersScope(seller, buyer).replace('.', '__')],
    [
      'CHAT_SEND_MESSAGE_OAUTH, its older name',
      (_: string) => peersScope(seller, buyer).replace('CHAT_MESSAGE_SEND.', 'CHAT_SEND_MESSAGE_OAUTH__'),
    ],
    ['CONVERSATION_SEND_MESSAGE of that conversation', (id: string) => `CONVERSATION_SEND_MESSAGE.${id}`],
    ['CHAT_POST_CONVERSATIONS_MESSAGE_SEND', () => `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${post.token}`],
    ['its older name', () => `CHAT_SEND_MESSAGE_POST_CONVERSATIONS__${post.token}`],
    ['CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND', () => 'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND'],
  ])('is allowed by %s', async (_, scope) => {
    const id = await fixture.addConversation(node.db, post, seller.id, buyer.id)
    const token = await tokenOf(seller, scope(id))
    expect((await send(token, bodyOf(seller, buyer))).status).toBe(200)
    expect(await messagesOf(id)).toHaveLength(1)
  })

  test('the wider scopes open it too, for the owner; the conversation’s own needs it there', async () => {
    const wide = await tokenOf(seller, `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${post.token}`)
    expect((await send(wide, bodyOf(seller, buyer))).status).toBe(200)
    const other = await fixture.addUser(node.db)
    const elsewhere = await fixture.addConversation(
      node.db,
      await fixture.addPost(node.db, seller.id),
      seller.id,
      other.id,
    )
    const own = await tokenOf(
      other,
      `CONVERSATION_SEND_MESSAGE.${elsewhere}`,
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
    )
    expect(await send(own, bodyOf(other, seller))).toMatchObject({
      status: 403,
      body: {
        code: 7,
        details: [
          { reason: 'SCOPE_MISSING', metadata: { scope: peersScope(other, seller) } },
          helpDetail('SCOPE_MISSING'),
        ],
      },
    })
    expect(await conversationsOf()).toHaveLength(1)
  })

  test('what is outside the scopes is 403 and names the scope, whether it exists or not', async () => {
    const token = await tokenOf(
      buyer,
      'USER_ID',
      peersScope(seller, buyer),
      peersScope(buyer, seller, 'another'),
    )
    const wanted = (scope: string) => ({
      status: 403,
      body: {
        code: 7,
        details: [{ reason: 'SCOPE_MISSING', metadata: { scope } }, helpDetail('SCOPE_MISSING')],
      },
    })
    expect(await send(token, bodyOf(buyer, seller))).toMatchObject(wanted(peersScope(buyer, seller)))
    expect(await send(token, bodyOf(buyer, seller, { post_token: 'nothing' }))).toMatchObject(
      wanted(peersScope(buyer, seller, 'nothing')),
    )
    expect(await conversationsOf()).toEqual([])
  })

  test('an app sends as the token’s user alone', async () => {
    const token = await tokenOf(buyer, peersScope(buyer, seller), peersScope(seller, buyer))
    const notTheirs = {
      status: 403,
      body: { code: 7, details: [{ reason: 'NOT_THE_TOKENS_USER' }, helpDetail('NOT_THE_TOKENS_USER')] },
    }
    expect(await send(token, bodyOf(seller, buyer))).toMatchObject(notTheirs)
    expect(await send(token, bodyOf(buyer, seller, { user_id: 'nobody' }))).toMatchObject(notTheirs)
    const other = await fixture.addApp(node.db, seller.id)
    const foreign = userIds.toPublic(other.id, buyer.id)
    expect(await send(token, bodyOf(buyer, seller, { user_id: foreign }))).toMatchObject(notTheirs)
  })

  test('in scope, what is not there is 404, and a post of neither 403', async () => {
    const stranger = await fixture.addUser(node.db)
    const scopes = [peersScope(buyer, seller, 'nothing'), peersScope(buyer, stranger)]
    const nobody = `CHAT_MESSAGE_SEND.${encodeChatPeers(idOf(buyer), post.token, 'nobody')}`
    const token = await tokenOf(buyer, ...scopes, nobody)
    expect(await send(token, bodyOf(buyer, seller, { post_token: 'nothing' }))).toMatchObject({
      status: 404,
      body: { details: [{ reason: 'POST_UNKNOWN' }, helpDetail('POST_UNKNOWN')] },
    })
    expect(await send(token, bodyOf(buyer, seller, { peer_id: 'nobody' }))).toMatchObject({
      status: 404,
      body: { details: [{ reason: 'USER_UNKNOWN' }, helpDetail('USER_UNKNOWN')] },
    })
    expect(await send(token, bodyOf(buyer, stranger))).toMatchObject({
      status: 403,
      body: { details: [{ reason: 'NOT_A_PARTICIPANT' }, helpDetail('NOT_A_PARTICIPANT')] },
    })
  })

  test('nobody writes to a deleted person: where they talked it is restricted, elsewhere there is no such person', async () => {
    const others = await fixture.addPost(node.db, seller.id)
    const talked = post
    await fixture.addConversation(node.db, talked, seller.id, buyer.id)
    const token = await tokenOf(seller, peersScope(seller, buyer), peersScope(seller, buyer, others.token))
    const { status } = await hostClient(node)('DELETE', `/users/${buyer.hostId}`)
    expect(status).toBe(200)
    expect(await send(token, bodyOf(seller, buyer))).toMatchObject({ status: 412, body: RESTRICTED })
    expect(await send(token, bodyOf(seller, buyer, { post_token: others.token }))).toMatchObject({
      status: 404,
      body: { details: [{ reason: 'USER_UNKNOWN' }, helpDetail('USER_UNKNOWN')] },
    })
  })

  test('a chat that is switched off cannot be opened, but goes on where it was open', async () => {
    post = await fixture.addPost(node.db, seller.id, { chat_enabled: false })
    const token = await tokenOf(buyer, peersScope(buyer, seller))
    expect(await send(token, bodyOf(buyer, seller))).toMatchObject({ status: 412, body: { code: 9 } })
    await fixture.addConversation(node.db, post, seller.id, buyer.id)
    expect((await send(token, bodyOf(buyer, seller))).status).toBe(200)
  })

  test('every wrong field is named, in the order of checks: before the scope', async () => {
    const token = await tokenOf(buyer, 'USER_ID')
    const fields = async (body: unknown) => {
      const { status, body: answer } = await send(token, body)
      expect(status).toBe(400)
      const [{ field_violations }] = answer.details as [{ field_violations: { field: string }[] }]
      return field_violations.map(({ field }) => field)
    }
    expect(await fields({})).toEqual(['user_id', 'peer_id', 'post_token', 'message'])
    expect(await fields(bodyOf(buyer, buyer))).toEqual(['peer_id'])
    expect(
      await fields({
        user_id: 'a b',
        peer_id: 7,
        post_token: '../x',
        type: 'IMAGE',
        message: 'x'.repeat(4097),
        sender_btn: { action: 'OPEN', data: { caption: '' } },
        receiver_btn: { action: 'DIRECT_LINK', data: { caption: 'x', direct_link: 'javascript:alert(1)' } },
      }),
    ).toEqual(
      expect.arrayContaining([
        'peer_id',
        'user_id',
        'post_token',
        'type',
        'message',
        'sender_btn.action',
        'sender_btn.data.caption',
        'receiver_btn.data.direct_link',
      ]),
    )
  })

  test.each([
    ['the peer has blocked the user', () => ({ blocker_id: seller.id, blocked_id: buyer.id })],
    ['the user has blocked the peer', () => ({ blocker_id: buyer.id, blocked_id: seller.id })],
  ])('%s: 412, word for word, and no conversation is left behind', async (_, block) => {
    await node.db.insertInto('blocks').values(block()).execute()
    const token = await tokenOf(buyer, peersScope(buyer, seller))
    expect(await send(token, bodyOf(buyer, seller))).toMatchObject({ status: 412, body: RESTRICTED })
    expect(await conversationsOf()).toEqual([])
  })

  test('a development app sends about development posts only', async () => {
    post = await fixture.addPost(node.db, seller.id, { development: false })
    const token = await tokenOf(buyer, peersScope(buyer, seller))
    expect(await send(token, bodyOf(buyer, seller))).toMatchObject({
      status: 403,
      body: { details: [{ reason: 'DEVELOPMENT_POSTS_ONLY' }, helpDetail('DEVELOPMENT_POSTS_ONLY')] },
    })
    expect(await conversationsOf()).toEqual([])
  })

  describe('Idempotency-Key', () => {
    test('a repeat gets the same answer and sends once; another body is 409 and opens nothing', async () => {
      const token = await tokenOf(buyer, peersScope(buyer, seller))
      const key = { 'idempotency-key': `once ${buyer.id}` }
      const first = await send(token, bodyOf(buyer, seller), key)
      expect(await send(token, bodyOf(buyer, seller), key)).toEqual(first)
      const [conversation] = await conversationsOf()
      expect(await messagesOf(conversation!.id)).toHaveLength(1)

      const second = await fixture.addPost(node.db, seller.id)
      const wider = await nextTokenOfBuyer(peersScope(buyer, seller, second.token))
      const body = bodyOf(buyer, seller, { post_token: second.token })
      expect(await send(wider, body, key)).toMatchObject({ status: 409, body: { code: 6 } })
      post = second
      expect(await conversationsOf()).toEqual([])
    })

    test('counts apart from the present form of sending', async () => {
      const id = await fixture.addConversation(node.db, post, seller.id, buyer.id)
      const token = await tokenOf(buyer, peersScope(buyer, seller), `CONVERSATION_SEND_MESSAGE.${id}`)
      const key = { 'idempotency-key': `both ${buyer.id}` }
      expect((await send(token, bodyOf(buyer, seller), key)).status).toBe(200)
      const path = `/v2/open-platform/conversations/${id}/messages`
      const present = await send(token, { message: 'A visit on Monday?' }, key, { path })
      expect(present.status).toBe(200)
      expect(await messagesOf(id)).toHaveLength(2)
    })

    /** A person has one standing consent for an app. */
    async function nextTokenOfBuyer(scope: string): Promise<string> {
      await node.database.pool.query('update grants set revoked_at = now() where user_id = $1', [buyer.id])
      return tokenOf(buyer, scope)
    }
  })

  test('many first messages at once, on two nodes, open one conversation and are all in it', async () => {
    await using other = await startTestServer({ database: node.database })
    const asBuyer = await tokenOf(buyer, peersScope(buyer, seller))
    const asSeller = await tokenOf(seller, peersScope(seller, buyer))
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => {
        const { url } = i % 3 === 0 ? other : node
        return i % 2 === 0
          ? send(asBuyer, bodyOf(buyer, seller), {}, { url })
          : send(asSeller, bodyOf(seller, buyer), {}, { url })
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const [conversation, ...others] = await conversationsOf()
    expect(others).toEqual([])
    expect(await messagesOf(conversation!.id)).toHaveLength(12)
  })

  test('a refused first message takes back what it opened, and never from under one that was sent', async () => {
    const asBuyer = await tokenOf(buyer, peersScope(buyer, seller))
    const key = { 'idempotency-key': `taken ${buyer.id}` }
    expect((await send(asBuyer, bodyOf(buyer, seller), key)).status).toBe(200)
    await node.db.deleteFrom('messages').execute()
    await node.db.deleteFrom('conversations').where('post_id', '=', post.id).execute()
    // Half of them are refused for their key, and each of these may be the one that opened the conversation.
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        i % 2 === 0
          ? send(asBuyer, bodyOf(buyer, seller, { message: `other ${i}` }), key)
          : send(asBuyer, bodyOf(buyer, seller, { message: `sent ${i}` })),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, i) => (i % 2 === 0 ? 409 : 200)))
    const [conversation] = await conversationsOf()
    expect(await messagesOf(conversation!.id)).toHaveLength(8)
  })
})
