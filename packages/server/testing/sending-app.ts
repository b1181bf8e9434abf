import * as fixture from './marketplace-fixture.ts'
import type { TestServer } from './test-server.ts'

/** An app that may speak as a seller in a conversation, and hears of every message in it. */
export interface SendingApp {
  app: fixture.AppFixture
  seller: fixture.UserFixture
  buyer: fixture.UserFixture
  conversationId: string
  /** Sends as the seller; the answer of the public API. */
  send(text: string, headers?: Record<string, string>): Promise<Response>
}

export async function addSendingApp(
  node: Pick<TestServer, 'db' | 'url'>,
  values: { eventsUrl: string; sessionInitializationUrl?: string },
): Promise<SendingApp> {
  const { db } = node
  const seller = await fixture.addUser(db)
  const buyer = await fixture.addUser(db)
  const post = await fixture.addPost(db, seller.id)
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  const app = await fixture.addApp(db, seller.id, values)
  const grant = await fixture.addGrant(db, app.id, seller.id, [`CONVERSATION_SEND_MESSAGE.${conversationId}`])
  await fixture.addSubscription(db, app, seller.id, grant.grantId)
  const url = `${node.url}/v2/open-platform/conversations/${conversationId}/messages`
  return {
    app,
    seller,
    buyer,
    conversationId,
    send: (text, headers = {}) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-api-key': app.key,
          'x-access-token': grant.accessToken,
          ...headers,
        },
        body: JSON.stringify({ message: text }),
      }),
  }
}
