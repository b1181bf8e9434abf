import { ApiFailure, NoAnswer } from '../../api/request.ts'
import { pauseAfter } from '../stream/live-stream.ts'

/** Something asked of the server, repeated until it is answered. */
export type Errand = (signal: AbortSignal) => Promise<void>

export interface Errands {
  /** Runs it; one with the same name that is under way is followed by another run. */
  run: (name: string, errand: Errand) => void
  /** Whatever waits for another try is tried now. */
  hurry: () => void
  stop: () => void
}

export interface ErrandDeps {
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  random?: () => number
}

/** Whether the same may be answered another time: the server or the network is away, or it was too much at once. */
export const isPassing = (error: unknown): boolean =>
  error instanceof NoAnswer ||
  (error instanceof ApiFailure && (error.status >= 500 || error.status === 429 || error.status === 408))

/** An errand that throws what is not passing is given up; it says so itself beforehand. */
export function createErrands({ wait, random = Math.random }: ErrandDeps): Errands {
  const stopped = new AbortController()
  const underWay = new Map<string, { again: Errand | null }>()
  const pauses = new Set<AbortController>()

  const pause = async (ms: number): Promise<void> => {
    const shorter = new AbortController()
    pauses.add(shorter)
    await wait(ms, AbortSignal.any([stopped.signal, shorter.signal]))
    pauses.delete(shorter)
  }

  const repeat = async (errand: Errand): Promise<void> => {
    for (let failures = 1; !stopped.signal.aborted; failures++) {
      try {
        return await errand(stopped.signal)
      } catch (error) {
        if (!isPassing(error)) return
        const asked = error instanceof ApiFailure ? (error.retryAfterMs ?? 0) : 0
        await pause(Math.max(asked, pauseAfter(failures, random())))
      }
    }
  }

  const start = async (name: string, first: Errand): Promise<void> => {
    const entry: { again: Errand | null } = { again: null }
    underWay.set(name, entry)
    for (let next: Errand | null = first; next && !stopped.signal.aborted; ) {
      await repeat(next)
      next = entry.again
      entry.again = null
    }
    underWay.delete(name)
  }

  return {
    run: (name, errand) => {
      const entry = underWay.get(name)
      if (entry) entry.again = errand
      else void start(name, errand)
    },
    hurry: () => {
      for (const each of pauses) each.abort()
    },
    stop: () => stopped.abort(),
  }
}
