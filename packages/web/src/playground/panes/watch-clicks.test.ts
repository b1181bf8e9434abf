import { expect, test } from 'vitest'
import { watchClicks } from './watch-clicks.ts'

const CLICK = '/dev/as/negar/me/v1/conversations/c1/messages/m1/click'

function clock() {
  let at = 0
  return { now: () => at, pass: (ms: number) => (at += ms) }
}

test('a click is timed from its press to its outcome, and its answer reaches the page whole', async () => {
  const { now, pass } = clock()
  const watch = watchClicks(async () => {
    pass(120)
    return Response.json({ outcome: 'toast', toast: 'Kept' })
  }, now)
  const answer = await watch.fetch(CLICK, { method: 'POST' })
  expect(await answer.json()).toEqual({ outcome: 'toast', toast: 'Kept' })
  expect(watch.read()).toEqual([
    { id: 1, messageId: 'm1', startedAt: 0, endedAt: 120, outcome: 'toast', words: 'Kept' },
  ])
})

test('whoever looks is told when a click begins and when it ends', async () => {
  const seen: (string | null)[] = []
  const watch = watchClicks(
    async () => Response.json({ outcome: 'failed', message: 'Too slow' }),
    () => 0,
  )
  watch.subscribe(() => seen.push(watch.read()[0]?.outcome ?? null))
  await watch.fetch(CLICK, { method: 'POST' })
  expect(seen).toEqual([null, 'failed'])
  expect(watch.read()[0]?.words).toBe('Too slow')
})

test('a server that refuses, talks nonsense or is away ends the click, too', async () => {
  const answers: (() => Response)[] = [
    () => Response.json({ message: 'no such button' }, { status: 404 }),
    () => new Response('<html>'),
    () => {
      throw new TypeError('Failed to fetch')
    },
  ]
  const watch = watchClicks(
    async () => answers.shift()!(),
    () => 0,
  )
  await watch.fetch(CLICK, { method: 'POST' })
  await watch.fetch(CLICK, { method: 'POST' })
  await expect(watch.fetch(CLICK, { method: 'POST' })).rejects.toThrow('Failed to fetch')
  expect(watch.read().map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'away'])
})

test('other calls are not clicks, and no more than a few are kept', async () => {
  const watch = watchClicks(
    async () => Response.json({ outcome: 'done' }),
    () => 0,
  )
  await watch.fetch('/dev/as/negar/me/v1/conversations/c1/messages', { method: 'POST' })
  await watch.fetch(CLICK)
  expect(watch.read()).toEqual([])
  for (let i = 0; i < 9; i++) await watch.fetch(CLICK, { method: 'POST' })
  expect(watch.read().map(({ id }) => id)).toEqual([6, 7, 8, 9])
  watch.forget(7)
  expect(watch.read().map(({ id }) => id)).toEqual([6, 8, 9])
})
