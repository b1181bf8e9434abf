import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 10
const DEFAULT_TIMEOUT_MS = 10_000

/** Asks until the answer is truthy and returns it; throws once `timeoutMs` (10 s) have passed without one. */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${ask.toString()}`)
    await delay(POLL_MS)
  }
}
