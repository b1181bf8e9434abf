import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventStreamClient } from '../../testing/event-stream.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

describe('the stream of everything new', () => {
  let node: TestServer
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let conversationId: string

  beforeAll(async () => {
    node = await startTestServer()
    seller = await fixture.addUser(node.db)
    buyer = await fixture.addUser(node.db)
    const post = await fixture.addPost(node.db, seller.id)
    conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  })
  afterAll(() => node.close())

  const post = async (who: fixture.UserFixture, path: string, body: unknown = {}) => {
    const answer = await fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: { cookie: who.cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as { id: string; sequence: number }
  }
  const write = (who: fixture.UserFixture, text: string) =>
    post(who, `/me/v1/conversations/${conversationId}/messages`, { text })
  const open = async (who: fixture.UserFixture, url = node.url) => {
    const client = await new EventStreamClient(url, who.cookie).connect()
    if (client.status === 200) await waitFor(() => client.events.length > 0)
    return client
  }

  test('begins with ready, then tells each side of a message as that side sees it', async () => {
    const [ofSeller, ofBuyer] = await Promise.all([open(seller), open(buyer)])
    const { id } = await write(buyer, 'سلام\nhello')
    await waitFor(() => ofSeller.of('message').length > 0 && ofBuyer.of('message').length > 0)
    expect(ofSeller.events[0]).toMatchObject({ event: 'ready' })
    expect(ofSeller.of('message')).toMatchObject([{ id, mine: false, text: 'سلام\nhello' }])
    expect(ofBuyer.of('message')).toMatchObject([{ id, mine: true, text: 'سلام\nhello' }])
    await ofSeller.disconnect()
    await ofBuyer.disconnect()
  })

  test('nobody hears of other people’s conversations and notices', async () => {
    const stranger = await fixture.addUser(node.db)
    const [ofStranger, ofSeller] = await Promise.all([open(stranger), open(seller)])
    await write(buyer, 'not for strangers')
    await waitFor(() => ofSeller.of('message').length > 0)
    // Something of their own comes after all that was there before it.
    const app = await fixture.addApp(node.db, stranger.id)
    const own = { app_id: app.id, target_type: 'USER' as const, post_id: null, buttons: '{}' }
    await node.db
      .insertInto('notices')
      .values([
        { ...own, id: crypto.randomUUID(), user_id: seller.id, message: 'for the seller' },
        { ...own, id: crypto.randomUUID(), user_id: stranger.id, message: 'for the stranger' },
      ])
      .execute()
    await waitFor(() => ofStranger.of('notice').length > 0 && ofSeller.of('notice').length > 0)
    expect(ofStranger.events.map(({ event }) => event)).toEqual(['ready', 'notice'])
    expect(ofStranger.of('notice')).toMatchObject([{ message: 'for the stranger', read: false }])
    expect(ofSeller.of('notice')).toMatchObject([{ message: 'for the seller' }])
    await ofStranger.disconnect()
    await ofSeller.disconnect()
  })

  test('what one page has read, the user’s other pages hear, and nobody else', async () => {
    const { sequence } = await write(buyer, 'read me')
    const [page, ofBuyer] = await Promise.all([open(seller), open(buyer)])
    await post(seller, `/me/v1/conversations/${conversationId}/read`, { sequence })
    await waitFor(() => page.of('read').length > 0)
    expect(page.of('read')).toEqual([{ conversation_id: conversationId, read_sequence: sequence }])
    await write(seller, 'an answer')
    await waitFor(() => ofBuyer.of('message').length > 0)
    expect(ofBuyer.of('read')).toEqual([])
    await page.disconnect()
    await ofBuyer.disconnect()
  })

  test('ends when the session does, and does not open again', async () => {
    const leaver = await fixture.addUser(node.db)
    const client = await open(leaver)
    await post(leaver, '/logout')
    await waitFor(() => client.ended)
    expect((await client.connect()).status).toBe(401)
  })

  test('needs a session, and a user may have twenty', async () => {
    expect((await new EventStreamClient(node.url, '').connect()).status).toBe(401)
    const busy = await fixture.addUser(node.db)
    const clients = await Promise.all(Array.from({ length: 20 }, () => open(busy)))
    expect(clients.map(({ status }) => status)).toEqual(clients.map(() => 200))
    expect((await open(busy)).status).toBe(429)
    await clients[0]!.disconnect()
    await waitFor(async () => {
      const again = await open(busy)
      clients.push(again)
      return again.status === 200
    })
    await Promise.all(clients.map((client) => client.disconnect()))
  })

  test('ends when its server closes, which does not wait for it, and resumes at another', async () => {
    const second = await startTestServer({ database: node.database })
    const client = await open(seller, second.url)
    await second.close()
    await waitFor(() => client.ended)
    const { id } = await write(buyer, 'meanwhile')
    await client.connect(node.url)
    await waitFor(() => client.of('message').length > 0)
    expect(client.of('message')).toMatchObject([{ id }])
    await client.disconnect()
  })
})
