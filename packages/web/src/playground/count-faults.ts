import type { AppFaults } from '../api/development/development-shapes.ts'

/** How many switches of an app stand at something that goes wrong. */
export const countFaults = (faults: AppFaults): number =>
  [
    faults.down,
    faults.delay_ms > 0,
    faults.drop,
    faults.status !== null,
    faults.duplicate,
    faults.refuse_calls,
  ].filter(Boolean).length
