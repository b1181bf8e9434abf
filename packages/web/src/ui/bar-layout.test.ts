import fc from 'fast-check'
import { expect, test } from 'vitest'
import { barsOf, scaleTop } from './bar-layout.ts'

const frame = { width: 100, height: 50, top: 10, isMirrored: false }

test('bars stand side by side in the order of time, and the other way round in Persian', () => {
  const points = [{ values: [10] }, { values: [5] }]
  const xs = (isMirrored: boolean) => barsOf(points, { ...frame, isMirrored }).map(({ x }) => Math.round(x))
  expect(xs(false)).toEqual([7, 57])
  expect(xs(true)).toEqual([57, 7])
})

test('parts stand upon each other, as high as their values, and nothing stands for nothing', () => {
  const [bar] = barsOf([{ values: [4, 0, 6] }], frame)
  expect(bar!.parts).toEqual([
    { of: 0, y: 30, height: 20 },
    { of: 2, y: 0, height: 30 },
  ])
})

test('one among thousands is still seen', () => {
  const [bar] = barsOf([{ values: [1] }], { ...frame, top: 10_000 })
  expect(bar!.parts[0]!.height).toBeGreaterThanOrEqual(2)
})

test('the scale reaches over what was highest, not far, and halves into a whole number', () => {
  expect([0, 1, 3, 7, 10, 11, 45, 99, 1_234].map(scaleTop)).toEqual([2, 2, 4, 8, 10, 20, 60, 100, 2_000])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (highest) => {
      const top = scaleTop(highest)
      expect(top).toBeGreaterThanOrEqual(highest)
      expect(top).toBeLessThanOrEqual(Math.max(2, highest * 2.5))
      expect((top / 2) % 1).toBe(0)
    }),
  )
})
