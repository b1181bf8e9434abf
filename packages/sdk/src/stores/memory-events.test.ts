import { expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import { MemoryEvents } from './memory-events.ts'

test('of many who take an event one is the first', async () => {
  const events = new MemoryEvents()
  expect(await Promise.all([events.take('a'), events.take('a'), events.take('b')])).toEqual([
    'first',
    'taken',
    'first',
  ])
})

test('a handled event is handled, and one that failed is free again', async () => {
  const events = new MemoryEvents()
  await events.take('a')
  await events.done('a')
  expect(await events.take('a')).toBe('done')
  await events.take('b')
  await events.release('b')
  expect(await events.take('b')).toBe('first')
})

test('who died with an event holds it for a while only', async () => {
  const time = new ManualTime()
  const events = new MemoryEvents({ time, holdMs: 1000 })
  await events.take('a')
  time.advance(999)
  expect(await events.take('a')).toBe('taken')
  time.advance(1)
  expect(await events.take('a')).toBe('first')
})

test('a handled event is forgotten after its time', async () => {
  const time = new ManualTime()
  const events = new MemoryEvents({ time, keepMs: 1000 })
  await events.take('a')
  await events.done('a')
  time.advance(1000)
  expect(await events.take('a')).toBe('first')
})

test('of too many the oldest handled one is forgotten, and never one that is being handled', async () => {
  const events = new MemoryEvents({ limit: 2 })
  await events.take('under way')
  for (const id of ['a', 'b', 'c']) {
    await events.take(id)
    await events.done(id)
  }
  expect(await events.take('under way')).toBe('taken')
  expect(await events.take('c')).toBe('done')
  expect(await events.take('a')).toBe('first')
})
