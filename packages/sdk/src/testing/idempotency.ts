import { invalidArgument, Refusal } from './refusal.ts'

const MAX_KEY_LENGTH = 255
const KEPT_MS = 24 * 3_600_000

/** What was answered under an Idempotency-Key, for 24 hours (wire contract §2). */
export class Idempotency {
  readonly #kept = new Map<string, { request: string; answer: unknown; at: number }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** @throws Refusal 400 for a key that is too long or empty. */
  check(headers: Headers): string | null {
    const key = headers.get('idempotency-key')
    if (key === null) return null
    if (key.length > 0 && key.length <= MAX_KEY_LENGTH) return key
    const description = `must be one header of 1 to ${MAX_KEY_LENGTH} characters`
    throw invalidArgument([{ field: 'Idempotency-Key', description }])
  }

  /** Does it once under this key; a refusal leaves the key free. @throws Refusal 409 for another request. */
  once<T>(operation: string, key: string | null, request: unknown, act: () => T): T {
    if (key === null) return act()
    const name = `${operation} ${key}`
    const text = JSON.stringify(request)
    const kept = this.#kept.get(name)
    if (kept && kept.at > this.#now() - KEPT_MS) {
      if (kept.request === text) return kept.answer as T
      throw new Refusal(
        'ALREADY_EXISTS',
        'this Idempotency-Key was used with another request in the last 24 hours: use a new key for a new message',
        { reason: 'IDEMPOTENCY_KEY_REUSED' },
      )
    }
    const answer = act()
    this.#kept.set(name, { request: text, answer, at: this.#now() })
    return answer
  }
}
