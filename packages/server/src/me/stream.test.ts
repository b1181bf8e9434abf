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

  const write = async (who: fixture.UserFixture, text: string, id = conversationId) => {
    const answer = await fetch(`${node.url}/me/v1/conversations/${id}/messages`, {
      method: 'POST',
      headers: { cookie: who.cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as { id: string }
  }
  const open = async (who: fixture.UserFixture) => {
    const client = await new EventStreamClient(node.url, who.cookie).connect()
    await waitFor(() => client.events.length > 0)
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
})
