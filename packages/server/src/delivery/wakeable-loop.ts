export interface WakeableLoop {
  /** Runs again as soon as it can instead of at the end of the pause. */
  wake(): void
  /** Ends after the run under way. */
  stop(): Promise<void>
}

export interface LoopPace {
  /** From the end of one run to the next. */
  pauseMs: number
  /** The same for a run that was asked for; 0 when absent. */
  leastPauseMs?: number
}

/** Runs `run` at once, then after each pause. `run` must not reject. */
export function startLoop(run: () => Promise<void>, { pauseMs, leastPauseMs = 0 }: LoopPace): WakeableLoop {
  let stopped = false
  let woken = false
  /** In the part of a pause that a wake does not shorten. */
  let holding = false
  let endPause: (() => void) | undefined

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = async () => {
    while (!stopped) {
      woken = false
      await run()
      holding = leastPauseMs > 0
      if (holding && !stopped) await pause(leastPauseMs)
      holding = false
      if (!woken && !stopped) await pause(pauseMs - leastPauseMs)
    }
  }
  const done = loop()
  return {
    wake() {
      woken = true
      if (!holding) endPause?.()
    },
    stop() {
      stopped = true
      endPause?.()
      return done
    },
  }
}
