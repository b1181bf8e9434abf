import type { Heard } from './webhook-sink.ts'

export interface Arrival {
  /** When the last copy came, in milliseconds since 1970. */
  at: number
  /** When the message was given its place in the conversation, within the transaction that accepted it. */
  sentAt: number
}

interface Waiter {
  since: number
  resolve(arrival: Arrival): void
  reject(error: Error): void
}

/** A webhook that takes longer has been lost, or its delivery failed: the run is worth nothing. */
const LONGEST_MS = 60_000
const CHECK_MS = 5_000

/** The wall clock in milliseconds, with their fractions. */
export const wallClock = (): number => performance.timeOrigin + performance.now()

/** Brings together who waits for a message's webhooks and the webhooks, whichever is first. */
export class Arrivals {
  readonly #copies: number
  readonly #counts = new Map<string, number>()
  readonly #early = new Map<string, Arrival>()
  readonly #awaited = new Map<string, Waiter>()

  /** @param copies how many webhooks each message has. */
  constructor(copies = 1) {
    this.#copies = copies
    setInterval(() => this.#giveUp(), CHECK_MS).unref()
  }

  readonly hear = ({ new_message: message }: Heard): void => {
    // What was relayed has no id.
    if (!message) return
    const count = (this.#counts.get(message.id) ?? 0) + 1
    if (count < this.#copies) {
      this.#counts.set(message.id, count)
      return
    }
    this.#counts.delete(message.id)
    const arrival = { at: wallClock(), sentAt: message.sent_at / 1000 }
    const awaited = this.#awaited.get(message.id)
    if (awaited) {
      this.#awaited.delete(message.id)
      awaited.resolve(arrival)
    } else this.#early.set(message.id, arrival)
  }

  of(messageId: string): Promise<Arrival> {
    const early = this.#early.get(messageId)
    if (early) {
      this.#early.delete(messageId)
      return Promise.resolve(early)
    }
    return new Promise((resolve, reject) =>
      this.#awaited.set(messageId, { since: performance.now(), resolve, reject }),
    )
  }

  #giveUp(): void {
    for (const [id, { since, reject }] of this.#awaited) {
      if (performance.now() - since < LONGEST_MS) return
      this.#awaited.delete(id)
      reject(new Error(`no webhook of message ${id} within ${LONGEST_MS} ms`))
    }
  }
}
