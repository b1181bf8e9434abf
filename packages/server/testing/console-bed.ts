import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { EndpointHealth } from '../src/apps/endpoint-view.ts'
import { systemClock } from '../src/clock.ts'
import type { deliverySummary } from '../src/console/traffic-views.ts'
import { createDispatcher, type Dispatcher } from '../src/delivery/dispatcher.ts'
import { createAddressGuard } from '../src/outbound/address-guard.ts'
import { createOutbound, type Outbound } from '../src/outbound/call-app.ts'
import { type ConsoleClient, consoleClient } from './console-client.ts'
import { send, type TestConversation } from './delivery-fixture.ts'
import { eventRendering } from './event-rendering.ts'
import * as fixture from './marketplace-fixture.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { waitFor } from './wait-for.ts'
import { startWebhookReceiver, type WebhookAnswer, type WebhookReceiver } from './webhook-receiver.ts'

export interface Deliveries {
  deliveries: ReturnType<typeof deliverySummary>[]
  next_cursor: string | null
}

export const IDENTIFICATION_KEY = 'the-app-knows-us-by-this'
const log = { info(): void {}, warn(): void {}, error(): void {} }

/** A node for one test file, and for each test a developer with an app that a seller lets hear a conversation. */
export function useConsoleBed() {
  let node: TestServer
  let outbound: Outbound
  let receiver: WebhookReceiver
  let says: WebhookAnswer
  let call: ConsoleClient
  let app: fixture.AppFixture
  let grant: fixture.GrantFixture
  let seller: fixture.UserFixture
  let conversation: TestConversation
  let dispatcher: Dispatcher

  beforeAll(async () => {
    node = await startTestServer({ config: { dispatcher: false } })
    const guard = createAddressGuard({ allow: ['127.0.0.0/8'] })
    outbound = createOutbound({ guard, clock: systemClock, log })
    receiver = await startWebhookReceiver(() => says)
  })
  afterAll(async () => {
    await receiver.close()
    await outbound.close()
    await node.close()
  })
  beforeEach(async () => {
    says = 200
    receiver.received.splice(0)
    await node.database.pool.query('truncate delivery_queue, delivery_attempts')
    const developer = await fixture.addUser(node.db, { developer: true })
    call = consoleClient(node.url, developer.cookie)
    seller = await fixture.addUser(node.db)
    const buyer = await fixture.addUser(node.db)
    const post = await fixture.addPost(node.db, seller.id)
    const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
    conversation = { conversationId, postToken: post.token, supplierId: seller.id, demandId: buyer.id }
    app = await fixture.addApp(node.db, developer.id, {
      eventsUrl: receiver.url,
      identificationKey: IDENTIFICATION_KEY,
    })
    grant = await fixture.addGrant(node.db, app.id, seller.id, ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'])
    // Of its own, so that nothing waits for the pace of a whole node's.
    dispatcher = createDispatcher(
      { rendering: eventRendering, pool: node.database.pool, outbound, clock: systemClock, log },
      { claimEveryMs: 10, quietAfterReconnectMs: 0 },
    )
    dispatcher.start()
  })
  afterEach(() => dispatcher.stop())

  const list = async (query = ''): Promise<Deliveries> => {
    const answer = await call<Deliveries>('GET', `/apps/${app.slug}/deliveries${query}`)
    expect(answer.status, answer.text).toBe(200)
    return answer.body
  }
  return {
    get node() {
      return node
    },
    get app() {
      return app
    },
    get grant() {
      return grant
    },
    get seller() {
      return seller
    },
    get conversation() {
      return conversation
    },
    get receiver() {
      return receiver
    },
    get dispatcher() {
      return dispatcher
    },
    /** As the developer. */
    get call() {
      return call
    },
    /** What the app answers to each call from now on; 200 at first. */
    appSays(answer: WebhookAnswer): void {
      says = answer
    },
    subscribe: (metadata: Record<string, unknown> = {}): Promise<string> =>
      fixture.addSubscription(node.db, app, seller.id, grant.grantId, { metadata }),
    list,
    /** Sends and waits until there are so many deliveries in this state, each after so many attempts. */
    async deliver(texts: string[], state: string, attempts = 1): Promise<Deliveries['deliveries']> {
      await send(node.database.pool, conversation, texts)
      return await waitFor(async () => {
        const { deliveries } = await list(`?state=${state}`)
        return deliveries.length === texts.length && deliveries.every((one) => one.attempts_made >= attempts)
          ? deliveries
          : null
      })
    },
    health: async (): Promise<EndpointHealth> =>
      (await call<EndpointHealth>('GET', `/apps/${app.slug}/endpoint`)).body,
    /** What waits minutes for its next attempt has it now. */
    makeDue: () =>
      node.database.pool.query(
        'update delivery_queue set due_at = clock_timestamp() where due_at is not null',
      ),
  }
}
