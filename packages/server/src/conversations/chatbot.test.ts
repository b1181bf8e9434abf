import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { AppUserIds } from '../access/app-user-ids.ts'
import { readSetting } from '../db/instance-settings.ts'
import { openChatbot } from './open-chatbot.ts'

interface Answer {
  status: number
  body: {
    conversation_id?: string
    code?: number
    message?: string
    details?: { reason?: string; metadata?: Record<string, string>; field_violations?: { field: string }[] }[]
  }
}

let node: TestServer
let userIds: AppUserIds
let user: fixture.UserFixture
let app: fixture.AppFixture

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
  userIds = new AppUserIds(Buffer.from((await readSetting<string>(node.db, 'secret')) ?? ''))
})
beforeEach(async () => {
  user = await fixture.addUser(node.db)
  app = await fixture.addApp(node.db, user.id)
})
afterAll(() => node.close())

const open = async (of = app, by = user): Promise<string> =>
  (await openChatbot(node.db, { appId: of.id, userId: by.id })).id

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': app.key, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

const inConversation = (id: string, body: unknown, headers?: Record<string, string>) =>
  post(`/v1/open-platform/chat/bot/conversations/${id}/messages`, body, headers)

const toUser = (body: unknown, headers?: Record<string, string>, to = userIds.toPublic(app.id, user.id)) =>
  post(`/v1/open-platform/chat/bot/users/${to}/messages`, body, headers)

async function tokenOf(who = user, scopes = ['CHAT_BOT_USER_MESSAGE_SEND'], of = app) {
  const { accessToken } = await fixture.addGrant(node.db, of.id, who.id, scopes)
  return { authorization: `Bearer ${accessToken}` }
}

const reasonOf = ({ status, body }: Answer): string =>
  `${status} ${body.code} ${body.details?.find((detail) => detail.reason)?.reason}`

const messagesIn = (conversationId: string) =>
  node.db
    .selectFrom('messages')
    .select(['sender_id', 'app_id', 'type', 'body'])
    .where('conversation_id', '=', conversationId)
    .orderBy('sequence')
    .execute()

const conversationsOf = (who = user) =>
  node.db.selectFrom('conversations').select('id').where('demand_id', '=', who.id).execute()

describe('§9 a chatbot speaks in a conversation of its own', () => {
  test.each([
    '/v1/open-platform/chat/bot/conversations/',
    '/experimental/open-platform/chat/bot/conversations/',
    '/experimental/open-platform/chatbot-conversations/',
  ])('with the key alone, at %s', async (prefix) => {
    const id = await open()
    const buttons = {
      rows: [{ buttons: [{ caption: 'x', action: { get_dynamic_action: { data: { a: 1 } } } }] }],
    }
    const body = { type: 'TEXT', text_message: 'سلام', buttons, conversation_id: 'ignored' }
    expect(await post(`${prefix}${id.toUpperCase()}/messages`, body)).toEqual({
      status: 200,
      body: { conversation_id: id },
    })
    expect(await messagesIn(id)).toEqual([
      { sender_id: app.id, app_id: app.id, type: 'TEXT', body: { text: 'سلام', receiver_buttons: buttons } },
    ])
  })

  test('a conversation that is not its own is 403, whether it exists or not', async () => {
    const other = await fixture.addApp(node.db, user.id)
    const seller = await fixture.addUser(node.db)
    const postOfSeller = await fixture.addPost(node.db, seller.id)
    for (const id of [
      await open(other),
      await fixture.addConversation(node.db, postOfSeller, seller.id, user.id),
      randomUUID(),
    ]) {
      const answer = await inConversation(id, { text_message: 'x' })
      expect(reasonOf(answer)).toBe('403 7 CONVERSATION_NOT_YOURS')
      expect(answer.body.message).toContain(id)
      expect(await messagesIn(id)).toEqual([])
    }
    const noId = await inConversation('conv_123456', { text_message: 'x' })
    expect(reasonOf(noId)).toBe('400 3 INVALID_FIELDS')
  })

  test('a user who blocked it, or is blacklisted, is 412, and hears it again when that ends', async () => {
    const id = await open()
    await node.db.insertInto('app_blocks').values({ user_id: user.id, app_id: app.id }).execute()
    const blocked = await inConversation(id, { text_message: 'x' })
    expect(blocked).toMatchObject({
      status: 412,
      body: { code: 9, message: "message delivery failed due to recipient's restriction" },
    })
    await node.db.deleteFrom('app_blocks').where('user_id', '=', user.id).execute()
    await node.db.updateTable('users').set({ blacklisted: true }).where('id', '=', user.id).execute()
    expect(reasonOf(await inConversation(id, { text_message: 'x' }))).toBe('412 9 RECIPIENT_RESTRICTED')
    await node.db.updateTable('users').set({ blacklisted: false }).where('id', '=', user.id).execute()
    expect((await inConversation(id, { text_message: 'x' })).status).toBe(200)
    expect(await messagesIn(id)).toHaveLength(1)
  })

  test('Idempotency-Key: sends once, answers the same; another body is 409, a refused send leaves it free', async () => {
    const id = await open()
    const key = { 'idempotency-key': randomUUID() }
    const both = await Promise.all([
      inConversation(id, { text_message: 'once' }, key),
      inConversation(id, { text_message: 'once' }, key),
    ])
    expect(both).toEqual(Array(2).fill({ status: 200, body: { conversation_id: id } }))
    expect(reasonOf(await inConversation(id, { text_message: 'twice' }, key))).toBe(
      '409 6 IDEMPOTENCY_KEY_REUSED',
    )
    expect(await messagesIn(id)).toHaveLength(1)
    const other = { 'idempotency-key': randomUUID() }
    expect((await inConversation(randomUUID(), { text_message: 'x' }, other)).status).toBe(403)
    expect((await inConversation(id, { text_message: 'y' }, other)).status).toBe(200)
  })

  test('every wrong field is named, and nothing is said', async () => {
    const id = await open()
    const button = { caption: '', action: {} }
    const answer = await inConversation(id, { type: 'IMAGE', buttons: { rows: [{ buttons: [button] }] } })
    expect(answer.status).toBe(400)
    const fields = answer.body.details?.flatMap(({ field_violations = [] }) => field_violations)
    expect(fields?.map(({ field }) => field).toSorted()).toEqual([
      'buttons.rows[0].buttons[0].action',
      'buttons.rows[0].buttons[0].caption',
      'text_message',
      'type',
    ])
    expect(await messagesIn(id)).toEqual([])
  })
})

