import { RETRY_SCHEDULE } from '@charsu/protocol/delivery-schedule'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JITTER, type NextStep, nextStep } from './next-step.ts'
import { MAX_RETRY_AFTER_MS } from './retry-after.ts'

const answer = (status: number, headers: Record<string, string> = {}) =>
  ({ kind: 'answer', status, headers }) as const
const first = { failures: 0, random: 0.5, now: Date.UTC(2026, 0, 1) }

const anyResult = fc.oneof(
  fc.constant({ kind: 'failure' } as const),
  fc.record({
    kind: fc.constant('answer' as const),
    status: fc.integer({ min: 200, max: 599 }),
    headers: fc.dictionary(fc.constantFrom('retry-after', 'date', 'x'), fc.string()),
  }),
)
const anyContext = fc.record({
  failures: fc.integer({ min: 0, max: RETRY_SCHEDULE.length }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  now: fc.integer({ min: 0, max: 4e12 }),
})

test('only 2xx succeeds', () => {
  fc.assert(
    fc.property(anyResult, anyContext, (result, context) => {
      const success = result.kind === 'answer' && result.status < 300
      expect(nextStep(result, context).kind === 'delivered').toBe(success)
    }),
  )
})

test('a redirect is a failure like another', () => {
  expect(nextStep(answer(301, { location: 'https://example.com' }), first).kind).toBe('retry')
})

test.each([400, 405, 413, 415, 422])('%i is dead at once, and the endpoint keeps its standing', (status) => {
  expect(nextStep(answer(status), first)).toEqual({
    kind: 'dead',
    reason: `status_${status}`,
    endpointFailed: false,
  })
})

test.each([401, 402, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504])(
  '%i follows the schedule',
  (status) => {
    expect(nextStep(answer(status), first)).toEqual({ kind: 'retry', delayMs: 5_000 })
  },
)

test('the schedule is 5 s, 30 s, 2 m, 10 m, 30 m, 1 h, 3 h, 6 h, 12 h, 24 h, 24 h, and then the delivery is dead', () => {
  const delays: number[] = []
  let step: NextStep
  for (let failures = 0; ; failures++) {
    step = nextStep({ kind: 'failure' }, { ...first, failures })
    if (step.kind !== 'retry') break
    delays.push(step.delayMs / 1000)
  }
  expect(delays).toEqual([5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 86_400])
  expect(step).toEqual({ kind: 'dead', reason: 'attempts_exhausted', endpointFailed: true })
})

test('jitter keeps every delay within a fifth of the schedule', () => {
  fc.assert(
    fc.property(anyContext, (context) => {
      const planned = RETRY_SCHEDULE[context.failures]
      const step = nextStep({ kind: 'failure' }, context)
      if (planned === undefined || step.kind !== 'retry') return
      expect(step.delayMs).toBeGreaterThanOrEqual(Math.floor(planned * (1 - JITTER)))
      expect(step.delayMs).toBeLessThanOrEqual(Math.ceil(planned * (1 + JITTER)))
    }),
  )
})

test('no answer and no header makes a step that waits less than nothing or more than a day and its jitter', () => {
  fc.assert(
    fc.property(anyResult, anyContext, (result, context) => {
      const step = nextStep(result, context)
      if (step.kind !== 'retry' && step.kind !== 'postponed') return
      expect(step.delayMs).toBeGreaterThan(0)
      expect(step.delayMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS * (1 + JITTER))
    }),
  )
})

test('410 disables the endpoint and keeps the delivery, even when its schedule is used up', () => {
  fc.assert(
    fc.property(anyContext, (context) => {
      expect(nextStep(answer(410), context)).toMatchObject({ kind: 'retry', disable: 'answered_410_gone' })
    }),
  )
})

describe('Retry-After', () => {
  test('on 429 pauses the endpoint and counts for nothing', () => {
    expect(nextStep(answer(429, { 'retry-after': '120' }), first)).toEqual({
      kind: 'postponed',
      delayMs: 120_000,
      pauseMs: 120_000,
    })
  })

  test('of zero on 429 still gives the app a moment', () => {
    expect(nextStep(answer(429, { 'retry-after': '0' }), first)).toMatchObject({ pauseMs: 1000 })
  })

  test('on another failure pauses the endpoint, and the delivery counts it', () => {
    expect(nextStep(answer(503, { 'retry-after': '120' }), first)).toEqual({
      kind: 'retry',
      delayMs: 120_000,
      pauseMs: 120_000,
    })
    expect(nextStep(answer(503, { 'retry-after': '1' }), first)).toMatchObject({
      delayMs: 5_000,
      pauseMs: 1000,
    })
  })

  test('changes nothing about success, a dead delivery, or a schedule that is used up', () => {
    const headers = { 'retry-after': '120' }
    expect(nextStep(answer(200, headers), first)).toEqual({ kind: 'delivered' })
    expect(nextStep(answer(422, headers), first).kind).toBe('dead')
    expect(nextStep(answer(503, headers), { ...first, failures: RETRY_SCHEDULE.length }).kind).toBe('dead')
  })
})
