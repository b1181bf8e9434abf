import { expect, test } from 'vitest'
import { waitFor } from '../../testing/wait-for.ts'
import { createLog } from '../log.ts'
import { startHousekeeping } from './housekeeping.ts'

const log = createLog({ level: 'silent' })

test('a task that fails keeps neither the others nor its own next round from running', async () => {
  let failing = 0
  let others = 0
  const stop = startHousekeeping({
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
  const ended = others
  expect(failing).toBe(ended)
})
