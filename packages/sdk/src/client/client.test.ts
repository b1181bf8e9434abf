import { normalizeGrid } from '@charsu/protocol/button-grid'
import { chatbotMessageParser } from '@charsu/protocol/chatbot-message'
import { searchPostsParser } from '@charsu/protocol/search-posts'
import { parseSendEvent } from '@charsu/protocol/send-event'
import { sendMessageParser } from '@charsu/protocol/send-message'
import { subscriptionParser } from '@charsu/protocol/subscription'
import { describe, expect, test } from 'vitest'
import type { SendEventBody, SendMessageBody } from './bodies.ts'
import { Client } from './client.ts'
import type { UserClient } from './user-client.ts'

const CONVERSATION = '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'

interface Sent {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: string
}

/** A client whose requests are looked at and answered here. */
function watched(answer: unknown = {}): { user: UserClient; client: Client; sent: Sent[] } {
  const sent: Sent[] = []
  const client = new Client({
    apiKey: 'ck_of_these_tests',
    baseUrl: 'https://charsu.example/',
    fetch: async (request) => {
      const { origin, pathname, searchParams } = new URL(request.url)
      expect(origin).toBe('https://charsu.example')
      expect(request.redirect).toBe('manual')
      sent.push({
        method: request.method,
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      })
      return Response.json(answer)
    },
  })
  return { client, user: client.as('ca_of_these_tests'), sent }
}

const KEY = { 'x-api-key': 'ck_of_these_tests' }
const TOKEN = { authorization: 'Bearer ca_of_these_tests' }

const calls: [string, string, string, Record<string, string>, (user: UserClient) => Promise<unknown>][] = [
  [
    'sendMessage',
    'POST',
    `/v2/open-platform/conversations/${CONVERSATION}/messages`,
    { ...KEY, ...TOKEN },
    (user) => user.sendMessage(CONVERSATION, { message: 'Good evening' }),
  ],
  [
    'getConversation',
    'GET',
    `/v1/open-platform/chat/conversations/${CONVERSATION}`,
    { ...KEY, ...TOKEN },
    (user) => user.getConversation(CONVERSATION),
  ],
  [
    'subscribe',
    'POST',
    '/v1/open-platform/events/subscriptions',
    { ...KEY, ...TOKEN },
    (user) => user.subscribe({ event_type: 'POST_UPDATE' }),
  ],
  [
    'sendEvent',
    'POST',
    '/experimental/open-platform/events/send',
    { ...KEY, ...TOKEN },
    (user) => user.sendEvent({ message: 'Confirmed' }),
  ],
  ['getUser', 'GET', '/v1/open-platform/users', { ...KEY, ...TOKEN }, (user) => user.getUser()],
  [
    'listPosts',
    'GET',
    '/v1/open-platform/finder/user-posts',
    { ...KEY, ...TOKEN },
    (user) => user.listPosts(),
  ],
  [
    'getUserPost',
    'GET',
    '/v1/open-platform/user-post/gZk3xQ1a',
    { ...KEY, ...TOKEN },
    (user) => user.getUserPost('gZk3xQ1a'),
  ],
  [
    'sendChatbotMessage',
    'POST',
    `/v1/open-platform/chat/bot/conversations/${CONVERSATION}/messages`,
    KEY,
    (user) => user.sendChatbotMessage(CONVERSATION, { text_message: 'Which post?' }),
  ],
  [
    'sendChatbotMessageToUser',
    'POST',
    '/v1/open-platform/chat/bot/users/u1/messages',
    { ...KEY, ...TOKEN },
    (user) => user.sendChatbotMessageToUser('u1', { text_message: 'Which post?' }),
  ],
  ['getPost', 'GET', '/v1/open-platform/finder/post/gZk3xQ1a', KEY, (user) => user.getPost('gZk3xQ1a')],
  [
    'searchPosts',
    'POST',
    '/v2/open-platform/finder/post',
    KEY,
    (user) => user.searchPosts({ city: 'tehran' }),
  ],
  [
    'getUserIdByPhone',
    'POST',
    '/v1/open-platform/get-user-id-by-phone',
    KEY,
    (user) => user.getUserIdByPhone('0912 123 4567'),
  ],
  ['listScopes', 'GET', '/v1/open-platform/assets/oauth-scope', {}, (user) => user.listScopes()],
  ['listPermissions', 'GET', '/v1/open-platform/assets/permission', {}, (user) => user.listPermissions()],
]

