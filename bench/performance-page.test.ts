import { describe, expect, test } from 'vitest'
import type { Bar } from './benchmark.ts'
import { withLatest } from './performance-page.ts'

const PAGE = 'before\n<!-- latest x -->\nold figures\n<!-- end of x -->\nafter\n'
const BARS: Bar[] = [
  { name: 'ratio', field: 'ratio', atLeast: 0.6 },
  { name: 'p99', field: 'p99_ms', atMost: 50, unit: 'ms' },
]
const write = (ratio: number, p99: number): string =>
  withLatest(PAGE, { bench: 'x', ratio, p99_ms: p99 }, BARS, new Date('2026-11-22T10:00:00Z'))

describe('the page of figures', () => {
  test('gets the latest line and its date between the markers, and keeps the prose', () => {
    const page = write(0.7, 20)
    expect(page).toMatch(/^before\n<!-- latest x -->\n\*\*Latest\*\*, 2026-11-22, \d+ cores:\n/)
    expect(page).toContain('```json\n{"bench":"x","ratio":0.7,"p99_ms":20}\n```\n')
    expect(page.endsWith('\n<!-- end of x -->\nafter\n')).toBe(true)
    expect(page).not.toContain('old figures')
  })

  test('says of each figure whether it reaches what it should, the limit itself included', () => {
    expect(write(0.6, 50)).toContain('| ratio ≥ 0.6 | 0.6 | reached |\n| p99 ≤ 50 ms | 50 ms | reached |')
    expect(write(0.59, 50.1)).toContain(
      '| ratio ≥ 0.6 | 0.59 | not reached |\n| p99 ≤ 50 ms | 50.1 ms | not reached |',
    )
  })

  test('stays the same when the same figures are written again', () => {
    const page = write(0.7, 20)
    expect(
      withLatest(page, { bench: 'x', ratio: 0.7, p99_ms: 20 }, BARS, new Date('2026-11-22T11:00:00Z')),
    ).toBe(page)
  })

  test('is not written without a place for the benchmark', () => {
    expect(() => withLatest('no markers', { bench: 'x' }, [], new Date())).toThrow('no place for x')
  })
})
