import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeAnswer, type Outcome } from './judge-answer.ts'
import { nextAttemptMs } from './next-attempt.ts'

const answer = (status: number, headers: Record<string, string> = {}, text = '{"code":13}'): Outcome =>
  judgeAnswer({ kind: 'answer', status, headers: new Headers(headers), text }, { now: 0, needs: [] })
const none = (stage: 'connect' | 'time_out' | 'connection'): Outcome =>
  judgeAnswer({ kind: 'none', stage, cause: new Error(stage) }, { now: 0, needs: [] })

const limits = { retries: 3, maxWaitMs: 10_000 }
const next = (outcome: Outcome, isRepeatable: boolean, attempts = 1): number | undefined =>
  nextAttemptMs({ outcome, attempts, isRepeatable, random: 0.5 }, limits)

describe('what may do a thing twice', () => {
  test('is tried again only when nothing reached the platform, or it said when to come back', () => {
    expect(next(none('connect'), false)).toBeGreaterThan(0)
    expect(next(answer(429, { 'retry-after': '2' }), false)).toBe(2000)
    expect(next(answer(503, { 'retry-after': '2' }), false)).toBe(2000)
  })

  test('is not tried again when its outcome is unknown', () => {
    for (const outcome of [
      none('time_out'),
      none('connection'),
      answer(500),
      answer(502),
      answer(503),
      answer(504),
    ]) {
      expect(next(outcome, false)).toBeUndefined()
    }
  })
})

describe('what comes to the same when it is done twice', () => {
  test('is tried again after whatever may pass', () => {
    const passing = [
      none('connect'),
      none('time_out'),
      none('connection'),
      answer(500),
      answer(502),
      answer(503),
    ]
    for (const outcome of [...passing, answer(504), answer(429), answer(429, {}, '<html>')]) {
      expect(next(outcome, true)).toBeGreaterThan(0)
    }
  })

  test('is not tried again after what will be the same', () => {
    const lasting = [400, 401, 403, 404, 409, 412, 413, 415].map((status) => answer(status))
    const others = [
      answer(301),
      answer(200, {}, '<html>'),
      answer(404, {}, '<html>'),
      answer(501, {}, '{"code":12}'),
    ]
    for (const outcome of [...lasting, ...others]) expect(next(outcome, true)).toBeUndefined()
  })

  test('is not tried again after a limit that does not say when it ends, for time does not help there', () => {
    const body = '{"code":8,"message":"200 files are waiting","details":[{"reason":"TOO_MUCH_WAITING"}]}'
    expect(next(answer(429, {}, body), true)).toBeUndefined()
  })

  test('is tried again when JSON was cut off', () => {
    expect(next(answer(200, {}, '{"posts": [{"to'), true)).toBeGreaterThan(0)
  })
})

test('a wait that is longer than allowed is no wait: the refusal is heard at once', () => {
  expect(next(answer(429, { 'retry-after': '10' }), true)).toBe(10_000)
  expect(next(answer(429, { 'retry-after': '11' }), true)).toBeUndefined()
  expect(next(answer(429, { 'retry-after': '9'.repeat(400) }), true)).toBeUndefined()
})

test('no time at all is a backoff, so that who cannot answer is not asked at once', () => {
  expect(next(answer(503, { 'retry-after': '0' }), true)).toBeGreaterThan(0)
})

test('after so many attempts no other follows', () => {
  expect(next(none('connect'), true, 3)).toBeGreaterThan(0)
  expect(next(none('connect'), true, 4)).toBeUndefined()
})

test('waits grow, stay within bounds, and are spread over half of each', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 60_000 }),
      (attempts, random, maxWaitMs) => {
        const input = { outcome: none('connect'), attempts, isRepeatable: true, random }
        const wait = nextAttemptMs(input, { retries: 10, maxWaitMs }) ?? Number.NaN
        const full = Math.min(8000, 250 * 2 ** (attempts - 1))
        expect(wait).toBeLessThanOrEqual(Math.min(full, maxWaitMs))
        expect(wait).toBeGreaterThanOrEqual(Math.min(Math.floor(full / 2), maxWaitMs))
      },
    ),
  )
})
