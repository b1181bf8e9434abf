import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleClient } from '../../packages/server/testing/console-client.ts'
import { send } from '../../packages/server/testing/delivery-fixture.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { MovingClock } from '../../packages/server/testing/moving-clock.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import {
  type ReceivedWebhook,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../../packages/server/testing/webhook-receiver.ts'

const HOUR_MS = 3_600_000
const clock = new MovingClock()
let node: TestServer
let receiver: WebhookReceiver
beforeAll(async () => {
  node = await startTestServer({ clock })
  receiver = await startWebhookReceiver()
})
afterAll(async () => {
  await receiver.close()
  await node.close()
})

/** As the specification of Standard Webhooks says it, written here once more. */
function signature(secret: string, { headers, body }: ReceivedWebhook): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}

test('wire contract §5: webhooks carry the signatures of both secrets for 24 hours after a rotation', async () => {
  const developer = await fixture.addUser(node.db, { developer: true })
  const call = consoleClient(node.url, developer.cookie)
  const made = await call<{ webhook_secret: string }>('POST', '/apps', {
    slug: 'rotating',
    display_name: 'Rotating',
    events_url: receiver.url,
  })
  const { id: appId, endpoint_id: endpointId } = await node.db
    .selectFrom('apps as a')
    .innerJoin('endpoints as e', 'e.app_id', 'a.id')
    .select(['a.id', 'e.id as endpoint_id'])
    .where('a.slug', '=', 'rotating')
    .executeTakeFirstOrThrow()
  const seller = await fixture.addUser(node.db)
  const buyer = await fixture.addUser(node.db)
  const post = await fixture.addPost(node.db, seller.id)
  const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  const grant = await fixture.addGrant(node.db, appId, seller.id, ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'])
  const app = { id: appId, endpointId } as fixture.AppFixture
  await fixture.addSubscription(node.db, app, seller.id, grant.grantId)
  const conversation = { conversationId, postToken: post.token, supplierId: seller.id, demandId: buyer.id }

  const webhook = async (text: string): Promise<ReceivedWebhook> => {
    await send(node.database.pool, conversation, [text])
    return await waitFor(() => receiver.received.find((call) => call.text === text))
  }
  const signatures = (call: ReceivedWebhook) => String(call.headers['webhook-signature']).split(' ')
  const rotate = async (): Promise<string> =>
    (await call<{ secret: string }>('POST', '/apps/rotating/secrets/webhook-signing/rotate')).body.secret

  const first = made.body.webhook_secret
  const before = await webhook('before')
  expect(signatures(before)).toEqual([signature(first, before)])

  const second = await rotate()
  const during = await webhook('during')
  expect(signatures(during)).toEqual([signature(second, during), signature(first, during)])

  clock.forward(23 * HOUR_MS)
  const still = await webhook('still')
  expect(signatures(still)).toEqual([signature(second, still), signature(first, still)])

  clock.forward(2 * HOUR_MS)
  const after = await webhook('after')
  expect(signatures(after)).toEqual([signature(second, after)])
})
