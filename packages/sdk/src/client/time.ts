/**
 * The clock of the SDK. The test bed and tests bring their own, so that nothing waits for real.
 * @example
 * ```ts run
 * import { Client, type Time } from '@charsu/sdk'
 *
 * let now = Date.now()
 * const time: Time = {
 *   now: () => now,
 *   sleep: async (ms) => {
 *     now += ms
 *   },
 * }
 * const charsu = new Client({ apiKey: 'ck_example', time })
 * ```
 */
export interface Time {
  /** Milliseconds since 1970. */
  now(): number
  /** Settles when `ms` milliseconds have passed; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The longest time that timers take: more would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The real clock. */
export const realTime: Time = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
        Math.min(Math.max(ms, 0), MAX_TIMER_MS),
      )
      signal?.addEventListener('abort', abort, { once: true })
    }),
}
