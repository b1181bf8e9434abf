import { setTimeout as delay } from 'node:timers/promises'
import { type AcceptedMessage, type MarketConversation, send } from './fault-market.ts'
import type { FaultNode } from './fault-node.ts'
import type { SeededRandom } from './seeded-random.ts'

export interface SteadyLoad {
  accepted: AcceptedMessage[]
  /** Writers end with what they have begun; resolves when all is accepted. */
  finish(): Promise<void>
}

const RETRY_MS = 50

/**
 * Writers that each fill conversations of their own, one message after another, through whichever node lives; a
 * message that was not accepted, or whose answer was lost, is sent again under its Idempotency-Key until it is.
 */
export function startLoad(
  nodes: () => readonly FaultNode[],
  conversations: readonly MarketConversation[],
  random: (writer: number) => SeededRandom,
  { pauseMs = 0, most = Number.POSITIVE_INFINITY, writers = conversations.length } = {},
): SteadyLoad {
  const accepted: AcceptedMessage[] = []
  let ended = false
  let begun = 0

  const write = async (writer: number): Promise<void> => {
    const chance = random(writer)
    const own = conversations.filter((_, place) => place % writers === writer % conversations.length)
    for (let i = 0; !ended && begun < most; i++) {
      begun++
      const conversation = own[i % own.length]!
      const text = `${writer} ${i}`
      const key = `${conversation.id} ${text}`
      for (;;) {
        const living = nodes()
        const sent = living.length > 0 && (await send(chance.pick(living), conversation, text, { key }))
        if (sent) {
          accepted.push(sent)
          break
        }
        await delay(RETRY_MS)
      }
      if (pauseMs > 0) await delay(chance.between(0, 2 * pauseMs))
    }
  }
  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  // A refusal is reported where `finish` is awaited.
  writing.catch(() => {})
  return {
    accepted,
    async finish() {
      ended = true
      await writing
    },
  }
}
