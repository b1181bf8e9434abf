import { describe, expect, test } from 'vitest'
import { adviceFor } from './endpoint.ts'

const HEALTHY = {
  url: 'https://app.example/events',
  state: 'enabled',
  disabled_reason: null,
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
  ] as const)('%s', (_what, change, words) => {
    const advice = adviceFor({ ...HEALTHY, ...change })
    if (words === '') expect(advice).toBe('')
    else expect(advice).toContain(words)
  })
})
