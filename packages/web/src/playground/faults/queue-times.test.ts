import { expect, test } from 'vitest'
import type { DeliveryQueue } from '../../api/development/development-shapes.ts'
import { nextAttempt } from './queue-times.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const queue = (changes: Partial<DeliveryQueue>): DeliveryQueue => ({
  waiting: 3,
  held: 0,
  in_flight: 0,
  breaker: 'closed',
  paused_until: null,
  next_attempt_at: null,
  oldest_at: null,
  ...changes,
})
const at = (text: string) => nextAttempt(queue({ next_attempt_at: text }), NOW)

test('the next attempt is told in seconds, then in minutes, and never as past', () => {
  expect(at('2026-11-22T12:00:04.2Z')).toEqual({ kind: 'seconds', count: 5 })
  expect(at('2026-11-22T12:01:59Z')).toEqual({ kind: 'seconds', count: 119 })
  expect(at('2026-11-22T12:02:00Z')).toEqual({ kind: 'minutes', count: 2 })
  expect(at('2026-11-22T11:59:00Z')).toEqual({ kind: 'now' })
})

test('what is held waits for its endpoint, and nothing waits where nothing is', () => {
  expect(nextAttempt(queue({ held: 3 }), NOW)).toEqual({ kind: 'never' })
  expect(nextAttempt(queue({ waiting: 0 }), NOW)).toEqual({ kind: 'none' })
  expect(nextAttempt(queue({}), NOW)).toEqual({ kind: 'now' })
})
