import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { addUser, type UserFixture } from '../../packages/server/testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../packages/server/testing/webhook-receiver.ts'
import { addChats, type Chats, sendTo } from './chat-load.ts'

/** Every lease comes with the revision that its endpoint has at that moment, so no node may be a moment late. */

let here: TestServer
let there: TestServer
let before: WebhookReceiver
let after: WebhookReceiver
let chats: Chats
let developer: UserFixture

beforeAll(async () => {
  here = await startTestServer()
  there = await startTestServer({ database: here.database })
  before = await startWebhookReceiver()
  after = await startWebhookReceiver()
  chats = await addChats(here.db, before.url, 1)
  developer = await addUser(here.db, { developer: true })
  await here.db.updateTable('apps').set({ owner_id: developer.id }).where('id', '=', chats.app.id).execute()
})
afterAll(async () => {
  await there.close()
  await here.close()
  await before.close()
  await after.close()
})

/** A change that the developer makes, on the one node. */
async function change(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${here.url}/console/v1/apps/${chats.app.slug}${path}`, {
    method,
    headers: {
      cookie: developer.cookie,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

/** A message through the other node, which attempts its delivery itself. */
async function deliver(): Promise<string> {
  const id = await sendTo(there.url, chats.lanes[0]!)
  await waitFor(async () => (await openDeliveries(here.database.pool)) === 0)
  return id ?? ''
}

const arrival = (receiver: WebhookReceiver, id: string) =>
  receiver.received.find(({ json }) => json.new_message?.id === id)

test('a new events URL is where the next delivery of any node goes', async () => {
  const first = await deliver()
  expect(arrival(before, first)).toBeDefined()
  await change('PATCH', '', { events_url: after.url })
  const second = await deliver()
  expect(arrival(after, second)).toBeDefined()
  expect(arrival(before, second)).toBeUndefined()
})

test('a new signing secret signs the next delivery of any node', async () => {
  await deliver()
  const { secret } = await change('POST', '/secrets/webhook-signing/rotate')
  const { headers, body } = arrival(after, await deliver())!
  const now = Math.floor(Date.now() / 1000)
  expect(verifyWebhook({ secrets: [String(secret)], headers, body, now })).toEqual({ ok: true })
})

test('a new identification key comes with the next delivery of any node', async () => {
  await deliver()
  await change('PATCH', '', { identification_key: 'another-identification-key' })
  expect(arrival(after, await deliver())?.headers.authorization).toBe('another-identification-key')
})
