import { describe, expect, test } from 'vitest'
import { attemptReason } from './attempt-reason.ts'

describe('a failed attempt is told of by the page of', () => {
  test.each([
    ['its stage', { outcome: 'retry', status: null, error: 'timeout: no answer within 10000 ms' }, 'timeout'],
    ['its stage, when it was the last', { outcome: 'dead', status: null, error: 'dns: no address' }, 'dns'],
    ['the status that ended it', { outcome: 'dead', status: 422, error: null }, 'status_422'],
    ['any other status', { outcome: 'retry', status: 500, error: null }, 'NOT_2XX'],
    ['the last of many statuses', { outcome: 'dead', status: 503, error: null }, 'NOT_2XX'],
    ['too many requests', { outcome: 'postponed', status: 429, error: null }, 'NOT_2XX'],
    ['an endpoint that is gone', { outcome: 'retry', status: 410, error: null }, 'answered_410_gone'],
  ])('%s', (_, attempt, reason) => {
    expect(attemptReason(attempt)).toBe(reason)
  })
})

test('of what was delivered, or failed by no fault of the app, there is nothing to tell', () => {
  expect(attemptReason({ outcome: 'delivered', status: 204, error: null })).toBeNull()
  expect(
    attemptReason({
      outcome: 'retry',
      status: null,
      error: 'the attempt broke off by a fault of the server',
    }),
  ).toBeNull()
  expect(attemptReason({ outcome: 'retry', status: null, error: 'API_KEY_MISSING: x' })).toBeNull()
  expect(attemptReason({ outcome: 'retry', status: null, error: null })).toBeNull()
})
