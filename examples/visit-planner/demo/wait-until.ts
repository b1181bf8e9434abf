import { setTimeout as delay } from 'node:timers/promises'
import { StoryError } from './expect-that.ts'

const POLL_MS = 50
const PATIENCE_MS = 60_000

/** Asks until there is an answer. @throws StoryError when there is none for a minute. */
export async function waitUntil<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new StoryError(`waited ${PATIENCE_MS} ms in vain until ${what}`)
    await delay(POLL_MS)
  }
}
