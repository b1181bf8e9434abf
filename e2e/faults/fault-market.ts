import type { Database } from '../../packages/server/src/db/database.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'
import type { FaultNode } from './fault-node.ts'

export interface MarketConversation {
  id: string
  /** The host's own name for the person who writes. */
  buyer: string
}

export interface MarketApp {
  name: string
  endpointId: string
}

export interface Market {
  conversations: MarketConversation[]
  apps: MarketApp[]
}

/** A message that a node answered with 2xx. */
export interface AcceptedMessage {
  id: string
  sequence: number
  conversationId: string
  text: string
}

/** One seller with a conversation about each of their posts, all of them heard by every app. */
export async function openMarket(
  db: Database,
  { conversations, apps }: { conversations: number; apps: Readonly<Record<string, string>> },
): Promise<Market> {
  const seller = await fixture.addUser(db)
  const market: Market = { conversations: [], apps: [] }
  for (let i = 0; i < conversations; i++) {
    const buyer = await fixture.addUser(db)
    const post = await fixture.addPost(db, seller.id)
    const id = await fixture.addConversation(db, post, seller.id, buyer.id)
    market.conversations.push({ id, buyer: buyer.hostId })
  }
  for (const [name, eventsUrl] of Object.entries(apps)) {
    const app = await fixture.addApp(db, seller.id, { eventsUrl })
    const { grantId } = await fixture.addGrant(db, app.id, seller.id, [])
    await fixture.addSubscription(db, app, seller.id, grantId)
    market.apps.push({ name, endpointId: app.endpointId })
  }
  return market
}

/** Sends once; null when it was not accepted, or nobody knows. A repeat has the same `key`. */
export async function send(
  node: Pick<FaultNode, 'url'>,
  conversation: MarketConversation,
  text: string,
  { key, timeoutMs = 5_000 }: { key?: string; timeoutMs?: number } = {},
): Promise<AcceptedMessage | null> {
  try {
    const answer = await fetch(`${node.url}/host/v1/conversations/${conversation.id}/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TEST_HOST_KEY}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body: JSON.stringify({ sender: conversation.buyer, text }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body = (await answer.json()) as { message_id: string; sequence: number }
    if (answer.status < 500 && !answer.ok) throw new SendRefused(answer.status, body)
    if (!answer.ok) return null
    return { id: body.message_id, sequence: body.sequence, conversationId: conversation.id, text }
  } catch (error) {
    if (error instanceof SendRefused) throw error
    return null
  }
}

/** No fault may make a node say that a good message is wrong. */
class SendRefused extends Error {
  constructor(status: number, body: unknown) {
    super(`a send was answered with ${status}: ${JSON.stringify(body)}`)
  }
}
