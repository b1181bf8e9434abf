import { type EventLoopUtilization, performance } from 'node:perf_hooks'

const LOOK_EVERY_MS = 100
const BUSY_FROM = 0.8

/**
 * Tells whether this process has been at work for more than four fifths of the last moments. Whoever is busy gains
 * by doing things together that cost the same for one as for many; whoever is not gains by doing them at once.
 */
export function createBusyMeter(): () => boolean {
  let before: EventLoopUtilization = performance.eventLoopUtilization()
  let lookedAt = performance.now()
  let busy = false
  return () => {
    const now = performance.now()
    if (now - lookedAt < LOOK_EVERY_MS) return busy
    const all = performance.eventLoopUtilization()
    busy = performance.eventLoopUtilization(all, before).utilization > BUSY_FROM
    before = all
    lookedAt = now
    return busy
  }
}
