import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

const options = { perEndpoint: 50, unproven: 5, total: 100 }

test('an endpoint starts with five, earns one with each success up to fifty, and loses five with each failure', () => {
  const slots = new Slots(options)
  const freeOf = (endpoint: string) => {
    const { endpoints, free, defaultFree } = slots.free()
    return free[endpoints.indexOf(endpoint)] ?? defaultFree
  }
  expect(freeOf('a')).toBe(5)
  slots.take('a')
  expect(freeOf('a')).toBe(4)
  for (let i = 0; i < 100; i++) slots.succeeded('a')
  expect(freeOf('a')).toBe(49)
  slots.failed('a')
  expect(freeOf('a')).toBe(44)
  for (let i = 0; i < 100; i++) slots.failed('a')
  expect(freeOf('a')).toBe(4)
  slots.release('a')
  expect(freeOf('a')).toBe(5)
})

test('a proven endpoint keeps its share while it is idle', () => {
  const slots = new Slots(options)
  slots.take('a')
  slots.succeeded('a')
  slots.release('a')
  expect(slots.free()).toMatchObject({ endpoints: ['a'], free: [6] })
})

test('all endpoints together never get more than the total', () => {
  const slots = new Slots({ ...options, total: 3 })
  slots.take('a')
  slots.take('b')
  expect(slots.free()).toEqual({ endpoints: ['a', 'b'], free: [1, 1], defaultFree: 1 })
  slots.take('c')
  expect(slots.room).toBe(0)
  expect(slots.free().defaultFree).toBe(0)
})

test('whatever happens in whatever order, counts stay true', () => {
  const step = fc.tuple(
    fc.constantFrom('take', 'release', 'succeeded', 'failed'),
    fc.constantFrom('a', 'b', 'c'),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const slots = new Slots(options)
      const held = { a: 0, b: 0, c: 0 }
      for (const [action, endpoint] of steps) {
        slots[action as 'take'](endpoint)
        const key = endpoint as keyof typeof held
        if (action === 'take') held[key]++
        if (action === 'release') held[key] = Math.max(0, held[key] - 1)
        expect(slots.held).toBe(held.a + held.b + held.c)
        for (const free of slots.free().free) {
          expect(free).toBeGreaterThanOrEqual(0)
          expect(free).toBeLessThanOrEqual(options.perEndpoint)
        }
      }
    }),
  )
})
