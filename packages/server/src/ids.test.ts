import { afterEach, expect, test, vi } from 'vitest'
import { isUuid, newId } from './ids.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('ids of one process stand in the order in which they were made, also within a millisecond and when the clock goes back', () => {
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
  const ids = Array.from({ length: 2_000 }, newId)
  vi.setSystemTime(Date.now() - 500)
  ids.push(newId(), newId())
  vi.setSystemTime(Date.now() + 510)
  ids.push(newId())
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every(isUuid)).toBe(true)
  expect(ids.map((id) => id[14])).toEqual(ids.map(() => '7'))
})

test('an id tells the millisecond of its making, and what follows it is drawn', () => {
  // Later than what the test before made.
  const moment = Date.now() + 100
  vi.useFakeTimers({ now: moment, toFake: ['Date'] })
  const [one, other] = [newId(), newId()]
  for (const id of [one, other]) expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(moment)
  expect(one.slice(-8)).not.toBe(other.slice(-8))
})
