import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EventStreamClient } from '../../testing/event-stream.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { GrantView } from './list-grants.ts'
import type { MessageView } from './view-message.ts'
import type { NoticeView } from './view-notice.ts'

interface Inbox {
  notices: NoticeView[]
  unread_count: number
  next_cursor: string | null
}

describe('a person’s notices, consents and clicks', () => {
  let node: TestServer
  let user: fixture.UserFixture
  let peer: fixture.UserFixture
  let post: { id: string; token: string }
  let app: fixture.AppFixture
  let grant: fixture.GrantFixture
  let conversationId: string

  beforeAll(async () => {
    node = await startTestServer()
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    user = await fixture.addUser(node.db, { name: 'Sara' })
    peer = await fixture.addUser(node.db, { name: 'Babak' })
    post = await fixture.addPost(node.db, user.id, { title: 'A bicycle' })
    conversationId = await fixture.addConversation(node.db, post, user.id, peer.id)
    app = await fixture.addApp(node.db, peer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    grant = await fixture.addGrant(node.db, app.id, user.id, [
      'SEND_EVENT',
      `CONVERSATION_SEND_MESSAGE__${conversationId}`,
      `CHAT_POST_CONVERSATIONS_READ.${post.token}`,
      'USER_ID',
      'NOTIFICATION_ACCESS_REVOCATION',
      'NO_LONGER_KNOWN',
    ])
  })

  const call = async <T = unknown>(
    who: fixture.UserFixture,
    method: string,
    target: string,
    body?: unknown,
  ): Promise<{ status: number; body: T }> => {
    const answer = await fetch(`${node.url}${target}`, {
      method,
      headers: { cookie: who.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as T }
  }
  const asApp = (target: string, body?: unknown) =>
    fetch(`${node.url}${target}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': app.key,
        authorization: `Bearer ${grant.accessToken}`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const notify = async (notice: Record<string, unknown>) => {
    const answer = await asApp('/experimental/open-platform/events/send', notice)
    expect(answer.status).toBe(200)
  }
  const inbox = async (who = user, query = '') =>
    (await call<Inbox>(who, 'GET', `/me/v1/notices${query}`)).body

  test('notices stand newest first under the app’s name, and only for their reader', async () => {
    await notify({ message: 'first' })
    await notify({
      message: 'second',
      target_type: 'POST',
      target_resource_id: post.token,
      primary_button: { title: 'Open it', action: { open_server_link: { data: { secret: 'app only' } } } },
    })
    const { notices, unread_count, next_cursor } = await inbox()
    expect([unread_count, next_cursor]).toEqual([2, null])
    const label = { slug: app.slug, display_name: `App ${app.slug}` }
    expect(notices).toMatchObject([
      {
        app: label,
        message: 'second',
        post: { post_token: post.token, title: 'A bicycle' },
        primary_button: { title: 'Open it', action: { open_server_link: {} } },
        read: false,
      },
      { app: label, message: 'first', read: false },
    ])
    expect(JSON.stringify(notices)).not.toContain('app only')
    expect(notices[1]).not.toHaveProperty('post')
    expect(await inbox(peer)).toEqual({ notices: [], unread_count: 0, next_cursor: null })
  })

  test('notices page, and are read one by one or all at once', async () => {
    for (let i = 0; i < 5; i++) await notify({ message: `n${i}` })
    const seen: string[] = []
    let query = '?limit=2'
    for (;;) {
      const page = await inbox(user, query)
      seen.push(...page.notices.map(({ message }) => message!))
      if (!page.next_cursor) break
      query = `?limit=2&cursor=${encodeURIComponent(page.next_cursor)}`
    }
    expect(seen).toEqual(['n4', 'n3', 'n2', 'n1', 'n0'])
    const [latest] = (await inbox()).notices
    const one = await call(user, 'POST', `/me/v1/notices/${latest!.id}/read`)
    expect(one).toEqual({ status: 200, body: { unread_count: 4 } })
    expect((await inbox()).notices.map(({ read }) => read)).toEqual([true, false, false, false, false])
    expect((await call(peer, 'POST', `/me/v1/notices/${latest!.id}/read`)).status).toBe(404)
    expect((await call(user, 'POST', '/me/v1/notices/nonsense/read')).status).toBe(404)
    expect((await call(user, 'POST', '/me/v1/notices/read')).body).toEqual({ unread_count: 0 })
    expect((await call(user, 'GET', '/me/v1')).body).toEqual({
      name: 'Sara',
      locale: 'fa',
      developer: false,
      operator: false,
      unread_notices: 0,
    })
  })

  test('consents are listed in words, and only to whom they are of', async () => {
    const { body } = await call<{ grants: GrantView[] }>(user, 'GET', '/me/v1/grants')
    expect(body.grants).toMatchObject([
      {
        id: grant.grantId,
        app: { slug: app.slug, display_name: `App ${app.slug}` },
        scopes: [
          { name: 'SEND_EVENT', display: 'برای شما اعلان بفرستد' },
          {
            scope: `CONVERSATION_SEND_MESSAGE__${conversationId}`,
            name: 'CONVERSATION_SEND_MESSAGE',
            display: 'از طرف شما به Babak دربارهٔ A bicycle پیام بفرستد',
            about: { conversation_id: conversationId, title: 'A bicycle', peer: 'Babak' },
          },
          { name: 'CHAT_POST_CONVERSATIONS_READ', about: { post_token: post.token, title: 'A bicycle' } },
          { name: 'USER_ID' },
          { name: 'NOTIFICATION_ACCESS_REVOCATION' },
        ],
      },
    ])
    expect(body.grants[0]!.scopes).toHaveLength(5)
    expect((await call(peer, 'GET', '/me/v1/grants')).body).toEqual({ grants: [] })
  })

  test('the words of a consent are those of its page, in the person’s language, and name nothing of others', async () => {
    const other = await fixture.addPost(node.db, peer.id, { title: 'A secret of the peer' })
    const reader = await fixture.addUser(node.db)
    await node.db.updateTable('users').set({ locale: 'en' }).where('id', '=', reader.id).execute()
    await fixture.addGrant(node.db, app.id, reader.id, [
      'USER_ID',
      `CHAT_POST_CONVERSATIONS_READ.${other.token}`,
    ])
    const { body } = await call<{ grants: GrantView[] }>(reader, 'GET', '/me/v1/grants')
    expect(body.grants[0]!.scopes).toMatchObject([
      { display: 'Recognise you by an identifier made for this app alone' },
      { display: expect.stringMatching(/^Read new messages in every chat about /) },
    ])
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  test('a consent taken back ends tokens and subscriptions at once, and the app hears of it', async () => {
    await fixture.addSubscription(node.db, app, user.id, grant.grantId)
    await notify({ message: 'still allowed' })
    const path = `/me/v1/grants/${grant.grantId}`
    expect((await call(peer, 'DELETE', path)).status).toBe(404)
    expect(await call(user, 'DELETE', path)).toEqual({ status: 200, body: {} })
    expect((await call(user, 'DELETE', path)).status).toBe(404)
    expect((await call(user, 'GET', '/me/v1/grants')).body).toEqual({ grants: [] })
    expect((await asApp('/experimental/open-platform/events/send', { message: 'no more' })).status).toBe(401)
    const alive = await node.db
      .selectFrom('subscriptions')
      .select('id')
      .where('grant_id', '=', grant.grantId)
      .where('ended_at', 'is', null)
      .execute()
    expect(alive).toEqual([])
    const facts = await node.db
      .selectFrom('event_facts')
      .select('payload')
      .where('type', '=', 'USER_ACCESS_REVOCATION')
      .execute()
    expect(facts).toHaveLength(1)
  })

  test('one message, two faces: in lists and in streams each side gets its own buttons and clicks only those', async () => {
    const grid = (caption: string) => ({
      rows: [{ buttons: [{ caption, action: { open_direct_link: `https://a.example/${caption}` } }] }],
    })
    const faces = [
      { who: user, own: 'for-sender' },
      { who: peer, own: 'for-receiver' },
    ]
    const clients = await Promise.all(
      faces.map(({ who }) => new EventStreamClient(node.url, who.cookie).connect()),
    )
    await waitFor(() => clients.every(({ events }) => events.length > 0))
    const sent = await asApp(`/v2/open-platform/conversations/${conversationId}/messages`, {
      message: 'choose',
      sender_buttons: grid('for-sender'),
      receiver_buttons: grid('for-receiver'),
    })
    const { message_id } = (await sent.json()) as { message_id: string }
    await waitFor(() => clients.every((client) => client.of('message').length > 0))
    for (const [i, { who, own }] of faces.entries()) {
      const path = `/me/v1/conversations/${conversationId}/messages`
      const { messages } = (await call<{ messages: MessageView[] }>(who, 'GET', path)).body
      expect(messages).toMatchObject([{ id: message_id, buttons: grid(own) }])
      expect(clients[i]!.of('message')).toEqual(messages)
      const click = (button: unknown) => call(who, 'POST', `${path}/${message_id}/click`, button)
      expect(await click({ row: 0, column: 0 })).toMatchObject({
        status: 200,
        body: { outcome: 'opened', open_url: `https://a.example/${own}` },
      })
      expect((await click({ row: 0, column: 1 })).status).toBe(404)
      for (const wrong of [
        {},
        { row: 0 },
        { row: -1, column: 0 },
        { row: 3, column: 0 },
        { row: '0', column: 0 },
      ]) {
        expect((await click(wrong)).status).toBe(400)
      }
      await clients[i]!.disconnect()
    }
    const stranger = await fixture.addUser(node.db)
    const click = { row: 0, column: 0 }
    for (const [who, conversation, message] of [
      [stranger, conversationId, message_id],
      [user, message_id, message_id],
      [user, conversationId, conversationId],
      [user, conversationId, 'nonsense'],
    ] as const) {
      const path = `/me/v1/conversations/${conversation}/messages/${message}/click`
      expect((await call(who, 'POST', path, click)).status).toBe(404)
    }
  })

  test('a notice’s buttons work for its reader alone', async () => {
    await notify({
      message: 'look',
      secondary_button: { title: 'Look here', action: { open_direct_link: 'https://a.example/' } },
    })
    const [notice] = (await inbox()).notices
    const click = (who: fixture.UserFixture, button: unknown) =>
      call(who, 'POST', `/me/v1/notices/${notice!.id}/click`, { button })
    expect((await click(user, 'secondary')).body).toMatchObject({ open_url: 'https://a.example/' })
    expect((await click(user, 'primary')).status).toBe(404)
    expect((await click(peer, 'secondary')).status).toBe(404)
    expect((await click(user, 'tertiary')).status).toBe(400)
  })
})
