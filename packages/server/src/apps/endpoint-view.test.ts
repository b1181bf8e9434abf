import { describe, expect, test } from 'vitest'
import { adviceFor, endpointView } from './endpoint-view.ts'

const HEALTHY = {
  url: 'https://app.example/events',
  state: 'enabled',
  disabled_reason: null,
  disabled_at: null,
  warned_at: null,
  skip_before: null,
  concurrency: null,
  rate_per_second: null,
  paused_until: null,
  paused: false,
  failure_streak: 0,
  first_failure_at: null,
  last_failure_at: null,
  last_success_at: null,
} as const
const LATER = new Date('2030-01-01T00:00:00Z')

describe('the advice on an endpoint names the most pressing matter and what to do', () => {
  test.each([
    ['nothing when all is well', {}, ''],
    ['a missing URL before all else', { url: null, state: 'disabled' }, 'set events_url'],
    ['a 410', { state: 'disabled', disabled_reason: 'answered_410_gone' }, 'answered 410'],
    ['five days of failures', { state: 'disabled', disabled_reason: 'failing_for_five_days' }, 'five days'],
    ['a reason it has no words for', { state: 'disabled', disabled_reason: 'by_the_host' }, 'by_the_host'],
    ['a pause with its end', { paused: true, paused_until: LATER, failure_streak: 10 }, LATER.toISOString()],
    ['failures before the first pause', { failure_streak: 3 }, 'the last 3 attempts failed'],
    ['a single failure', { failure_streak: 1 }, 'the last attempt failed'],
    [
      'days of failures',
      { failure_streak: 30, first_failure_at: LATER, warned_at: LATER },
      `every attempt since ${LATER.toISOString()} failed`,
    ],
  ] as const)('%s', (_what, change, words) => {
    const advice = adviceFor({ ...HEALTHY, ...change })
    if (words === '') expect(advice).toBe('')
    else expect(advice).toContain(words)
  })
})

describe('what waits is held', () => {
  test.each([
    ['while the endpoint is disabled', { state: 'disabled' }, 7],
    ['while there is no URL', { url: null }, 7],
    ['but not during a pause', { paused: true, paused_until: LATER }, 0],
    ['and not when all is well', {}, 0],
  ] as const)('%s', (_when, change, held) => {
    expect(endpointView({ ...HEALTHY, ...change, waiting: 7 })).toMatchObject({ waiting: 7, held })
  })
})
