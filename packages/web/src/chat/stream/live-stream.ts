import { readStreamEvent, type StreamEvent } from '../../api/person/stream-events.ts'
import { readEvents } from './sse-events.ts'

/**
 * `connecting`: no answer yet. `open`: everything new arrives. `waiting`: the connection broke, another try follows.
 * `ended`: the session is over.
 */
export type LinkStatus = 'connecting' | 'open' | 'waiting' | 'ended'

export interface LiveStreamDeps {
  /** Of the stream. */
  url: string
  fetch: typeof fetch
  onEvent: (event: StreamEvent) => void
  onStatus: (status: LinkStatus) => void
  onSessionEnded: () => void
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  random?: () => number
}

export interface LiveStream {
  /** Tries again at once, after a rest too; an open connection that has been silent for long is replaced. */
  nudge: () => void
  /** Gives the connection back until it is nudged. What it was last told of its state stays. */
  rest: () => void
  /** The network is said to be gone: the connection is replaced, as a dead one is silent for long. */
  drop: () => void
  stop: () => void
}

/** The server writes at least a comment every 15 seconds. */
export const SILENCE_MS = 40_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/** Milliseconds before the next try, after so many that failed: growing, and spread so that not all come at once. */
export const pauseAfter = (failures: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1)) * (0.75 + random / 2)

/**
 * Keeps one event stream open, and goes on after the last event that arrived. It reads the stream by `fetch`: an
 * EventSource neither sees the comments that prove the connection alive, nor goes on where it was after an answer
 * other than 200.
 */
export function openLiveStream(deps: LiveStreamDeps): LiveStream {
  const { random = Math.random } = deps
  const stopped = new AbortController()
  let attempt = new AbortController()
  let pause: AbortController | null = null
  let rest: PromiseWithResolvers<void> | null = null
  let heardAt = 0
  let lastId: string | null = null
  let failures = 0

  const connect = async (): Promise<'cut' | 'ended'> => {
    const silence = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const heard = (): void => {
      heardAt = Date.now()
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MS)
    }
    try {
      heard()
      const answer = await deps.fetch(deps.url, {
        headers: { accept: 'text/event-stream', ...(lastId !== null && { 'last-event-id': lastId }) },
        cache: 'no-store',
        signal: AbortSignal.any([stopped.signal, attempt.signal, silence.signal]),
      })
      if (answer.status === 401) return 'ended'
      if (!answer.ok || answer.body === null) return 'cut'
      failures = 0
      deps.onStatus('open')
      for await (const { event, id, data } of readEvents(answer.body, heard)) {
        // Before it is taken: one that cannot be must not come again and again. What it leaves out is asked for.
        if (id !== '') lastId = id
        const known = readStreamEvent(event, data)
        if (known) deps.onEvent(known)
      }
      return 'cut'
    } catch {
      return 'cut'
    } finally {
      clearTimeout(timer)
    }
  }

  const run = async (): Promise<void> => {
    for (;;) {
      while (rest) await rest.promise
      if (stopped.signal.aborted) return
      deps.onStatus('connecting')
      attempt = new AbortController()
      const end = await connect()
      if (stopped.signal.aborted) return
      if (end === 'ended') {
        deps.onStatus('ended')
        deps.onSessionEnded()
        return
      }
      // Somebody came back to the page, and has waited enough.
      if (attempt.signal.aborted) continue
      failures++
      deps.onStatus('waiting')
      pause = new AbortController()
      await deps.wait(pauseAfter(failures, random()), AbortSignal.any([stopped.signal, pause.signal]))
      pause = null
    }
  }

  const wake = (): void => {
    rest?.resolve()
    rest = null
  }

  void run()
  return {
    nudge: () => {
      if (rest) wake()
      else if (pause) pause.abort()
      else if (Date.now() - heardAt > SILENCE_MS / 2) attempt.abort()
    },
    rest: () => {
      rest ??= Promise.withResolvers()
      pause?.abort()
      attempt.abort()
    },
    drop: () => attempt.abort(),
    stop: () => {
      stopped.abort()
      wake()
    },
  }
}
