import { setTimeout as delay } from 'node:timers/promises'

/** Runs `exchange` in so many slots, each beginning the next when its last has ended; returns exchanges a second. */
export async function closedLoop(
  { slots, amount }: { slots: number; amount: number },
  exchange: () => Promise<unknown>,
): Promise<number> {
  let left = amount
  const startedAt = performance.now()
  const slot = async (): Promise<void> => {
    try {
      while (left-- > 0) await exchange()
    } finally {
      // One that fails ends the run: the others finish what they have begun, and begin no more.
      left = Math.min(left, 0)
    }
  }
  await all(Array.from({ length: slots }, slot))
  return (amount * 1000) / (performance.now() - startedAt)
}

/**
 * Begins exchanges on a fixed schedule, whether or not earlier ones have ended; each is told for when it was
 * scheduled (milliseconds of performance.now()), so that a late beginning counts as latency.
 */
export async function openLoop<Result>(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  exchange: (scheduledAt: number) => Promise<Result>,
): Promise<Result[]> {
  const amount = perSecond * seconds
  const startedAt = performance.now()
  const begun: Promise<Result>[] = []
  let failed = false
  const begin = (): void => {
    const one = exchange(startedAt + (begun.length * 1000) / perSecond)
    one.catch(() => {
      failed = true
    })
    begun.push(one)
  }
  while (begun.length < amount && !failed) {
    const due = Math.min(amount, Math.floor(((performance.now() - startedAt) * perSecond) / 1000))
    while (begun.length < due) begin()
    await delay(1)
  }
  return all(begun)
}

/** Like Promise.all, but a failure is told only when nothing is under way any more. */
async function all<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
