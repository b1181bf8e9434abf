const MISSING_PART = 'MissingPart'
const RELOADED_AT = 'charsu-reloaded-at'
/** What is still not there after this long is missing for another reason, and reloading would not end. */
const ONCE_IN_MS = 60_000
const PAUSE_MS = 2_000

/**
 * Gives the failures of parts that could not be loaded a name of their own. The router knows them by their browser's
 * words, and loads the page anew at once: while the server is away that leaves the browser's own, blank one.
 */
export function nameMissingParts(): void {
  addEventListener('vite:preloadError', ({ payload }) => {
    payload.name = MISSING_PART
    payload.message = 'a part of this page could not be loaded'
  })
}

export const isMissingPart = (error: unknown): boolean =>
  error instanceof Error && error.name === MISSING_PART

/** Loads the page anew, where that may help. @returns whether it does. */
export function reloadOnce(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0)
  if (Date.now() - last < ONCE_IN_MS) return false
  sessionStorage.setItem(RELOADED_AT, String(Date.now()))
  location.reload()
  return true
}

/** Resolves once the server answers; `onAway` is told when it does not at first. Rejects when the signal is aborted. */
export async function untilServed(signal: AbortSignal, onAway: () => void): Promise<void> {
  for (;;) {
    const answer = await fetch(location.href, { cache: 'no-store', signal }).catch(() => null)
    signal.throwIfAborted()
    if (answer && answer.status < 500) return
    onAway()
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
