/** How a click on a button ended, or that it has not yet. */
export type ClickOutcome = 'opened' | 'toast' | 'done' | 'failed' | 'refused' | 'away'

export interface WatchedClick {
  /** Counts up. */
  id: number
  messageId: string
  /** On the clock of `performance.now()`, in milliseconds. */
  startedAt: number
  endedAt: number | null
  outcome: ClickOutcome | null
  /** What the person is told: the app's toast, or why it failed. */
  words: string | null
}

export interface ClickWatch {
  /** To be used in place of `fetch`; what it sends and answers is the same. */
  fetch: typeof fetch
  read: () => readonly WatchedClick[]
  subscribe: (changed: () => void) => () => void
  forget: (id: number) => void
}

const CLICK = /\/me\/v1\/conversations\/[^/]+\/messages\/([^/]+)\/click$/
const MOST = 4
const OUTCOMES = new Set<string>(['opened', 'toast', 'done', 'failed'])

/** Watches the clicks among a person's calls: when each began, and what came of it. */
export function watchClicks(send: typeof fetch, now: () => number): ClickWatch {
  let clicks: readonly WatchedClick[] = []
  let last = 0
  const listeners = new Set<() => void>()
  const change = (next: readonly WatchedClick[]): void => {
    clicks = next
    for (const listener of listeners) listener()
  }
  const end = (id: number, outcome: ClickOutcome, words: string | null): void =>
    change(clicks.map((click) => (click.id === id ? { ...click, outcome, words, endedAt: now() } : click)))
  return {
    async fetch(input, init) {
      const messageId = init?.method === 'POST' ? CLICK.exec(pathOf(input))?.[1] : undefined
      if (messageId === undefined) return await send(input, init)
      last += 1
      const id = last
      change([
        ...clicks.slice(1 - MOST),
        { id, messageId, startedAt: now(), endedAt: null, outcome: null, words: null },
      ])
      try {
        const answer = await send(input, init)
        const { outcome, words } = await outcomeOf(answer.clone())
        end(id, outcome, words)
        return answer
      } catch (error) {
        end(id, 'away', null)
        throw error
      }
    },
    read: () => clicks,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    forget: (id) => change(clicks.filter((click) => click.id !== id)),
  }
}

const pathOf = (input: RequestInfo | URL): string =>
  new URL(input instanceof Request ? input.url : input, 'http://here').pathname

async function outcomeOf(answer: Response): Promise<{ outcome: ClickOutcome; words: string | null }> {
  const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  const words = typeof said.message === 'string' ? said.message : said.toast
  const outcome = answer.ok && OUTCOMES.has(String(said.outcome)) ? (said.outcome as ClickOutcome) : 'refused'
  return { outcome, words: typeof words === 'string' ? words : null }
}
