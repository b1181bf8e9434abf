import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterEnding } from './restart-policy.ts'

/** Pauses between starts of a worker that never serves, until the group gives up or `most` were tried. */
function pausesOfFailingStarts(othersServe: boolean, most: number): number[] {
  const pauses: number[] = []
  for (let failures = 0; pauses.length < most; ) {
    const next = afterEnding({ servedMs: null, failures, othersServe })
    if (next.kind === 'give-up') break
    pauses.push(next.afterMs)
    failures = next.failures
  }
  return pauses
}

describe('a worker that ends', () => {
  test('after a steady life is replaced at once, and its past is forgotten', () => {
    expect(afterEnding({ servedMs: 60_000, failures: 4, othersServe: false })).toEqual({
      kind: 'restart',
      afterMs: 0,
      failures: 0,
    })
  })

  test('before it could serve is replaced after longer and longer pauses, until the group gives up', () => {
    expect(pausesOfFailingStarts(false, 100)).toEqual([250, 500, 1_000, 2_000])
  })

  test('is tried for ever, with pauses that stay short enough, while another serves', () => {
    const pauses = pausesOfFailingStarts(true, 2_000)
    expect(pauses).toHaveLength(2_000)
    expect(Math.max(...pauses)).toBe(10_000)
  })

  test('soon after its start counts as failed too, so a crash at the first request does not make a busy loop', () => {
    expect(afterEnding({ servedMs: 100, failures: 2, othersServe: true })).toEqual({
      kind: 'restart',
      afterMs: 1_000,
      failures: 3,
    })
  })

  test('never makes the group give up while another serves', () => {
    fc.assert(
      fc.property(fc.option(fc.nat(), { nil: null }), fc.nat(10_000), (servedMs, failures) => {
        expect(afterEnding({ servedMs, failures, othersServe: true }).kind).toBe('restart')
      }),
    )
  })
})
