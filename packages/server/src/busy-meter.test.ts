import { test } from 'vitest'
import { waitFor } from '../testing/wait-for.ts'
import { createBusyMeter } from './busy-meter.ts'

test('a process that only waits is not busy, one that computes is, and then no more', async () => {
  const busy = createBusyMeter()
  await waitFor(() => !busy())
  let computing = true
  const compute = (): void => {
    const until = performance.now() + 20
    while (performance.now() < until);
    if (computing) setImmediate(compute)
  }
  compute()
  await waitFor(() => busy())
  computing = false
  await waitFor(() => !busy())
})