describe('§9 a chatbot speaks to a user', () => {
  test('who granted CHAT_BOT_USER_MESSAGE_SEND: the conversation is opened, once for however many calls', async () => {
    const headers = await tokenOf()
    const texts = Array.from({ length: 10 }, (_, i) => `m${i}`)
    const answers = await Promise.all(texts.map((text) => toUser({ text_message: text }, headers)))
    const ids = new Set(answers.map(({ body }) => body.conversation_id))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(await conversationsOf()).toEqual([...ids].map((id) => ({ id })))
    expect(await messagesIn([...ids][0]!)).toHaveLength(10)
  })

  test.each(['/v1/open-platform/chat/bot/users/', '/experimental/open-platform/chat/bot/users/'])(
    'into the conversation that is there, by the key alone, at %s',
    async (prefix) => {
      const id = await open()
      const path = `${prefix}${userIds.toPublic(app.id, user.id)}/messages`
      expect(await post(path, { text_message: 'x' })).toEqual({ status: 200, body: { conversation_id: id } })
      const [noScope] = await Promise.all([tokenOf(user, ['USER_ID'])])
      expect((await post(path, { text_message: 'x' }, noScope)).status).toBe(200)
    },
  )

  test('Idempotency-Key: the first message opens the conversation and is sent once', async () => {
    const headers = { ...(await tokenOf()), 'idempotency-key': randomUUID() }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => toUser({ text_message: 'hi' }, headers)),
    )
    answers.push(await toUser({ text_message: 'hi' }, headers))
    const [{ body }] = answers as [Answer]
    expect(answers).toEqual(Array(6).fill({ status: 200, body }))
    expect(await messagesIn(body.conversation_id ?? '')).toHaveLength(1)
  })

  test('a key of what the app sends for people is another one', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const seller = await fixture.addUser(node.db)
    const theirs = await fixture.addPost(node.db, seller.id)
    const inPost = await fixture.addConversation(node.db, theirs, seller.id, user.id)
    const token = await tokenOf(user, [`CONVERSATION_SEND_MESSAGE.${inPost}`])
    const path = `/v2/open-platform/conversations/${inPost}/messages`
    expect((await post(path, { message: 'x' }, { ...key, ...token })).status).toBe(200)
    expect((await inConversation(await open(), { text_message: 'x' }, key)).status).toBe(200)
  })

  test('no app speaks in a chatbot’s conversation as the person, who may have granted that to it', async () => {
    const id = await open()
    const token = await tokenOf(user, [`CONVERSATION_SEND_MESSAGE.${id}`])
    const answer = await post(`/v2/open-platform/conversations/${id}/messages`, { message: 'x' }, token)
    expect(reasonOf(answer)).toBe('403 7 NOT_A_PARTICIPANT')
    expect(answer.body.message).toContain('/v1/open-platform/chat/bot/conversations/')
  })

  test('§0 the order of checks: key, permission, token, body, scope, state', async () => {
    const blocked = { user_id: user.id, app_id: app.id }
    await node.db.insertInto('app_blocks').values(blocked).execute()
    const { accessToken } = await fixture.addGrant(node.db, app.id, user.id, ['USER_ID'])
    const noScope = { authorization: `Bearer ${accessToken}` }
    const badToken = { authorization: 'Bearer ca_wrong' }
    const keyless = { 'x-api-key': 'ck_wrong' }
    const bad = { text_message: '' }
    const good = { text_message: 'x' }
    const powerless = await fixture.addApp(node.db, user.id, { permissions: ['GET_POST'] })
    for (const [body, headers, expected] of [
      [bad, { ...badToken, ...keyless }, '401 16 API_KEY_UNKNOWN'],
      [bad, { ...badToken, 'x-api-key': powerless.key }, '403 7 PERMISSION_MISSING'],
      [bad, badToken, '401 16 ACCESS_TOKEN_UNKNOWN'],
      [bad, noScope, '400 3 INVALID_FIELDS'],
      [good, noScope, '403 7 SCOPE_MISSING'],
    ] as const) {
      expect(reasonOf(await toUser(body, headers))).toBe(expected)
    }
    await open()
    expect(reasonOf(await toUser(good, noScope))).toBe('412 9 RECIPIENT_RESTRICTED')
  })

  test('without conversation: 403 that names the scope, and none is opened', async () => {
    const noScope = await tokenOf(user, ['USER_ID'])
    const ofAnotherApp = userIds.toPublic((await fixture.addApp(node.db, user.id)).id, user.id)
    for (const [headers, to] of [
      [{}, undefined],
      [noScope, undefined],
      [{}, 'nobody'],
      [{}, ofAnotherApp],
    ] as const) {
      const answer = await toUser({ text_message: 'x' }, headers, to)
      expect(reasonOf(answer)).toBe('403 7 SCOPE_MISSING')
      expect(answer.body.message).toContain('CHAT_BOT_USER_MESSAGE_SEND')
    }
    expect(await conversationsOf()).toEqual([])
  })

  test('a token that is sent has to be good, and of that user', async () => {
    await open()
    const wrong = await toUser({ text_message: 'x' }, { authorization: 'Bearer ca_wrong' })
    expect(reasonOf(wrong)).toBe('401 16 ACCESS_TOKEN_UNKNOWN')
    const stranger = await fixture.addUser(node.db)
    const others = await toUser({ text_message: 'x' }, await tokenOf(stranger))
    expect(reasonOf(others)).toBe('403 7 NOT_THE_TOKENS_USER')
    expect((await toUser({ text_message: 'x' }, { authorization: 'Bearer ' })).status).toBe(200)
  })

  test('who blocked it, or is blacklisted, is 412, and no conversation is opened', async () => {
    const headers = await tokenOf()
    await node.db.insertInto('app_blocks').values({ user_id: user.id, app_id: app.id }).execute()
    expect(reasonOf(await toUser({ text_message: 'x' }, headers))).toBe('412 9 RECIPIENT_RESTRICTED')
    await node.db.deleteFrom('app_blocks').where('user_id', '=', user.id).execute()
    await node.db.updateTable('users').set({ blacklisted: true }).where('id', '=', user.id).execute()
    expect(reasonOf(await toUser({ text_message: 'x' }, headers))).toBe('412 9 RECIPIENT_RESTRICTED')
    expect(await conversationsOf()).toEqual([])
  })

  test('a media token that is none opens no conversation', async () => {
    const answer = await toUser({ text_message: '', media_token: 'no-such' }, await tokenOf())
    expect(reasonOf(answer)).toBe('400 3 INVALID_FIELDS')
    expect(await conversationsOf()).toEqual([])
  })

  test('an app whose permission the host did not approve says nothing', async () => {
    app = await fixture.addApp(node.db, user.id, { development: false })
    const id = await open()
    const answer = await inConversation(id, { text_message: 'x' })
    expect(reasonOf(answer)).toBe('403 7 PERMISSION_MISSING')
    expect(answer.body.message).toContain('CHAT_BOT_SEND_MESSAGE')
  })
})
