import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'
import { createDatabase } from '../db/database.ts'
import { writeSetting } from '../db/instance-settings.ts'

let database: TestDatabase
let hook: WebhookReceiver
beforeAll(async () => {
  database = await createTestDatabase()
  hook = await startWebhookReceiver(({ json }) =>
    json.type === undefined ? { status: 200, body: '{"text_message": "hello"}' } : 200,
  )
})
afterAll(async () => {
  await hook.close()
  await database.drop()
})

/** An app with a record of its Host header, a message event for it, and a click on its button. */
async function calls(node: TestServer) {
  const db = createDatabase(database.pool)
  const seller = await fixture.addUser(db)
  const buyer = await fixture.addUser(db)
  const post = await fixture.addPost(db, seller.id)
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  const app = await fixture.addApp(db, seller.id, {
    eventsUrl: hook.url,
    dynamicActionUrl: hook.url,
    permissions: [...fixture.ALL_PERMISSIONS],
  })
  const scopes = ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ', `CONVERSATION_SEND_MESSAGE.${conversationId}`]
  const { accessToken } = await fixture.addGrant(db, app.id, seller.id, scopes)
  const ask = async (path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await fetch(node.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as { message_id: string }
  }
  const asApp = { 'x-api-key': app.key, authorization: `Bearer ${accessToken}` }
  await ask('/v1/open-platform/events/subscriptions', { event_type: 'NEW_MESSAGE_ON_POST' }, asApp)
  return {
    setHost: (hostHeader: string | null) => writeSetting(db, `development_app:${app.slug}`, { hostHeader }),
    async event(): Promise<string | undefined> {
      const before = hook.received.length
      await hostClient(node)('POST', `/conversations/${conversationId}/messages`, {
        sender: buyer.hostId,
        text: 'hello',
      })
      await waitFor(() => hook.received.length > before)
      return hook.received[before]?.headers.host
    },
    async click(): Promise<string | undefined> {
      const button = { caption: 'Pick', action: { get_dynamic_action: { data: {} } } }
      const { message_id } = await ask(
        `/v2/open-platform/conversations/${conversationId}/messages`,
        { message: 'pick', receiver_buttons: { rows: [{ buttons: [button] }] } },
        asApp,
      )
      // The message is an event too.
      await waitFor(() => hook.received.some(({ json }) => json.new_message?.id === message_id))
      const before = hook.received.length
      await ask(
        `/me/v1/conversations/${conversationId}/messages/${message_id}/click`,
        { row: 0, column: 0 },
        { cookie: buyer.cookie },
      )
      return hook.received[before]?.headers.host
    },
  }
}

const own = () => new URL(hook.url).host

test('events and clicks reach the app under the Host that it asked for, from the next call on', async () => {
  await using node = await startTestServer({ database })
  const app = await calls(node)
  expect([await app.event(), await app.click()]).toEqual([own(), own()])
  await app.setHost('app.example:8080')
  expect([await app.event(), await app.click()]).toEqual(['app.example:8080', 'app.example:8080'])
  await app.setHost(null)
  expect([await app.event(), await app.click()]).toEqual([own(), own()])
})

test('in production nothing but its URL says how an app is called', async () => {
  const production: TestServerOptions['config'] = {
    mode: 'production',
    publicUrl: 'https://charsu.example',
    egressAllow: ['127.0.0.0/8'],
    egressPorts: null,
  }
  await using node = await startTestServer({ database, config: production })
  const app = await calls(node)
  await app.setHost('app.example:8080')
  expect([await app.event(), await app.click()]).toEqual([own(), own()])
})
