const LOOK_EVERY_MS = 500

/** Set by a program that starts this one and must not leave it behind, to its own process id. */
export const PARENT_MARK = 'CHARSU_PARENT_PROCESS'

/**
 * npm starts a script through a shell, and the shell dies of a signal without passing it on: the program hears
 * nothing of it, but gets another parent. Calls back once when that happens.
 * @param parent its process id at this moment.
 * @param first its process id as it was, for whoever knows; it may be gone already.
 */
export function watchParent(parent: () => number, onGone: () => void, first = parent()): void {
  const timer = setInterval(() => {
    if (parent() === first) return
    clearInterval(timer)
    onGone()
  }, LOOK_EVERY_MS)
  timer.unref()
}
