import { encodeChatPeers } from '@charsu/protocol/chat-peers'
import { AppUserIds } from '../../packages/server/src/access/app-user-ids.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../packages/server/testing/test-server.ts'

const SECRET = 'the-secret-of-the-bed-of-clients-0123456789abcdef'

export interface Answer {
  status: number
  headers: Headers
  text: string
  body: Record<string, unknown>
}

/** A server, an app with every permission, and a seller who allowed it all that the bed's scopes say. */
export interface ClientBed extends AsyncDisposable {
  node: TestServer
  app: fixture.AppFixture
  seller: fixture.UserFixture
  buyer: fixture.UserFixture
  post: { id: string; token: string }
  conversationId: string
  accessToken: string
  sendPath: string
  /** The seller's id and the buyer's, as the app knows them. */
  ids: { seller: string; buyer: string }
  /** Calls the API as the app with the seller's token; text goes out as it is, everything else as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** The texts of the conversation, in order. */
  texts(): Promise<string[]>
}

export interface ClientBedOptions {
  server?: TestServerOptions
  app?: Parameters<typeof fixture.addApp>[2]
}

export async function openClientBed({
  server = {},
  app: values = {},
}: ClientBedOptions = {}): Promise<ClientBed> {
  const node = await startTestServer({ ...server, config: { secret: SECRET, ...server.config } })
  const { db } = node
  const seller = await fixture.addUser(db, { phone: '09121234567' })
  const buyer = await fixture.addUser(db)
  const post = await fixture.addPost(db, seller.id)
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  const app = await fixture.addApp(db, seller.id, values)
  const userIds = new AppUserIds(Buffer.from(SECRET))
  const ids = { seller: userIds.toPublic(app.id, seller.id), buyer: userIds.toPublic(app.id, buyer.id) }
  const { accessToken } = await fixture.addGrant(db, app.id, seller.id, [
    'USER_ID',
    'USER_PHONE',
    'USER_POSTS_GET',
    'SEND_EVENT',
    `CONVERSATION_SEND_MESSAGE.${conversationId}`,
    `CHAT_CONVERSATION_READ.${conversationId}`,
    `CHAT_POST_CONVERSATIONS_READ.${post.token}`,
    `CHAT_MESSAGE_SEND.${encodeChatPeers(ids.seller, post.token, ids.buyer)}`,
  ])
  return {
    node,
    app,
    seller,
    buyer,
    post,
    conversationId,
    accessToken,
    sendPath: `/v2/open-platform/conversations/${conversationId}/messages`,
    ids,
    async call(method, path, body, headers = {}) {
      const response = await fetch(node.url + path, {
        method,
        headers: {
          'content-type': 'application/json',
          'x-api-key': app.key,
          'x-access-token': accessToken,
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json')
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : {},
      }
    },
    async texts() {
      const rows = await db
        .selectFrom('messages')
        .select('body')
        .where('conversation_id', '=', conversationId)
        .orderBy('sequence')
        .execute()
      return rows.map(({ body }) => (body as { text: string }).text)
    },
    [Symbol.asyncDispose]: () => node.close(),
  }
}
