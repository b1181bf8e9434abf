import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../packages/server/src/db/database.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'

export interface Lane {
  conversationId: string
  buyer: fixture.UserFixture
}

/** One app that hears every conversation of one seller. */
export interface Chats {
  app: fixture.AppFixture
  lanes: Lane[]
}

export async function addChats(db: Database, eventsUrl: string, lanes: number): Promise<Chats> {
  const seller = await fixture.addUser(db)
  const app = await fixture.addApp(db, seller.id, { eventsUrl })
  const { grantId, tokenId } = await fixture.addGrant(db, app.id, seller.id, [
    'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
  ])
  await fixture.addSubscription(db, app, seller.id, grantId, { tokenId })
  const made: Lane[] = []
  for (let i = 0; i < lanes; i++) {
    const buyer = await fixture.addUser(db)
    const post = await fixture.addPost(db, seller.id)
    made.push({ conversationId: await fixture.addConversation(db, post, seller.id, buyer.id), buyer })
  }
  return { app, lanes: made }
}

const PATIENCE_MS = 10_000

/** Sends as the buyer, and returns the message's id once it is accepted; undefined when it is not known whether it was. */
export async function sendTo(node: string, { conversationId, buyer }: Lane): Promise<string | undefined> {
  try {
    const answer = await fetch(`${node}/host/v1/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_HOST_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sender: buyer.hostId, text: 'hello' }),
      // A connection that was dealt to a process at the moment of its kill is never answered.
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const body = (await answer.json()) as { message_id?: string }
    return answer.status === 200 ? body.message_id : undefined
  } catch {
    return undefined
  }
}

export interface Load {
  /** Ids of accepted messages by lane, in the order of their acceptance. */
  accepted: Map<Lane, string[]>
  count(): number
  stop(): Promise<void>
}

const PAUSE_AFTER_REFUSAL_MS = 20

/** Every lane sends one message after the other, each to the next of the nodes that are in the list at that moment. */
export function startLoad(lanes: readonly Lane[], nodes: readonly string[]): Load {
  const accepted = new Map(lanes.map((lane) => [lane, [] as string[]]))
  let stopped = false
  const run = async (lane: Lane, first: number): Promise<void> => {
    for (let turn = first; !stopped; turn++) {
      const id = await sendTo(nodes[turn % nodes.length] ?? '', lane)
      if (id === undefined) await delay(PAUSE_AFTER_REFUSAL_MS)
      else accepted.get(lane)?.push(id)
    }
  }
  const running = lanes.map((lane, i) => run(lane, i))
  return {
    accepted,
    count: () => [...accepted.values()].reduce((sum, ids) => sum + ids.length, 0),
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
}
