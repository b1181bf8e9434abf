import type { AppFaults } from '../../api/development/development-shapes.ts'

export const NO_FAULTS: AppFaults = {
  down: false,
  delay_ms: 0,
  drop: false,
  status: null,
  retry_after: null,
  duplicate: false,
  refuse_calls: false,
}

/** Seconds by which answers are late: the second is beyond a click's deadline, the third beyond an event's. */
export const DELAYS_S = [2, 6, 12] as const
export const STATUSES = [429, 500, 503] as const
const RETRY_AFTER_S = 5

/** With 429 the app asks for time, as apps do; refused calls are told when to come back anyway. */
export const afterStatus = (
  faults: AppFaults,
  status: AppFaults['status'],
): Pick<AppFaults, 'status' | 'retry_after'> => ({
  status,
  retry_after: status === 429 || (faults.refuse_calls && faults.retry_after !== null) ? RETRY_AFTER_S : null,
})
