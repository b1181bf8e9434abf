import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { isAlive } from './is-alive.ts'
import { MAIN, nodeEnvironment } from './node-process.ts'

test('a signal to npm alone, whose shell does not pass it on, ends the program in order', async () => {
  await using database = await createTestDatabase({ max: 3 })
  // Two commands, so that the shell cannot make way for the first.
  const shell = spawn('sh', ['-c', `'${process.execPath}' '${MAIN}'; true`], {
    env: nodeEnvironment(database.url, { npm_lifecycle_event: 'start' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(shell.stdout, 'data')
  const nodes = async (): Promise<number[]> => {
    const { rows } = await database.pool.query<{ pid: number }>('select pid from nodes')
    return rows.map(({ pid }) => pid)
  }
  const [pid = 0] = await nodes()
  expect(isAlive(pid)).toBe(true)
  expect(pid).not.toBe(shell.pid)
  shell.kill('SIGTERM')
  await waitFor(() => !isAlive(pid), { timeoutMs: 30_000 })
  expect(await nodes()).toEqual([])
}, 60_000)
