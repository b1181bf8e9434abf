import { Client, NoAnswerError, RefusedError, scope, type UserClient } from '@charsu/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { pdfFile, pngImage } from '../../packages/server/testing/sample-files.ts'
import { startTestServer } from '../../packages/server/testing/test-server.ts'
import { type ConnectedApp, connectedApp, PHONE } from './connected-app.ts'
import { refusalOf } from './refusal-of.ts'

let here: ConnectedApp
beforeAll(async () => {
  here = await connectedApp()
})
afterAll(() => here.node.close())

describe('what a user allowed', () => {
  let client: UserClient

  beforeAll(async () => {
    const { conversationId, post, seller } = here
    ;({ client } = await here.connect(seller, [
      scope.sendMessage(conversationId),
      scope.readConversation(conversationId),
      scope.readPostConversations(post.token),
      scope.userId,
      scope.userPhone,
      scope.userPosts,
      scope.sendEvent,
      scope.chatbotMessages,
      scope.offline,
    ]))
  })

  test('the user, their posts, and one of them in full', async () => {
    const { post } = here
    expect(await client.getUser()).toMatchObject({ user_id: expect.any(String), phone_number: PHONE })
    const { posts } = await client.listPosts()
    expect(posts.map(({ token }) => token)).toContain(post.token)
    expect((await client.getUserPost(post.token)).general_data.title).toBe('Two rooms')
  })

  test('a message with two faces, which is read again', async () => {
    const { conversationId, post } = here
    const action = { get_dynamic_action: { data: { day: 6 } } }
    const answer = await client.sendMessage(conversationId, {
      message: 'When do you want to come?',
      receiver_buttons: { rows: [{ buttons: [{ caption: 'Saturday', action }] }] },
    })
    const { conversation, messages } = await client.getConversation(conversationId)
    expect(conversation).toEqual({ id: conversationId, type: 'POST', post_token: post.token })
    expect(messages.at(-1)).toMatchObject({
      id: answer.message_id,
      text: 'When do you want to come?',
      sender: { side: 'SELLER', type: 'BOT' },
    })
  })

  test('a subscription and a notice', async () => {
    const { node, post } = here
    await client.subscribe({
      event_type: 'NEW_MESSAGE_ON_POST',
      event_resource_id: post.token,
      metadata: { a: 1 },
    })
    const subscriptions = await node.db.selectFrom('subscriptions').selectAll().execute()
    expect(subscriptions).toContainEqual(expect.objectContaining({ metadata: { a: 1 } }))
    await client.sendEvent({
      message: 'Your visit is confirmed',
      target_type: 'POST',
      target_resource_id: post.token,
      primary_button: { title: 'Open it', action: { open_server_link: { data: { visit: 17 } } } },
    })
    const notices = await node.db.selectFrom('notices').selectAll().execute()
    expect(notices.at(-1)).toMatchObject({ message: 'Your visit is confirmed' })
  })

  test('a chatbot begins, and goes on with the key alone', async () => {
    const { charsu } = here
    const { user_id = '' } = await client.getUser()
    const none = await refusalOf(charsu.sendChatbotMessageToUser(user_id, { text_message: 'Hello' }))
    expect(none.reason).toBe('SCOPE_MISSING')
    const begun = await client.sendChatbotMessageToUser(user_id, { text_message: 'Hello' })
    const again = await charsu.sendChatbotMessageToUser(user_id, { text_message: 'Still there?' })
    expect(again).toEqual(begun)
    expect(await charsu.sendChatbotMessage(begun.conversation_id, { text_message: 'Good' })).toEqual(begun)
  })

  test('a picture and a document are uploaded and sent', async () => {
    const { charsu, conversationId } = here
    const picture = await charsu.upload('image', new Blob([new Uint8Array(await pngImage())]))
    const sent = await client.sendMessage(conversationId, { media_token: picture })
    expect(sent.message_id).toEqual(expect.any(String))
    const name = 'قرارداد.pdf'
    const document = await charsu.upload('file', new Blob([new Uint8Array(pdfFile())]), name)
    await client.sendMessage(conversationId, { media_token: document, type: 'FILE' })
    const error = await refusalOf(charsu.upload('image', new Blob(['no picture'])))
    expect(error).toMatchObject({ operation: 'upload', status: 400, reason: 'MEDIA_TYPE_WRONG' })
  })
})

