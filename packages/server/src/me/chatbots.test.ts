import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startClickedApp } from '../../testing/clicked-app.ts'
import { EventStreamClient } from '../../testing/event-stream.ts'
import { helpDetail } from '../../testing/help-page.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

interface Conversation {
  id: string
  type: string
  side?: string
  peer: { name: string }
  app?: { slug: string; display_name: string }
  post?: unknown
  last_message: { mine: boolean; text: string; app?: { slug: string } } | null
  unread_count: number
  can_send: boolean
  blocked: boolean
}

let node: TestServer
let user: fixture.UserFixture
let app: fixture.AppFixture

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
})
beforeEach(async () => {
  user = await fixture.addUser(node.db)
  app = await fixture.addApp(node.db, user.id)
})
afterAll(() => node.close())

async function me(method: string, path: string, body?: unknown, who = user) {
  const answer = await fetch(`${node.url}/me/v1${path}`, {
    method,
    headers: { cookie: who.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function open(slug = app.slug): Promise<Conversation> {
  const { status, body } = await me('POST', `/chatbots/${slug}`)
  expect(status).toBe(200)
  return body as unknown as Conversation
}

const conversation = async (id: string) =>
  (await me('GET', `/conversations/${id}`)).body as unknown as Conversation

async function say(id: string, body: object): Promise<number> {
  const answer = await fetch(`${node.url}/v1/open-platform/chat/bot/conversations/${id}/messages`, {
    method: 'POST',
    headers: { 'x-api-key': app.key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return answer.status
}

const buttons = (action: object) => ({ rows: [{ buttons: [{ caption: 'press', action }] }] })

describe('§9 a person and a chatbot', () => {
  test('opening it answers the conversation, the same one each time', async () => {
    const opened = await Promise.all([open(), open(), open()])
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
    expect(opened[0]).toMatchObject({
      type: 'BOT',
      peer: { name: `App ${app.slug}` },
      app: { slug: app.slug, display_name: `App ${app.slug}` },
      last_message: null,
      unread_count: 0,
      can_send: true,
      blocked: false,
    })
    expect(opened[0]).not.toHaveProperty('side')
    expect(opened[0]).not.toHaveProperty('post')
  })

  test('an app that is not there, or may not chat, is 404', async () => {
    const shutOut = await fixture.addApp(node.db, user.id, { development: false })
    for (const slug of ['nobody', shutOut.slug, '%00', `${'x'.repeat(300)}`]) {
      const { status, body } = await me('POST', `/chatbots/${slug}`)
      expect([slug, status === 404 || status === 400]).toEqual([slug, true])
      if (status === 404)
        expect(body).toMatchObject({
          code: 5,
          details: [{ reason: 'CHATBOT_UNKNOWN' }, helpDetail('CHATBOT_UNKNOWN')],
        })
    }
    const permission = { app_id: shutOut.id, name: 'CHAT_BOT_SEND_MESSAGE', approved_at: new Date() }
    await node.db.insertInto('app_permissions').values(permission).execute()
    const { id } = await open(shutOut.slug)
    await node.db.deleteFrom('app_permissions').where('app_id', '=', shutOut.id).execute()
    expect(await conversation(id)).toMatchObject({ can_send: false, blocked: false })
  })

  test('it is in the list, with what was said last and how much is unread', async () => {
    const { id } = await open()
    await me('POST', `/conversations/${id}/messages`, { text: 'hello' })
    await say(id, { text_message: 'one' })
    await say(id, { text_message: 'two', buttons: buttons({ open_direct_link: 'https://a.example/' }) })
    const { body } = await me('GET', '/conversations')
    expect(body.conversations).toMatchObject([
      { id, unread_count: 2, last_message: { mine: false, text: 'two', app: { slug: app.slug } } },
    ])
    const page = await me('GET', `/conversations/${id}/messages`)
    expect(page.body.messages).toMatchObject([
      { mine: true, text: 'hello', sequence: 1 },
      { mine: false, text: 'one', app: { slug: app.slug } },
      {
        mine: false,
        text: 'two',
        buttons: {
          rows: [{ buttons: [{ caption: 'press', action: { open_direct_link: 'https://a.example/' } }] }],
        },
      },
    ])
    expect((await me('POST', `/conversations/${id}/read`, { sequence: 3 })).body).toEqual({
      read_sequence: 3,
      unread_count: 0,
    })
  })

  test('what it says comes through the stream', async () => {
    const { id } = await open()
    const stream = await new EventStreamClient(node.url, user.cookie).connect()
    await waitFor(() => stream.events.some(({ event }) => event === 'ready'))
    await say(id, { text_message: 'live' })
    const { data } = await waitFor(() => stream.events.find(({ event }) => event === 'message'))
    expect(data).toMatchObject({ conversation_id: id, mine: false, text: 'live' })
    await stream.disconnect()
  })

  test.each(['by its slug', 'by the conversation'])(
    'blocked %s it says nothing more, until that is taken back',
    async (how) => {
      const { id } = await open()
      const path = how === 'by its slug' ? `/chatbots/${app.slug}/block` : `/conversations/${id}/block`
      for (let i = 0; i < 2; i++) expect((await me('PUT', path)).body).toEqual({ blocked: true })
      expect(await conversation(id)).toMatchObject({ blocked: true, can_send: false })
      expect(await say(id, { text_message: 'x' })).toBe(412)
      expect((await me('POST', `/conversations/${id}/messages`, { text: 'x' })).status).toBe(412)
      expect((await me('GET', '/blocks')).body).toEqual({
        blocked: [],
        chatbots: [{ slug: app.slug, display_name: `App ${app.slug}`, blocked_at: expect.any(String) }],
      })
      for (let i = 0; i < 2; i++) expect((await me('DELETE', path)).body).toEqual({ blocked: false })
      expect(await conversation(id)).toMatchObject({ blocked: false, can_send: true })
      expect(await say(id, { text_message: 'x' })).toBe(200)
      expect((await me('GET', '/blocks')).body).toMatchObject({ chatbots: [] })
    },
  )

  test('one may be blocked before it ever spoke, also when it may not chat now; another’s block is one’s own', async () => {
    const shutOut = await fixture.addApp(node.db, user.id, { development: false })
    for (const { slug } of [app, shutOut])
      expect((await me('PUT', `/chatbots/${slug}/block`)).status).toBe(200)
    expect((await me('PUT', '/chatbots/nobody/block')).status).toBe(404)
    expect(await open()).toMatchObject({ blocked: true, can_send: false })
    const other = await fixture.addUser(node.db)
    expect((await me('POST', `/chatbots/${app.slug}`, undefined, other)).body).toMatchObject({
      can_send: true,
    })
  })

  test('a blacklisted person may open and read it, and neither side can speak', async () => {
    await node.db.updateTable('users').set({ blacklisted: true }).where('id', '=', user.id).execute()
    const { id, can_send } = await open()
    expect(can_send).toBe(false)
    expect((await me('POST', `/conversations/${id}/messages`, { text: 'x' })).status).toBe(412)
    expect(await say(id, { text_message: 'x' })).toBe(412)
  })

  test('nobody else sees, reads or writes there', async () => {
    const { id } = await open()
    const stranger = await fixture.addUser(node.db)
    for (const [method, path, body] of [
      ['GET', `/conversations/${id}`],
      ['GET', `/conversations/${id}/messages`],
      ['POST', `/conversations/${id}/messages`, { text: 'x' }],
      ['PUT', `/conversations/${id}/block`],
      ['POST', `/conversations/${id}/read`, { sequence: 1 }],
    ] as const) {
      expect((await me(method, path, body, stranger)).status).toBe(404)
    }
  })
})

describe('§3 clicks on a chatbot’s buttons', () => {
  async function clicked(action: object, answer: object, version: 1 | 2 = 2) {
    const server = await startClickedApp(() => ({ body: answer }))
    await node.db
      .updateTable('apps')
      .set({
        session_initialization_url: server.url,
        session_initialization_version: version,
        dynamic_action_url: server.url,
      })
      .where('id', '=', app.id)
      .execute()
    const { id } = await open()
    await say(id, { text_message: 'x', buttons: buttons(action) })
    const { body } = await me('GET', `/conversations/${id}/messages`)
    const [{ id: messageId }] = body.messages as [{ id: string }]
    const result = await me('POST', `/conversations/${id}/messages/${messageId}/click`, { row: 0, column: 0 })
    const stranger = await fixture.addUser(node.db)
    const path = `/conversations/${id}/messages/${messageId}/click`
    expect((await me('POST', path, { row: 0, column: 0 }, stranger)).status).toBe(404)
    await server.close()
    return { id, result: result.body, call: server.received[0] }
  }

  test('session initialization, version 2: no post and no sides', async () => {
    const { id, result, call } = await clicked(
      { open_server_link: { data: { a: [1] } } },
      { url: 'https://a.example/x' },
    )
    expect(result).toEqual({ outcome: 'opened', open_url: 'https://a.example/x' })
    const back = expect.stringContaining(`/completion?conversation=${id}`)
    expect(call?.body).toEqual({
      source: 'CHAT_MESSAGE_ACTION',
      conversation_id: id,
      user_id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      extra_data: { a: [1] },
      provider_data: { a: [1] },
      completion_url: back,
      return_url: back,
    })
  })

  test('version 1: the people of a post are empty strings', async () => {
    const { call } = await clicked({ open_server_link: { data: {} } }, { url: 'https://a.example/x' }, 1)
    expect(call?.body).toMatchObject({ peer_id: '', supplier: { id: '' }, demand: { id: '' } })
    expect(call?.headers).not.toHaveProperty('api-version')
  })

  test('dynamic action: touchpoint CHAT', async () => {
    const { id, result, call } = await clicked(
      { get_dynamic_action: { data: { k: 'v' } } },
      { text_message: 'booked' },
    )
    expect(result).toEqual({ outcome: 'toast', toast: 'booked' })
    expect(call?.body).toEqual({
      touchpoint: 'CHAT',
      conversation_id: id,
      user_id: expect.any(String),
      extra_data: { k: 'v' },
    })
  })
})
