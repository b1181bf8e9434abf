import { setTimeout as delay } from 'node:timers/promises'

/** Runs `exchange` in so many slots, each beginning the next when its last has ended; returns exchanges a second. */
export async function closedLoop(
  { slots, amount }: { slots: number; amount: number },
  exchange: () => Promise<unknown>,
): Promise<number> {
  let left = amount
  const startedAt = performance.now()
  const slot = async (): Promise<void> => {
    while (left-- > 0) await exchange()
  }
  await Promise.all(Array.from({ length: slots }, slot))
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
  const under: Promise<Result>[] = []
  while (under.length < amount) {
    const due = Math.min(amount, Math.floor(((performance.now() - startedAt) * perSecond) / 1000))
    while (under.length < due) under.push(exchange(startedAt + (under.length * 1000) / perSecond))
    await delay(1)
  }
  return Promise.all(under)
}