describe('with the key alone', () => {
  test('posts are read and searched, people found, lists read', async () => {
    const { buyer, charsu, node, post } = here
    const published = await fixture.addPost(node.db, buyer.id, { development: false })
    expect(await charsu.getPost(post.token)).toMatchObject({ token: post.token, state: 'PUBLISHED' })
    const { posts } = await charsu.searchPosts({ city: '' })
    expect(posts).toEqual(expect.any(Array))
    expect(posts.map(({ token }) => token)).not.toContain(post.token)
    expect(published.token).toEqual(expect.any(String))
    expect(await charsu.getUserIdByPhone('0912 123 4567')).toEqual({ user_id: expect.any(String) })
    const { scopes } = await charsu.listScopes()
    expect(scopes.map(({ slug }) => slug)).toContain('USER_ID')
    const { permissions } = await charsu.listPermissions()
    expect(permissions.map(({ slug }) => slug)).toContain('GET_POST')
  })
})

describe('a message goes out once', () => {
  const texts = async (client: UserClient, text: string): Promise<number> =>
    (await client.getConversation(here.conversationId)).messages.filter((message) => message.text === text)
      .length

  test('when the answer to the first attempt was lost on its way', async () => {
    const { app, conversationId, grants, node, seller } = here
    const { id } = await here.connect(seller, [
      scope.sendMessage(conversationId),
      scope.readConversation(conversationId),
    ])
    const token = (await grants.get(id))?.accessToken ?? ''
    let lost = 0
    const forgetful = new Client({
      apiKey: app.key,
      baseUrl: node.url,
      time: { now: Date.now, sleep: (ms) => (ms < 20_000 ? Promise.resolve() : new Promise(() => {})) },
      interceptors: [
        async (request, next) => {
          const response = await next(request)
          if (request.method === 'GET' || lost++ >= 2) return response
          throw new TypeError('the connection broke on the way back')
        },
      ],
    })
    const client = forgetful.as(token)
    const answer = await client.sendMessage(conversationId, { message: 'Only once, please' })
    expect(answer.message_id).toEqual(expect.any(String))
    expect(lost).toBe(3)
    expect(await texts(client, 'Only once, please')).toBe(1)
  })

  test('when its sender tries again with the error’s key', async () => {
    const { app, charsu, conversationId, grants, node, seller } = here
    const { id } = await here.connect(seller, [
      scope.sendMessage(conversationId),
      scope.readConversation(conversationId),
    ])
    const token = (await grants.get(id))?.accessToken ?? ''
    const broken = new Client({
      apiKey: app.key,
      baseUrl: node.url,
      retries: 0,
      interceptors: [
        async (request, next) => {
          await next(request)
          throw new TypeError('the connection broke on the way back')
        },
      ],
    })
    const message = { message: 'Only once, again' }
    const error: unknown = await broken
      .as(token)
      .sendMessage(conversationId, message)
      .catch((thrown) => thrown)
    if (!(error instanceof NoAnswerError)) throw error
    const { idempotencyKey } = error
    const client = charsu.as(token)
    await client.sendMessage(conversationId, message, { idempotencyKey })
    expect(await texts(client, 'Only once, again')).toBe(1)
    const other = await refusalOf(
      client.sendMessage(conversationId, { message: 'Another' }, { idempotencyKey }),
    )
    expect(other).toMatchObject({ status: 409, codeName: 'ALREADY_EXISTS' })
  })
})

