import { setTimeout as delay } from 'node:timers/promises'
import { type AcceptedMessage, type MarketConversation, send } from './fault-market.ts'
import type { FaultNode } from './fault-node.ts'
import type { SeededRandom } from './seeded-random.ts'

export interface SteadyLoad {
  accepted: AcceptedMessage[]
  /** Writes so many messages into all conversations side by side; resolves when all of them are accepted. */
  write(messages: number): Promise<void>
}

const RETRY_MS = 50

/**
 * People who each write into a conversation of their own, one message after another, through whichever node lives; a
 * message that was not accepted, or whose answer was lost, is sent again under its Idempotency-Key until it is.
 */
export function steadyLoad(
  nodes: () => readonly FaultNode[],
  conversations: readonly MarketConversation[],
  random: SeededRandom,
): SteadyLoad {
  const accepted: AcceptedMessage[] = []
  const written = conversations.map(() => 0)

  async function writeOne(place: number): Promise<void> {
    const conversation = conversations[place]!
    const text = `${place} ${written[place]!++}`
    for (;;) {
      const living = nodes()
      const node = living.length > 0 && random.pick(living)
      const sent = node && (await send(node, conversation, text, { key: `${conversation.id} ${text}` }))
      if (sent) {
        accepted.push(sent)
        return
      }
      await delay(RETRY_MS)
    }
  }
  return {
    accepted,
    async write(messages) {
      let left = messages
      await Promise.all(
        conversations.map(async (_, place) => {
          while (left-- > 0) await writeOne(place)
        }),
      )
    },
  }
}