describe('each operation goes where the contract has it, with the credentials that it needs and no others', () => {
  test.each(calls)('%s', async (_, method, path, credentials, call) => {
    const { user, sent } = watched()
    await call(user)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method, path, headers: credentials })
    const { 'x-api-key': key, authorization } = sent[0]?.headers ?? {}
    expect({ key, authorization }).toEqual({
      key: credentials['x-api-key'],
      authorization: credentials.authorization,
    })
    if (method === 'GET') expect(sent[0]?.body).toBe('')
  })

  test('a chatbot writes to a user with the key alone, when there is no token', async () => {
    const { client, sent } = watched()
    await client.sendChatbotMessageToUser('u1', { text_message: 'Good evening' })
    expect(sent[0]?.headers).not.toHaveProperty('authorization')
  })
})

describe('what is sent is what the platform reads', () => {
  const grid = {
    rows: [
      {
        buttons: [
          { caption: 'Saturday', action: { get_dynamic_action: { data: { day: 6 } } } },
          { caption: 'Look', icon: 'LINK', action: { open_direct_link: 'https://app.example/' } },
        ],
      },
    ],
  }

  test('a message with a grid for each side', async () => {
    const { user, sent } = watched()
    const body: SendMessageBody = { message: 'When?', sender_buttons: grid, receiver_buttons: grid }
    await user.sendMessage(CONVERSATION, body)
    expect(sent[0]?.headers['content-type']).toBe('application/json')
    const report = (): void => {}
    expect(sendMessageParser.parse(JSON.parse(sent[0]?.body ?? ''))).toEqual({
      ok: true,
      value: {
        says: { text: 'When?' },
        senderButtons: normalizeGrid(grid, '', report),
        receiverButtons: normalizeGrid(grid, '', report),
      },
    })
  })

  test('what a chatbot says', async () => {
    const { client, sent } = watched()
    await client.sendChatbotMessage(CONVERSATION, { text_message: 'When?', buttons: grid })
    expect(chatbotMessageParser.parse(JSON.parse(sent[0]?.body ?? ''))).toMatchObject({
      ok: true,
      value: { says: { text: 'When?' }, buttons: grid },
    })
  })

  test('a subscription with its metadata', async () => {
    const { user, sent } = watched()
    const body = {
      event_type: 'NEW_MESSAGE_ON_POST',
      event_resource_id: 'gZk3xQ1a',
      metadata: { t: 4 },
    } as const
    await user.subscribe(body)
    expect(subscriptionParser.parse(JSON.parse(sent[0]?.body ?? ''))).toEqual({
      ok: true,
      value: { eventType: 'NEW_MESSAGE_ON_POST', resourceId: 'gZk3xQ1a', metadata: { t: 4 } },
    })
  })

  test('a search', async () => {
    const { client, sent } = watched()
    await client.searchPosts({ city: 'tehran', query: { size: { min: 80 }, rooms: ['2'] } })
    expect(searchPostsParser.parse(JSON.parse(sent[0]?.body ?? ''))).toMatchObject({
      ok: true,
      value: { city: 'tehran', rooms: ['2'], ranges: { size: { min: '80' } } },
    })
  })

  const notices: [string, SendEventBody][] = [
    ['a text', { message: 'Your visit is confirmed & paid? 100 %' }],
    [
      'a link and a post',
      {
        message: 'x',
        target_type: 'POST',
        target_resource_id: 'gZk3xQ1a',
        primary_button: { title: 'Open it', action: { open_direct_link: 'https://app.example/?a=1&b=ز' } },
        secondary_button: { title: 'The post', action: { open_post_page: { post_token: 'gZk3xQ1a' } } },
      },
    ],
    [
      'data',
      {
        primary_button: {
          title: 'Open it',
          action: { open_server_link: { data: { visit: 17, deep: ['ز', {}] } } },
        },
        secondary_button: { title: 'Do it', action: { get_dynamic_action: { data: {} } } },
      },
    ],
    [
      'a manage page',
      { primary_button: { title: 'Manage', action: { open_post_manage_page: { post_token: 'g' } } } },
    ],
  ]
  test.each(notices)('a notice with %s, in the query as Kenar has it', async (_, notice) => {
    const { user, sent } = watched()
    await user.sendEvent(notice)
    const { query = {}, body } = sent[0] ?? {}
    expect(body).toBe('')
    const inQuery = parseSendEvent(query, undefined)
    expect(inQuery).toEqual(parseSendEvent({}, notice))
    expect(inQuery.ok).toBe(true)
  })
})