describe('a refusal says what to do', () => {
  test('for a scope that is missing: which one', async () => {
    const { conversationId, seller } = here
    const { client } = await here.connect(seller, [scope.userId])
    const error = await refusalOf(client.sendMessage(conversationId, { message: 'x' }))
    const needed = scope.sendMessage(conversationId)
    expect(error).toMatchObject({ status: 403, reason: 'SCOPE_MISSING', metadata: { scope: needed } })
    expect(error.hint).toContain(`scopes: ["${needed}"]`)
    expect(new URL(error.helpUrl ?? '').pathname).toBe('/errors/SCOPE_MISSING')
    expect(error.message).toContain(error.helpUrl ?? 'a link')
    expect(error.requestId).toEqual(expect.any(String))
  })

  test('for wrong fields: each of them', async () => {
    const { conversationId, seller } = here
    const { client } = await here.connect(seller, [scope.sendMessage(conversationId)])
    const grid = { rows: [{ buttons: [{ caption: '', action: { open_direct_link: 'ftp://x' } }] }] }
    const error = await refusalOf(client.sendMessage(conversationId, { message: ' ', sender_buttons: grid }))
    expect(error.violations.map(({ field }) => field).sort()).toEqual([
      'message',
      'sender_buttons.rows[0].buttons[0].action.open_direct_link',
      'sender_buttons.rows[0].buttons[0].caption',
    ])
    for (const { description } of error.violations) expect(error.message).toContain(description)
  })

  test('for a key that is unknown, without it', async () => {
    const { node, post } = here
    const stranger = new Client({ apiKey: 'ck_nobody_has_this_key', baseUrl: node.url })
    const error = await refusalOf(stranger.getPost(post.token))
    expect(error).toMatchObject({ status: 401, reason: 'API_KEY_UNKNOWN', codeName: 'UNAUTHENTICATED' })
    expect(error.message).not.toContain('ck_nobody_has_this_key')
  })

  test('for a base URL with a path behind it', async () => {
    const { app, node, post } = here
    const lost = new Client({ apiKey: app.key, baseUrl: `${node.url}/v1/open-platform` })
    const error = await refusalOf(lost.getPost(post.token))
    expect(error.status).toBe(501)
    expect(error.hint).toContain('Is baseUrl the origin of the platform')
  })

  test('for a token without its user’s consent any more', async () => {
    const { charsu } = here
    const error = await refusalOf(charsu.as('ca_unknown').getUser())
    expect(error).toMatchObject({ status: 401, reason: 'ACCESS_TOKEN_UNKNOWN' })
  })
})

test('a limit is waited for as long as it says, and thrown when that is too long', async () => {
  const { app, node, post } = here
  await using limited = await startTestServer({
    database: node.database,
    config: { appRequestsPerMinute: 2 },
  })
  const waits: number[] = []
  const given = {
    apiKey: app.key,
    baseUrl: limited.url,
    time: {
      now: Date.now,
      sleep: (ms: number, signal?: AbortSignal) => {
        if (signal === undefined) waits.push(ms)
        return signal === undefined ? Promise.resolve() : new Promise<void>(() => {})
      },
    },
  }
  const hasty = new Client({ ...given, maxWaitMs: 0 })
  const patient = new Client({ ...given, maxWaitMs: 60_000, retries: 1 })
  // A minute may end in between, so it is asked until it is refused.
  const refused = async (client: Client): Promise<RefusedError> => {
    for (let calls = 0; calls < 20; calls++) {
      const outcome: unknown = await client.getPost(post.token).catch((thrown) => thrown)
      if (outcome instanceof RefusedError) return outcome
    }
    throw new Error('nothing was refused')
  }
  const error = await refused(hasty)
  expect(error).toMatchObject({ status: 429, reason: 'MINUTE_LIMIT_EXCEEDED' })
  expect(error.retryAfterMs).toBeGreaterThan(0)
  expect(error.retryAfterMs).toBeLessThanOrEqual(60_000)
  expect(error.hint).toContain("the error's retryAfterMs")
  expect(waits).toEqual([])
  await refused(patient)
  expect(waits.length).toBeGreaterThanOrEqual(1)
  expect(waits[0]).toBeGreaterThan(0)
})
