import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

const options = { concurrency: 50, unproven: 5, total: 100, nodes: () => 1 }
const of = (endpointId: string, { concurrency = null as number | null, replay = false } = {}) => ({
  endpointId,
  concurrency,
  replay,
})

function freeOf(slots: Slots, endpoint: string): { free: number; replays: number } {
  const { endpoints, free, freeReplays, defaultFree } = slots.free()
  const place = endpoints.indexOf(endpoint)
  return { free: free[place] ?? defaultFree, replays: freeReplays[place] ?? 1 }
}

function proven(slots: Slots, endpoint: string): void {
  slots.take(of(endpoint))
  for (let i = 0; i < 200; i++) slots.succeeded(endpoint)
  slots.release(of(endpoint))
}

test('an endpoint starts with five, earns one with each success up to fifty, and loses five with each failure', () => {
  const slots = new Slots(options)
  const free = () => freeOf(slots, 'a').free
  expect(free()).toBe(5)
  slots.take(of('a'))
  expect(free()).toBe(4)
  for (let i = 0; i < 100; i++) slots.succeeded('a')
  expect(free()).toBe(49)
  slots.failed('a')
  expect(free()).toBe(44)
  for (let i = 0; i < 100; i++) slots.failed('a')
  expect(free()).toBe(4)
  slots.release(of('a'))
  expect(free()).toBe(5)
})

test('a proven endpoint keeps its share while it is idle', () => {
  const slots = new Slots(options)
  slots.take(of('a'))
  slots.succeeded('a')
  slots.release(of('a'))
  expect(slots.free()).toMatchObject({ endpoints: ['a'], free: [6] })
})

test('all endpoints together never get more than the total', () => {
  const slots = new Slots({ ...options, total: 3 })
  slots.take(of('a'))
  slots.take(of('b'))
  expect(slots.free()).toMatchObject({ endpoints: ['a', 'b'], free: [1, 1], defaultFree: 1 })
  slots.take(of('c'))
  expect(slots.room).toBe(0)
  expect(slots.free().defaultFree).toBe(0)
})

test('what an endpoint allows is shared out among the nodes, rounded up, also when a node joins or leaves', () => {
  let nodes = 1
  const slots = new Slots({ ...options, nodes: () => nodes })
  proven(slots, 'a')
  expect(freeOf(slots, 'a').free).toBe(50)
  nodes = 3
  expect(freeOf(slots, 'a').free).toBe(17)
  for (let i = 0; i < 17; i++) slots.take(of('a'))
  expect(slots.mayReuse('a')).toBe(true)
  nodes = 4
  expect(freeOf(slots, 'a').free).toBe(0)
  expect(slots.mayReuse('a')).toBe(false)
})

test('an endpoint’s own concurrency bounds it, however proven', () => {
  const slots = new Slots(options)
  slots.take(of('a', { concurrency: 2 }))
  expect(freeOf(slots, 'a').free).toBe(1)
  slots.take(of('a', { concurrency: 2 }))
  expect(freeOf(slots, 'a').free).toBe(0)
  slots.take(of('b', { concurrency: 80 }))
  for (let i = 0; i < 200; i++) slots.succeeded('b')
  expect(freeOf(slots, 'b').free).toBe(79)
})

test('replays have a fifth of an endpoint’s slots and at least one', () => {
  const slots = new Slots(options)
  proven(slots, 'a')
  expect(freeOf(slots, 'a').replays).toBe(10)
  for (let i = 0; i < 10; i++) slots.take(of('a', { replay: true }))
  expect(freeOf(slots, 'a')).toEqual({ free: 40, replays: 0 })
  slots.release(of('a', { replay: true }))
  expect(freeOf(slots, 'a').replays).toBe(1)
  slots.take(of('new'))
  expect(freeOf(slots, 'new').replays).toBe(1)
})

test('new messages do not overtake those that found no slot, until a claim leaves a slot free', () => {
  const slots = new Slots({ ...options, unproven: 2 })
  slots.take(of('a'))
  slots.take(of('a'))
  expect(slots.freeForNew()).toMatchObject({ endpoints: ['a'], free: [0] })
  slots.release(of('a'))
  expect(slots.freeForNew()).toMatchObject({ endpoints: ['a'], free: [0] })
  const offered = slots.free()
  expect(offered.free).toEqual([1])
  slots.claimed(offered, [{ endpointId: 'a' }], true)
  expect(slots.freeForNew().free).toEqual([0])
  slots.claimed(offered, [], false)
  expect(slots.freeForNew().free).toEqual([0])
  slots.claimed(offered, [], true)
  expect(slots.freeForNew().free).toEqual([1])
})

test('whatever happens in whatever order, counts stay true', () => {
  const step = fc.tuple(
    fc.constantFrom('take', 'release', 'succeeded', 'failed'),
    fc.constantFrom('a', 'b', 'c'),
    fc.boolean(),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, nodes) => {
      const slots = new Slots({ ...options, nodes: () => nodes })
      const held = { a: 0, b: 0, c: 0 }
      for (const [action, endpoint, replay] of steps) {
        const key = endpoint as keyof typeof held
        if (action === 'take') {
          slots.take(of(endpoint, { replay }))
          held[key]++
        } else if (action === 'release') {
          slots.release(of(endpoint, { replay }))
          held[key] = Math.max(0, held[key] - 1)
        } else slots[action as 'succeeded'](endpoint)
        expect(slots.held).toBe(held.a + held.b + held.c)
        const { free, freeReplays } = slots.free()
        for (const [place, each] of free.entries()) {
          expect(each).toBeGreaterThanOrEqual(0)
          expect(each).toBeLessThanOrEqual(Math.ceil(options.concurrency / nodes))
          expect(freeReplays[place]).toBeLessThanOrEqual(each)
        }
      }
    }),
  )
})
