import type { Action } from '@charsu/protocol/button-action'
import type { ButtonGrid } from '@charsu/protocol/button-grid'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventRendering } from '../../testing/event-rendering.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import type { ConversationView } from './view-conversation.ts'
import { type MessageView, viewMessage } from './view-message.ts'

interface Answer<T> {
  status: number
  body: T & { code?: number; message?: string }
}

describe('a person’s conversations', () => {
  let node: TestServer
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let stranger: fixture.UserFixture
  let post: { id: string; token: string }
  let path: string
  let conversationId: string

  beforeAll(async () => {
    node = await startTestServer()
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    seller = await fixture.addUser(node.db, { name: 'Sara' })
    buyer = await fixture.addUser(node.db, { name: 'Babak' })
    stranger = await fixture.addUser(node.db)
    post = await fixture.addPost(node.db, seller.id, { title: 'A bicycle' })
    conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
    path = `/me/v1/conversations/${conversationId}`
  })

  const call = async <T = unknown>(
    who: fixture.UserFixture | null,
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const answer = await fetch(`${node.url}${target}`, {
      method,
      headers: {
        ...(who && { cookie: who.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Answer<T>['body'] }
  }
  const write = (who: fixture.UserFixture, text: string, headers = {}) =>
    call<MessageView>(who, 'POST', `${path}/messages`, { text }, headers)
  const list = async (who: fixture.UserFixture, query = '') =>
    (
      await call<{ conversations: ConversationView[]; next_cursor: string | null }>(
        who,
        'GET',
        `/me/v1/conversations${query}`,
      )
    ).body
  const messages = async (who: fixture.UserFixture, query = '') =>
    (await call<{ messages: MessageView[]; more: boolean }>(who, 'GET', `${path}/messages${query}`)).body

  test('each side sees the other’s name, the post, the last message and its own unread count', async () => {
    const first = await write(buyer, 'Is it still there?')
    expect(first).toMatchObject({
      status: 200,
      body: { conversation_id: conversationId, sequence: 1, mine: true, text: 'Is it still there?' },
    })
    expect(first.body.sent_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    await write(buyer, 'Hello?')
    const common = {
      id: conversationId,
      type: 'POST',
      post: { post_token: post.token, title: 'A bicycle', state: 'PUBLISHED', image: null },
      last_sequence: 2,
      can_send: true,
      blocked: false,
    }
    expect((await list(seller)).conversations).toMatchObject([
      {
        ...common,
        side: 'SUPPLY',
        peer: { name: 'Babak' },
        unread_count: 2,
        read_sequence: 0,
        last_message: { mine: false, text: 'Hello?', type: 'TEXT' },
      },
    ])
    const detail = await call<ConversationView>(buyer, 'GET', path)
    expect(detail.body).toMatchObject({
      ...common,
      side: 'DEMAND',
      peer: { name: 'Sara' },
      unread_count: 0,
      last_message: { mine: true },
    })
  })

  test('an app’s message carries its label; a preview is short', async () => {
    const app = await fixture.addApp(node.db, seller.id)
    const grant = await fixture.addGrant(node.db, app.id, seller.id, [
      `CONVERSATION_SEND_MESSAGE.${conversationId}`,
    ])
    await fetch(`${node.url}/v2/open-platform/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': app.key,
        'x-access-token': grant.accessToken,
      },
      body: JSON.stringify({ message: '😀'.repeat(1000) }),
    })
    const label = { slug: app.slug, display_name: `App ${app.slug}` }
    const seen = await messages(buyer)
    expect(seen.messages).toMatchObject([{ mine: false, app: label }])
    expect((await messages(seller)).messages).toMatchObject([{ mine: true, app: label }])
    const [conversation] = (await list(buyer)).conversations
    expect(conversation?.last_message).toMatchObject({ app: label, text: '😀'.repeat(140) })
    await write(buyer, 'by hand')
    expect((await messages(buyer)).messages[1]).not.toHaveProperty('app')
  })

  test('the list goes by latest activity and pages without gap or double', async () => {
    const others = []
    for (let i = 0; i < 5; i++) {
      const other = await fixture.addUser(node.db)
      others.push(await fixture.addConversation(node.db, post, seller.id, other.id))
    }
    await write(buyer, 'the latest')
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await list(seller, `?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
      seen.push(...page.conversations.map(({ id }) => id))
      cursor = page.next_cursor
    } while (cursor)
    expect(seen[0]).toBe(conversationId)
    expect(seen.toSorted()).toEqual([conversationId, ...others].toSorted())
  })

  test('messages page by sequence, both ways', async () => {
    for (let i = 1; i <= 7; i++) await write(i % 2 ? buyer : seller, `m${i}`)
    const sequences = async (query: string) => {
      const page = await messages(buyer, query)
      return [page.messages.map(({ sequence }) => sequence), page.more]
    }
    expect(await sequences('')).toEqual([[1, 2, 3, 4, 5, 6, 7], false])
    expect(await sequences('?limit=3')).toEqual([[5, 6, 7], true])
    expect(await sequences('?limit=3&before=5')).toEqual([[2, 3, 4], true])
    expect(await sequences('?limit=3&before=2')).toEqual([[1], false])
    expect(await sequences('?limit=3&after=2')).toEqual([[3, 4, 5], true])
    expect(await sequences('?after=7')).toEqual([[], false])
    expect(await sequences('?after=2&before=5')).toEqual([[3, 4], false])
    for (const query of [
      '?limit=0',
      '?limit=101',
      '?limit=x',
      '?before=-1',
      '?after=1.5',
      '?before=99999999999999999',
    ]) {
      expect([query, (await call(buyer, 'GET', `${path}/messages${query}`)).status]).toEqual([query, 400])
    }
    const behind = (time: string) => Buffer.from(`${time} ${conversationId}`).toString('base64url')
    for (const cursor of [
      'nonsense',
      behind('2026-02-30T00:00:00.000000Z'),
      behind('2026-02-28T24:00:00.000000Z'),
      behind('0000-01-01T00:00:00.000000Z'),
    ]) {
      const answer = await call(buyer, 'GET', `/me/v1/conversations?cursor=${cursor}`)
      expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('cursor:') } })
    }
  })

  test('unread counts are right under concurrent writing and reading', async () => {
    const places: number[] = []
    const reading = async () => {
      for (let i = 0; i < 15; i++) {
        const [conversation] = (await list(seller)).conversations
        const { last_sequence, read_sequence, unread_count, last_message } = conversation!
        // One snapshot: whatever is committed meanwhile, count and sequences belong together.
        expect(unread_count).toBe(last_sequence - read_sequence)
        expect(last_message === null).toBe(last_sequence === 0)
        const sequence = Math.max(last_sequence - 1, 0)
        const answer = await call<{ read_sequence: number }>(seller, 'POST', `${path}/read`, { sequence })
        places.push(answer.body.read_sequence)
      }
    }
    const writing = async () => {
      for (let i = 0; i < 15; i++) await write(buyer, `m${i}`)
    }
    await Promise.all([reading(), writing(), writing()])
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    const all = await call(seller, 'POST', `${path}/read`, { sequence: 30 })
    expect(all.body).toEqual({ read_sequence: 30, unread_count: 0 })
  })

  test('the place of reading moves forward only, and never beyond the last message', async () => {
    const read = async (sequence: unknown, who = seller) =>
      await call<{ read_sequence: number; unread_count: number }>(who, 'POST', `${path}/read`, { sequence })
    expect((await read(5)).body).toEqual({ read_sequence: 0, unread_count: 0 })
    for (let i = 0; i < 4; i++) await write(buyer, `m${i}`)
    await write(seller, 'mine')
    expect((await read(2)).body).toEqual({ read_sequence: 2, unread_count: 2 })
    expect((await read(1)).body).toEqual({ read_sequence: 2, unread_count: 2 })
    await Promise.all([read(3), read(4), read(3)])
    expect((await read(0)).body).toEqual({ read_sequence: 4, unread_count: 0 })
    expect((await read(900)).body).toEqual({ read_sequence: 5, unread_count: 0 })
    for (const wrong of [-1, 1.5, '3', null, undefined, 2 ** 60, [], {}]) {
      expect((await read(wrong)).status).toBe(400)
    }
    expect((await read(1, stranger)).status).toBe(404)
  })

  test('texts: nothing, white space, NUL and 4097 characters are 400; 4096 are fine', async () => {
    for (const text of ['', ' \n\t', 'a\0b', '😀'.repeat(4097), 'half \ud800', 7, null, ['x']]) {
      const answer = await call(buyer, 'POST', `${path}/messages`, { text })
      expect([text, answer.status, answer.body.code]).toEqual([text, 400, 3])
      expect(answer.body.message).toContain('text')
    }
    expect((await call(buyer, 'POST', `${path}/messages`, '{"text": "unfinished')).status).toBe(400)
    expect((await write(buyer, '😀'.repeat(4096))).status).toBe(200)
    expect((await messages(buyer)).messages).toHaveLength(1)
  })

  test('an Idempotency-Key sends once, and for another text it is a conflict', async () => {
    const headers = { 'idempotency-key': 'k' }
    const [first, second] = await Promise.all([write(buyer, 'once', headers), write(buyer, 'once', headers)])
    expect(second).toEqual(first)
    expect(await write(buyer, 'another', headers)).toMatchObject({ status: 409, body: { code: 6 } })
    // Keys are counted per person.
    expect((await write(seller, 'mine', headers)).status).toBe(200)
    expect((await messages(buyer)).messages).toHaveLength(2)
  })

  test('another person’s conversation is 404 like one that does not exist', async () => {
    await write(buyer, 'private')
    const unknown = '00000000-0000-4000-8000-000000000000'
    for (const id of [conversationId, unknown, 'no-uuid', '%00']) {
      const base = `/me/v1/conversations/${id}`
      const answers = await Promise.all([
        call(stranger, 'GET', base),
        call(stranger, 'GET', `${base}/messages`),
        call(stranger, 'POST', `${base}/messages`, { text: 'hello' }),
        call(stranger, 'POST', `${base}/read`, { sequence: 1 }),
        call(stranger, 'PUT', `${base}/block`),
        call(stranger, 'DELETE', `${base}/block`),
      ])
      const status = id === '%00' ? 400 : 404
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status))
      if (status === 404) expect(JSON.stringify(answers)).not.toMatch(/Sara|Babak|bicycle/)
    }
    expect((await list(stranger)).conversations).toEqual([])
    const { messages: seen } = await messages(buyer)
    expect(seen).toHaveLength(1)
  })

  test('without a session it is 401; from another site’s page 403, and nothing is written', async () => {
    expect((await call(null, 'GET', path)).status).toBe(401)
    expect((await call(null, 'POST', `${path}/messages`, { text: 'hi' })).status).toBe(401)
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) {
      expect(await write(buyer, 'forged', headers)).toMatchObject({
        status: 403,
        body: { code: 7 },
      })
      expect((await call(buyer, 'PUT', `${path}/block`, undefined, headers)).status).toBe(403)
    }
    expect((await messages(buyer)).messages).toEqual([])
  })

  test('a block keeps both sides silent until it is taken back, and only the blocker sees it as theirs', async () => {
    expect((await call(seller, 'PUT', `${path}/block`)).body).toEqual({ blocked: true })
    expect((await call(seller, 'PUT', `${path}/block`)).status).toBe(200)
    for (const who of [seller, buyer]) {
      expect(await write(who, 'hello')).toMatchObject({ status: 412, body: { code: 9 } })
    }
    expect((await call(seller, 'GET', path)).body).toMatchObject({ blocked: true, can_send: false })
    expect((await call(buyer, 'GET', path)).body).toMatchObject({ blocked: false, can_send: false })
    expect((await call(seller, 'GET', '/me/v1/blocks')).body).toMatchObject({
      blocked: [{ name: 'Babak', conversation_id: conversationId }],
    })
    expect((await call(buyer, 'GET', '/me/v1/blocks')).body).toEqual({ blocked: [], chatbots: [] })
    // The other side cannot take it back.
    expect((await call(buyer, 'DELETE', `${path}/block`)).body).toEqual({ blocked: false })
    expect((await write(buyer, 'hello')).status).toBe(412)
    expect((await call(seller, 'DELETE', `${path}/block`)).body).toEqual({ blocked: false })
    expect((await write(buyer, 'hello')).status).toBe(200)
  })

  test('a buyer opens the conversation about a post, once; its owner cannot, and an unknown post is 404', async () => {
    const open = (who: fixture.UserFixture, body: unknown) =>
      call<ConversationView>(who, 'POST', '/me/v1/conversations', body)
    const [first, second] = await Promise.all([
      open(stranger, { post_token: post.token }),
      open(stranger, { post_token: post.token }),
    ])
    expect(first).toMatchObject({
      status: 200,
      body: { side: 'DEMAND', last_message: null, unread_count: 0 },
    })
    expect(second.body.id).toBe(first.body.id)
    expect((await open(buyer, { post_token: post.token })).body.id).toBe(conversationId)
    expect((await open(seller, { post_token: post.token })).status).toBe(400)
    expect((await open(stranger, { post_token: 'nosuchpost' })).status).toBe(404)
    for (const state of ['REVIEW_REQ', 'RETIRED', 'ARCHIVED']) {
      const hidden = await fixture.addPost(node.db, seller.id, { state, title: 'not to be seen yet' })
      const answer = await open(stranger, { post_token: hidden.token })
      expect(answer.status).toBe(404)
      expect(answer.body.message).not.toContain('not to be seen yet')
    }
    await node.db.updateTable('posts').set({ state: 'RETIRED' }).where('id', '=', post.id).execute()
    expect((await open(buyer, { post_token: post.token })).body.id).toBe(conversationId)
    for (const body of [{}, { post_token: '' }, { post_token: 'not a token' }, { post_token: 5 }, []]) {
      expect((await open(stranger, body)).status).toBe(400)
    }
  })

  test('whatever the grids, each viewer sees exactly their own and nothing of the other’s', () => {
    const action: fc.Arbitrary<Action> = fc.oneof(
      fc.record({ open_direct_link: fc.webUrl() }),
      fc.record({ open_server_link: fc.record({ data: fc.dictionary(fc.string(), fc.string()) }) }),
      fc.record({ get_dynamic_action: fc.record({ data: fc.dictionary(fc.string(), fc.string()) }) }),
      fc.record({ open_post_page: fc.record({ post_token: fc.constant('abc') }) }),
    )
    const gridOf = (side: string): fc.Arbitrary<ButtonGrid | undefined> =>
      fc.option(
        fc.record({
          rows: fc.array(
            fc.record({
              buttons: fc.array(
                fc.record({ action, caption: fc.string({ minLength: 1 }).map((text) => `${side}:${text}`) }),
                { minLength: 1, maxLength: 3 },
              ),
            }),
            { minLength: 1, maxLength: 3 },
          ),
        }),
        { nil: undefined },
      )
    const captions = (grid: ButtonGrid | MessageView['buttons'] | undefined) =>
      grid?.rows.map(({ buttons }) => buttons.map(({ caption }) => caption))
    fc.assert(
      fc.property(gridOf('sender'), gridOf('receiver'), fc.boolean(), (ofSender, ofReceiver, byApp) => {
        const row = {
          id: conversationId,
          conversation_id: conversationId,
          sequence: 1,
          sender_id: seller.id,
          type: 'TEXT',
          body: {
            text: 'hello',
            ...(ofSender && { sender_buttons: ofSender }),
            ...(ofReceiver && { receiver_buttons: ofReceiver }),
          },
          sent_at: '2026-01-01T00:00:00.000000Z',
          app_slug: byApp ? 'app' : null,
          app_display_name: byApp ? 'App' : null,
        }
        const sender = viewMessage(row, seller.id, eventRendering.media)
        const receiver = viewMessage(row, buyer.id, eventRendering.media)
        expect(captions(sender.buttons)).toEqual(captions(ofSender))
        expect(captions(receiver.buttons)).toEqual(captions(ofReceiver))
        expect(JSON.stringify(sender)).not.toContain('receiver')
        expect(JSON.stringify(receiver)).not.toContain('sender')
        expect(JSON.stringify([sender, receiver])).not.toContain('"data"')
      }),
    )
  })
})
