import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EventStreamClient } from '../../testing/event-stream.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Database, Tx } from '../db/database.ts'
import { newId } from '../ids.ts'
import { blockUser } from '../marketplace/blocks.ts'
import { addToGrant } from '../oauth/store.ts'

interface Conversation {
  id: string
  read_sequence: number
  peer_read_sequence?: number
  can_send: boolean
  blocked: boolean
}

describe('the stream tells, from whichever node', () => {
  let database: TestDatabase
  let nodes: TestServer[]
  let db: Database
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let post: { id: string; token: string }
  let conversationId: string
  let app: fixture.AppFixture
  let open: EventStreamClient[]

  beforeAll(async () => {
    database = await createTestDatabase({ max: 12 })
    const config = { dispatcher: false }
    nodes = [await startTestServer({ database, config }), await startTestServer({ database, config })]
    db = nodes[0]!.db
  })
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await database.drop()
  })
  beforeEach(async () => {
    seller = await fixture.addUser(db)
    buyer = await fixture.addUser(db)
    post = await fixture.addPost(db, seller.id, { state: 'PUBLISHED' })
    conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
    app = await fixture.addApp(db, seller.id)
    open = []
    return async () => {
      await Promise.all(open.map((client) => client.disconnect()))
    }
  })

  const call = async <T = Record<string, unknown>>(
    who: fixture.UserFixture,
    method: string,
    path: string,
    body?: unknown,
    node = nodes[0]!,
  ): Promise<T> => {
    const answer = await fetch(`${node.url}/me/v1${path}`, {
      method,
      headers: { cookie: who.cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as T
  }
  const write = (who: fixture.UserFixture, text = 'hello') =>
    call<{ id: string; sequence: number }>(who, 'POST', `/conversations/${conversationId}/messages`, { text })
  const read = (who: fixture.UserFixture, sequence: number) =>
    call(who, 'POST', `/conversations/${conversationId}/read`, { sequence })
  const see = (who: fixture.UserFixture) => call<Conversation>(who, 'GET', `/conversations/${conversationId}`)
  /** On the node that nothing is committed at. */
  const watch = async (who: fixture.UserFixture) => {
    const client = await new EventStreamClient(nodes[1]!.url, who.cookie).connect()
    open.push(client)
    await waitFor(() => client.events.length > 0)
    return client
  }
  const addNotices = async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, newId)
    const notice = { app_id: app.id, user_id: seller.id, target_type: 'USER' as const, post_id: null }
    await db
      .insertInto('notices')
      .values(ids.map((id) => ({ ...notice, id, message: 'x', buttons: '{}' })))
      .execute()
    return ids
  }

  test('how far the other side has read, and the conversation shows it', async () => {
    const { sequence } = await write(buyer)
    const [page, own] = await Promise.all([watch(buyer), watch(seller)])
    expect(await see(buyer)).toMatchObject({ read_sequence: 0, peer_read_sequence: 0 })
    await read(seller, sequence)
    const mark = { conversation_id: conversationId, peer_read_sequence: sequence }
    await waitFor(() => page.of('peer_read').length > 0 && own.of('read').length > 0)
    expect(page.of('peer_read')).toEqual([mark])
    expect(await see(buyer)).toMatchObject({ read_sequence: 0, peer_read_sequence: sequence })
    // Once told, it is not told again; nor is the reader told of themselves.
    await read(seller, sequence)
    const answer = await write(seller)
    await waitFor(() => page.of('message').some(({ id }) => id === answer.id))
    expect(page.of('peer_read')).toEqual([mark])
    expect(page.of('read')).toEqual([])
    expect(own.of('peer_read')).toEqual([])
  })

  test('what was read while the page was away, once, and only as far as it came', async () => {
    const page = await watch(buyer)
    await page.disconnect()
    for (let i = 1; i <= 3; i++) {
      await write(buyer)
      await read(seller, i)
    }
    await page.connect(nodes[0]!.url)
    await waitFor(() => page.of('peer_read').length > 0)
    await page.disconnect()
    await page.connect()
    const { id } = await write(buyer)
    await waitFor(() => page.of('message').some((message) => message.id === id))
    expect(page.of('peer_read')).toEqual([{ conversation_id: conversationId, peer_read_sequence: 3 }])
    expect(page.of('resync')).toEqual([])
  })

  test.each([
    ['the reader has blocked the other side', () => seller],
    ['the other side has blocked the reader', () => buyer],
  ])('nothing of reading while %s: the mark stands still', async (_, blocker) => {
    await write(buyer)
    await write(buyer)
    await read(seller, 1)
    const page = await watch(buyer)
    await call(blocker(), 'PUT', `/conversations/${conversationId}/block`)
    await read(seller, 2)
    await waitFor(() => page.of('conversation').length > 0)
    expect(await see(buyer)).toMatchObject({ peer_read_sequence: 1 })
    await call(blocker(), 'DELETE', `/conversations/${conversationId}/block`)
    await write(buyer)
    await read(seller, 3)
    await waitFor(() => page.of('peer_read').length > 0)
    expect(page.of('peer_read')).toEqual([{ conversation_id: conversationId, peer_read_sequence: 3 }])
  })

  test('nobody of reading in a chatbot’s conversation, whose view has no such mark', async () => {
    const { id } = await call<Conversation>(buyer, 'POST', `/chatbots/${app.slug}`)
    await call(buyer, 'POST', `/conversations/${id}/messages`, { text: 'hello' })
    await call(buyer, 'POST', `/conversations/${id}/read`, { sequence: 1 })
    const view = await call<Conversation>(buyer, 'GET', `/conversations/${id}`)
    expect(view).toMatchObject({ read_sequence: 1 })
    expect(view).not.toHaveProperty('peer_read_sequence')
  })

  test('a conversation that the person opened, on their other pages, and nothing of it to the seller', async () => {
    const other = await fixture.addPost(db, seller.id, { state: 'PUBLISHED' })
    const [page, ofSeller] = await Promise.all([watch(buyer), watch(seller)])
    const opened = await call<Conversation>(buyer, 'POST', '/conversations', { post_token: other.token })
    const bot = await call<Conversation>(buyer, 'POST', `/chatbots/${app.slug}`)
    await call(buyer, 'POST', '/conversations', { post_token: other.token })
    await waitFor(() => page.of('conversation').length >= 2)
    const { id } = await write(buyer)
    await waitFor(() => [page, ofSeller].every((each) => each.of('message').some((it) => it.id === id)))
    expect(page.of('conversation')).toEqual([opened, bot])
    expect(ofSeller.of('conversation')).toEqual([])
  })

  test('a block and its end to both, to the one who is blocked no more than that they cannot write', async () => {
    const [ofBuyer, ofSeller] = await Promise.all([watch(buyer), watch(seller)])
    await call(seller, 'PUT', `/conversations/${conversationId}/block`)
    await call(seller, 'PUT', `/conversations/${conversationId}/block`)
    await waitFor(() => ofBuyer.of('conversation').length > 0 && ofSeller.of('conversation').length > 0)
    expect(ofSeller.of('conversation')).toMatchObject([{ can_send: false, blocked: true }])
    expect(ofBuyer.of('conversation')).toMatchObject([{ can_send: false, blocked: false }])
    await call(seller, 'DELETE', `/conversations/${conversationId}/block`)
    await waitFor(() => ofBuyer.of('conversation').length > 1 && ofSeller.of('conversation').length > 1)
    expect(ofBuyer.of('conversation')).toHaveLength(2)
    for (const page of [ofBuyer, ofSeller]) {
      expect(page.of('conversation')[1]).toEqual(await see(page === ofBuyer ? buyer : seller))
      expect(page.of('conversation')[1]).toMatchObject({ can_send: true, blocked: false })
    }
  })

  test('a chatbot that was blocked, also by a link and without a conversation', async () => {
    const page = await watch(buyer)
    await call(buyer, 'PUT', `/chatbots/${app.slug}/block`)
    const { id } = await call<Conversation>(buyer, 'POST', `/chatbots/${app.slug}`)
    await call(buyer, 'DELETE', `/chatbots/${app.slug}/block`)
    await waitFor(() => page.of('conversation').at(-1)?.can_send === true)
    expect(page.of('conversation').every((each) => each.id === id)).toBe(true)
  })

  test('which notices were read, each event what was read together', async () => {
    const [first, ...rest] = await addNotices(3)
    const page = await watch(seller)
    await call(seller, 'POST', `/notices/${first}/read`)
    await waitFor(() => page.of('notices_read').length > 0)
    await call(seller, 'POST', `/notices/${first}/read`)
    await call(seller, 'POST', '/notices/read')
    await waitFor(() => page.of('notices_read').length > 1)
    const [one, others] = page.of('notices_read') as { ids: string[]; unread_count: number }[]
    expect(one).toEqual({ ids: [first], unread_count: 2 })
    expect(others?.unread_count).toBe(0)
    expect(others?.ids.toSorted()).toEqual(rest.toSorted())
  })

  test('all notices without naming them when they are many, and once after coming back', async () => {
    const page = await watch(seller)
    await page.disconnect()
    await addNotices(101)
    await call(seller, 'POST', '/notices/read')
    await page.connect()
    await waitFor(() => page.of('notices_read').length > 0)
    await page.disconnect()
    await page.connect(nodes[0]!.url)
    const { id } = await write(buyer)
    await waitFor(() => page.of('message').some((message) => message.id === id))
    expect(page.of('notices_read')).toEqual([{ ids: null, unread_count: 0 }])
  })

  const consent = (tx: Tx) => addToGrant(tx, { appId: app.id, userId: seller.id, scopes: ['USER_ID'] })

  test('that a consent was given, widened and taken back, to nobody else', async () => {
    const [page, ofBuyer] = await Promise.all([watch(seller), watch(buyer)])
    const grantId = await db.transaction().execute(consent)
    await waitFor(() => page.of('grants').length === 1)
    await db.transaction().execute(consent)
    await waitFor(() => page.of('grants').length === 2)
    await call(seller, 'DELETE', `/grants/${grantId}`)
    await waitFor(() => page.of('grants').length === 3)
    expect(page.of('grants')).toEqual([{}, {}, {}])
    expect(ofBuyer.of('grants')).toEqual([])
  })

  test('what a transaction commits that began before those that were told', async () => {
    const page = await watch(seller)
    const ended = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const late = db.transaction().execute(async (tx) => {
      await sql`select pg_current_xact_id()`.execute(tx)
      began.resolve()
      await ended.promise
      await consent(tx)
      await blockUser(tx, { blockerId: seller.id, blockedId: buyer.id })
    })
    await began.promise
    await db.transaction().execute(consent)
    await call(seller, 'PUT', `/conversations/${conversationId}/block`)
    await call(seller, 'DELETE', `/conversations/${conversationId}/block`)
    await waitFor(() => page.of('grants').length === 1 && page.of('conversation').length > 0)
    await page.disconnect()
    ended.resolve()
    await late
    await page.connect()
    await waitFor(() => page.of('grants').length === 2 && page.of('conversation').at(-1)?.blocked === true)
    expect(page.of('resync')).toEqual([])
  })
})
