import { Client, MemoryGrants, OAuth, type UserClient } from '@charsu/sdk'
import * as consent from '../../packages/server/testing/consent-flow.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { MovingClock } from '../../packages/server/testing/moving-clock.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'

export const BACK = 'https://app.example/charsu/callback'
export const PHONE = '09121234567'

/** A real Charsu with a seller, a buyer, a conversation about a post, and an app that speaks through the SDK. */
export class ConnectedApp {
  readonly clock: MovingClock
  readonly node: TestServer
  readonly app: fixture.AppFixture
  readonly seller: fixture.UserFixture
  readonly buyer: fixture.UserFixture
  readonly post: { id: string; token: string }
  readonly conversationId: string
  readonly grants = new MemoryGrants()
  readonly charsu: Client
  readonly oauth: OAuth
  /** How much the app's clock is behind the platform's. */
  behindMs = 0

  constructor(
    given: Pick<ConnectedApp, 'clock' | 'node' | 'app' | 'seller' | 'buyer' | 'post' | 'conversationId'>,
  ) {
    this.clock = given.clock
    this.node = given.node
    this.app = given.app
    this.seller = given.seller
    this.buyer = given.buyer
    this.post = given.post
    this.conversationId = given.conversationId
    this.charsu = new Client({ apiKey: this.app.key, baseUrl: this.node.url })
    this.oauth = new OAuth({
      apiKey: this.app.key,
      baseUrl: this.node.url,
      clientId: this.app.slug,
      clientSecret: this.app.clientSecret,
      redirectUri: BACK,
      grants: this.grants,
      time: {
        now: () => this.clock.now() - this.behindMs,
        // Nothing is waited for here but deadlines, which are far.
        sleep: () => new Promise(() => {}),
      },
    })
  }

  /** Where a browser lands when its user answers what the URL asks for. */
  async comeBack(url: string, user: fixture.UserFixture, decision = 'allow'): Promise<URL> {
    const page = await fetch(url, { redirect: 'manual', headers: { cookie: user.cookie } })
    if (page.status !== 200) return consent.locationOf(page)
    const ticket = consent.ticketOf(await page.text())
    return consent.locationOf(await consent.answer(this.node, user, { ticket, decision }))
  }

  async connect(user: fixture.UserFixture, scopes: string[]): Promise<{ id: string; client: UserClient }> {
    const back = await this.comeBack(this.oauth.consentUrl({ scopes, state: 'state' }), user)
    const { id } = await this.oauth.exchange(back.searchParams.get('code') ?? '')
    return { id, client: this.oauth.client(id) }
  }
}

export async function connectedApp(): Promise<ConnectedApp> {
  const clock = new MovingClock()
  const node = await startTestServer({ clock })
  const seller = await fixture.addUser(node.db, { phone: PHONE })
  const buyer = await fixture.addUser(node.db)
  const post = await fixture.addPost(node.db, seller.id, { title: 'Two rooms' })
  const eventsUrl = 'http://127.0.0.1:9/charsu/events'
  const app = await fixture.addApp(node.db, seller.id, { redirectUris: [BACK], eventsUrl })
  const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  // Sessions outlive every jump of the clock.
  await node.db
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() + 1e12) })
    .execute()
  return new ConnectedApp({ clock, node, app, seller, buyer, post, conversationId })
}
