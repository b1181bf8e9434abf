import { describe, expect, test } from 'vitest'
import { appHarness, postMessage } from '../../testing/app-harness.ts'
import type { Next } from './chain.ts'

describe('next()', () => {
  test('twice is refused, and the event comes again', async () => {
    const { app, event, reported } = appHarness()
    app.use(async (_, next) => {
      await next()
      await next()
    })
    expect((await event(postMessage())).status).toBe(500)
    expect(reported[0]?.message).toContain('write "await next()" once')
  })

  test('that nobody awaits is waited for, and what it throws is not lost', async () => {
    const { app, event, reported } = appHarness()
    app.use((_, next) => void next())
    app.on('message', async () => {
      await Promise.resolve()
      throw new Error('behind')
    })
    expect((await event(postMessage())).status).toBe(500)
    expect(reported[0]?.message).toContain('behind')
  })

  test('after its handler ended is refused, for the answer is on its way', async () => {
    const { app, event } = appHarness()
    let late: Next | undefined
    let runs = 0
    app.use((_, next) => {
      late = next
    })
    app.on('message', () => {
      runs += 1
    })
    expect((await event(postMessage())).status).toBe(200)
    expect(() => late?.()).toThrow('await everything that comes before next()')
    expect(runs).toBe(0)
  })
})
