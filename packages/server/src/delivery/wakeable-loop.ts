export interface WakeableLoop {
  /** Runs again as soon as it can instead of at the end of the pause. */
  wake(): void
  /** Ends after the run under way. */
  stop(): Promise<void>
}

/** Runs `run` at once, then `pauseMs` after each end. `run` must not reject. */
export function startLoop(run: () => Promise<void>, pauseMs: number): WakeableLoop {
  let stopped = false
  let woken = false
  let endPause: (() => void) | undefined

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = async () => {
    while (!stopped) {
      woken = false
      await run()
      if (!woken && !stopped) await pause()
    }
  }
  const done = loop()
  return {
    wake() {
      woken = true
      endPause?.()
    },
    stop() {
      stopped = true
      endPause?.()
      return done
    },
  }
}