test('an upload gets a token, sends the file under it without the key, and answers the media token', async () => {
  const requests: Request[] = []
  const client = new Client({
    apiKey: 'ck_of_these_tests',
    fetch: async (request) => {
      requests.push(request)
      return Response.json(
        request.url.endsWith('/chat/upload') ? { token: 'cu_1' } : { id: 'cm_1', status: 'ok' },
      )
    },
  })
  const media = await client.upload('file', new Blob(['%PDF-1.7']), 'قرارداد.pdf')
  expect(media).toBe('cm_1')
  const [asked, uploaded] = requests
  expect(asked?.headers.get('x-api-key')).toBe('ck_of_these_tests')
  expect(new URL(uploaded?.url ?? '').pathname).toBe('/upload/file')
  expect(uploaded?.headers.get('x-api-key')).toBeNull()
  expect(uploaded?.headers.get('authorization')).toBe('Bearer cu_1')
  const file = (await uploaded?.formData())?.get('file')
  expect(file).toMatchObject({ name: 'قرارداد.pdf' })
  expect(await (file as File).text()).toBe('%PDF-1.7')
})

test('lists that an answer leaves out are empty', async () => {
  const { user } = watched()
  expect(await user.listPosts()).toEqual({ posts: [] })
  expect(await user.searchPosts()).toEqual({ posts: [] })
  expect(await user.listScopes()).toEqual({ scopes: [] })
  expect(await user.listPermissions()).toEqual({ permissions: [] })
})

test('what comes in an answer beyond the contract is kept', async () => {
  const { client } = watched({ token: 'gZk3xQ1a', new_field: { a: [1] } })
  expect(await client.getPost('gZk3xQ1a')).toEqual({ token: 'gZk3xQ1a', new_field: { a: [1] } })
})

describe('an argument that cannot be right', () => {
  test('never leads to another operation', async () => {
    const { user, sent } = watched()
    for (const id of ['', '.', '..', 'half \ud83d']) {
      await expect(user.getPost(id)).rejects.toThrow(TypeError)
    }
    expect(sent).toEqual([])
    await user.getPost('../users?x#y/%2e')
    expect(sent[0]).toMatchObject({
      path: '/v1/open-platform/finder/post/..%2Fusers%3Fx%23y%2F%252e',
      query: {},
    })
  })

  test('is named before anything is sent, and without the secret', async () => {
    const { client, sent } = watched()
    const error = await client
      .as('ca_secret \n')
      .getUser()
      .catch((thrown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).not.toContain('ca_secret')
    await expect(client.as('').getUser()).rejects.toThrow('empty text')
    const send = client.as('ca_1').sendMessage(CONVERSATION, { message: 'x' }, { idempotencyKey: 'a b' })
    await expect(send).rejects.toThrow('1 to 255 visible ASCII characters')
    const upload = client.upload('picture' as 'image', new Blob([]))
    await expect(upload).rejects.toThrow('image, video, voice, file')
    expect(sent).toEqual([])
  })

  test('of the settings is named when the client is made', () => {
    const settings = { apiKey: 'ck_of_these_tests' }
    expect(() => new Client({ apiKey: '' })).toThrow('apiKey is missing')
    expect(() => new Client({ apiKey: 'ck_secret\n' })).toThrow(/^apiKey has a space/)
    expect(() => new Client({ ...settings, baseUrl: 'localhost:4400' })).toThrow('absolute http or https URL')
    expect(() => new Client({ ...settings, baseUrl: 'https://me:pw@charsu.example' })).toThrow('user name')
    expect(() => new Client({ ...settings, retries: -1 })).toThrow(
      'retries must be a whole number from 0 to 10',
    )
    expect(() => new Client({ ...settings, timeoutMs: Number.NaN })).toThrow('timeoutMs')
    expect(() => new Client({ ...settings, maxWaitMs: 2 ** 31 })).toThrow('maxWaitMs')
  })
})

test('nothing that a client prints as holds the key', () => {
  const client = new Client({ apiKey: 'ck_of_these_tests' })
  expect(JSON.stringify(client.as('ca_of_these_tests'))).toBe('{}')
  expect(Object.values(client)).toEqual([])
})
