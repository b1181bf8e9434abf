import { expect, test } from 'vitest'
import { waitFor } from '../../testing/wait-for.ts'
import { createLog } from '../log.ts'
import { startHousekeeping } from './housekeeping.ts'

const log = createLog({ level: 'silent' })

test('a task that fails keeps neither the others nor its own next round from running', async () => {
  let failing = 0
  let others = 0
  const stop = startHousekeeping({
    firstAfterMs: 0,
    everyMs: 5,
    log,
    tasks: {
      failing: async () => {
        failing++
        throw new Error('not today')
      },
      other: async () => {
        others++
      },
    },
  })
  await waitFor(() => failing >= 2 && others >= 2)
  await stop()
  expect(failing - others).toBeLessThanOrEqual(1)
})

test('the first round does not wait for the time between two rounds', async () => {
  let rounds = 0
  const stop = startHousekeeping({
    firstAfterMs: 0,
    everyMs: 3_600_000,
    log,
    tasks: { count: async () => void rounds++ },
  })
  await waitFor(() => rounds === 1)
  await stop()
})

test('its end is told to the task under way, is waited for, and no other task begins', async () => {
  const heard: string[] = []
  const begun = Promise.withResolvers<void>()
  const stop = startHousekeeping({
    firstAfterMs: 0,
    everyMs: 3_600_000,
    log,
    tasks: {
      long: async (signal) => {
        begun.resolve()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        heard.push('the end')
      },
      never: async () => void heard.push('another task'),
    },
  })
  await begun.promise
  await stop()
  expect(heard).toEqual(['the end'])
})
