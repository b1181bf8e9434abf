import type { AttemptEvent } from '../delivery/attempt-event.ts'
import { readTraceparent } from '../http/traceparent.ts'
import type { Log } from '../log.ts'

/**
 * One wide line an attempt, with everything that is known of it under names that stay: docs/observability.md lists
 * them. No text of a message, no URL, no secret is in an attempt event, so none can get into the log.
 */
export function logAttempt(log: Pick<Log, 'info' | 'isLevelEnabled'>, event: AttemptEvent): void {
  if (!log.isLevelEnabled('info')) return
  const { traceparent, acceptToFirstByteMs: sinceAccepted, ...fields } = event
  const acceptToFirstByteMs = sinceAccepted === null ? null : Math.round(sinceAccepted)
  const traceId = readTraceparent(traceparent)?.traceId ?? null
  log.info({ event: 'delivery_attempt', ...fields, acceptToFirstByteMs, traceId }, 'delivery attempt')
}
