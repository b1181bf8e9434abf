const LOOK_EVERY_MS = 500

/**
 * npm starts a script through a shell, and the shell dies of a signal without passing it on: the program hears
 * nothing of it, but gets another parent. Calls back once when that happens.
 * @param parent its process id at this moment.
 */
export function watchParent(parent: () => number, onGone: () => void): void {
  const first = parent()
  const timer = setInterval(() => {
    if (parent() === first) return
    clearInterval(timer)
    onGone()
  }, LOOK_EVERY_MS)
  timer.unref()
}
