import { expect, test } from 'vitest'
import { keepHints, readHints } from './hint-store.ts'

function storage(start: Record<string, string> = {}) {
  const kept = new Map(Object.entries(start))
  return () => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  })
}

test('steps that were taken, and that they were sent away, are remembered', () => {
  const here = storage()
  expect(readHints(here)).toEqual({ done: [], dismissed: false })
  keepHints(here, { done: ['click', 'fault'], dismissed: true })
  expect(readHints(here)).toEqual({ done: ['click', 'fault'], dismissed: true })
})

test('what is no record of steps counts as none', () => {
  for (const text of ['', '{', 'null', '{"done": 7, "dismissed": "yes"}', '{"done": ["x"]}']) {
    expect(readHints(storage({ charsu_playground_hints: text }))).toEqual({ done: [], dismissed: false })
  }
})

test('a browser that keeps nothing shows the steps, and nothing breaks', () => {
  const forbidden = () => {
    throw new DOMException('forbidden', 'SecurityError')
  }
  expect(readHints(forbidden)).toEqual({ done: [], dismissed: false })
  keepHints(forbidden, { done: ['click'], dismissed: true })
})
