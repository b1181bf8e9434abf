import { neverReached } from './connect-failure.ts'
import { AnswerTooLarge, NotAnAnswer, readBody } from './read-body.ts'
import type { Time } from './time.ts'

/** What came of one attempt: an answer with its whole body, or none. */
export type Attempted =
  | { kind: 'answer'; status: number; headers: Headers; text: string }
  | { kind: 'none'; stage: 'connect' | 'time_out' | 'connection' | 'answer'; cause: unknown }

export interface AttemptDeps {
  fetch: (request: Request) => Promise<Response>
  time: Pick<Time, 'sleep'>
}

export interface Attempt {
  /** Made anew for each attempt: a body can be read once. */
  request: (signal: AbortSignal) => Request
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/**
 * Sends a request once and reads the whole answer, within the time. A `fetch` that does not heed its signal is left
 * behind, so that nothing outlasts the time or the caller's signal.
 * @throws the reason of the caller's signal
 */
export async function attempt({ fetch, time }: AttemptDeps, what: Attempt): Promise<Attempted> {
  const { timeoutMs, signal } = what
  signal?.throwIfAborted()
  const end = new AbortController()
  const request = what.request(end.signal)
  const clock = new AbortController()
  const over = new Promise<Attempted>((resolve) => {
    time.sleep(timeoutMs, clock.signal).then(
      () => resolve({ kind: 'none', stage: 'time_out', cause: undefined }),
      () => {},
    )
  })
  const aborted = whenAborted(signal)
  try {
    return await Promise.race([sendAndRead(fetch, request), over, aborted.promise])
  } finally {
    aborted.forget()
    clock.abort()
    end.abort()
  }
}

async function sendAndRead(fetch: AttemptDeps['fetch'], request: Request): Promise<Attempted> {
  try {
    const response = await fetch(request)
    const text = await readBody(response)
    return { kind: 'answer', status: response.status, headers: response.headers, text }
  } catch (cause) {
    if (cause instanceof AnswerTooLarge || cause instanceof NotAnAnswer)
      return { kind: 'none', stage: 'answer', cause }
    return { kind: 'none', stage: neverReached(cause) ? 'connect' : 'connection', cause }
  }
}

/** `work`, but rejecting with the signal's reason as soon as it aborts; the work itself goes on for others. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const aborted = whenAborted(signal)
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    aborted.forget()
  }
}

function whenAborted(signal: AbortSignal | undefined): { promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>()
  if (signal === undefined) return { promise, forget() {} }
  const abort = (): void => reject(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  // Nobody may be listening yet, or any more.
  promise.catch(() => {})
  return { promise, forget: () => signal.removeEventListener('abort', abort) }
}
